internal import Foundation

/// The lines by which gpg, gpgsm and gitsign say what they did (GnuPG's doc/DETAILS).
struct ProgramStatus: Sendable {
  /// Keyword and the words after it.
  private let lines: [(keyword: String, words: [String])]

  private static let mark = "[GNUPG:]"

  /// Reads them from output that may have others.
  init(_ output: [UInt8]) {
    lines = output.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.compactMap {
      line in
      let words = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
      guard words.count > 1, words[0] == Self.mark else { return nil }
      return (words[1], Array(words.dropFirst(2)))
    }
  }

  func has(_ keyword: String) -> Bool { lines.contains { $0.keyword == keyword } }

  /// Of one good signature: the signer as the program names it; `nil` otherwise.
  ///
  /// As in git, a commit with more than one signature does not count.
  var goodSigner: String? {
    let verdicts = lines.filter { Self.verdicts.contains($0.keyword) }
    guard let good = verdicts.first, verdicts.count == 1, good.keyword == "GOODSIG" else {
      return nil
    }
    return good.words.dropFirst().joined(separator: " ")
  }

  /// Why there is no good signature.
  var fault: String {
    for (keyword, meaning) in Self.faults where has(keyword) { return meaning }
    return "the program does not say that it is good"
  }

  /// Keywords of which there is one for each signature.
  private static let verdicts: Set = [
    "GOODSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG", "BADSIG", "ERRSIG",
  ]

  private static let faults = [
    ("BADSIG", "it is not a signature of this commit"),
    ("NO_PUBKEY", "its key is not in the keyring"), ("EXPSIG", "it has expired"),
    ("EXPKEYSIG", "its key has expired"), ("REVKEYSIG", "its key was revoked"),
    ("ERRSIG", "it cannot be checked"), ("TRUST_UNDEFINED", "its certificate is not trusted here"),
    ("TRUST_NEVER", "its key or certificate is not trusted here"),
  ]
}
