/// Who wrote a commit, and when.
public struct Signature: Sendable, Hashable {
  /// The name; Git allows none of `<`, `>`, newline and NUL in it.
  public let name: String
  /// The address, which may be empty.
  public let email: String
  /// Seconds since 1970.
  public let seconds: Int64
  /// Minutes east of UTC.
  public let offsetMinutes: Int

  /// Puts a signature together; characters that Git forbids in a name or an address are dropped,
  /// as git itself does (`ident.c`, `strbuf_addstr_without_crud`).
  public init(name: String, email: String, seconds: Int64, offsetMinutes: Int = 0) {
    self.name = Self.withoutCrud(name)
    self.email = Self.withoutCrud(email)
    self.seconds = seconds
    self.offsetMinutes = offsetMinutes
  }

  private static func withoutCrud(_ text: String) -> String {
    let kept = text.unicodeScalars.filter { scalar in
      scalar != "<" && scalar != ">" && scalar.value >= 0x20
    }
    return String(String.UnicodeScalarView(kept)).trimmingEdges(of: " .,:;\"'\\")
  }
}

extension String {
  fileprivate func trimmingEdges(of characters: String) -> String {
    let isKept: (Character) -> Bool = { !characters.contains($0) }
    guard let first = firstIndex(where: isKept), let last = lastIndex(where: isKept) else {
      return ""
    }
    return String(self[first...last])
  }
}

/// A commit: a tree, where it comes from, who made it and why.
public struct Commit: Sendable, Hashable {
  /// The directory that holds everything.
  public let tree: ObjectID
  /// The commits that it follows: none for the first.
  public let parents: [ObjectID]
  /// Who wrote the change.
  public let author: Signature
  /// Who made the commit.
  public let committer: Signature
  /// Subject, body and trailers.
  public let message: String

  /// Puts a commit together.
  ///
  /// A message that does not end in a newline gets one.
  public init(
    tree: ObjectID, parents: [ObjectID], author: Signature, committer: Signature, message: String
  ) {
    self.tree = tree
    self.parents = parents
    self.author = author
    self.committer = committer
    let text = message.filter { $0 != "\0" }
    self.message = text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n"
  }

  /// The first line of the message.
  public var subject: String {
    String(message.prefix { !$0.isNewline })
  }

  /// The bytes of the commit object; a signature over them can be put between header and message
  /// before they are stored.
  public var bytes: [UInt8] {
    var text = "tree \(tree)\n"
    for parent in parents { text += "parent \(parent)\n" }
    text += "author \(author.line)\ncommitter \(committer.line)\n\n"
    return Array((text + message).utf8)
  }

  /// Reads the bytes of a commit object.
  ///
  /// Headers that are not known (an encoding, a signature, a merged tag) are passed over.
  ///
  /// - Throws: `GitError` with the code `corrupt`.
  public init(bytes: [UInt8]) throws(GitError) {
    let text = String(decoding: bytes, as: UTF8.self)
    var rest = text[...]
    var headers: [(name: Substring, value: Substring)] = []
    while let end = rest.utf8.firstIndex(of: UInt8(ascii: "\n")) {
      let line = rest[..<end]
      rest = rest[rest.utf8.index(after: end)...]
      if line.isEmpty { break }
      let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      if let name = parts.first, !name.isEmpty { headers.append((name, parts.last ?? "")) }
    }
    func values(_ name: String) -> [Substring] {
      headers.filter { $0.name == name }.map(\.value)
    }
    guard let tree = values("tree").first.flatMap({ ObjectID(hexadecimal: $0) }),
      let author = values("author").first.flatMap({ Signature(line: $0) }),
      let committer = values("committer").first.flatMap({ Signature(line: $0) })
    else { throw .corrupt("a commit object without tree, author or committer", in: "commit") }
    self.tree = tree
    self.parents = values("parent").compactMap { ObjectID(hexadecimal: $0) }
    self.author = author
    self.committer = committer
    self.message = String(rest)
  }
}

extension Signature {
  /// The signature as a commit holds it: name, address, seconds and zone.
  fileprivate var line: String {
    let sign = offsetMinutes < 0 ? "-" : "+"
    let minutes = abs(offsetMinutes)
    let zone = String(minutes / 60 * 100 + minutes % 60)
    let padded = String(repeating: "0", count: max(0, 4 - zone.count)) + zone
    return "\(name) <\(email)> \(seconds) \(sign)\(padded)"
  }

  fileprivate init?(line: Substring) {
    guard let open = line.firstIndex(of: "<"), let close = line.lastIndex(of: ">"), open < close
    else { return nil }
    let time = line[line.index(after: close)...].split(separator: " ")
    self.name = String(line[..<open]).trimmingEdges(of: " ")
    self.email = String(line[line.index(after: open)..<close])
    self.seconds = time.first.flatMap { Int64($0) } ?? 0
    let zone = time.dropFirst().first.flatMap { Int($0) } ?? 0
    // A hostile commit may claim any zone; no zone is further than a day away.
    let bounded = max(-9999, min(9999, zone))
    self.offsetMinutes = bounded / 100 * 60 + bounded % 100
  }
}
