internal import Manifests

/// What `.gitignore` files of a repository cover (gitignore(5)).
struct IgnoreRules {
  /// One line of a file.
  struct Rule {
    let file: String
    let pattern: String
    fileprivate let directory: String
    fileprivate let isNegated: Bool
    fileprivate let isForDirectories: Bool
    fileprivate let isAnchored: Bool
    fileprivate let names: [[Byte]]
  }

  /// A byte, as git compares them, in a type whose literals are characters.
  fileprivate typealias Byte = Unicode.Scalar

  private let rules: [Rule]

  /// - Parameter files: The texts of `.gitignore` files by the directories that they are in.
  init(files: [String: String]) {
    rules = files.sorted { $0.key < $1.key }.flatMap { directory, text in
      text.lines.compactMap { line in
        Self.rule(String(line), in: directory)
      }
    }
  }

  /// The line that covers a file; `nil` when none does.
  ///
  /// A file in a directory that is covered cannot be taken back by a later line.
  func rule(ignoring path: String) -> Rule? {
    let names = Self.names(of: path)
    for count in 1...max(1, names.count) where count <= names.count {
      let part = names.prefix(count)
      if let rule = last(matching: part, isDirectory: count < names.count), !rule.isNegated {
        return rule
      }
    }
    return nil
  }

  private func last(matching names: ArraySlice<[Byte]>, isDirectory: Bool) -> Rule? {
    rules.last { rule in
      guard isDirectory || !rule.isForDirectories else { return false }
      let above = Self.names(of: rule.directory)
      guard names.starts(with: above) else { return false }
      let below = Array(names.dropFirst(above.count))
      guard let last = below.last else { return false }
      return rule.isAnchored
        ? Self.matches(rule.names[...], below[...])
        : Self.matches(pattern: rule.names[0], last)
    }
  }

  private static func rule(_ line: String, in directory: String) -> Rule? {
    var text = bytes(of: line)[...]
    while text.last == " ", text.dropLast().last != "\\" { text.removeLast() }
    guard let first = text.first, first != "#" else { return nil }
    let isNegated = first == "!"
    if isNegated { text.removeFirst() }
    let isForDirectories = text.last == "/"
    if isForDirectories { text.removeLast() }
    let isAnchored = text.contains("/")
    let names = text.split(separator: "/").map { Array($0) }
    guard !names.isEmpty else { return nil }
    return Rule(
      file: directory.isEmpty ? ".gitignore" : "\(directory)/.gitignore", pattern: line,
      directory: directory, isNegated: isNegated, isForDirectories: isForDirectories,
      isAnchored: isAnchored, names: names)
  }

  private static func bytes(of text: String) -> [Byte] { text.utf8.map { Byte($0) } }

  private static func names(of path: String) -> [[Byte]] {
    bytes(of: path).split(separator: "/").map { Array($0) }
  }

  private static func matches(
    _ patterns: ArraySlice<[Byte]>, _ names: ArraySlice<[Byte]>
  ) -> Bool {
    guard let first = patterns.first else { return names.isEmpty }
    if first == ["*", "*"] {
      return (names.startIndex...names.endIndex).contains { start in
        matches(patterns.dropFirst(), names[start...])
      }
    }
    guard let name = names.first else { return false }
    return matches(pattern: first, name)
      && matches(patterns.dropFirst(), names.dropFirst())
  }

  /// `*`, `?` and classes, none of which matches a slash.
  private static func matches(pattern: [Byte], _ name: [Byte]) -> Bool {
    // As in every matcher of globs: where a star was tried last, and how much it took.
    var (place, start) = (0, 0)
    var star: (place: Int, start: Int)?
    while start < name.count {
      if place < pattern.count, pattern[place] == "*" {
        star = (place, start)
        place += 1
      } else if let next = step(pattern, place, name[start]) {
        place = next
        start += 1
      } else if let last = star {
        star = (last.place, last.start + 1)
        (place, start) = (last.place + 1, last.start + 1)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == "*" }
  }

  /// Where the pattern goes on after one character; `nil` where it does not take it.
  private static func step(_ pattern: [Byte], _ place: Int, _ character: Byte) -> Int? {
    guard place < pattern.count else { return nil }
    switch pattern[place] {
    case "?": return place + 1
    case "\\" where place + 1 < pattern.count:
      return pattern[place + 1] == character ? place + 2 : nil
    case "[":
      guard let end = pattern[(place + 1)...].firstIndex(of: "]"), end > place + 1 else {
        return character == "[" ? place + 1 : nil
      }
      var members = pattern[(place + 1)..<end]
      let isNegated = members.first == "!" || members.first == "^"
      if isNegated { members.removeFirst() }
      return contains(Array(members), character) != isNegated ? end + 1 : nil
    case character: return place + 1
    default: return nil
    }
  }

  private static func contains(_ members: [Byte], _ character: Byte) -> Bool {
    var index = 0
    while index < members.count {
      if index + 2 < members.count, members[index + 1] == "-" {
        if members[index] <= character, character <= members[index + 2] { return true }
        index += 3
      } else {
        if members[index] == character { return true }
        index += 1
      }
    }
    return false
  }
}
