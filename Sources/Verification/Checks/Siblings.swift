internal import Kratix
internal import Manifests

/// What can be learned of resources from the other requests of their Promises.
struct Siblings: Sendable {
  /// How many others a resource is compared with: more would cost time and show little more.
  static let most = 16

  /// A resource to learn from.
  struct Candidate: Sendable {
    let subject: Subject
    let sample: Sample

    /// The sample with its request, if that is known.
    func sample(of request: Node?) -> Sample {
      Sample(
        name: sample.name, namespace: sample.namespace, request: request, objects: sample.objects)
    }
  }

  /// What can be learned for the resources of one Promise.
  struct OfPromise: Sendable {
    /// For resources that are no candidates.
    fileprivate let common: SiblingTemplate?
    /// For each candidate, from the others.
    fileprivate let own: [Subject: SiblingTemplate]
    fileprivate let candidates: Set<Subject>
  }

  static let none = Siblings([:])

  private let promises: [String: OfPromise]

  /// - Parameter promises: What was learned, by the names of the Promises.
  init(_ promises: [String: OfPromise]) { self.promises = promises }

  /// The comparison for a resource; `nil` if too little is known.
  func comparison(for subject: Subject) -> SiblingComparison? {
    guard !promises.isEmpty,
      case .resource(.request(let promise, let namespace, let name)) = subject,
      let known = promises[promise]
    else { return nil }
    let template = known.candidates.contains(subject) ? known.own[subject] : known.common
    return template.map { SiblingComparison($0, name: name, namespace: namespace) }
  }

  /// Those of many resources that are learned from: the same ones in every run, whatever the order, and
  /// most of them also after others are added.
  static func chosen<Resource>(
    from resources: [Resource], subject: (Resource) -> Subject
  ) -> [Resource] {
    let ranked = resources.map { resource -> (UInt64, String, Resource) in
      let (_, namespace, name) = subject(resource).names
      var key = ObjectKey.Builder()
      key.add("\(namespace)/\(name)".utf8)
      return (key.key.rawValue, "\(namespace)/\(name)", resource)
    }
    return ranked.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.prefix(most + 1).map(\.2)
  }
}

extension Siblings.OfPromise {
  /// Learns from candidates; `nil` if there are too few of them.
  ///
  /// - Parameter compared: The resources that are compared; `nil` for all.
  /// - Throws: `ManifestError` and `GitError`, for what cannot be.
  init?(
    _ candidates: [Siblings.Candidate], promise: String, compared: Set<Subject>? = nil
  ) throws {
    guard candidates.count >= SiblingTemplate.fewestSiblings else { return nil }
    let chosen = Siblings.chosen(from: candidates, subject: \.subject)
    func template(without index: Int?) throws -> SiblingTemplate? {
      let others = chosen.indices.filter { $0 != index }.prefix(Siblings.most).map {
        chosen[$0].sample
      }
      guard others.count >= SiblingTemplate.fewestSiblings else { return nil }
      let learned = LearnedExpectation(
        from: others, promise: promise, support: 2, impliesFields: true)
      return learned.isEmpty
        ? nil : try SiblingTemplate(learned, sharing: SharedTraits(of: Array(others)))
    }
    var own: [Subject: SiblingTemplate] = [:]
    for (index, candidate) in chosen.enumerated()
    where compared?.contains(candidate.subject) ?? true {
      own[candidate.subject] = try template(without: index)
    }
    self.own = own
    self.candidates = Set(chosen.map(\.subject))
    common = compared?.isSubset(of: self.candidates) == true ? nil : try template(without: nil)
  }
}
