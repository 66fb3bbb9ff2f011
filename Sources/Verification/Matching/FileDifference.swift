internal import Manifests

/// How two files of manifests differ: by the fields, where both can be read.
struct FileDifference {
  /// Fields that are named after the first.
  private static let listed = 4

  private let path: String
  private let object: LandedObject?
  private let differences: [Difference]
  private let redaction: Redaction

  /// Compares two files; `nil` where one is no manifest, or where their documents do not pair up.
  init?(expected: [UInt8], actual: [UInt8], path: String) {
    // What is no manifest is compared by its bytes.
    guard let expected = try? ManifestFile(parsing: expected, name: path),
      let actual = try? ManifestFile(parsing: actual, name: path),
      expected.documents.count == actual.documents.count,
      actual.documents.contains(where: { $0.object != nil })
    else { return nil }
    self.path = path
    for (wanted, found) in zip(expected.documents, actual.documents) {
      let differences = Self.differences(between: wanted.root, and: found.root)
      guard !differences.isEmpty else { continue }
      guard let identity = found.object ?? wanted.object else { return nil }
      self.differences = differences
      self.object = LandedObject(
        destination: "", file: path, document: found.index, identity: identity, node: found.root,
        pointer: "")
      self.redaction = Redaction(of: found.root, wanted.root)
      return
    }
    self.differences = []
    self.object = nil
    self.redaction = Redaction()
  }

  /// Whether both say the same.
  var isOfText: Bool { object == nil }

  func finding(remedy: String) -> Finding {
    guard let object, let first = differences.first else {
      return Finding(
        rule: .modifiedFile, file: path, cause: "the manifests say the same; their text differs",
        remedy: remedy)
    }
    let others = differences.dropFirst()
    let named = others.prefix(Self.listed).map(\.pointer).joined(separator: ", ")
    let more = others.count > Self.listed ? " and \(others.count - Self.listed) more" : ""
    return object.finding(
      .modifiedFile, at: first.pointer, position: first.position,
      expected: redaction.text(of: first.expected, at: first.pointer, beside: first.actual),
      actual: redaction.text(of: first.actual, at: first.pointer, beside: first.expected),
      cause: others.isEmpty ? nil : "these fields differ too: \(named)\(more)", remedy: remedy)
  }

  /// What is missing or other, and then what is there too much.
  private static func differences(between expected: Node, and actual: Node) -> [Difference] {
    let missing = Verification.differences(between: expected, and: actual)
    let surplus = Verification.differences(between: actual, and: expected).filter { $0.actual == nil }
    return missing
      + surplus.map { difference in
        Difference(
          pointer: difference.pointer, expected: nil, actual: difference.expected,
          position: difference.expected?.position)
      }
  }
}
