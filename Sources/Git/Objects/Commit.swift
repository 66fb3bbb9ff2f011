/// Who wrote a commit, and when.
package struct Signature: Sendable, Hashable {
  /// The name; Git allows none of `<`, `>`, newline and NUL in it.
  package let name: String
  /// The address, which may be empty.
  package let email: String
  /// Seconds since 1970.
  package let seconds: Int64
  /// Minutes east of UTC.
  package let offsetMinutes: Int

  /// Puts a signature together; characters that Git forbids in a name or an address are dropped,
  /// as git itself does (`ident.c`, `strbuf_addstr_without_crud`).
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
  /// The text of the bytes without those at its ends that are not wanted.
  ///
  /// By bytes, as git works: a mark after a space would make one character of both.
  fileprivate func trimmed(of isUnwanted: (UInt8) -> Bool) -> String {
    guard let first = firstIndex(where: { !isUnwanted($0) }),
      let last = lastIndex(where: { !isUnwanted($0) })
    else { return "" }
    return String(decoding: self[first...last], as: UTF8.self)
  }
}

/// A commit: a tree, where it comes from, who made it and why.
package struct Commit: Sendable, Hashable {
  /// The directory that holds everything.
  package let tree: ObjectID
  /// The commits that it follows: none for the first.
  package let parents: [ObjectID]
  /// Who wrote the change.
  package let author: Signature
  /// Who made the commit.
  package let committer: Signature
  /// Subject, body and trailers.
  package let message: String

  /// Puts a commit together.
  ///
  /// A message that does not end in a newline gets one.
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

  /// The first line of the message, without the CR before its end: as in git, LF alone ends it.
  package var subject: String {
    var line = message.unicodeScalars.prefix { $0 != "\n" }
    if line.last == "\r" { line.removeLast() }
    return String(line)
  }

  /// The bytes of the commit object; a signature over them can be put between header and message
  /// before they are stored.
  package var bytes: [UInt8] {
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
  /// The signature as a commit holds it: name, address, seconds and zone.
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
    // A hostile commit may claim any zone; no zone is further than a day away.
    let bounded = max(-9999, min(9999, zone))
    self.offsetMinutes = bounded / 100 * 60 + bounded % 100
  }
}
