internal import Git
internal import Landing
package import Manifests

// The report as a tree with its keys in the documented order, which an encoder does not promise.
// `JSONWriter` and `YAMLWriter` print it.

extension Report {
  /// The report as a tree, for `JSONWriter` and `YAMLWriter`.
  package var node: Node {
    .fields([
      ("schemaVersion", .integer(schemaVersion)),
      (
        "stateStore",
        .fields([
          ("name", .text(stateStore.name)), ("url", .text(stateStore.url)),
          ("branch", .text(stateStore.branch)),
        ])
      ),
      ("revision", revision.map { .text($0) }),
      ("commit", commit?.node),
      ("resources", .list(resources.map(\.node))),
      ("summary", summary.node),
    ])
  }
}

extension Report.Summary {
  fileprivate var node: Node {
    .fields([
      ("resources", .integer(resources)), ("landed", .integer(landed)),
      ("wrong", .integer(wrong)), ("missing", .integer(missing)),
      ("misplaced", .integer(misplaced)), ("unknown", .integer(unknown)),
      ("errors", .integer(errors)), ("warnings", .integer(warnings)),
    ])
  }
}

extension ResourceReport {
  var node: Node {
    .fields([
      ("promise", .text(promise)), ("namespace", .text(namespace)), ("name", .text(name)),
      ("verdict", .text(verdict.rawValue)),
      ("placements", .list(placements.map(\.node))),
      ("findings", .list(findings.map(\.node))),
      ("notes", .list(notes.map { .text($0) })),
    ])
  }
}

extension ResourceReport.Placement {
  fileprivate var node: Node {
    .fields([
      ("destination", .text(destination)), ("path", .text(path)),
      ("files", files.map { .list($0.map { .text($0) }) }), ("commit", commit?.node),
    ])
  }
}

extension CommitSummary {
  fileprivate var node: Node {
    .fields([
      ("id", .text(id.hexadecimal)), ("time", .text(time)), ("author", author.map(Node.text)),
      ("subject", subject.map(Node.text)),
    ])
  }
}

extension Finding {
  fileprivate var node: Node {
    .fields([
      ("rule", .text(rule.rawValue)), ("severity", .text(severity.rawValue)),
      ("file", file.map(Node.text)), ("document", document.map(Node.integer)),
      ("line", line.map(Node.integer)), ("column", column.map(Node.integer)),
      ("object", object.map(Node.text)), ("pointer", pointer.map(Node.text)),
      ("expected", expected.map(Node.text)), ("actual", actual.map(Node.text)),
      ("cause", cause.map(Node.text)), ("remedy", remedy.map(Node.text)),
      ("introduced", introduced?.node), ("landed", landed?.node), ("removed", removed?.node),
      ("excerpt", excerpt?.node),
    ])
  }
}

extension Excerpt {
  fileprivate var node: Node {
    .fields([
      (
        "lines",
        .list(
          lines.map { .fields([("number", .integer($0.number)), ("text", .text($0.text))]) })
      ),
      ("marked", .integer(marked)), ("column", .integer(column)), ("count", .integer(count)),
    ])
  }
}
