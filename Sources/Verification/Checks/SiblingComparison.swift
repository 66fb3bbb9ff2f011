internal import Git
internal import Kratix
internal import Manifests

/// What the other requests of a Promise have in common, ready to be compared with many resources.
struct SiblingTemplate: Sendable {
  /// How many other requests there must be.
  static let fewestSiblings = 3

  let learned: LearnedExpectation
  let shared: SharedTraits
  let expectation: Expectation
  /// A digest that changes if and only if something else was learned.
  let basis: String

  /// - Throws: `ManifestError` if nothing usable was learned; `GitError` when libgit2 cannot hash.
  init(_ learned: LearnedExpectation, sharing shared: SharedTraits) throws {
    self.learned = learned
    self.shared = shared
    expectation = try learned.expectation
    let bytes = Array("\(learned.sampleCount)\n\(learned.text)\n\(shared.basis)".utf8)
    basis = try ObjectID(of: GitObject(kind: .blob, bytes: bytes)).description
  }
}

/// A comparison of one resource with what the other requests of its Promise have in common.
///
/// It is silent where the others do not show what is right: about a request with a value that none of
/// them has, and, where requests are known by their names alone, about a resource that differs in several
/// values at once, which may be of another size.
struct SiblingComparison: Sendable {
  private let template: SiblingTemplate
  /// Names that all others have and this request does not: what follows from them is not known.
  private let unknown: [String]

  init(_ template: SiblingTemplate, name: String, namespace: String) {
    self.template = template
    let learned = template.learned
    unknown = [
      learned.commonName.map { $0 != name } == true ? "name" : nil,
      learned.commonNamespace.map { $0 != namespace } == true ? "namespace" : nil,
    ].compactMap(\.self)
  }

  /// The same for all resources that are compared in the same way.
  var basis: String {
    unknown.isEmpty ? template.basis : template.basis + " " + unknown.joined(separator: " ")
  }

  /// What most of the others have in common.
  var shared: SharedTraits { template.shared }

  private var siblings: String { "\(template.learned.sampleCount) other requests" }

  /// What the comparison rests on.
  func note(for landed: LandedResource) -> String {
    let basis =
      "there is no Expectation for the Promise \(landed.search.promiseName): it was compared with "
      + "\(siblings) of the Promise"
    guard let unseen = unseenField(of: landed) else { return basis }
    let value = unseen.value.scalarText ?? unseen.value.kindDescription
    return basis
      + ", but none of them has \(unseen.path) \(value), so only rules that hold for every resource "
      + "were checked"
  }

  /// Its objects beside those that it should have; `nil` where the others do not show these.
  func matches(of landed: LandedResource) -> ObjectMatches? {
    guard unseenField(of: landed) == nil else { return nil }
    return objects(for: landed).map { ObjectMatches(expected: $0, landed: landed.objects) }
  }

  private func objects(for landed: LandedResource) -> [ExpectedObject]? {
    do throws(ManifestError) {
      guard template.learned.knowledge == .requests else {
        return try template.expectation.likeliestObjects(for: landed, not: unknown)
      }
      let request = landed.search.request
      return try template.expectation.objects(
        for: request, not: unknown + template.learned.doubtfulTables(for: request.node))
    } catch {
      // A value that is no text where others have one: the others do not show what is right.
      return nil
    }
  }

  /// Where it is unlike its siblings.
  ///
  /// - Parameter matches: Its objects beside those that it should have.
  func findings(in matches: ObjectMatches, of landed: LandedResource) -> [Finding] {
    let missing =
      landed.hasUnreadableFile
      ? []
      : matches.matches.filter { !$0.expected.isOptional && $0.landed.isEmpty && $0.unnamed == nil }
    let differences = matches.matches.flatMap { match in
      match.landed.flatMap { object in
        match.expected.differencesWithNamespace(from: object.node).map { (object, $0) }
      }
    }
    return missing.map { UnlikeSiblings.finding(missing: $0.expected, in: landed, among: siblings) }
      + judged(differences, of: landed.search).map {
        UnlikeSiblings.finding($1, in: $0, among: siblings)
      }
      + unexpected(matches).map { UnlikeSiblings.finding(unexpected: $0, among: siblings) }
  }

  private func unseenField(of landed: LandedResource) -> (path: String, value: Node)? {
    template.learned.unseenField(of: landed.search.request.node)
  }

  private func judged(
    _ differences: [(LandedObject, Difference)], of search: ResourceSearch
  ) -> [(LandedObject, Difference)] {
    guard template.learned.knowledge == .names else { return differences }
    let differences = differences.filter { !search.offers($1) }
    let ofSize = differences.map { $1.mayBeOfSize(ofRequest: search.request.name) }
    let pairs = zip(differences, ofSize).filter(\.1).map { [$0.0.1.expected, $0.0.1.actual] }
    guard Set(pairs).count > 1 else { return differences }
    return zip(differences, ofSize).filter { !$0.1 }.map(\.0)
  }

  /// Objects of kinds that no sibling has, or of which each sibling has the same ones.
  private func unexpected(_ matches: ObjectMatches) -> [LandedObject] {
    guard unknown.isEmpty else { return [] }
    let varying = Set(
      template.expectation.optional.compactMap { ObjectIdentity($0) }.map {
        "\($0.group) \($0.kind)"
      })
    return matches.landed.filter { object in
      matches.expected(for: object) == nil
        && !varying.contains("\(object.identity.group) \(object.identity.kind)")
    }
  }
}

extension ResourceSearch {
  /// Whether a request can ask for a difference, by the API of its Promise: the values are two of those
  /// among which a field chooses, or namespaces where a field names one.
  fileprivate func offers(_ difference: Difference) -> Bool {
    guard let promise else { return false }
    if difference.pointer == "/metadata/namespace" { return promise.letsRequestsNameNamespaces }
    guard let expected = difference.expected?.scalarText, let actual = difference.actual?.scalarText
    else { return false }
    return promise.schemas.values.contains { $0.offers([expected, actual]) }
  }
}

extension Node {
  /// Whether a field of a schema takes one of several values, these among them.
  fileprivate func offers(_ values: Set<String>) -> Bool {
    if let choices = self["enum"]?.sequence, values.isSubset(of: choices.compactMap(\.scalarText)) {
      return true
    }
    return (self["properties"]?.mapping?.entries ?? []).contains { $0.value.offers(values) }
      || self["items"]?.offers(values) ?? false
  }
}

extension Difference {
  /// Whether it is one of the values that a request may set: a scalar beside another, and neither a name
  /// nor a label.
  fileprivate func mayBeOfSize(ofRequest name: String) -> Bool {
    guard let expected = expected?.scalarText, actual?.scalarText != nil else { return false }
    let tokens = JSONPointer.tokens(of: pointer) ?? []
    return tokens.first == "spec" || tokens.first == "data" || tokens.count == 1
      ? !expected.includes(name)
        && !tokens.contains { ["labels", "matchLabels", "selector"].contains($0) }
      : false
  }
}

extension ExpectedObject {
  fileprivate func differencesWithNamespace(from actual: Node) -> [Difference] {
    let place = actual.value(at: "/metadata/namespace")
    guard let namespace = identity.namespace, place?.string != namespace else {
      return differences(from: actual)
    }
    let position = actual.nearestValue(at: "/metadata/namespace").position
    return [
      Difference(
        pointer: "/metadata/namespace", expected: Node(.string(namespace)), actual: place,
        position: position == .none ? nil : position)
    ] + differences(from: actual)
  }
}
