internal import GRDB
internal import Landing

/// Which Works a list is for, as `kubectl get --selector` writes it: `a=b,c!=d,e in (f,g),!h`
/// (Kubernetes, "Labels and Selectors").
struct LabelSelector: Sendable, Hashable {
  /// One requirement; all must be met.
  enum Requirement: Sendable, Hashable {
    case isOneOf(key: String, values: [String])
    /// Also met where the label is not there.
    case isNoneOf(key: String, values: [String])
    case exists(key: String)
    case isAbsent(key: String)
  }

  /// More than anybody writes, and fewer than SQLite takes.
  private static let most = 100

  let requirements: [Requirement]

  /// Reads a selector.
  ///
  /// - Throws: `LandingError` with `invalid-input`.
  init(parsing text: String) throws(LandingError) {
    var requirements: [Requirement] = []
    let parts = Self.parts(of: text)
    guard parts.count <= Self.most else {
      throw LandingError(
        .invalidInput, "labelSelector: it has more than \(Self.most) requirements; give fewer")
    }
    for part in parts {
      guard let requirement = Self.requirement(in: part) else {
        throw LandingError(
          .invalidInput,
          """
          labelSelector: "\(part)" is no requirement; write key=value, key!=value, key in (a,b), \
          key notin (a,b), key or !key
          """)
      }
      requirements.append(requirement)
    }
    self.requirements = requirements
  }

  /// Commas separate requirements, but not the values between parentheses.
  private static func parts(of text: String) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == ",", depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts.map { $0.trimmed }.filter { !$0.isEmpty }
  }

  private static func requirement(in part: String) -> Requirement? {
    if part.hasPrefix("!") { return key(part.dropFirst()).map(Requirement.isAbsent) }
    for (sign, isIncluding) in [("!=", false), ("==", true), ("=", true)] {
      guard let range = part.firstRange(of: sign) else { continue }
      return requirement(
        part[..<range.lowerBound], [part[range.upperBound...]], isIncluding: isIncluding)
    }
    for (word, isIncluding) in [(" notin ", false), (" in ", true)] {
      guard let range = part.firstRange(of: word) else { continue }
      let list = part[range.upperBound...].trimmed
      guard list.hasPrefix("("), list.hasSuffix(")") else { return nil }
      let values = list.dropFirst().dropLast().split(
        separator: ",", omittingEmptySubsequences: false)
      return requirement(part[..<range.lowerBound], values, isIncluding: isIncluding)
    }
    return key(part[...]).map(Requirement.exists)
  }

  private static func requirement(
    _ key: Substring, _ values: [Substring], isIncluding: Bool
  ) -> Requirement? {
    let values = values.map { $0.trimmed }
    guard let key = self.key(key), values.allSatisfy(isValue) else { return nil }
    return isIncluding
      ? .isOneOf(key: key, values: values) : .isNoneOf(key: key, values: values)
  }

  private static func key(_ text: Substring) -> String? {
    let key = text.trimmed
    let name = key.split(separator: "/", omittingEmptySubsequences: false)
    return name.count <= 2 && name.allSatisfy { !$0.isEmpty && isValue(String($0)) } ? key : nil
  }

  private static func isValue(_ text: String) -> Bool {
    text.utf8.count <= 253
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
  }
}

extension LabelSelector.Requirement {
  /// The requirement as a condition on a row of `works`.
  var condition: SQL {
    switch self {
    case .exists(let key): "EXISTS (\(Self.label(key)))"
    case .isAbsent(let key): "NOT EXISTS (\(Self.label(key)))"
    case .isOneOf(let key, let values): "EXISTS (\(Self.label(key)) AND value IN \(values))"
    case .isNoneOf(let key, let values): "NOT EXISTS (\(Self.label(key)) AND value IN \(values))"
    }
  }

  private static func label(_ key: String) -> SQL {
    """
    SELECT 1 FROM labels WHERE labels.namespace = works.namespace
    AND labels.name = works.name AND labels.key = \(key)
    """
  }
}

extension StringProtocol {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
