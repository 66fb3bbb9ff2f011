import Kratix
import Testing

@testable import Landing

/// Under which name a Work stands in the mode `none`, where its state file is named for it.
@Suite("A Work without a name") struct WorkIdentityTests {
  private let store: MemoryStore
  private static let directory = "worker/.kratix/default-"

  init() throws { store = try MemoryStore([destination("worker", .none)]) }

  private var stateFiles: [String] {
    get throws {
      try store.texts().keys.filter { $0.hasPrefix(Self.directory) }
        .map { String($0.dropFirst(Self.directory.count)) }.sorted()
    }
  }

  @Test("gives way to the name that it is given later")
  func superseded() throws {
    try store.land(.write([work("r", at: "worker", ["a": "1", "b": "1"])]))
    let named = work("r", named: "promise-r-configure-12b21", at: "worker", ["b": "2"])
    let subjects = try store.land(.write([named]))
    #expect(subjects == ["Update from: promise-r-configure-12b21.worker-5058f"])
    #expect(try stateFiles == ["promise-r-configure-12b21.worker-5058f.yaml"])
    #expect(try store.texts().count == 2)
  }

  @Test("whose base is cut takes no name that may be another's")
  func cutBase() throws {
    let long = String(repeating: "n", count: 60)
    let first = work(long + "1", at: "worker", ["a": "1"])
    let second = work(long + "2", at: "worker", ["b": "1"])
    try store.land(.write([first.named("\(first.baseName)-12b21")]))
    try store.land(.write([second]))
    #expect(try stateFiles.count == 2)
    #expect(try store.texts().count == 4)
  }

  @Test("of static dependencies is not taken for a pipeline's directory")
  func staticDependencies() throws {
    let store = try MemoryStore([destination("worker", .nestedByMetadata)])
    var group = work("", at: "worker", ["static/p.yaml": "1"]).workloadGroups[0]
    func dependency(_ pipeline: String, _ directory: String) -> Work {
      group = WorkloadGroup(
        directory: ".", workloads: group.workloads, destinationSelectors: [])
      let work = Work(
        name: "", namespace: "kratix-platform-system", promiseName: "p", resourceName: "",
        pipelineName: pipeline, workloadGroups: [group])
      return work.named(work.derivedName)
    }
    try store.land(.write([dependency("added", ".")]))
    try store.land(.write([dependency("", ".")]))
    #expect(
      try store.texts().keys.sorted() == [
        "worker/dependencies/p/5058f/static/p.yaml",
        "worker/dependencies/p/added/5058f/static/p.yaml",
      ])
    try store.land(.remove([dependency("", ".")]))
    #expect(try store.texts().count == 1)
  }

  @Test("and without a Pipeline takes no Pipeline's directory for one of its groups")
  func withoutPipeline() throws {
    let store = try MemoryStore([destination("worker", .nestedByMetadata)])
    var pipelines = work("r", at: "worker", ["a": "1"])
    pipelines.pipelineName = "decaf"
    var without = work(
      "r", [("foo", at: "worker", ["foo/b": "1"]), (".", at: "worker", ["b": "1"])])
    without.pipelineName = ""
    try store.land(.write([pipelines.named("p-decaf-12b21")]))
    let before = try store.texts()
    try store.land(.write([without.named("p-12b21")]))
    #expect(try store.texts().count == 3)
    try store.land(.remove([without.named("p-12b21")]))
    #expect(try store.texts() == before)
  }
}
