import Application
import ArgumentParser

/// The key that signs commits; options of the commands that write.
struct SigningOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Sign commits, with a private key of SSH, the public key of one that ssh-agent has, openpgp:ID or x509:ID.",
      discussion: "Also STATESTORE_SIGN.", valueName: "key"), completion: .file())
  var sign: String?

  @Option(
    help: ArgumentHelp(
      "The program that signs instead of gpg or gpgsm, as git's gpg.program and gpg.x509.program: gitsign.",
      discussion: "Also STATESTORE_SIGN_PROGRAM.", valueName: "program"))
  var signProgram: String?

  /// The values of flags and variables.
  func apply(to settings: inout PlatformSettings) {
    settings.signing.key = sign ?? Environment["STATESTORE_SIGN"]
    settings.signing.program = signProgram ?? Environment["STATESTORE_SIGN_PROGRAM"]
  }

  /// Whether a flag asks for signatures.
  var isGiven: Bool { sign != nil || signProgram != nil }
}

/// Whose signatures count; options of the commands that check.
struct SignerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Keys of SSH whose signatures count, as git's gpg.ssh.allowedSignersFile.",
      discussion: "Also STATESTORE_ALLOWED_SIGNERS.", valueName: "file"), completion: .file())
  var allowedSigners: String?

  @Option(
    help: ArgumentHelp(
      "Keys of OpenPGP whose signatures count, as gpg --export writes them.",
      discussion: "Also STATESTORE_KEYRING.", valueName: "file"), completion: .file())
  var keyring: String?

  @Option(
    help: ArgumentHelp(
      "The program that says which signatures of X.509 count: gpgsm, gitsign.",
      discussion: "Also STATESTORE_X509_PROGRAM.", valueName: "program"))
  var x509Program: String?

  /// The values of flags and variables.
  func apply(to settings: inout PlatformSettings) {
    settings.signing.allowedSigners = allowedSigners ?? Environment["STATESTORE_ALLOWED_SIGNERS"]
    settings.signing.keyring = keyring ?? Environment["STATESTORE_KEYRING"]
    settings.signing.x509Program = x509Program ?? Environment["STATESTORE_X509_PROGRAM"]
  }

  /// Whether a flag names anybody.
  var isGiven: Bool { allowedSigners != nil || keyring != nil || x509Program != nil }
}
