import Foundation
import Kratix
import Landing
import Manifests
import NIOHTTP1
import Verification

/// The way of a check through a service, which needs no Git credentials here.
extension Verify {
  func check(through client: ServiceClient) async throws -> [Report] {
    let promise = options.rendered == nil ? nil : options.promise
    let platform = try await client.completed(try Configuration(common).platform(), for: promise)
    let sources = try VerificationSources(self, platform: platform)
    let body = JSONWriter().text(of: try question(sources, platform))
    guard let wait else { return try await client.reports(answering: body) }
    return try await Waiting(wait.duration, timeout: common.timeLimit).reports { deadline in
      try await client.until(deadline).reports(answering: body)
    }
  }

  private func question(_ sources: VerificationSources, _ platform: Platform) throws -> Node {
    var question: Mapping = [
      "requests": Node(.sequence(sources.requests.map(\.node))),
      "works": Node(.sequence(try sources.works.map { try $0.manifest() })),
      "expectations": Node(.sequence(platform.expectations.map(\.node))),
      "rules": Node(.sequence(rule.map { Node(.string($0)) })),
      "all": Node(.boolean(all)),
      // Of what stands as it should the sums are enough for a person.
      "brief": Node(.boolean(all && output == .text)),
    ]
    if let receipt = sources.receiptInput {
      question["receipts"] = try receipt.manifests().documents.first?.root["receipts"]
    }
    let texts = [
      ("ref", ref), ("promise", options.promise), ("destination", common.chosenDestination),
      ("maxAge", maxAge.map { "\($0.duration.seconds)s" }),
    ]
    for (name, text) in texts { question[name] = text.map { Node(.string($0)) } }
    return Node(.mapping(question))
  }
}

extension ServiceClient {
  /// The same client, with another moment at which to give up.
  fileprivate func until(_ deadline: ContinuousClock.Instant) -> ServiceClient {
    ServiceClient(base: base, token: token, authorities: authorities, deadline: deadline)
  }

  /// Asks for reports: a list of them, where there are several state stores.
  fileprivate func reports(answering body: String) async throws -> [Report] {
    let answer = try await send(.POST, "/v1/verify", body: body)
    return try (answer.body.sequence ?? [answer.body]).map { try decode($0, "a report") }
  }
}
