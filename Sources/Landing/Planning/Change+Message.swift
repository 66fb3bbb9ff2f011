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
    values[.action] = CommitMessage.action(writesFiles: writes)
    values[.placement] = name
    values[.destination] = destination
    // What came from names in the repository may hold anything.
    values = values.mapValues { value in
      String(String.UnicodeScalarView(value.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
    }
    let kratixs = CommitMessage.subject(
      action: values[.action] ?? "", placement: values[.placement] ?? "")
    let asked = style.message?.message(with: values) ?? kratixs
    // A template of fields that are empty here would leave the commit without a subject.
    let text = asked.prefix { !$0.isNewline }.allSatisfy(\.isWhitespace) ? kratixs : asked
    return CommitMessage.text(
      text,
      trailers: CommitMessage.trailers(
        of: owner, at: destination, besides: scheduling + style.trailers,
        content: edit.contentDigest))
  }
}

extension Placement {
  /// What it is of; `nil` for the placement of a state file that names its Work alone.
  var owner: CommitMessage.Owner? {
    work.promiseName.isEmpty ? nil : CommitMessage.Owner(of: work)
  }

  /// What a message template can say of it.
  var fields: [MessageTemplate.Field: String] {
    [
      .work: work.name, .promise: work.promiseName,
      .namespace: work.isDependency ? "" : work.requestNamespace, .resource: work.resourceName,
      .pipeline: work.pipelineName,
    ]
  }
}
