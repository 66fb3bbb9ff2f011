internal import Kratix

extension Change {
  /// The same change, whose commit speaks in a style.
  func styled(_ style: CommitStyle) -> Change {
    var change = self
    change.style = style
    return change
  }

  /// The commit's message: Kratix's subject or the template's text, then the trailers.
  func message(for edit: Edit) -> String {
    let writes = !edit.files.isEmpty || edit.rewritesSharedFile
    var values = fields
    values[.action] = writes ? "Update" : "Delete"
    values[.placement] = name
    values[.destination] = destination
    // What came from names in the repository may hold anything.
    values = values.mapValues { value in
      String(String.UnicodeScalarView(value.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
    }
    let kratixs = "\(values[.action] ?? "") from: \(values[.placement] ?? "")"
    let asked = style.message?.message(with: values) ?? kratixs
    // A template of fields that are empty here would leave the commit without a subject.
    let text = asked.prefix { !$0.isNewline }.allSatisfy(\.isWhitespace) ? kratixs : asked
    let trailers =
      trailers + style.trailers + [Trailer(CommitTrailers.Key.content.rawValue, edit.contentDigest)]
    let lines = trailers.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
    return "\(text.trimmedAtEnd)\n\n\(lines)\n"
  }

  /// The trailers that say what the change is about.
  var trailers: [Trailer] {
    let promise = fields[.promise] ?? ""
    let resource = fields[.resource] ?? ""
    let pairs: [(CommitTrailers.Key, String)] = [
      (.promise, promise),
      (.resource, resource.isEmpty ? "" : "\(fields[.namespace] ?? "")/\(resource)"),
      (.pipeline, fields[.pipeline] ?? ""), (.destination, destination),
    ]
    return pairs.filter { !$0.1.isEmpty }.map { Trailer($0.0.rawValue, $0.1) }
  }
}

extension Placement {
  /// What a message template can say of it.
  var fields: [MessageTemplate.Field: String] {
    [
      .work: work.name, .promise: work.promiseName,
      .namespace: work.isDependency ? "" : work.requestNamespace, .resource: work.resourceName,
      .pipeline: work.pipelineName,
    ]
  }
}

extension String {
  fileprivate var trimmedAtEnd: String {
    String(reversed().drop { $0.isWhitespace }.reversed())
  }
}
