import Git
import Kratix
import TestSupport
import Testing

@testable import Landing

/// Whole Destinations: their canary files, and what is left when they go.
@Suite("A Destination") struct CleanupTests {
  private static func store(_ mode: Destination.FilepathMode) throws -> MemoryStore {
    var worker = destination("worker", mode)
    worker.hasInitWorkloads = true
    return try MemoryStore([worker, destination("other", mode)])
  }

  @Test(
    "R09: has its canary files where its mode wants them",
    arguments: Destination.FilepathMode.allCases)
  func canaries(mode: Destination.FilepathMode) throws {
    let store = try Self.store(mode)
    #expect(try store.land(.canaries) == ["Update from: kratix-canary"])
    let isNested = mode == .nestedByMetadata
    #expect(
      try store.texts().keys.sorted() == [
        isNested
          ? "worker/dependencies/kratix-canary-namespace.yaml"
          : "worker/kratix-canary-configmap.yaml",
        isNested
          ? "worker/resources/kratix-canary-configmap.yaml" : "worker/kratix-canary-namespace.yaml",
      ])
    #expect(try store.land(.canaries) == [])
  }

  @Test("has its branch, canary files or not")
  func branch() throws {
    let store = try MemoryStore([destination("worker", .none)])
    try store.land(.canaries)
    #expect(store.tip != nil)
    #expect(try store.files().isEmpty)
  }

  @Test("R10: loses its canary files when it wants none any more")
  func withoutCanaries() throws {
    let store = try Self.store(.none)
    try store.land(.canaries)
    var worker = store.destinations[0]
    worker.hasInitWorkloads = false
    let changed = try MemoryStore([worker])
    try changed.commitAsSomebody(try store.texts().mapValues { $0 })
    try changed.commitAsSomebody(["worker/other.yaml": "theirs"])
    #expect(try changed.land(.canaries) == ["Delete from: kratix-canary"])
    #expect(try changed.texts() == ["worker/other.yaml": "theirs"])
  }

  @Test(
    "R13: that is cleaned up loses all placements, a commit each, and what is not theirs stays",
    arguments: Destination.FilepathMode.allCases)
  func cleanup(mode: Destination.FilepathMode) throws {
    let store = try Self.store(mode)
    try store.commitAsSomebody([
      "worker/resources/README.md": "theirs", "worker/notes/a/b/c/d/5058f/x.yaml": "theirs",
      "worker/dependencies/p/notes/x.yaml": "theirs", "worker2/x": "theirs",
    ])
    try store.land(.write([work("r", at: "other", ["r.yaml": "1"])]))
    let before = try store.files()
    try store.land(.canaries)
    let dependency = Work(
      name: "p-c-12b21", namespace: "kratix-platform-system", promiseName: "p", resourceName: "",
      pipelineName: "c", workloadGroups: work("", at: "worker", ["d.yaml": "2"]).workloadGroups)
    try store.land(.write([dependency, work("s", at: "worker", ["s.yaml": "3", "t/u": "4"])]))
    let subjects = try store.land(.cleanUp(destination: "worker"))
    #expect(subjects.count == 3)
    #expect(subjects.allSatisfy { $0.hasPrefix("Delete from: ") }, "\(subjects)")
    #expect(subjects.last == "Delete from: kratix-canary")
    #expect(try store.files() == before)
    #expect(try store.land(.cleanUp(destination: "worker")) == [])
  }

  @Test("in the mode aggregatedYAML that is cleaned up loses what Kratix wrote there, too")
  func cleanupOfKratixs() throws {
    let store = try Self.store(.aggregatedYAML)
    try store.commitAsSomebody(["worker/aggregated.yaml": "by Kratix", "worker/x": "theirs"])
    #expect(try store.land(.cleanUp(destination: "worker")) == ["Delete from: worker"])
    #expect(try store.texts() == ["worker/x": "theirs"])
  }

  @Test("tells what stands there, in every mode", arguments: Destination.FilepathMode.allCases)
  func placements(mode: Destination.FilepathMode) throws {
    let store = try Self.store(mode)
    try store.land(.canaries)
    try store.land(.write([work("r", at: "worker", ["a.yaml": "1", "b/c": "2"])]))
    let found = try store.snapshot.placements(at: store.destinations[0], in: store.description)
    let placement = try #require(found.first)
    #expect(found.count == 1 && placement.shortID == "5058f")
    switch mode {
    case .nestedByMetadata:
      #expect(placement.id?.resource == work("r", at: "worker", [:]).resource)
      #expect(placement.id?.pipeline == "configure")
      #expect(placement.files.count == 2)
    case .none:
      #expect(placement.files.keys.map(\.text).sorted() == ["worker/a.yaml", "worker/b/c"])
      #expect(placement.missing.isEmpty)
    case .aggregatedYAML:
      #expect(placement.state?.workloads.map(\.filepath) == ["a.yaml", "b/c"])
    }
  }

  @Test("in the mode none that is cleaned up names Works as the commits did that wrote them")
  func namesOfWorks() async throws {
    try await withSite { site in
      var platform = Platform()
      platform.add(stateStore)
      platform.add(destination("worker", .none))
      let stores = StateStores(platform: platform, stores: ["default": site.store])
      var dashed = work("r", named: "p-r-configure-12b21", at: "worker", ["a.yaml": "1"])
      dashed.namespace = "team-a-b"
      try await stores.land(.write([dashed]), options: options) { _ in }
      try await stores.land(.cleanUp(destination: "worker"), options: options) { _ in }
      let subject = try await site.git(
        "log", "-1", "--format=%s", "main", in: site.repository.directory)
      #expect(subject == "Delete from: p-r-configure-12b21.worker-5058f")
    }
  }
}
