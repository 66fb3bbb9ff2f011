package import Kratix
internal import Manifests

/// How commits speak, where a server's hooks or a platform's customs ask for more than Kratix
/// writes.
package struct CommitStyle: Sendable, Hashable, Codable {
  /// Who is named as the author of a commit.
  package struct Author: Sendable, Hashable, Codable {
    /// The name.
    package var name: String
    /// The address, which may be empty.
    package var email: String

    /// Names an author.
    package init(name: String, email: String = "") {
      self.name = name
      self.email = email
    }
  }

  /// The message instead of Kratix's subject.
  package var message: MessageTemplate?
  /// Trailers beside ours.
  package var trailers: [Trailer]
  /// The author instead of the state store's, who stays the committer.
  package var author: Author?

  /// A style; Kratix's unless told otherwise.
  package init(
    message: MessageTemplate? = nil, trailers: [Trailer] = [], author: Author? = nil
  ) {
    self.message = message
    self.trailers = trailers
    self.author = author
  }
}

extension CommitStyle.Author {
  /// Reads `Name <address>`, a name, or an address.
  ///
  /// - Returns: `nil` when there is no name in it that Git would take.
  package init?(_ text: String) {
    let parts = text.parts(separatedBy: "<", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts[0].trimmingPrefix { $0 == " " }
    let email = parts.count > 1 ? String(parts[1].prefix { $0 != ">" }) : ""
    let bare = String(name.reversed().drop { $0 == " " }.reversed())
    self.init(name: bare.isEmpty ? email : bare, email: email)
    if parts.count == 1, bare.contains("@") { self.email = bare }
    guard self.name.contains(where: { $0.isLetter || $0.isNumber }) else { return nil }
  }
}

extension Trailer {
  /// Reads `KEY=VALUE`.
  ///
  /// - Throws: `KratixError` with the code `invalidConfiguration` when git would not take it for a
  ///   trailer.
  package init(parsing text: String) throws(KratixError) {
    let parts = text.parts(separatedBy: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let isToken = { (character: Character) in
      character.isASCII && (character.isLetter || character.isNumber || character == "-")
    }
    guard parts.count == 2, !parts[0].isEmpty, parts[0].allSatisfy(isToken),
      parts[1].contains(where: { !$0.isWhitespace })
    else {
      throw KratixError(
        .invalidConfiguration,
        "the trailer \"\(text)\" is not KEY=VALUE with a key of letters, digits and '-'")
    }
    let key = parts[0].lowercased()
    guard !key.begins(with: "kratix-"), !key.begins(with: "statestore-") else {
      throw KratixError(
        .invalidConfiguration,
        "the trailer \"\(text)\" would say something else than ours of that name; give it another")
    }
    self.init(String(parts[0]), String(parts[1]))
  }
}
