internal import Foundation
internal import Git
internal import Kratix
internal import Landing
internal import Manifests
internal import Support
internal import Verification

/// What a client says should be there: the body of `POST /v1/verify`.
struct VerificationRequest: Sendable {
  /// The state store; `nil` for the only one.
  var store: String?
  /// The commit, branch or reference to read; `nil` for the branch.
  var revision: String?
  /// The Promise, for requests of which the configuration does not tell it.
  var promise: String?
  /// The one Destination to look at.
  var destination: String?
  /// Whether all that stands is checked, asked for or not.
  var isOfAll = false
  /// Whether what stands as it should and nobody asked for is left out of the report.
  var isBrief = false
  /// Whether the lines of files that findings are about are in the report.
  var showsLines = false
  /// How old the last commit of what landed may be, in seconds.
  var mostAge: TimeInterval?
  var requests: [ResourceRequest] = []
  var works: [Work] = []
  private var receipts: [(store: StateStoreDescription, placements: [ExpectedPlacement])] = []
  var expectations = ManifestFile(name: source, documents: [])
  var settings = RuleSettings.default

  private static let source = "request body"

  /// Reads a body, JSON or YAML.
  ///
  /// - Parameters:
  ///   - platform: Tells the directories of Destinations, below which the paths of receipts are read.
  ///   - limit: How many bytes the files of its Works may have when they are unpacked.
  /// - Throws: `ManifestError`, `InvalidRuleSetting` or `Problem` that says what is wrong.
  init(
    parsing body: [UInt8], on platform: Platform, contentLimit limit: Int = Work.contentLimit
  ) throws {
    let file = try ManifestFile(parsing: body, name: Self.source)
    guard let root = file.documents.first?.root, file.documents.count == 1 else {
      throw Problem.invalid("the body must be one document of JSON or YAML")
    }
    store = try root.optional(.nonEmptyString, at: "/stateStore", in: Self.source)
    revision = try root.optional(.nonEmptyString, at: "/ref", in: Self.source)
    promise = try root.optional(.nonEmptyString, at: "/promise", in: Self.source)
    destination = try root.optional(.nonEmptyString, at: "/destination", in: Self.source)
    isOfAll = try root.optional(.boolean, at: "/all", in: Self.source) ?? false
    isBrief = try root.optional(.boolean, at: "/brief", in: Self.source) ?? false
    showsLines = try root.optional(.boolean, at: "/lines", in: Self.source) ?? false
    mostAge = try root.optional(.nonEmptyString, at: "/maxAge", in: Self.source).map(Self.seconds)
    requests = try Self.objects(root, "requests").map { try ResourceRequest($0) }
    expectations = ManifestFile(
      name: Self.source,
      documents: try Self.objects(root, "expectations").map { object in
        guard object.identity.kind == Expectation.kind else {
          throw Problem.invalid("expectations must be of the kind \(Expectation.kind)")
        }
        return Document(root: object.node)
      })
    settings = try RuleSettings(
      parsing: try root.optional(.strings, at: "/rules", in: Self.source) ?? [])
    if let list = try root.optional(.sequence, at: "/works", in: Self.source) {
      let documents = list.map { Document(root: $0) }
      works = try Work.works(
        in: ManifestFile(name: Self.source, documents: documents), contentLimit: limit)
    }
    for (index, receipt) in (root["receipts"]?.sequence ?? []).enumerated() {
      receipts.append(try Self.receipt(receipt, at: index, on: platform))
    }
    let placements = receipts.flatMap(\.placements)
    guard isOfAll || !requests.isEmpty || !works.isEmpty || !placements.isEmpty else {
      throw Problem.invalid("what should be there? Give requests, works, receipts or all")
    }
  }

  /// What receipts say of one state store, whatever its GitStateStore is called.
  func placements(in store: StateStoreDescription) -> [ExpectedPlacement] {
    receipts.filter { $0.store.isSameBranch(store) }.flatMap(\.placements)
  }

  /// Makes sure that receipts are of state stores that are checked: others would prove nothing.
  ///
  /// - Throws: `Problem`.
  func requireReceipts(in stores: [StateStoreDescription]) throws {
    for receipt in receipts where !stores.contains(where: receipt.store.isSameBranch) {
      throw Problem.invalid(
        "a receipt is for \(receipt.store.branch) of \(receipt.store.url), and what is checked is "
          + stores.map { "\($0.branch) of \($0.url)" }.joined(separator: " and "))
    }
  }

  /// The namespaces that it asks about; `nil` for what belongs to none.
  ///
  /// Where a Promise's pipelines run in a namespace of their own, what they make of all requests
  /// stands below that one.
  func namespaces(on platform: Platform) -> Set<String?> {
    if isOfAll { return [nil] }
    let promises = requests.map { request in
      promise.flatMap { platform.promises[$0] } ?? platform.promise(of: request)
    }
    let placements = receipts.flatMap(\.placements)
    let subjects = works.map { Subject.resource($0.resource) } + placements.map(\.subject)
    var namespaces = Set(subjects.map(\.namespace))
    for request in requests { namespaces.insert(request.namespace) }
    for case let promise? in promises {
      if let namespace = promise.pipelineNamespace { namespaces.insert(namespace) }
    }
    return namespaces
  }

  private static func objects(_ root: Node, _ field: String) throws -> [PlatformObject] {
    try (root.optional(.sequence, at: "/\(field)", in: source) ?? []).map { node in
      guard let identity = ObjectIdentity(node) else {
        throw Problem.invalid("\(field) must be objects with apiVersion, kind and metadata")
      }
      return PlatformObject(ManifestObject(identity: identity, node: node), file: source)
    }
  }

  private static func receipt(
    _ node: Node, at index: Int, on platform: Platform
  ) throws -> (StateStoreDescription, [ExpectedPlacement]) {
    do {
      let receipt: Receipt = try JSONText.decode(JSONWriter().text(of: node))
      return (
        receipt.stateStore,
        try receipt.placements.map { placement in
          let expected = try ExpectedPlacement(
            placement, readBackAt: receipt.commit, on: platform)
          try requireFiles(of: expected, below: placement.path)
          return expected
        }
      )
    } catch is DecodingError {
      throw Problem.invalid("receipts[\(index)] is no receipt of a landing")
    }
  }

  /// Whoever may look at a namespace may not look elsewhere by the files of a receipt.
  private static func requireFiles(of placement: ExpectedPlacement, below path: String) throws {
    guard placement.subject.namespace != nil else { return }
    let directory = try StatePath(path)
    for file in placement.files where try !StatePath(file.path).isInside(directory) {
      throw Problem.invalid("a receipt of \(path) lists \(file.path), which is not in it")
    }
  }

  private static func seconds(_ text: String) throws -> TimeInterval {
    guard let duration = DurationText.duration(text) else {
      throw Problem.invalid("maxAge is \(text); write it as 36h or 7d")
    }
    return duration / .seconds(1)
  }
}
