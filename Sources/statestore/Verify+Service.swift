import Foundation
import Kratix
import Landing
import Manifests
import NIOHTTP1
import Verification

/// The way of a check through a service, which needs no Git credentials here.
extension Verify {
  func check(through client: ServiceClient) async throws -> Report {
    let promise = options.rendered == nil ? nil : options.promise
    let platform = try await client.completed(try common.loadPlatform(), for: promise)
    let sources = try VerificationSources(self, platform: platform)
    let body = JSONWriter().text(of: try question(sources, platform))
    let answer = try await client.send(.POST, "/v1/verify", body: body)
    do {
      return try JSONDecoder().decode(
        Report.self, from: Data(JSONWriter().text(of: answer.body).utf8))
    } catch {
      throw LandingError(
        .invalidConfiguration, "\(client.base) answers with a report that cannot be read: \(error)")
    }
  }

  private func question(_ sources: VerificationSources, _ platform: Platform) throws -> Node {
    var question: Mapping = [
      "requests": Node(.sequence(sources.requests.map(\.node))),
      "works": Node(.sequence(try sources.works.map { try $0.manifest() })),
      "expectations": Node(.sequence(platform.expectations.map(\.node))),
      "rules": Node(.sequence(rule.map { Node(.string($0)) })),
    ]
    if let receipt {
      let file = try ManifestFile(
        parsing: try CommonOptions.bytes(of: receipt), name: receipt)
      question["receipts"] = file.documents.first?.root["receipts"]
    }
    if let ref { question["ref"] = Node(.string(ref)) }
    return Node(.mapping(question))
  }
}
