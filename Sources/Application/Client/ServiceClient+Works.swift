package import Kratix
package import Landing
import Manifests
import NIOHTTP1

/// Writes through a service.
extension ServiceClient {
  private static let pause: Duration = .milliseconds(200)

  /// The platform with a Promise of the service, if the files do not have it.
  package func completed(_ platform: Platform, for promise: String?) async throws -> Platform {
    guard let promise, platform.promises[promise] == nil else { return platform }
    let answer = try await send(.GET, "/v1/promises/\(promise)", accepted: [200, 404])
    guard answer.status == 200 else { return platform }
    var platform = platform
    try platform.add(ManifestFile(parsing: answer.body, name: base))
    return platform
  }

  /// Lands or removes Works, and waits until the state stores hold the result.
  ///
  /// - Parameter landed: Called with each receipt when it arrives.
  /// - Throws: `LandingError`.
  package func land(_ intent: LandingRequest.Intent, landed: (Receipt) -> Void) async throws {
    for request in try WorkRequest.requests(for: intent) {
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
  package func preview(_ intent: LandingRequest.Intent) async throws -> [ShownPreview] {
    var previews: [ShownPreview] = []
    for request in try WorkRequest.requests(for: intent) {
      let answer = try await send(
        request.kind.method, request.address(["dryRun=All"]), body: request.body)
      previews += try answer.decode(PreviewAnswer.self).previews ?? []
    }
    return previews
  }

  /// Puts a Work, and waits until the state stores hold it.
  ///
  /// The receipts are of this request: `unchanged` if the state stores held the Work already. If an
  /// answer is lost and the request is sent again, they may be of the first attempt.
  private func landing(_ request: WorkRequest) async throws -> [Receipt] {
    let work = request.work
    var answer = try await send(
      .PUT, request.address(["wait=\(patience)"]), body: request.body, accepted: [200, 201, 202])
    while answer.status == 202, try await hasTime() {
      let next = try await send(
        .GET, request.address(["wait=\(patience)"]), accepted: [200, 404])
      guard next.status == 200 else {
        throw LandingError(
          .rejected, "\(base): \(work.namespace)/\(work.name) was deleted before it had landed")
      }
      let outcome = try next.decode(WorkAnswer.self).outcome
      guard let outcome, outcome.meaning.writeStatus != 3 else { continue }
      answer = next
    }
    return try receipts(in: try answer.decode(), status: answer.status, of: work)
  }

  /// Removes the files of a Work, whether the service has landed it or another writer.
  private func removal(_ request: WorkRequest) async throws -> [Receipt] {
    let answer = try await send(
      .POST, request.address(["wait=\(patience)"]), body: request.body)
    return try answer.decode(RemovalAnswer.self).receipts ?? []
  }

  /// Whether there is time to ask again, after a pause.
  private func hasTime() async throws -> Bool {
    guard remaining > Self.pause * 2 else { return false }
    try await Task.sleep(for: Self.pause)
    return true
  }

  /// How long the service may wait with its answer, so that it arrives before the deadline.
  private var patience: String {
    let margin = min(max(remaining * 0.1, .seconds(1)), remaining * 0.5)
    return "\(Int(max(.milliseconds(1), remaining - margin) / .milliseconds(1)))ms"
  }

  private func receipts(
    in answer: WorkAnswer, status: Int, of work: Work
  ) throws(LandingError) -> [Receipt] {
    guard let outcome = answer.outcome, status != 202 || !outcome.isSuccess else {
      throw LandingError(
        .timedOut,
        """
        \(base) has accepted \(work.namespace)/\(work.name) and goes on with it; it had not landed \
        when the time was up
        """)
    }
    guard outcome.isSuccess else {
      let failed = answer.status?.stores?.first { $0.outcome == outcome.rawValue }
      throw LandingError(
        outcome, failed?.message ?? outcome.rawValue,
        serverMessages: failed?.serverMessages ?? [])
    }
    return answer.status?.receipts ?? []
  }
}

/// A Work as the service shows it.
private struct WorkAnswer: Decodable {
  struct Status: Decodable {
    let outcome: String?
    let stores: [Store]?
    let receipts: [Receipt]?
  }

  struct Store: Decodable {
    let outcome: String?
    let message: String?
    let serverMessages: [String]?
  }

  let status: Status?

  /// The outcome; `nil` while the Work is being landed.
  var outcome: Outcome? { status?.outcome.flatMap(Outcome.init) }
}

private struct RemovalAnswer: Decodable {
  let receipts: [Receipt]?
}

private struct PreviewAnswer: Decodable {
  let previews: [ShownPreview]?
}
