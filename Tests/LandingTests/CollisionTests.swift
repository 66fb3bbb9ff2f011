import Kratix
import Testing

@testable import Landing

@Suite("Two requests of one name", .timeLimit(.minutes(2)))
struct CollisionTests {
  private static func request(of namespace: String, _ content: String) -> Work {
    var work = work("r", at: "worker", ["a.yaml": content])
    work.namespace = "pipelines"
    work.resourceNamespace = namespace
    return work.named(work.derivedName)
  }

  @Test("whose pipelines share a namespace do not erase each other: the second is refused")
  func sharedDirectory() async throws {
    try await withSite { site in
      var platform = Platform()
      platform.add(stateStore)
      platform.add(destination("worker", .nestedByMetadata))
      let stores = StateStores(platform: platform, stores: ["default": site.store])
      func land(_ intent: LandingRequest.Intent) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        try await stores.land(intent, options: options) { outcomes.append($0.outcome) }
        return outcomes
      }
      let (first, second) = (Self.request(of: "team-a", "1"), Self.request(of: "team-b", "2"))
      #expect(try await land(.write([first])) == [.landed])
      let tip = try await site.tip()
      for intent in [LandingRequest.Intent.write([second]), .remove([second])] {
        let error = await failure { try await land(intent) }
        #expect(error?.outcome == .pathConflict)
        #expect(error?.message.contains("promise team-a/r") == true)
        #expect(error?.message.contains(second.name) == true)
      }
      #expect(try await site.tip() == tip)
      #expect(try await land(.write([Self.request(of: "team-a", "3")])) == [.landed])
      #expect(try await land(.remove([first])) == [.removed])
      #expect(try await land(.write([second])) == [.landed])
    }
  }
}
