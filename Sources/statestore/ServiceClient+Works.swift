import Foundation
import Kratix
import Landing
import Manifests
import NIOHTTP1

/// The way of a write through a service.
extension ServiceClient {
  /// The platform, with what the service knows of a Promise where the files do not name it.
  func completed(_ platform: Platform, for promise: String?) async throws -> Platform {
    guard let promise, platform.promises[promise] == nil else { return platform }
    let answer = try await send(.GET, "/v1/promises/\(promise)", accepted: [200, 404])
    guard answer.status == 200 else { return platform }
    var platform = platform
    try platform.add(ManifestFile(name: base, documents: [Document(root: answer.body)]))
    return platform
  }

  /// Has the service make Works so, and waits until they are.
  ///
  /// - Parameter landed: Called with each receipt as soon as it is there.
  /// - Throws: `LandingError`.
  func land(_ intent: LandingRequest.Intent, landed: (Receipt) -> Void) async throws {
    for (method, work) in try await requests(for: intent) {
      let answer = try await send(
        method, path(of: work) + "?wait=\(patience)", body: try body(of: work, for: method),
        accepted: method == .PUT ? [200, 201, 202] : [200, 202, 404])
      // It was never told to the service, or is gone already.
      if answer.status == 404 { continue }
      try take(answer, of: work, landed)
    }
  }

  /// Asks the service what it would change.
  ///
  /// - Throws: `LandingError`.
  func preview(_ intent: LandingRequest.Intent) async throws -> [WriteResult.ShownPreview] {
    var previews: [WriteResult.ShownPreview] = []
    for (method, work) in try await requests(for: intent) {
      let answer = try await send(
        method, path(of: work) + "?dryRun=All", body: try body(of: work, for: method),
        accepted: method == .PUT ? [200] : [200, 404])
      for node in answer.body["previews"]?.sequence ?? [] {
        previews.append(
          WriteResult.ShownPreview(
            document: try decode(node, "previews"), diff: node["diff"]?.string ?? ""))
      }
    }
    return previews
  }

  private func requests(
    for intent: LandingRequest.Intent
  ) async throws -> [(HTTPMethod, Work)] {
    switch intent {
    case .write(let works): return works.map { (.PUT, $0) }
    case .remove(let works): return works.map { (.DELETE, $0) }
    case .removeAll(let request): return try await works(of: request).map { (.DELETE, $0) }
    case .canaries, .cleanUp:
      throw LandingError(
        .invalidConfiguration, "whole Destinations need the state store itself, and not --server")
    }
  }

  private func body(of work: Work, for method: HTTPMethod) throws -> String? {
    method == .PUT ? JSONWriter().text(of: try work.manifest()) : nil
  }

  private func path(of work: Work) -> String {
    "/v1/namespaces/\(work.namespace)/works/\(work.name)"
  }

  /// The Works of a request, or of a Promise's workflows, that the service holds.
  private func works(of request: Work) async throws -> [Work] {
    let resource =
      request.isDependency
      ? "!kratix.io/resource-name,kratix.io/pipeline-name"
      : "kratix.io/resource-name=\(request.resourceName)"
    let path =
      "/v1/namespaces/\(request.namespace)/works"
      + "?labelSelector=kratix.io/promise-name=\(request.promiseName),\(resource)"
    let answer = try await send(.GET, path)
    return try Work.works(in: ManifestFile(name: base, documents: [Document(root: answer.body)]))
  }

  /// The service is to have an answer before this process has to go.
  private var patience: String {
    let margin = min(max(remaining * 0.1, .seconds(1)), remaining * 0.5)
    return "\(Int(max(.milliseconds(1), remaining - margin) / .milliseconds(1)))ms"
  }

  private func take(_ answer: Answer, of work: Work, _ landed: (Receipt) -> Void) throws {
    let stores = answer.body.value(at: "/status/stores")?.sequence ?? []
    let outcome = answer.string("/status/outcome").flatMap(Outcome.init)
    guard let outcome, answer.status != 202 || outcome.exitStatus != 0 else {
      throw LandingError(
        .timedOut,
        """
        \(base) has accepted \(work.namespace)/\(work.name) and goes on with it; it had not landed \
        when the time was up
        """)
    }
    guard outcome.exitStatus == 0 else {
      let failed = stores.first { $0["outcome"]?.string == outcome.rawValue }
      throw LandingError(
        outcome, failed?["message"]?.string ?? outcome.rawValue,
        serverMessages: failed?["serverMessages"]?.sequence?.compactMap(\.string) ?? [])
    }
    for receipt in try receipts(in: answer) where !receipt.placements.isEmpty { landed(receipt) }
  }

  private func receipts(in answer: Answer) throws -> [Receipt] {
    try answer.body.value(at: "/status/receipts").map { try decode($0, "receipts") } ?? []
  }

  /// Reads a part of an answer.
  ///
  /// - Throws: `LandingError` for what no statestore service answers.
  func decode<Value: Decodable>(_ node: Node, _ what: String) throws -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: Data(JSONWriter().text(of: node).utf8))
    } catch {
      throw LandingError(
        .invalidConfiguration, "\(base) answers with \(what) that cannot be read: \(error)")
    }
  }
}
