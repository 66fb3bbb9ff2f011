import Kratix
import Testing

@testable import Landing

@Suite("A dry run") struct DryRunTests {
  private static func store(_ mode: Destination.FilepathMode) throws -> MemoryStore {
    var rehearsal = destination("rehearsal", mode)
    rehearsal.labels["kratix.io/dry-run"] = "true"
    return try MemoryStore([destination("worker", mode), rehearsal])
  }

  private static func request(_ content: String, isDryRun: Bool) -> Work {
    var request = work("r", at: "worker", ["a.yaml": content])
    request.isDryRun = isDryRun
    return request
  }

  @Test(
    "neither takes the place of the request's own placement nor removes it",
    arguments: Destination.FilepathMode.allCases)
  func besideTheRequest(mode: Destination.FilepathMode) throws {
    let store = try Self.store(mode)
    try store.land(.write([Self.request("real", isDryRun: false)]))
    let real = try store.files()
    try store.land(.write([Self.request("rehearsed", isDryRun: true)]))
    let both = try store.files()
    #expect(both.filter { $0.key.hasPrefix("worker/") } == real)
    #expect(both.contains { $0.key.hasPrefix("rehearsal/") })
    try store.land(.remove([Self.request("", isDryRun: true)]))
    #expect(try store.files() == real)
  }

  @Test("does not hold the request that follows it", arguments: Destination.FilepathMode.allCases)
  func beforeTheRequest(mode: Destination.FilepathMode) throws {
    let store = try Self.store(mode)
    try store.land(.write([Self.request("rehearsed", isDryRun: true)]))
    let rehearsed = try store.files()
    try store.land(.write([Self.request("real", isDryRun: false)]))
    let both = try store.files()
    #expect(both.filter { $0.key.hasPrefix("rehearsal/") } == rehearsed)
    #expect(both.contains { $0.key.hasPrefix("worker/") })
    try store.land(.remove([Self.request("", isDryRun: false)]))
    #expect(try store.files() == rehearsed)
  }
}
