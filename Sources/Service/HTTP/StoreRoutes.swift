internal import Foundation
internal import Git
internal import HTTPTypes
internal import Hummingbird
internal import Kratix
internal import Landing
internal import Manifests
internal import Web

/// The state stores and their Destinations.
struct StoreRoutes: Sendable {
  let platforms: Platforms
  let reconcilers: Reconcilers
  let drift: DriftWatch
  let access: AccessFiles
  let health: StoreHealth
  let body: RequestBodyReader

  var all: [Route] {
    [
      Route(
        .get, "/v1/stores", "listStores", "Lists the state stores and their condition.",
        answers: [(200, Route.Body(description: "The state stores.", schema: "StoreList"))],
        handler: listStores),
      Route(
        .post, "/v1/stores/{name}/sync", "syncStore",
        "Looks soon whether a state store still holds what has landed; also for the push events of "
          + "GitHub, GitLab and Gitea, which prove themselves by their signature.",
        access: .tokenOrSignature,
        query: [
          Route.Parameter(name: "wait", description: "Look now, and answer what was found.")
        ],
        request: Route.Body(description: "A push event, or nothing.", schema: nil),
        answers: [
          (200, Route.Body(description: "What was found.", schema: "Look")),
          (202, Route.Body(description: "It will be looked at.", schema: "Look")),
        ], handler: sync),
    ]
  }

  @Sendable private func sync(_ request: Request, _ context: ServiceContext) async throws
    -> Response
  {
    let name = try context.name("name")
    // All that can be said without the body comes before it.
    let proof = context.identity == nil ? try proof(in: request) : nil
    if proof == nil { try context.require(.write) }
    guard platforms.current.storeNames.contains(name) else {
      throw Problem.notFound("state store \(name)")
    }
    let (_, description) = try platforms.current.stores.store(name)
    let reference = try await body.read(request, context, as: .event) { event in
      guard proof?.isValid(event) ?? true else { throw Self.badSignature }
      return Self.reference(of: event)
    }
    if let reference, reference != "refs/heads/\(description.branch)" {
      return .json(["message": "the push was to another branch"])
    }
    if request.query("wait") != nil, context.identity != nil {
      return .json(try Node(encoding: try await drift.look(at: name)))
    }
    drift.look(soonAt: name)
    return .json(["stateStore": Node(.string(name))], status: .accepted)
  }

  /// What a Git server has to prove by its body.
  ///
  /// - Throws: `Problem` with 401 for what no body can prove.
  private func proof(in request: Request) throws -> Proof {
    guard let secret = access.webhookSecret?.value else {
      throw Problem(
        .unauthorized, "authentication-failed",
        "this service takes no webhooks; give it --webhook-secret")
    }
    guard let signature = WebhookSignature(request.headers),
      signature.isPossible(with: secret)
    else { throw Self.badSignature }
    return Proof(signature: signature, secret: secret)
  }

  private struct Proof {
    let signature: WebhookSignature
    let secret: String

    func isValid(_ event: [UInt8]) -> Bool { signature.isValid(for: event, secret: secret) }
  }

  private static let badSignature = Problem(
    .unauthorized, "authentication-failed",
    "the signature of the webhook is missing, or made with another secret")

  /// The branch that a push event is about; the three servers name it alike.
  private static func reference(of event: [UInt8]) -> String? {
    // What cannot be read says nothing of a branch, and the look costs little.
    let file = try? ManifestFile(parsing: event, name: "event")
    return file?.documents.first?.root["ref"]?.string
  }

  @Sendable private func listStores(_ request: Request, _ context: ServiceContext) async throws
    -> Response
  {
    // Whoever puts a Work may know where it goes, and whether that is away.
    try context.require(.read, in: context.identity?.namespace)
    let platform = platforms.current
    let (depths, statuses) = (await reconcilers.depths(), health.statuses)
    let stores = try platform.storeNames.map { name -> Node in
      let (_, description) = try platform.stores.store(name)
      var fields: Mapping = [
        "name": Node(.string(name)), "url": Node(.string(description.url)),
        "branch": Node(.string(description.branch)),
        "reachable": Node(.boolean(statuses[name].map { $0.problem == nil } ?? false)),
        "queueDepth": Node(.integer(Int64(depths[name] ?? 0))),
        "destinations": Node(
          .sequence(
            platform.stores.platform.destinations(in: description).map { destination in
              [
                "name": Node(.string(destination.name)), "path": Node(.string(destination.path)),
              ]
            })),
      ]
      if let problem = statuses[name]?.problem { fields["problem"] = problem.node }
      if let look = statuses[name]?.lastLook { fields["lastLook"] = look.node }
      return Node(.mapping(fields))
    }
    return .json(["items": Node(.sequence(stores))])
  }
}

extension StoreHealth.Problem {
  fileprivate var node: Node {
    [
      "outcome": Node(.string(outcome.rawValue)), "message": Node(.string(message)),
      "since": Node(.string(since.formatted(.iso8601))),
    ]
  }
}

extension StoreHealth.Look {
  fileprivate var node: Node {
    [
      "commit": Node(.string(commit.hexadecimal)),
      "time": Node(.string(date.formatted(.iso8601))),
    ]
  }
}
