/// A finding on a template, from which the finding on each resource of the template follows.
struct FindingPattern: Sendable, Equatable {
  /// The finding, without the texts that have gaps.
  private let constant: Finding
  /// Which of the resource's files it is in.
  private let file: Int?
  private let texts: [TextPattern?]

  /// - Parameter files: The paths of the resource's files, in their order.
  /// - Returns: `nil` if the finding is about another file.
  init?(_ finding: Finding, files: [String], _ placeholders: TemplatePlaceholders) {
    file = finding.file.flatMap { files.firstIndex(of: $0) }
    guard file != nil || finding.file == nil else { return nil }
    texts = Self.fields.map { field in
      finding[keyPath: field].map { TextPattern($0, placeholders) }
    }
    var constant = finding
    constant.file = nil
    for field in Self.fields { constant[keyPath: field] = nil }
    self.constant = constant
  }

  /// The finding on a resource of these files, names and values.
  func finding(
    files: [RawResource.File], _ names: ResourceNames, _ values: [ArraySlice<UInt8>]
  ) -> Finding {
    var finding = constant
    finding.file = file.map { files[$0].path }
    for (field, text) in zip(Self.fields, texts) {
      finding[keyPath: field] = text?.text(names, values)
    }
    return finding
  }

  private static var fields: [WritableKeyPath<Finding, String?>] {
    [\.object, \.pointer, \.expected, \.actual, \.cause, \.remedy]
  }
}
