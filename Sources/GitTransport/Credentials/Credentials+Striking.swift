import Foundation

extension Credentials {
  /// What a server or a program said, without our own secrets: some repeat what they were sent.
  func striking(_ lines: [String]) -> [String] {
    // By scalars: a combining mark behind a secret does not hide it.
    lines.map { line in
      let struck = secrets.reduce(line.unicodeScalars) {
        $0.replacing($1.unicodeScalars, with: "(redacted)".unicodeScalars)
      }
      return String(struck)
    }
  }

  /// The spellings in which the secrets go out; the longest first, for one may hold another.
  private var secrets: [String] {
    let spellings: [String] =
      switch self {
      case .none, .sshAgent: []
      case .basic(let username, let password):
        [Data("\(username):\(password.revealed)".utf8).base64EncodedString(), password.revealed]
      case .bearer(let token): [token.revealed]
      case .ssh(let key, _):
        key.revealed.unicodeScalars.split { $0 == "\n" || $0 == "\r" }.map { String($0) }
      }
    return spellings.filter { $0.count > 3 }.sorted { $0.count > $1.count }
  }
}
