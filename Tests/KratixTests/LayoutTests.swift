import Kratix
import TestSupport
import Testing

@Suite struct LayoutTests {
  private static func store(_ path: String) -> GitStateStore {
    GitStateStore(name: "default", url: "https://git.example.com/state.git", path: path)
  }

  private static func destination(_ path: String) -> Destination {
    Destination(name: "worker", path: path, stateStoreName: "default")
  }

  /// `kratix.md` 4.1: the state store's path, the Destination's path, the directory.
  static let joins: [(store: String, destination: String, directory: String)] = [
    ("", "w", "w"), ("/", "w", "w"), (".", "w", "w"), ("./", "w", "w"),
    ("foo", "w", "foo/w"), ("foo/", "w", "foo/w"), ("./foo", "w", "foo/w"), ("/foo", "w", "foo/w"),
    ("//foo", "w", "foo/w"), ("a/../b", "w", "b/w"), ("a//b/./c/../d", "w", "a/b/d/w"),
    ("", ".", ""), ("", "/", ""), ("foo", ".", "foo"), ("foo", "/", "foo"), ("", "./", ""),
    ("", "w/", "w"), ("", "./w", "w"), ("", "/w", "w"), ("", "//w", "w"), ("foo", "/w", "foo/w"),
    ("state-store-path", "dst-path/", "state-store-path/dst-path"), ("/test", "x", "test/x"),
    ("", "/dst-test", "dst-test"), ("", "a/b", "a/b"), ("foo", "a//b/", "foo/a/b"),
    // It may climb out of the state store's path, and still be in the repository.
    ("foo", "../w", "w"), ("foo", "/../w", "w"), ("a/b", "../../w", "w"), ("foo", "..", ""),
    ("/../foo", "w", "foo/w"), ("", "...", "..."), ("", "..w", "..w"),
  ]

  @Test("G01, G02, G03: paths are joined as Kratix joins them", arguments: joins)
  func pathsAreJoinedAsKratixJoinsThem(store: String, destination: String, directory: String)
    throws
  {
    #expect(
      try Self.destination(destination).directory(in: Self.store(store)) == directory)
  }

  static let escapes: [(store: String, destination: String)] = [
    ("../x", "w"), ("..", "w"), ("", "../w"), ("", ".."), ("", "a/../.."), ("foo", "../../w"),
    ("a/../..", "w"), ("", "/../w"), ("/", "/.."), (".", "/../../w"), ("../x", "../y"),
  ]

  @Test(arguments: escapes)
  func aPathOutOfTheRepositoryIsRefused(store: String, destination: String) {
    let failure = refusal { () throws(KratixError) in
      _ = try Self.destination(destination).directory(in: Self.store(store))
    }
    #expect(failure?.code == .unsafePath)
    #expect(failure?.message.contains("worker") == true)
    #expect(failure?.message.contains(destination) == true)
  }

  private static func work(
    resource: String, pipeline: String, directory: String = ".", files: [String]
  ) -> Work {
    let group = WorkloadGroup(
      directory: directory, workloads: files.map { Workload(filepath: $0, content: [1]) },
      destinationSelectors: [])
    return Work(
      name: "w-12b21", namespace: "default", promiseName: "postgresql", resourceName: resource,
      pipelineName: pipeline, workloadGroups: [group])
  }

  struct Case: Sendable {
    let row: String
    var store = ""
    var destination = "test-path"
    let work: Work
    let directory: String
    let files: [String]
  }

  static let layouts = [
    Case(
      row: "4.2, a resource",
      work: work(resource: "pg", pipeline: "configure", files: ["a.yaml", "b/c.yaml"]),
      directory: "test-path/resources/default/postgresql/pg/configure/5058f",
      files: [
        "test-path/resources/default/postgresql/pg/configure/5058f/a.yaml",
        "test-path/resources/default/postgresql/pg/configure/5058f/b/c.yaml",
      ]),
    Case(
      row: "4.2, a dependency", store: "foo", destination: "/",
      work: work(resource: "", pipeline: "configure", files: ["a.yaml"]),
      directory: "foo/dependencies/postgresql/configure/5058f",
      files: ["foo/dependencies/postgresql/configure/5058f/a.yaml"]),
    Case(
      row: "P10, a dependency without a pipeline",
      work: work(resource: "", pipeline: "", files: ["static/postgresql-dependencies.yaml"]),
      directory: "test-path/dependencies/postgresql/5058f",
      files: ["test-path/dependencies/postgresql/5058f/static/postgresql-dependencies.yaml"]),
    Case(
      row: "4.2, a scheduled directory stays in the path", destination: ".",
      work: work(resource: "pg", pipeline: "p", directory: "baz", files: ["baz/x.yaml"]),
      directory: "resources/default/postgresql/pg/p/73fef",
      files: ["resources/default/postgresql/pg/p/73fef/baz/x.yaml"]),
    Case(
      row: "4.2, no workload", work: work(resource: "pg", pipeline: "p", files: []),
      directory: "test-path/resources/default/postgresql/pg/p/5058f", files: []),
  ]

  @Test("P08, P10: files stand where Kratix puts them", arguments: layouts.indices)
  func filesStandWhereKratixPutsThem(index: Int) throws {
    let row = Self.layouts[index]
    let placement = Placement(
      work: row.work, group: try #require(row.work.workloadGroups.first),
      destination: Self.destination(row.destination))
    let layout = try placement.layout(in: Self.store(row.store))
    #expect(layout.directory == row.directory, "\(row.row)")
    #expect(layout.files.map(\.path) == row.files, "\(row.row)")
  }

  @Test("a Pipeline may not have the name of the directory of its Promise's static dependencies")
  func nameOfStaticDependencies() throws {
    func layout(_ work: Work) throws -> Layout {
      let placement = Placement(
        work: work, group: try #require(work.workloadGroups.first),
        destination: Self.destination("worker"))
      return try placement.layout(in: Self.store(""))
    }
    let error = #expect(throws: KratixError.self) {
      try layout(Self.work(resource: "", pipeline: "5058f", files: ["a.yaml"]))
    }
    #expect(error?.code == .pathConflict)
    #expect(error?.message.contains("dependencies/postgresql/5058f") == true)
    // A request's Pipeline has nothing of the kind beside it.
    let path = try layout(Self.work(resource: "r", pipeline: "5058f", files: ["a.yaml"])).directory
    #expect(path == "worker/resources/default/postgresql/r/5058f/5058f")
  }

  static let canaries: [(Destination.FilepathMode, [String])] = [
    (
      .nestedByMetadata,
      [
        "w/dependencies/kratix-canary-namespace.yaml", "w/resources/kratix-canary-configmap.yaml",
      ]
    ),
    (.none, ["w/kratix-canary-namespace.yaml", "w/kratix-canary-configmap.yaml"]),
    (.aggregatedYAML, ["w/kratix-canary-namespace.yaml", "w/kratix-canary-configmap.yaml"]),
  ]

  @Test(arguments: canaries)
  func canaryFilesStandWhereTheModeWantsThem(mode: Destination.FilepathMode, paths: [String]) throws
  {
    var destination = Self.destination("w/")
    destination.filepathMode = mode
    #expect(try Canary.files(of: destination, in: Self.store("/")).map(\.path) == paths)
  }

  @Test(
    "in the mode none no file is Kratix's own, however it is spelled",
    arguments: [".kratix/x.yaml", ".kratix/\u{301}x.yaml", "a/../.kratix/\u{20dd}", ".kratix"])
  func reserved(path: String) {
    let failure = refusal { () throws(KratixError) in
      var destination = Self.destination("w")
      destination.filepathMode = .none
      let work = Self.work(resource: "a", pipeline: "p", files: [path])
      let placement = Placement(
        work: work, group: work.workloadGroups[0], destination: destination)
      _ = try placement.layout(in: Self.store(""))
    }
    #expect(failure?.code == .pathConflict)
  }

  @Test("a path out of the repository is refused also where a mark follows the slash")
  func markBehindSlash() {
    let failure = refusal { () throws(KratixError) in
      _ = try Self.destination("../\u{301}w").directory(in: Self.store(""))
    }
    #expect(failure?.code == .unsafePath)
  }

  @Test("labels are compared by their bytes, keys and values")
  func labels() {
    let composed = "caf\u{e9}"
    let decomposed = "cafe\u{301}"
    func matches(_ label: (String, String), _ asked: (String, String)) -> Bool {
      Destination(
        name: "a", labels: [label.0: label.1], path: "a", stateStoreName: "default"
      ).reasonToPass(over: [asked.0: asked.1]) == nil
    }
    #expect(matches(("a", composed), ("a", composed)))
    #expect(!matches(("a", composed), ("a", decomposed)))
    #expect(!matches((composed, "a"), (decomposed, "a")))
  }

  @Test("the name of a state file is read by its bytes")
  func stateFileNames() throws {
    var destination = Self.destination("w")
    destination.filepathMode = .none
    let name = try #require(
      StateFileName("default-x\u{600}.worker-5058f.yaml", at: destination))
    #expect(name.qualifiedWork == "default-x\u{600}")
    #expect(name.workName(in: "default") == "x\u{600}")
    #expect(StateFileName("default-x.worker-\u{301}5058f.yaml", at: destination) == nil)
  }
}
