import Glibc
import Synchronization
import SystemPackage

/// A file without a name, in memory: only this user can open it, by its path below `/proc`, and it
/// ends with this process, even if that is killed (memfd_create(2)).
///
/// It needs no writable directory, and unlike a file in `/dev/shm` or `/tmp`, which containers mount
/// with `noexec`, it can hold code.
package final class PrivateFile: Sendable {
  private let file: FileDescriptor

  /// Makes a file that holds some bytes.
  package init(_ bytes: some Sequence<UInt8> = []) throws {
    file = try Self.nameless()
    try file.writeAll(bytes)
  }

  deinit {
    // A file in memory has nothing to write back, so no data is lost if this fails.
    try? file.close()
  }

  /// The path by which a child of this process opens the file.
  package var path: String { "/proc/\(getpid())/fd/\(file.rawValue)" }

  /// What the file holds now, up to a bound.
  func bytes(limit: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      // Empty if it cannot be read: the caller already has an error to report.
      count =
        (try? file.read(fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))) ?? 0
    }
  }

  private typealias MemfdCreate = @convention(c) (UnsafePointer<CChar>, UInt32) -> Int32

  /// Looked up by name: the C library declares it only with `_GNU_SOURCE`, which Swift's module is
  /// built without.
  private static let memfdCreate: MemfdCreate? = dlsym(nil, "memfd_create").map {
    unsafeBitCast($0, to: MemfdCreate.self)
  }

  private static func nameless() throws -> FileDescriptor {
    guard let memfdCreate else { throw Errno.noFunction }
    let closeOnExec: UInt32 = 1
    let descriptor = memfdCreate("statestore", closeOnExec)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    // ssh asks for this mode.
    guard fchmod(descriptor, 0o600) == 0 else {
      let code = errno
      close(descriptor)
      throw Errno(rawValue: code)
    }
    return FileDescriptor(rawValue: descriptor)
  }
}

/// The files that `ssh` reads before its first output: keys, host keys, an entry of passwd(5).
final class PrivateFiles: Sendable {
  private let files = Mutex<[PrivateFile]>([])

  /// Writes a file that only this user can read, and returns the path by which a child finds it.
  func write(_ bytes: some Sequence<UInt8>) throws -> String {
    let file = try PrivateFile(bytes)
    files.withLock { $0.append(file) }
    return file.path
  }

  /// Removes the files; calling it again does nothing.
  func remove() { files.withLock { $0 = [] } }
}
