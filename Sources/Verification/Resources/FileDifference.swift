internal import Manifests

/// How two files of manifests differ: by the fields, where both can be read.
struct FileDifference {
  let path: String
  /// The first object that differs; `nil` if only the text of the files differs.
  let object: LandedObject?
  /// The fields of the object that differ.
  let fields: [Difference]
  let redaction: Redaction

  /// Compares two files; `nil` if one is no manifest, or if they have different numbers of documents.
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
      self.fields = differences
      self.object = LandedObject(
        destination: "", file: path, document: found.index, identity: identity, node: found.root,
        pointer: "")
      self.redaction = Redaction(of: found.root, wanted.root)
      return
    }
    self.fields = []
    self.object = nil
    self.redaction = Redaction()
  }

  /// Whether both files hold the same values.
  var isOfText: Bool { object == nil }

  /// The expected fields that are missing or differ, then the fields that are not expected.
  private static func differences(between expected: Node, and actual: Node) -> [Difference] {
    let missing = Verification.differences(between: expected, and: actual)
    let surplus = Verification.differences(between: actual, and: expected).filter {
      $0.actual == nil
    }
    return missing
      + surplus.map { difference in
        Difference(
          pointer: difference.pointer, expected: nil, actual: difference.expected,
          position: difference.expected?.position)
      }
  }
}
