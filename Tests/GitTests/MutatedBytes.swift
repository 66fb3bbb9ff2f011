import TestSupport

extension Sequence<UInt8> {
  /// The bytes with one to three of them changed, dropped or doubled.
  func mutated(by random: inout SeededGenerator) -> [UInt8] {
    var bytes = Array(self)
    for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
      let index = Int.random(in: bytes.indices, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.remove(at: index)
      case 2: bytes.insert(bytes[index], at: index)
      default: bytes.removeSubrange(index...)
      }
    }
    return bytes
  }
}
