internal import Manifests

/// A revision as git takes it (gitrevisions(7)): a name or an id, and steps from there to an ancestor.
struct Revision {
  enum Step: Hashable {
    /// `~N`: N times the first parent.
    case ancestor(Int)
    /// `^N`: the Nth parent; 0 is the commit itself.
    case parent(Int)
  }

  /// `HEAD`, a reference, or digits of an id.
  let base: String
  let steps: [Step]

  /// - Throws: `LandingError` with `invalid-configuration` for what is none, or is not supported.
  init(_ text: String) throws(LandingError) {
    // No reference has these signs in its name (git-check-ref-format(1)).
    let end = text.unicodeScalars.firstIndex { $0 == "~" || $0 == "^" } ?? text.endIndex
    let name = String(text[..<end])
    guard !name.isEmpty, !name.utf8.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: ":") }),
      !name.includes(".."), !name.includes("@{"), let steps = Self.steps(text[end...])
    else {
      throw LandingError(
        .invalidConfiguration, "\"\(text)\" is no revision that can be read; \(Self.advice)")
    }
    base = name == "@" ? "HEAD" : name
    self.steps = steps
  }

  static let advice =
    "name a branch, a tag, a reference such as refs/heads/main, HEAD, or a commit by 4 or more of its "
    + "digits; ~N and ^N lead to its ancestors"

  private static func steps(_ text: Substring) -> [Step]? {
    var steps: [Step] = []
    var rest = text.unicodeScalars
    while let sign = rest.popFirst() {
      if sign == "^", rest.first == "{" {
        // What is read is a commit in any case.
        let kind = String(rest.prefix { $0 != "}" })
        guard kind == "{commit" || kind == "{" else { return nil }
        rest.removeFirst(kind.unicodeScalars.count)
        guard rest.popFirst() != nil else { return nil }
        continue
      }
      let digits = rest.prefix { ("0"..."9").contains($0) }
      rest.removeFirst(digits.count)
      guard digits.count <= 6, let number = digits.isEmpty ? 1 : Int(String(digits)),
        sign == "~" || sign == "^"
      else { return nil }
      steps.append(sign == "~" ? .ancestor(number) : .parent(number))
    }
    return steps
  }

  /// The references that the name may stand for, in git's order.
  ///
  /// The last one is for `origin/main` of a repository that is itself the origin.
  var references: [String] {
    var names = base == "HEAD" || base.begins(with: "refs/") ? [base] : []
    names += ["refs/", "refs/tags/", "refs/heads/", "refs/remotes/"].map { $0 + base }
    names.append("refs/remotes/\(base)/HEAD")
    if let slash = base.utf8.firstIndex(of: UInt8(ascii: "/")), !base.begins(with: "refs/") {
      names.append("refs/heads/" + base[base.utf8.index(after: slash)...])
    }
    return names
  }

  /// Whether the name may be the beginning of an id.
  var isAbbreviation: Bool {
    (4..<40).contains(base.utf8.count)
      && base.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
          UInt8(ascii: "A")...UInt8(ascii: "F"):
          true
        default: false
        }
      }
  }
}
