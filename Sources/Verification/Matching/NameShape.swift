internal import Manifests

/// What Kubernetes takes as the name of an object
/// (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/).
enum NameShape {
  case subdomain(longest: Int)
  case label
  /// A label that begins with a letter.
  case serviceLabel
  /// Anything that can be a part of a path.
  case pathSegment

  static func of(_ object: ObjectIdentity) -> NameShape {
    switch (object.group, object.kind) {
    case ("", "Namespace"): .label
    case ("", "Service"): .serviceLabel
    // The names of what is made of them end in something more.
    case ("batch", "CronJob"): .subdomain(longest: 52)
    case ("batch", "Job"): .subdomain(longest: 63)
    case ("rbac.authorization.k8s.io", _): .pathSegment
    // Kinds that an API server of its own serves.
    case (let group, _) where group.ends(with: ".openshift.io"): .pathSegment
    default: .subdomain(longest: 253)
    }
  }

  /// How many characters a name may have.
  var longest: Int {
    switch self {
    case .subdomain(let longest): longest
    case .label, .serviceLabel: 63
    case .pathSegment: .max
    }
  }

  /// What names consist of, for a finding.
  var text: String {
    switch self {
    case .subdomain: "lower-case letters, digits, - and ., with a letter or a digit at each end"
    case .label: "lower-case letters, digits and -, with a letter or a digit at each end"
    case .serviceLabel: "lower-case letters, digits and -, with a letter first"
    case .pathSegment: "a name without / and %"
    }
  }

  /// Whether a name has this shape, however long it is.
  func isShape(of name: String) -> Bool {
    switch self {
    case .subdomain:
      name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        .allSatisfy(Self.isLabel)
    case .label: Self.isLabel(name.utf8[...])
    case .serviceLabel: Self.isLabel(name.utf8[...]) && name.utf8.first?.isLowerCase ?? false
    case .pathSegment: !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") }
    }
  }

  private static func isLabel(_ text: String.UTF8View.SubSequence) -> Bool {
    guard let first = text.first, let last = text.last else { return false }
    return [first, last].allSatisfy { $0.isLowerCase || $0.isDigit }
      && text.allSatisfy { $0.isLowerCase || $0.isDigit || $0 == UInt8(ascii: "-") }
  }

  /// Whether a ConfigMap or Secret takes a key
  /// (https://kubernetes.io/docs/concepts/configuration/configmap/).
  static func isKey(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0.isAlphanumeric || "-_.".utf8.contains($0) }
  }

  /// Whether a label takes a value
  /// (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/).
  static func isLabelValue(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return true }
    return text.utf8.count <= 63 && [first, last].allSatisfy(\.isAlphanumeric)
      && text.utf8.allSatisfy { $0.isAlphanumeric || "-_.".utf8.contains($0) }
  }
}

extension UInt8 {
  fileprivate var isLowerCase: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  fileprivate var isAlphanumeric: Bool {
    isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }
}
