extension Finding {
  /// The finding in one line, without its place.
  package var sentence: String {
    let subject = [object, pointer].compactMap { $0 }.filter { !$0.isEmpty }
    let values = [expected.map { "expected \($0)" }, actual.map { "found \($0)" }]
      .compactMap { $0 }.joined(separator: ", ")
    let parts = [rule.rawValue, subject.joined(separator: " ")].filter { !$0.isEmpty }
    return parts.joined(separator: " ") + (values.isEmpty ? "" : ": \(values)")
  }

  /// Where it is: file, line and column as compilers write them.
  var place: String? {
    guard let file else { return nil }
    return [file, line.map(String.init), column.map(String.init)]
      .compactMap { $0 }.joined(separator: ":")
  }

  /// What stays the same when the file around it changes.
  func fingerprint(in resource: ResourceReport) -> String {
    [resource.title, rule.rawValue, file ?? "", object ?? "", pointer ?? ""]
      .joined(separator: "|")
  }
}

extension ResourceReport {
  /// What it is called: namespace and name, or whose dependencies it is.
  package var title: String {
    if promise.isEmpty, name.isEmpty { return "files and directories of no resource" }
    if promise.isEmpty { return "\(name), whose Promise is not known" }
    return name.isEmpty ? "\(promise) dependencies" : "\(promise) \(namespace)/\(name)"
  }
}
