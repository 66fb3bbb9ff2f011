import Kratix
import Landing
import Manifests
import NIOHTTP1

/// The end of what a service was asked to do.
extension ServiceClient {
  private static let pause: Duration = .milliseconds(200)

  /// Says how a Work should be, and waits until the state stores have taken it.
  ///
  /// The answer tells of this request alone: `unchanged` when they held it already. Who has to send it
  /// again, because an answer was lost, may hear that of what its first try has landed.
  func landing(_ request: WorkRequest) async throws -> [Receipt] {
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
      guard let outcome = outcome(in: next), outcome.meaning.writeStatus != 3 else { continue }
      answer = next
    }
    return try receipts(in: answer, of: work)
  }

  /// Has what stands of a Work removed, whoever landed it.
  func removal(_ request: WorkRequest) async throws -> [Receipt] {
    let answer = try await send(
      .POST, request.address(["wait=\(patience)"]), body: request.body)
    return try answer.body["receipts"].map { try decode($0, "receipts") } ?? []
  }

  /// Whether there is time to ask again; a service that stops answers before that is over.
  private func hasTime() async throws -> Bool {
    guard remaining > Self.pause * 2 else { return false }
    try await Task.sleep(for: Self.pause)
    return true
  }

  /// The service is to have an answer before this process has to go.
  private var patience: String {
    let margin = min(max(remaining * 0.1, .seconds(1)), remaining * 0.5)
    return "\(Int(max(.milliseconds(1), remaining - margin) / .milliseconds(1)))ms"
  }

  private func outcome(in answer: Answer) -> Outcome? {
    answer.string("/status/outcome").flatMap(Outcome.init)
  }

  private func receipts(in answer: Answer, of work: Work) throws -> [Receipt] {
    guard let outcome = outcome(in: answer), answer.status != 202 || !outcome.isSuccess else {
      throw LandingError(
        .timedOut,
        """
        \(base) has accepted \(work.namespace)/\(work.name) and goes on with it; it had not landed \
        when the time was up
        """)
    }
    guard outcome.isSuccess else {
      let stores = answer.body.value(at: "/status/stores")?.sequence ?? []
      let failed = stores.first { $0["outcome"]?.string == outcome.rawValue }
      throw LandingError(
        outcome, failed?["message"]?.string ?? outcome.rawValue,
        serverMessages: failed?["serverMessages"]?.sequence?.compactMap(\.string) ?? [])
    }
    return try answer.body.value(at: "/status/receipts").map { try decode($0, "receipts") } ?? []
  }
}
