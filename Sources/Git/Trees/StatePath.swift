internal import Foundation

/// A path inside a state store that is safe to write: relative, without `.` and `..`, without
/// `.git` in any disguise, and spelled in one way only.
///
/// libgit2 lets several unsafe names through (a trailing slash, `.git` with characters that HFS+
/// ignores, control characters), and Kratix lets through more; so every path is checked here
/// before anything is built from it. The rules are those of `git fsck --strict` (git-fsck(1),
/// `hasDotgit` and its kin) and of the file systems that a clone may be checked out on.
package struct StatePath: Sendable, Hashable {
  /// The directory that holds everything.
  package static let root = StatePath(checked: [])

  /// The names from the top down; none for the root.
  package let components: [String]

  private init(checked components: [String]) {
    self.components = components
  }

  /// Checks a path written with slashes.
  ///
  /// - Throws: `UnsafePath` that names the path and what is wrong with it.
  package init(_ text: String) throws(UnsafePath) {
    guard !text.isEmpty else { throw UnsafePath(path: text, reason: "it is empty") }
    guard text.utf8.count <= 4096 else {
      throw UnsafePath(path: text, reason: "it is longer than 4096 bytes")
    }
    // By unicode scalars, not characters: a slash followed by a combining mark is one character,
    // and still a slash to Git.
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

  /// The path of something below this directory.
  ///
  /// - Throws: `UnsafePath` that names the whole path.
  package func appending(_ text: String) throws(UnsafePath) -> StatePath {
    components.isEmpty
      ? try StatePath(text) : try StatePath(description + "/" + text)
  }

  /// The path of one name in this directory.
  ///
  /// - Throws: `UnsafePath` that names the whole path.
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

  /// The directory that holds it; `nil` for the root.
  package var parent: StatePath? {
    components.isEmpty ? nil : StatePath(checked: components.dropLast())
  }

  /// The last name; `nil` for the root.
  package var name: String? { components.last }

  /// Whether this path is the directory itself or lies below it.
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
  /// The path as it was given.
  package let path: String
  /// What is wrong with it.
  package let reason: String

  /// Names a path and what is wrong with it.
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
    // Nearly every name is one that Kubernetes gives, and there may be a million of them.
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
    // In one spelling only, or two names would differ in bytes and be equal to everybody who
    // looks, Swift's own strings among them.
    if !name.utf8.elementsEqual(name.precomposedStringWithCanonicalMapping.utf8) {
      return "it is not in Unicode's composed form (NFC)"
    }
    return nil
  }

  /// Whether a name is of ASCII letters, digits and dashes alone: nobody takes it for another.
  private static func isOfLettersAndDigits(_ name: String) -> Bool {
    (1...255).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
      }
  }

  /// Whether some file system takes this name for `.git` (git-fsck(1): `hasDotgit`).
  private static func isGitDirectory(_ name: String) -> Bool {
    // By bytes from here on: a mark after a dot, a space or a colon would make one character of
    // both, and NTFS sees two.
    let visible = String(String.UnicodeScalarView(name.unicodeScalars.filter(isSeenByHFS)))
      .lowercased().utf8
    // NTFS drops trailing dots and spaces, cuts at a colon, and has short names.
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
