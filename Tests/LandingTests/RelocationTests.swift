import Kratix
import Testing

@testable import Landing

/// Placements that the selectors no longer choose (`scheduler_test.go` of Kratix, on a repository).
@Suite("A misplaced placement") struct RelocationTests {
  private static func request(
    _ files: [String: String], at destination: String, groups: [String] = ["."]
  ) -> Work {
    work("r", named: "promise-r-configure-12b21", groups.map { ($0, at: destination, files) })
  }

  private static func stores() throws -> [MemoryStore] {
    try Destination.FilepathMode.allCases.map { mode in
      try MemoryStore([destination("dev", mode), destination("prod", mode)])
    }
  }

  @Test("S04, S15, S28: stays where it is and is kept up to date")
  func stays() throws {
    for store in try Self.stores() {
      try store.land(.write([Self.request(["a.yaml": "1"], at: "dev")]))
      try store.land(.write([Self.request(["a.yaml": "2"], at: "prod")]))
      let texts = try store.texts()
      #expect(texts.keys.allSatisfy { $0.hasPrefix("dev/") })
      #expect(texts.values.contains("2") && !texts.values.contains("1"))
    }
  }

  @Test("moves in one commit when it is told to: removed there, added here")
  func relocated() throws {
    for store in try Self.stores() {
      try store.land(.write([Self.request(["a.yaml": "1"], at: "dev")]))
      let subjects = try store.land(
        .write([Self.request(["a.yaml": "2"], at: "prod")]), .init(relocates: true))
      #expect(subjects == ["Update from: promise-r-configure-12b21.prod-5058f"])
      let files = try store.files().keys
      #expect(!files.isEmpty && files.allSatisfy { $0.hasPrefix("prod/") })
      // What is well placed does not move.
      #expect(
        try store.land(
          .write([Self.request(["a.yaml": "2"], at: "prod")]), .init(relocates: true)) == [])
    }
  }

  @Test("that moves says in its receipt where it was", .timeLimit(.minutes(2)))
  func receipt() async throws {
    try await withSite { site in
      func land(at name: String) async throws -> Receipt.LandedPlacement? {
        let request = LandingRequest(
          .write([Self.request(["a.yaml": "1"], at: name)]), .init(relocates: true),
          in: stateStore,
          destinations: [
            destination("dev", .nestedByMetadata), destination("prod", .nestedByMetadata),
          ])
        return try await site.store.land(request, options: options).placements.first
      }
      #expect(try await land(at: "dev")?.movedFrom == nil)
      let moved = try await land(at: "prod")
      #expect(
        moved?.movedFrom == [
          Receipt.Place(
            destination: "dev", path: "dev/resources/default/promise/r/configure/5058f")
        ])
    }
  }

  @Test("that nothing else matches stays, relocated or not")
  func nowhereToGo() throws {
    for store in try Self.stores() {
      try store.land(.write([Self.request(["a.yaml": "1"], at: "dev")]))
      try store.land(
        .write([Self.request(["a.yaml": "2"], at: "nowhere")]), .init(relocates: true))
      #expect(try store.files().keys.allSatisfy { $0.hasPrefix("dev/") })
    }
  }

  @Test("of a dependency leaves a Destination that it matches no more, when it is told to")
  func dependency() throws {
    let store = try MemoryStore([
      destination("dev", .nestedByMetadata), destination("prod", .nestedByMetadata),
    ])
    func dependency(_ labels: [String: String]) -> Work {
      let group = WorkloadGroup(
        directory: ".", workloads: [Workload(filepath: "x", content: [49])],
        destinationSelectors: [WorkloadGroupScheduling(source: "promise", matchLabels: labels)])
      return Work(
        name: "p-c-12b21", namespace: "kratix-platform-system", promiseName: "p",
        resourceName: "", pipelineName: "c", workloadGroups: [group])
    }
    try store.land(.write([dependency([:])]))
    #expect(try store.texts().count == 2)
    try store.land(.write([dependency(["name": "dev"])]))
    #expect(try store.texts().count == 2)
    try store.land(.write([dependency(["name": "dev"])]), .init(relocates: true))
    #expect(try store.texts() == ["dev/dependencies/p/c/5058f/x": "1"])
  }

  @Test("between state stores is there before it leaves")
  func betweenStateStores() throws {
    let work = Self.request(["a.yaml": "2"], at: "prod")
    var far = destination("prod", .nestedByMetadata)
    far.stateStoreName = "far"
    let store = try MemoryStore([destination("dev", .nestedByMetadata), far])
    try store.land(.write([Self.request(["a.yaml": "1"], at: "dev")]))
    var request = LandingRequest(
      .write([work]), .init(relocates: true), in: store.description,
      destinations: store.destinations)
    #expect(try request.changes(on: store.snapshot).isEmpty)
    // What is shown beforehand is all that becomes of it.
    #expect(try request.changes(on: store.snapshot, isPreview: true).count == 1)
    request.elsewhere = Elsewhere([
      StandingPlacement(
        work: work.identity, workName: nil, destination: far, shortID: "5058f")
    ])
    #expect(try request.changes(on: store.snapshot).count == 1)
    try store.land(.remove([work]))
    request.stateStore.name = "far"
    request.elsewhere = Elsewhere()
    #expect(try request.changes(on: store.snapshot).map(\.destination) == ["prod"])
  }
}
