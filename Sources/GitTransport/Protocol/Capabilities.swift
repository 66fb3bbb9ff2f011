/// The capabilities of a server: names, some with a value, some of them repeated.
///
/// gitprotocol-capabilities(5) for versions 0 and 1, gitprotocol-v2(5) "Capability Advertisement".
struct Capabilities: Hashable {
  let list: [String]

  init(_ list: [String]) { self.list = list }

  /// Parses the list after the NUL of a version 0 advertisement.
  init(line: some Sequence<UInt8>) {
    self.init(String(decoding: Array(line), as: UTF8.self).split(separator: " ").map(String.init))
  }

  func contains(_ name: String) -> Bool {
    list.contains { $0 == name || $0.hasPrefix(name + "=") }
  }

  func values(of name: String) -> [String] {
    list.compactMap { $0.hasPrefix(name + "=") ? String($0.dropFirst(name.count + 1)) : nil }
  }

  /// The features of a version 2 command, as in `fetch=shallow filter`.
  func features(of command: String) -> Set<String> {
    Set(values(of: command).flatMap { $0.split(separator: " ").map(String.init) })
  }

  /// The branch of `HEAD`, from `symref=HEAD:refs/heads/main`.
  var head: String? {
    values(of: "symref").lazy.compactMap { value in
      value.hasPrefix("HEAD:") ? String(value.dropFirst(5)) : nil
    }.first
  }

  /// Refuses repositories whose object ids are not SHA-1.
  func requireSHA1() throws(ProtocolFailure) {
    guard let format = values(of: "object-format").first, format != "sha1" else { return }
    throw ProtocolFailure(
      code: .unsupported,
      message: "the repository names its objects with \(SanitizedText.clean(format, limit: 20));"
        + " only SHA-1 repositories are supported")
  }
}
