import Kratix
import Manifests
import NIOHTTP1
import Support
package import Verification

/// Checks through a service.
extension ServiceClient {
  /// Asks the service to check, or waits until everything has landed.
  ///
  /// - Parameter timeLimit: How long each check may take while waiting.
  /// - Throws: `LandingError` and the errors that convert to it.
  package func verify(
    _ settings: VerificationSettings, of platformSettings: PlatformSettings, timeLimit: Duration
  ) async throws -> [Report] {
    let promise = settings.rendered.output == nil ? nil : settings.rendered.promise
    let platform = try await completed(platformSettings.configuration().platform(), for: promise)
    let destination = platformSettings.destination
    let sources = try VerificationSources(settings, on: platform, destination: destination)
    let question = try Self.question(settings, sources, platform, destination: destination)
    let body = JSONWriter().text(of: question)
    guard let wait = settings.wait else { return try await reports(answering: body) }
    return try await WaitLoop(wait, timeout: timeLimit).reports { deadline in
      try await until(deadline).reports(answering: body)
    }
  }

  private static func question(
    _ settings: VerificationSettings, _ sources: VerificationSources, _ platform: Platform,
    destination: String?
  ) throws -> Node {
    var question: Mapping = [
      "requests": Node(.sequence(sources.requests.map(\.node))),
      "works": Node(.sequence(try sources.works.map { try $0.manifest() })),
      "expectations": Node(.sequence(platform.expectations.map(\.node))),
      "rules": Node(.sequence(settings.rules.map { Node(.string($0)) })),
      "all": Node(.boolean(settings.all)),
      "brief": Node(.boolean(settings.isBrief)),
      "lines": Node(.boolean(settings.showsLines)),
    ]
    if let receipt = sources.receiptInput {
      question["receipts"] = try receipt.manifests().documents.first?.root["receipts"]
    }
    let texts = [
      ("ref", settings.revision), ("promise", settings.rendered.promise),
      ("destination", destination), ("maxAge", settings.maxAge.map { "\($0.seconds)s" }),
    ]
    for (name, text) in texts { question[name] = text.map { Node(.string($0)) } }
    return Node(.mapping(question))
  }

  /// Sends the question: the report, or a list of reports if there are several state stores.
  private func reports(answering question: String) async throws -> [Report] {
    try await send(.POST, "/v1/verify", body: question).decode(ReportsAnswer.self).reports
  }
}

private struct ReportsAnswer: Decodable {
  let reports: [Report]

  init(from decoder: any Decoder) throws {
    // Not by trying both: the error of a list would hide that of a report.
    if (try? decoder.unkeyedContainer()) != nil {
      reports = try [Report](from: decoder)
    } else {
      reports = [try Report(from: decoder)]
    }
  }
}
