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
  /// - Returns: What became of each Work.
  /// - Throws: `LandingError`.
  func land(
    _ intent: LandingRequest.Intent, landed: (Receipt) -> Void
  ) async throws -> [Outcome] {
    var outcomes: [Outcome] = []
    for (method, work) in try await requests(for: intent) {
      let end =
        method == .PUT
        ? try await landing(of: work) : try await removal(of: work)
      outcomes.append(end.outcome)
      for receipt in end.receipts where !receipt.placements.isEmpty { landed(receipt) }
    }
    return outcomes
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

  func body(of work: Work, for method: HTTPMethod) throws -> String? {
    method == .PUT ? JSONWriter().text(of: try work.manifest()) : nil
  }

  func path(of work: Work) -> String {
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
