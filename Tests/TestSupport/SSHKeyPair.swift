package import Foundation

/// A pair of keys that ssh-keygen made.
package struct SSHKeyPair: Sendable {
  /// The private key; the public one is beside it.
  package let file: URL
  /// What the file holds.
  package let privateText: String
  /// Kind, base64 and comment.
  package let publicText: String

  /// Makes a pair.
  ///
  /// - Parameter kind: Flags of ssh-keygen.
  package init(
    _ kind: [String] = ["-t", "ed25519"], passphrase: String = "", in directory: URL
  ) async throws {
    file = directory.appending(path: "key-\(UUID().uuidString)")
    let output = try await Program.run(
      "ssh-keygen", ["-q", "-f", file.path, "-N", passphrase, "-C", "tests"] + kind)
    guard output.isSuccess else { throw TestFailure(output.errors) }
    privateText = try String(contentsOf: file, encoding: .utf8)
    publicText = try String(contentsOfFile: file.path + ".pub", encoding: .utf8)
  }

  /// A line of the file of allowed signers.
  package func line(_ options: String = "", principals: String = "kratix@example.com") -> String {
    "\(principals) \(options.isEmpty ? "" : options + " ")\(publicText)"
  }

  /// Whether a text holds any line of the private key.
  package func isShown(in text: String) -> Bool { Self.isShown(privateText, in: text) }

  /// Whether a text holds any line of a private key.
  package static func isShown(_ key: String, in text: String) -> Bool {
    key.split(separator: "\n").contains {
      $0.count > 20 && !$0.hasPrefix("-----") && text.contains($0)
    }
  }
}
