/// The author or committer of a commit, with the time.
package struct Signature: Sendable, Hashable {
  /// The name, without `<`, `>`, newline and NUL.
  package let name: String
  /// The address, which may be empty.
  package let email: String
  /// Seconds since 1970.
  package let seconds: Int64
  /// Minutes east of UTC.
  package let offsetMinutes: Int

  /// Characters that Git forbids in a name or an address are dropped, as git itself does
  /// (`ident.c`, `strbuf_addstr_without_crud`).
  package init(name: String, email: String, seconds: Int64, offsetMinutes: Int = 0) {
    self.name = Self.withoutCrud(name)
    self.email = Self.withoutCrud(email)
    self.seconds = seconds
    self.offsetMinutes = offsetMinutes
  }

  private static func withoutCrud(_ text: String) -> String {
    let forbidden: [UInt8] = [0, UInt8(ascii: "\n"), UInt8(ascii: "<"), UInt8(ascii: ">")]
    let kept = text.utf8.filter { !forbidden.contains($0) }
    let crud = Array(".,:;\"'\\".utf8)
    return kept.trimmed { $0 <= UInt8(ascii: " ") || crud.contains($0) }
  }
}

extension BidirectionalCollection<UInt8> {
  /// The text without unwanted bytes at its ends.
  ///
  /// By bytes, as in git: a space with a combining mark after it would be one character.
  fileprivate func trimmed(of isUnwanted: (UInt8) -> Bool) -> String {
    guard let first = firstIndex(where: { !isUnwanted($0) }),
      let last = lastIndex(where: { !isUnwanted($0) })
    else { return "" }
    return String(decoding: self[first...last], as: UTF8.self)
  }
}

/// A commit: a root tree, parents, author, committer and message.
package struct Commit: Sendable, Hashable {
  package let tree: ObjectID
  package let parents: [ObjectID]
  package let author: Signature
  package let committer: Signature
  /// Subject, body and trailers.
  package let message: String

  /// A commit; a message that does not end in a newline gets one.
  package init(
    tree: ObjectID, parents: [ObjectID], author: Signature, committer: Signature, message: String
  ) {
    self.tree = tree
    self.parents = parents
    self.author = author
    self.committer = committer
    let text = message.filter { $0 != "\0" }
    self.message = text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n"
  }

  /// The same commit on other parents.
  package func onto(_ parents: [ObjectID]) -> Commit {
    Commit(
      tree: tree, parents: parents, author: author, committer: committer, message: message)
  }

  /// The first line of the message, without a CR at its end: as in git, only LF ends it.
  package var subject: String {
    var line = message.unicodeScalars.prefix { $0 != "\n" }
    if line.last == "\r" { line.removeLast() }
    return String(line)
  }

  /// The bytes of the commit object.
  package var bytes: [UInt8] {
    var text = "tree \(tree)\n"
    for parent in parents { text += "parent \(parent)\n" }
    text += "author \(author.line)\ncommitter \(committer.line)\n\n"
    return Array((text + message).utf8)
  }

  /// Parses the bytes of a commit object.
  ///
  /// Other headers (an encoding, a signature, a merged tag) are ignored.
  ///
  /// - Throws: `GitError` with the code `corrupt`.
  package init(bytes: [UInt8]) throws(GitError) {
    var rest = bytes[...]
    var headers: [(name: String, value: ArraySlice<UInt8>)] = []
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = rest[..<end]
      rest = rest[(end + 1)...]
      if line.isEmpty { break }
      let name = line.prefix { $0 != UInt8(ascii: " ") }
      if name.isEmpty { continue }
      let value = line[name.endIndex...].dropFirst()
      headers.append((String(decoding: name, as: UTF8.self), value))
    }
    func values(_ name: String) -> [ArraySlice<UInt8>] {
      headers.filter { $0.name == name }.map(\.value)
    }
    func ids(_ name: String) -> [ObjectID?] {
      values(name).map { ObjectID(hexadecimal: String(decoding: $0, as: UTF8.self)) }
    }
    let parents = ids("parent")
    guard let tree = ids("tree").first ?? nil, !parents.contains(nil),
      let author = values("author").first.flatMap({ Signature(line: $0) }),
      let committer = values("committer").first.flatMap({ Signature(line: $0) })
    else {
      throw .corrupt(
        "a commit object whose tree, parents, author or committer cannot be read", in: "commit")
    }
    self.tree = tree
    self.parents = parents.compactMap { $0 }
    self.author = author
    self.committer = committer
    self.message = String(decoding: rest, as: UTF8.self)
  }
}

extension Signature {
  /// The line of a commit object: name, address, seconds and zone.
  fileprivate var line: String {
    let sign = offsetMinutes < 0 ? "-" : "+"
    let minutes = offsetMinutes.magnitude
    let zone = String(minutes / 60 * 100 + minutes % 60)
    let padded = String(repeating: "0", count: max(0, 4 - zone.count)) + zone
    return "\(name) <\(email)> \(seconds) \(sign)\(padded)"
  }

  fileprivate init?(line: ArraySlice<UInt8>) {
    guard let open = line.firstIndex(of: UInt8(ascii: "<")),
      let close = line.lastIndex(of: UInt8(ascii: ">")), open < close
    else { return nil }
    let time = String(decoding: line[(close + 1)...], as: UTF8.self).split(separator: " ")
    self.name = line[..<open].trimmed { $0 == UInt8(ascii: " ") }
    self.email = String(decoding: line[(open + 1)..<close], as: UTF8.self)
    self.seconds = time.first.flatMap { Int64($0) } ?? 0
    let zone = time.dropFirst().first.flatMap { Int($0) } ?? 0
    // A hostile commit may have any zone.
    let bounded = max(-9999, min(9999, zone))
    self.offsetMinutes = bounded / 100 * 60 + bounded % 100
  }
}
