internal import Foundation

/// A path in a state store that is safe to write: relative, without `.` and `..`, without any
/// spelling of `.git`, and in Unicode's composed form.
///
/// libgit2 accepts several unsafe names (a trailing slash, `.git` with characters that HFS+ ignores,
/// control characters), and Kratix accepts more, so every path is checked here first. The rules are
/// those of `git fsck --strict` (git-fsck(1), `hasDotgit` and related) and of the file systems on
/// which a clone may be checked out.
package struct StatePath: Sendable, Hashable {
  /// The root directory.
  package static let root = StatePath(checked: [])

  /// The names from the root down; none for the root itself.
  package let components: [String]

  private init(checked components: [String]) {
    self.components = components
  }

  /// Checks a path with slashes.
  ///
  /// - Throws: `UnsafePath`.
  package init(_ text: String) throws(UnsafePath) {
    guard !text.isEmpty else { throw UnsafePath(path: text, reason: "it is empty") }
    guard text.utf8.count <= 4096 else {
      throw UnsafePath(path: text, reason: "it is longer than 4096 bytes")
    }
    // By Unicode scalars: a slash followed by a combining mark is one character to Swift, and still
    // a slash to Git.
    let names = text.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false)
    var components: [String] = []
    components.reserveCapacity(names.count)
    for name in names {
      let component = String(name)
      if let reason = Self.reasonToRefuse(component) {
        throw UnsafePath(path: text, reason: reason)
      }
      components.append(component)
    }
    self.components = components
  }

  /// A path below this directory.
  ///
  /// - Throws: `UnsafePath` with the whole path.
  package func appending(_ text: String) throws(UnsafePath) -> StatePath {
    components.isEmpty
      ? try StatePath(text) : try StatePath(description + "/" + text)
  }

  /// The path of a name in this directory.
  ///
  /// - Throws: `UnsafePath` with the whole path.
  package func appending(name: String) throws(UnsafePath) -> StatePath {
    guard Self.isOfLettersAndDigits(name), components.count < 16 else {
      return try appending(name)
    }
    return child(checked: name)
  }

  /// The path of a name that is known to be safe.
  func child(checked name: String) -> StatePath {
    StatePath(checked: components + [name])
  }

  /// The parent directory; `nil` for the root.
  package var parent: StatePath? {
    components.isEmpty ? nil : StatePath(checked: components.dropLast())
  }

  /// The last name; `nil` for the root.
  package var name: String? { components.last }

  /// Whether this path is the directory or below it.
  package func isInside(_ directory: StatePath) -> Bool {
    components.starts(with: directory.components)
  }
}

extension StatePath: CustomStringConvertible {
  /// The path with slashes; empty for the root.
  package var description: String { components.joined(separator: "/") }
}

extension StatePath: Comparable {
  /// Orders paths name by name, by bytes.
  package static func < (left: StatePath, right: StatePath) -> Bool {
    for (first, second) in zip(left.components, right.components) where first != second {
      return first.utf8.lexicographicallyPrecedes(second.utf8)
    }
    return left.components.count < right.components.count
  }
}

/// A path that must not be written, and why.
package struct UnsafePath: Error, Sendable, Hashable, CustomStringConvertible {
  package let path: String
  /// What is wrong with the path.
  package let reason: String

  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// The path, made printable, and the reason.
  package var description: String {
    "unsafe path \"\(Self.printable(path))\": \(reason)"
  }

  private static func printable(_ text: String) -> String {
    text.unicodeScalars.prefix(300).reduce(into: "") { result, scalar in
      result +=
        scalar.properties.generalCategory == .control
        ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
  }
}

extension StatePath {
  private static func reasonToRefuse(_ name: String) -> String? {
    // The fast path: nearly every name is one of Kubernetes, and there may be a million.
    if isOfLettersAndDigits(name) { return nil }
    if name.isEmpty {
      return "it is absolute, or has an empty name between two slashes or at its end"
    }
    if name == "." || name == ".." { return "it holds the name \"\(name)\"" }
    if name.utf8.count > 255 { return "a name in it is longer than 255 bytes" }
    if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "it holds a control character"
    }
    if name.utf8.contains(UInt8(ascii: "\\")) { return "it holds a backslash" }
    if isGitDirectory(name) { return "Git keeps the name \".git\" for itself" }
    // Otherwise two names with different bytes would look the same, also to Swift's strings.
    if !name.utf8.elementsEqual(name.precomposedStringWithCanonicalMapping.utf8) {
      return "it is not in Unicode's composed form (NFC)"
    }
    return nil
  }

  /// Whether a name has only ASCII letters, digits and dashes, which need no further check.
  private static func isOfLettersAndDigits(_ name: String) -> Bool {
    (1...255).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
      }
  }

  /// Whether a file system treats this name as `.git` (git-fsck(1): `hasDotgit`).
  private static func isGitDirectory(_ name: String) -> Bool {
    // By bytes: a dot, space or colon with a combining mark is one character to Swift, and two to
    // NTFS.
    let visible = String(String.UnicodeScalarView(name.unicodeScalars.filter(isSeenByHFS)))
      .lowercased().utf8
    // NTFS drops trailing dots and spaces, truncates at a colon, and has short names.
    let stem = visible.prefix { $0 != UInt8(ascii: ":") }
    let end = stem.lastIndex { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: " ") }
    let shown = end.map { stem[...$0] } ?? stem
    return shown.elementsEqual(".git".utf8) || shown.elementsEqual("git~1".utf8)
  }

  /// HFS+ ignores these code points when it compares names (git's `utf8.c`, `next_hfs_char`, and
  /// Apple's Technical Note TN1150).
  private static func isSeenByHFS(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200C...0x200F, 0x202A...0x202E, 0x206A...0x206F, 0xFEFF: false
    default: true
    }
  }
}
