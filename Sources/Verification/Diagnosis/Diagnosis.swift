/// The chain from a request to its commit, link by link, and where it is broken.
package struct Diagnosis: Sendable, Hashable, Codable {
  /// A step on the way from a request to the cluster that runs it.
  package enum LinkName: String, Sendable, Hashable, Codable, CaseIterable {
    /// Somebody asked for it.
    case request
    /// The Promise's API takes the request.
    case schema
    /// The pipeline ran to its end.
    case pipeline
    /// It wrote manifests that can be landed.
    case output
    /// Kratix made a Work of them.
    case work
    /// A Destination was found for each group.
    case scheduling
    /// The WorkPlacements are there, and their state store is ready.
    case placement
    /// Kratix wrote them to the remote.
    case push
    /// The remote's branch holds the files.
    case commit
    /// The files hold what was asked for.
    case content
    /// Flux or Argo CD reads that branch and path.
    case agent
  }

  /// What the evidence says of a link.
  package enum State: String, Sendable, Hashable, Codable {
    /// It holds.
    case ok
    /// It does not.
    case broken
    /// There is no evidence.
    case unknown
    /// A link before it is broken.
    case skipped
  }

  /// On what the cause of a broken link rests.
  package enum Basis: String, Sendable, Hashable, Codable, CaseIterable {
    /// The evidence says so.
    case certain
    /// The evidence fits it, and hardly anything else.
    case likely
    /// The evidence fits it, and other causes too.
    case possible
  }

  /// One link.
  package struct Link: Sendable, Hashable, Codable {
    /// Which one.
    package var name: LinkName
    /// Whether it holds.
    package var state: State
    /// What the evidence shows, in a sentence.
    package var says: String
    /// What broke it.
    package var fault: Fault?
    /// How that comes about.
    package var cause: String?
    /// On what fault and cause rest.
    package var basis: Basis?
    /// What shows it.
    package var evidence: [String]
    /// What to type next; or, for a link of which nothing is known, what would tell.
    package var next: [String]
    /// The lines of files that sentences of the evidence are about, by their index; for people only.
    package var excerpts: [Int: Excerpt] = [:]

    private enum CodingKeys: String, CodingKey {
      case name, state, says, fault, cause, basis, evidence, next
    }
  }

  /// The version of this shape.
  package var schemaVersion = 1
  /// The Promise's name.
  package var promise: String
  /// The request's namespace.
  package var namespace: String
  /// The request's name.
  package var name: String
  /// The links, in the order of the way.
  package var links: [Link]

  /// The first link that is broken.
  package var broken: Link? { links.first { $0.state == .broken } }

  /// Whether the branch was seen to hold what was asked for.
  package var isLanded: Bool {
    broken == nil && links.contains { $0.name == .content && $0.state == .ok }
  }
}

extension Diagnosis.Link {
  static func ok(
    _ name: Diagnosis.LinkName, _ says: String, evidence: [String] = []
  ) -> Self {
    Self(name: name, state: .ok, says: says, evidence: evidence, next: [])
  }

  static func unknown(
    _ name: Diagnosis.LinkName, _ says: String, decidedBy next: [String]
  ) -> Self {
    Self(name: name, state: .unknown, says: says, evidence: [], next: next)
  }

  static func skipped(_ name: Diagnosis.LinkName) -> Self {
    Self(
      name: name, state: .skipped, says: "not looked at: a link before it is broken", evidence: [],
      next: [])
  }

  static func broken(
    _ name: Diagnosis.LinkName, _ fault: Fault, _ basis: Diagnosis.Basis, _ says: String,
    evidence: [String], next: [String]
  ) -> Self {
    Self(
      name: name, state: .broken, says: says, fault: fault, cause: fault.cause, basis: basis,
      evidence: evidence, next: next)
  }

  /// The same with the lines of files that its evidence is about.
  ///
  /// - Parameter first: The index of the sentence that the first of them belongs to.
  func showing(_ excerpts: [Excerpt?], from first: Int = 0) -> Self {
    var link = self
    for (index, excerpt) in excerpts.enumerated() { link.excerpts[first + index] = excerpt }
    return link
  }
}

extension Finding {
  /// The finding as evidence of a link.
  var proof: String { (place.map { "\($0): " } ?? "") + sentence }
}
