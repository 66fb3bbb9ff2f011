internal import Foundation
internal import Kratix
internal import Landing
internal import Manifests
internal import Verification

/// What a client says should be there: the body of `POST /v1/verify`.
struct VerificationRequest: Sendable {
  /// The state store; `nil` for the only one.
  var store: String?
  /// The commit, branch or reference to read; `nil` for the branch.
  var revision: String?
  var requests: [ResourceRequest] = []
  var works: [Work] = []
  var placements: [ExpectedPlacement] = []
  var expectations = ManifestFile(name: source, documents: [])
  var settings = RuleSettings.default

  private static let source = "request body"

  /// Reads a body, JSON or YAML.
  ///
  /// - Throws: `ManifestError`, `InvalidRuleSetting` or `Problem` that says what is wrong.
  init(parsing body: [UInt8]) throws {
    let file = try ManifestFile(parsing: body, name: Self.source)
    guard let root = file.documents.first?.root, file.documents.count == 1 else {
      throw Problem.invalid("the body must be one document of JSON or YAML")
    }
    store = try root.optional(.nonEmptyString, at: "/stateStore", in: Self.source)
    revision = try root.optional(.nonEmptyString, at: "/ref", in: Self.source)
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
      works = try Work.works(in: ManifestFile(name: Self.source, documents: documents))
    }
    for (index, receipt) in (root["receipts"]?.sequence ?? []).enumerated() {
      placements += try Self.placements(of: receipt, at: index)
    }
    guard !requests.isEmpty || !works.isEmpty || !placements.isEmpty else {
      throw Problem.invalid("what should be there? Give requests, works or receipts")
    }
  }

  /// The namespaces that it asks about; `nil` for what belongs to none.
  var namespaces: Set<String?> {
    let named =
      requests.map(\.namespace) + works.map { $0.isDependency ? "" : $0.namespace }
      + placements.map(\.namespace)
    return Set(named.map { $0.isEmpty ? nil : $0 })
  }

  private static func objects(_ root: Node, _ field: String) throws -> [PlatformObject] {
    try (root.optional(.sequence, at: "/\(field)", in: source) ?? []).map { node in
      guard let identity = ObjectIdentity(node) else {
        throw Problem.invalid("\(field) must be objects with apiVersion, kind and metadata")
      }
      return PlatformObject(ManifestObject(identity: identity, node: node), file: source)
    }
  }

  private static func placements(of receipt: Node, at index: Int) throws -> [ExpectedPlacement] {
    do {
      let receipt: Receipt = try JSONText.decode(JSONWriter().text(of: receipt))
      return try receipt.placements.map { try ExpectedPlacement($0) }
    } catch is DecodingError {
      throw Problem.invalid("receipts[\(index)] is no receipt of a landing")
    }
  }
}
