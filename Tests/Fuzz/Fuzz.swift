import Foundation

/// Gives one of libFuzzer's inputs to the reader that `STATESTORE_FUZZ` names.
///
/// Only a crash or a hang is a fault here: whatever a reader cannot use, it has to refuse.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  FuzzTarget.chosen.read(bytes)
  return 0
}
