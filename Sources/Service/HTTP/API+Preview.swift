internal import Hummingbird
internal import Landing
internal import Manifests
internal import Verification

/// Dry runs: what a request would change, without changing it.
extension API {
  private static let longestPreview: Duration = .seconds(60)

  /// Whether a request is to change nothing, in the words of Kubernetes.
  func isDryRun(_ request: Request) throws -> Bool {
    guard let text = request.query("dryRun") else { return false }
    guard text == "All" else { throw Problem.invalid("dryRun is \(text); the one value is All") }
    return true
  }

  /// What would change in the state stores, as `write --dry-run` shows it.
  func preview(_ intent: LandingRequest.Intent) async throws -> Response {
    let options = LandingOptions(deadline: dependencies.now() + Self.longestPreview)
    let previews = try await platforms.current.stores.preview(intent, options: options)
    return .json(["previews": Node(.sequence(try Self.nodes(of: previews)))])
  }

  private static func nodes(of previews: [Preview]) throws -> [Node] {
    var nodes: [Node] = []
    for preview in previews {
      var fields = try Node(encoding: preview.document).mapping ?? [:]
      fields["diff"] = Node(.string(preview.diff))
      nodes.append(Node(.mapping(fields)))
    }
    return nodes
  }
}
