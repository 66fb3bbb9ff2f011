internal import Digests
internal import Manifests

/// What the message of a commit tells of the placement that it writes or removes.
///
/// Kratix writes the subject alone (`lib/writers/git.go`, `commitAndPush`); the trailers are ours.
package struct CommitMessage: Sendable, Hashable {
  /// The name that ends in `.<destination>-<group>`; `nil` for a subject without one.
  package let placement: String?
  /// `nil` where no trailer tells the Promise.
  package let owner: Owner?
  package let destination: String?
  /// The labels by which the Destination was chosen, where a pipeline asked for some of them; `nil` where
  /// the Promise alone did, and where no trailer tells.
  package let selector: [String: String]?
  /// A digest of all paths and blobs of the placement as the commit leaves them.
  package let content: String?

  /// What a placement is of.
  package struct Owner: Sendable, Hashable, Codable {
    /// A request under its own namespace, which is not that of its Works where the pipelines run in
    /// a namespace of their own.
    package let resource: ResourceID
    /// `nil` for static dependencies.
    package let pipeline: String?
  }

  private enum Key {
    static let promise = "Kratix-Promise"
    static let resource = "Kratix-Resource"
    static let pipeline = "Kratix-Pipeline"
    static let destination = "Kratix-Destination"
    static let selector = "Kratix-Selector"
    static let promiseVersion = "Kratix-Promise-Version"
    static let dryRun = "Kratix-Dry-Run"
    static let content = "Statestore-Content"
  }
}

extension CommitMessage {
  package init(reading message: String) {
    let subject = message.lines.first ?? ""
    placement = subject.parts(separatedBy: " ").last(where: Self.isPlacement).map(String.init)
    let trailers = Trailer.trailers(of: message)
    // Of several with one key the last one counts.
    let value = { (key: String) in trailers.last { $0.key == key }?.value }
    owner = value(Key.promise).map {
      Owner(promise: $0, resource: value(Key.resource), pipeline: value(Key.pipeline))
    }
    destination = value(Key.destination)
    selector = value(Key.selector).map(Self.labels)
    content = value(Key.content)
  }

  /// The name of the Work in the subject of a commit of one placement; `nil` for any other subject.
  package static func workName(
    in subject: String, of group: String, at destination: String
  ) -> String? {
    let place = ".\(destination)-\(group)"
    guard let word = subject.parts(separatedBy: " ").last, word.ends(with: place) else {
      return nil
    }
    return word.dropping(suffix: place)
  }

  /// The Destination: that of the trailer, or the last part of the placement's name, as Kratix's own
  /// commits have no trailers.
  ///
  /// A Destination's name can have dots, and only what is behind the last one is taken.
  package var destinationName: String? {
    destination ?? placement?.dropLast(6).parts(separatedBy: ".").last.map(String.init)
  }

  /// Whether a word is `<name>.<destination>-<five digits>`.
  private static func isPlacement(_ word: Substring) -> Bool {
    word.utf8.count > 8 && word.includes(".") && word.dropLast(5).last == "-"
      && WorkName.isDigits(word.suffix(5))
  }
}

extension CommitMessage {
  /// What Kratix writes first: `Delete` where nothing is written, even when the placement itself
  /// lives on.
  package static func action(writesFiles: Bool) -> String { writesFiles ? "Update" : "Delete" }

  package static func subject(action: String, placement: String) -> String {
    "\(action) from: \(placement)"
  }

  /// Whether a subject is the one of a commit that deletes a placement.
  package static func isDeletion(_ subject: String) -> Bool {
    subject.begins(with: Self.subject(action: action(writesFiles: false), placement: ""))
  }

  /// The labels of a trailer: `key=value`, separated by commas.
  private static func labels(in text: String) -> [String: String] {
    text.parts(separatedBy: ",").reduce(into: [:]) { labels, pair in
      let parts = pair.parts(separatedBy: "=", maxSplits: 1, omittingEmptySubsequences: false)
      labels[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
    }
  }

  /// What tells why a placement is at its Destination and what the Promise alone does not tell: labels
  /// that a pipeline asked for, the Promise's version, and that it is a dry run.
  package static func trailers(ofScheduling placement: Placement) -> [Trailer] {
    let work = placement.work
    let isOfPipeline = placement.group.destinationSelectors.contains {
      $0.source != "promise" && !$0.matchLabels.isEmpty
    }
    let selector = placement.group.effectiveSelector.sorted { $0.key < $1.key }
      .map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    let all: [(String, String?)] = [
      (Key.selector, isOfPipeline ? selector : nil),
      (Key.promiseVersion, work.promiseVersion), (Key.dryRun, work.isDryRun ? "true" : nil),
    ]
    return all.compactMap { key, value in value.map { Trailer(key, $0) } }
  }

  /// The trailers of a commit, in their order.
  package static func trailers(
    of owner: Owner?, at destination: String, besides others: [Trailer], content: String
  ) -> [Trailer] {
    let own: [(String, String?)] = [
      (Key.promise, owner?.resource.promise), (Key.resource, owner?.request),
      (Key.pipeline, owner?.pipeline), (Key.destination, destination),
    ]
    return own.compactMap { key, value in value.map { Trailer(key, $0) } } + others
      + [Trailer(Key.content, content)]
  }

  /// A whole message.
  package static func text(_ text: String, trailers: [Trailer]) -> String {
    let text = String(text.reversed().drop { $0.isWhitespace }.reversed())
    let lines = trailers.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
    return "\(text)\n\n\(lines)\n"
  }

  /// What the trailer of the content says of files, each with the id of its blob.
  package static func digest<ID: CustomStringConvertible>(
    of files: some Sequence<(path: String, blob: ID)>
  ) -> String {
    let lines = files.map { "\($0.blob) \($0.path)\n" }.sorted { $0.precedes($1) }.joined()
    return "sha256:" + Digest.sha256(of: lines.utf8).hexadecimal
  }
}

extension CommitMessage.Owner {
  package init(of work: Work) {
    resource =
      work.isDependency
      ? .dependency(promise: work.promiseName)
      : .request(
        promise: work.promiseName, namespace: work.requestNamespace, name: work.resourceName)
    pipeline = work.pipelineName.isEmpty ? nil : work.pipelineName
  }

  /// - Parameter resource: `<namespace>/<name>`; `nil` for a Promise's own.
  fileprivate init(promise: String, resource: String?, pipeline: String?) {
    self.pipeline = pipeline
    guard let resource else {
      self.resource = .dependency(promise: promise)
      return
    }
    let names = resource.parts(separatedBy: "/", maxSplits: 1, omittingEmptySubsequences: false)
      .map(String.init)
    self.resource = .request(
      promise: promise, namespace: names.count > 1 ? names[0] : "", name: names.last ?? "")
  }

  /// The request as a trailer names it; `nil` for a Promise's own.
  fileprivate var request: String? {
    guard case .request(_, let namespace, let name) = resource else { return nil }
    return "\(namespace)/\(name)"
  }

  /// Whether it is of a Work's request, or of its Promise's workflows, whatever the Pipeline.
  package func isOfRequest(of work: Work) -> Bool {
    resource == Self(of: work).resource && pipeline != nil
  }
}

extension CommitMessage.Owner: CustomStringConvertible {
  /// The request, or the Promise whose workflows it is of.
  package var description: String {
    [resource.promise, request].compactMap(\.self).joined(separator: " ")
  }
}
