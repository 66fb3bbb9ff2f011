/// Why a commit cannot be signed; nothing of a key or a passphrase is in it.
package struct SigningError: Error, Sendable, Hashable {
  /// The kind of failure.
  package enum Code: Sendable, Hashable {
    /// The key, its name or a file of signers cannot be used as it is.
    case invalidKey
    /// A program that is needed is not installed.
    case missingProgram
    /// The agent or the program does not sign, or its signature does not hold.
    case failed
    /// The deadline came first.
    case timedOut
  }

  /// The kind of failure.
  package let code: Code
  /// What happened, and what to do.
  package let message: String
  /// The last lines that the program printed, safe to show.
  package let programMessages: [String]

  init(_ code: Code, _ message: String, programMessages: [String] = []) {
    self.code = code
    self.message = message
    self.programMessages = programMessages
  }
}
