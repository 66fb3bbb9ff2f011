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
    for request in try requests(for: intent) {
      let receipts =
        switch request.kind {
        case .landing: try await landing(request)
        case .removal: try await removal(request)
        }
      let news = receipts.filter { !$0.placements.isEmpty }
      for receipt in news.isEmpty ? receipts : news { landed(receipt) }
    }
  }

  /// Asks the service what it would change.
  ///
  /// - Throws: `LandingError`.
  func preview(_ intent: LandingRequest.Intent) async throws -> [WriteResult.ShownPreview] {
    var previews: [WriteResult.ShownPreview] = []
    for request in try requests(for: intent) {
      let answer = try await send(
        request.kind.method, request.address(["dryRun=All"]), body: request.body)
      for node in answer.body["previews"]?.sequence ?? [] {
        previews.append(
          WriteResult.ShownPreview(
            document: try decode(node, "previews"), diff: node["diff"]?.string ?? ""))
      }
    }
    return previews
  }

  /// One thing that the service is asked to do.
  struct WorkRequest {
    enum Kind {
      case landing
      case removal

      var method: HTTPMethod { self == .landing ? .PUT : .POST }
    }

    let kind: Kind
    let work: Work
    let path: String
    var query: [String] = []
    let body: String

    /// Where it goes.
    func address(_ more: [String]) -> String {
      path + "?" + (query + more).joined(separator: "&")
    }
  }

  private func requests(for intent: LandingRequest.Intent) throws -> [WorkRequest] {
    switch intent {
    case .write(let works):
      return try works.map { work in
        WorkRequest(
          kind: .landing, work: work,
          path: "/v1/namespaces/\(work.namespace)/works/\(work.name)", body: try body(of: work))
      }
    case .remove(let works): return try works.map { try removal(of: $0) }
    case .removeAll(let request): return [try removal(of: request, ["pipelines=all"])]
    case .canaries, .cleanUp:
      throw LandingError(
        .invalidConfiguration, "whole Destinations need the state store itself, and not --server")
    }
  }

  private func removal(of work: Work, _ query: [String] = []) throws -> WorkRequest {
    var named = work
    named.workloadGroups = []
    return WorkRequest(
      kind: .removal, work: work, path: "/v1/namespaces/\(work.namespace)/removals", query: query,
      body: try body(of: named))
  }

  private func body(of work: Work) throws -> String {
    JSONWriter().text(of: try work.manifest())
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
