/// A commit object taken apart into what is signed and the signature (gitformat-signature(5)).
package struct CommitSignature: Sendable, Hashable {
  /// The object without its signatures: what is signed.
  package let payload: [UInt8]
  /// The signature as its program made it; `nil` for a commit that is not signed.
  package let signature: [UInt8]?

  private static let header = Array("gpgsig".utf8)
  /// A signature of the same commit in a repository with SHA-256, which is no part of what is signed.
  private static let otherHeader = Array("gpgsig-sha256".utf8)

  /// Takes a commit object apart, as `parse_buffer_signed_by_header` of git does.
  package init(of commit: [UInt8]) {
    var payload: [UInt8] = []
    var signature: [UInt8] = []
    var rest = commit[...]
    var current = ArraySlice<UInt8>()
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")), end > rest.startIndex {
      let line = rest[...end]
      rest = rest[(end + 1)...]
      let isContinued = line.first == UInt8(ascii: " ")
      if !isContinued { current = line.prefix { $0 != UInt8(ascii: " ") } }
      if current.elementsEqual(Self.header) {
        signature += line.dropFirst(isContinued ? 1 : current.count + 1)
      } else if !current.elementsEqual(Self.otherHeader) {
        payload += line
      }
    }
    self.payload = payload + rest
    self.signature = signature.isEmpty ? nil : signature
  }

  /// A commit object with a signature after its other headers.
  ///
  /// - Parameters:
  ///   - payload: The commit object without a signature.
  ///   - signature: The signature as its program made it.
  package static func commit(_ payload: [UInt8], signedBy signature: [UInt8]) -> [UInt8] {
    let newline = UInt8(ascii: "\n")
    let blank = zip(payload.indices, payload.indices.dropFirst()).first {
      payload[$0] == newline && payload[$1] == newline
    }
    let end = blank?.1 ?? payload.endIndex
    let lines = signature.split(separator: newline, omittingEmptySubsequences: false)
    let kept = lines.last?.isEmpty == true ? lines.dropLast() : lines[...]
    var header = Self.header
    for line in kept { header += [UInt8(ascii: " ")] + line + [newline] }
    return Array(payload[..<end]) + header + payload[end...]
  }
}
