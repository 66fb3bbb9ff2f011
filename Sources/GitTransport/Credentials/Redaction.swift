import Foundation

extension Credentials {
  /// The output of a server or a program without our secrets: some repeat what they were sent.
  func redactingSecrets(_ lines: [String]) -> [String] {
    // By scalars, so that a secret followed by a combining mark is found too.
    lines.map { line in
      let redacted = secrets.reduce(line.unicodeScalars) {
        $0.replacing($1.unicodeScalars, with: "(redacted)".unicodeScalars)
      }
      return String(redacted)
    }
  }

  /// The secrets as they are sent, the longest first because one may contain another.
  private var secrets: [String] {
    let spellings: [String] =
      switch self {
      case .none: []
      case .basic(let username, let password):
        [Data("\(username):\(password.revealed)".utf8).base64EncodedString(), password.revealed]
      case .bearer(let token): [token.revealed]
      case .ssh(let key, _): Self.lines(key)
      case .githubApp(let app): Self.lines(app.privateKey)
      }
    return spellings.filter { $0.count > 3 }.sorted { $0.count > $1.count }
  }

  private static func lines(_ key: Secret) -> [String] {
    key.revealed.unicodeScalars.split { $0 == "\n" || $0 == "\r" }.map { String($0) }
  }
}
