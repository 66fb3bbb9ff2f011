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
    switch intent {
    case .write(let works):
      for work in works { try await put(work, landed) }
    case .remove(let works):
      for work in works { try await remove(work, landed) }
    case .canaries, .cleanUp:
      throw LandingError(
        .invalidConfiguration, "whole Destinations need the state store itself, and not --server")
    }
  }

  private func put(_ work: Work, _ landed: (Receipt) -> Void) async throws {
    let body = JSONWriter().text(of: try work.manifest())
    let answer = try await send(.PUT, path(of: work), body: body, accepted: [200, 201, 202])
    try take(answer, of: work, landed)
  }

  private func remove(_ work: Work, _ landed: (Receipt) -> Void) async throws {
    let answer = try await send(.DELETE, path(of: work), accepted: [200, 202, 404])
    // It was never told to the service, or is gone already.
    if answer.status == 404 { return }
    try take(answer, of: work, landed)
  }

  /// The service is to have an answer before this process has to go.
  private func path(of work: Work) -> String {
    let margin = min(max(remaining * 0.1, .seconds(1)), remaining * 0.5)
    let wait = Int(max(.milliseconds(1), remaining - margin) / .milliseconds(1))
    return "/v1/namespaces/\(work.namespace)/works/\(work.name)?wait=\(wait)ms"
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
    guard let node = answer.body.value(at: "/status/receipts") else { return [] }
    do {
      return try JSONDecoder().decode(
        [Receipt].self, from: Data(JSONWriter().text(of: node).utf8))
    } catch {
      throw LandingError(
        .invalidConfiguration, "\(base) answers with receipts that cannot be read: \(error)")
    }
  }
}
