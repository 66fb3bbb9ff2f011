internal import Hummingbird
internal import Landing
internal import Manifests
internal import Verification

/// The answer to a dry run: what a request would change, without changing it.
struct LandingPreview: Sendable {
  let platforms: Platforms
  let dependencies: Dependencies

  private static let longestPreview: Duration = .seconds(60)

  /// What would change in the state stores, as `write --dry-run` shows it.
  func answer(_ intent: LandingRequest.Intent) async throws -> Response {
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
