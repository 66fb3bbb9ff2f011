import Git
import Kratix
import Testing

@testable import Landing

/// The filepath mode `none`: `workplacement_controller_test.go` of Kratix, on a repository.
@Suite("In the mode none, a placement") struct FlatModeTests {
  private let store: MemoryStore
  private static let stateFile =
    "test-path/.kratix/default-promise-r-configure-12b21.worker-5058f.yaml"

  init() throws {
    store = try MemoryStore([destination("worker", .none, path: "test-path")])
  }

  private static func write(_ files: [String: String], _ resource: String = "r") -> Work {
    work(resource, named: "promise-\(resource)-configure-12b21", at: "worker", files)
  }

  @Test("P01, P11: stands at its Destination's path, with a state file that lists it")
  func written() throws {
    let subjects = try store.land(.write([Self.write(["fruit.yaml": "a", "file2.yaml": "b"])]))
    #expect(subjects == ["Update from: promise-r-configure-12b21.worker-5058f"])
    #expect(
      try store.texts() == [
        "test-path/fruit.yaml": "a", "test-path/file2.yaml": "b",
        Self.stateFile: "files:\n- test-path/file2.yaml\n- test-path/fruit.yaml\n",
      ])
  }

  @Test("P04, P13: leaves with all that its state file lists, and nothing else")
  func removed() throws {
    try store.commitAsSomebody(["test-path/theirs.yaml": "x", "other/y": "y"])
    let before = try store.texts()
    try store.land(.write([Self.write(["fruit.yaml": "a", "d/file2.yaml": "b"])]))
    let subjects = try store.land(.remove([Self.write([:])]))
    #expect(subjects == ["Delete from: promise-r-configure-12b21.worker-5058f"])
    #expect(try store.texts() == before)
    #expect(try store.land(.remove([Self.write([:])])) == [])
  }

  @Test(
    "P06, P14: of the older format, without the Destination's path, loses what it no longer has")
  func olderFormat() throws {
    try store.commitAsSomebody([
      Self.stateFile: "files:\n- banana.yaml\n- apple.yaml\n- fruit.yaml\n",
      "test-path/banana.yaml": "1", "test-path/apple.yaml": "2", "test-path/fruit.yaml": "3",
      "banana.yaml": "not theirs",
    ])
    try store.land(.write([Self.write(["fruit.yaml": "a", "file2.yaml": "b"])]))
    #expect(
      try store.texts() == [
        "test-path/fruit.yaml": "a", "test-path/file2.yaml": "b", "banana.yaml": "not theirs",
        Self.stateFile: "files:\n- test-path/file2.yaml\n- test-path/fruit.yaml\n",
      ])
  }

  @Test("P07: that drops a file leaves those of another alone")
  func dropsOneFile() throws {
    try store.land(.write([Self.write(["fruit.yaml": "a", "file2.yaml": "b"])]))
    try store.land(.write([Self.write(["else.yaml": "c"], "other")]))
    try store.land(.write([Self.write(["fruit.yaml": "a"])]))
    #expect(
      try store.texts().keys.filter { !$0.contains(".kratix") }.sorted()
        == ["test-path/else.yaml", "test-path/fruit.yaml"])
  }

  @Test(
    "whose state file is damaged is refused: what belongs to it is not known",
    arguments: ["- test-path/fruit.yaml\n", "fruit.yaml\n", "files: {a: b}\n", "files: [[a]]\n"])
  func damagedStateFile(text: String) throws {
    try store.land(.write([Self.write(["fruit.yaml": "a"])]))
    try store.commitAsSomebody([Self.stateFile: text])
    let before = try store.texts()
    for intent in [
      LandingRequest.Intent.write([Self.write(["b.yaml": "b"])]), .remove([Self.write([:])]),
    ] {
      let error = refusal { try store.land(intent) }
      #expect(error?.outcome == .corruptRepository, "\(intent)")
      #expect(error?.message.contains(Self.stateFile) == true)
    }
    #expect(try store.texts() == before)
  }

  @Test("has its state file's long lines broken where yaml.v2 breaks them, and reads them again")
  func longLines() throws {
    let (a, b, f) = (
      String(repeating: "a", count: 58), String(repeating: "b", count: 30),
      String(repeating: "f", count: 70)
    )
    let paths = ["\(a) \(b) dd  ee \(f) gg.yaml", "it's: \(a) \(b) c.yaml", "\(a)\(b).yaml"]
    let files = Dictionary(uniqueKeysWithValues: paths.map { ($0, "x") })
    try store.land(.write([Self.write(files)]))
    #expect(
      try store.texts()[Self.stateFile] == """
        files:
        - test-path/\(a) \(b)
          dd  ee \(f) gg.yaml
        - test-path/\(a)\(b).yaml
        - 'test-path/it''s: \(a) \(b)
          c.yaml'

        """)
    try store.land(.remove([Self.write([:])]))
    #expect(try store.texts().isEmpty)
  }

  @Test("without workloads keeps an empty list")
  func empty() throws {
    try store.land(.write([Self.write(["fruit.yaml": "a"])]))
    #expect(try store.land(.write([Self.write([:])])).first?.hasPrefix("Update from") == true)
    #expect(try store.texts() == [Self.stateFile: "files: []\n"])
  }

  @Test("collides with another that has its path: refused, with both named")
  func collision() throws {
    try store.land(.write([Self.write(["a/fruit.yaml": "a"])]))
    let before = try store.texts()
    for files in [["a/fruit.yaml": "b"], ["a": "b"], ["a/fruit.yaml/x": "b"]] {
      let error = refusal { try store.land(.write([Self.write(files, "other")])) }
      #expect(error?.outcome == .pathConflict)
      #expect(error?.message.contains("promise-other-configure-12b21.worker-5058f") == true)
      #expect(error?.message.contains("promise-r-configure-12b21.worker-5058f") == true, "\(files)")
      #expect(error?.message.contains("a/fruit.yaml") == true)
    }
    let both = refusal {
      try store.land(
        .write([Self.write(["new": "1"], "one"), Self.write(["new": "1"], "two")]))
    }
    #expect(both?.outcome == .pathConflict)
    #expect(try store.texts() == before)
  }

  @Test("takes a file over that belongs to nobody, as Kratix would")
  func nobodysFile() throws {
    try store.commitAsSomebody(["test-path/fruit.yaml": "by hand"])
    try store.land(.write([Self.write(["fruit.yaml": "a"])]))
    #expect(try store.texts()["test-path/fruit.yaml"] == "a")
  }

  @Test("leaves a file that Kratix let another overwrite to the other")
  func sharedFile() throws {
    try store.land(.write([Self.write(["fruit.yaml": "a", "own.yaml": "b"])]))
    try store.commitAsSomebody([
      "test-path/.kratix/default-p-x-c-aaaaa.worker-5058f.yaml": "files:\n- test-path/fruit.yaml\n"
    ])
    try store.land(.remove([Self.write([:])]))
    #expect(try store.texts()["test-path/fruit.yaml"] == "a")
    #expect(try store.texts().count == 2)
  }

  @Test("of a lost state file has nothing to be removed")
  func lostStateFile() throws {
    try store.land(.write([Self.write(["fruit.yaml": "a"])]))
    try store.commitAsSomebody([Self.stateFile: nil])
    #expect(try store.land(.remove([Self.write([:])])) == [])
    // Written again it is known again.
    try store.land(.write([Self.write(["fruit.yaml": "a"])]))
    try store.land(.remove([Self.write([:])]))
    #expect(try store.texts().isEmpty)
  }

  @Test("whose state file reaches out of the Destination, or is none, is refused")
  func hostileStateFile() throws {
    for (text, outcome) in [
      ("files:\n- ../other/x\n", Outcome.unsafePath),
      ("files:\n- test-path/../../x\n", .unsafePath),
      ("files:\n- test-path/.git/config\n", .unsafePath), ("files: {", .corruptRepository),
      ("files: 7\n", .corruptRepository),
    ] {
      try store.commitAsSomebody([Self.stateFile: text, "other/x": "theirs"])
      let error = refusal { try store.land(.remove([Self.write([:])])) }
      #expect(error?.outcome == outcome, "\(text) \(String(describing: error))")
      #expect(error?.message.contains(Self.stateFile) == true)
      #expect(try store.texts()["other/x"] == "theirs")
    }
  }

  @Test("may not write where state files and canary files stand")
  func reservedNames() throws {
    let withCanaries = try MemoryStore([
      Destination(
        name: "worker", labels: ["name": "worker"], path: "./w/", stateStoreName: "default",
        filepathMode: .none)
    ])
    for (store, file) in [
      (store, ".kratix/x.yaml"), (store, ".kratix"), (withCanaries, "kratix-canary-namespace.yaml"),
    ] {
      let error = refusal { try store.land(.write([Self.write([file: "1"])])) }
      #expect(error?.outcome == .pathConflict, "\(file) \(String(describing: error))")
    }
  }

  /// Kratix forgets what it wrote to `w/` and `./w`: its test of a prefix is one of spelling.
  @Test(
    "loses what it drops at a Destination's path in any spelling",
    arguments: [
      ("w", "w"), ("w/", "w"), ("./w", "w"), ("/w", "w"), ("/", ""), (".", ""), ("../w", "w"),
    ])
  func spellings(path: String, directory: String) throws {
    let store = try MemoryStore(
      [destination("worker", .none, path: path)], path: path == "../w" ? "s" : "")
    try store.land(.write([Self.write(["a.yaml": "a", "b.yaml": "b"])]))
    try store.land(.write([Self.write(["b.yaml": "b"])]))
    let prefix = directory.isEmpty ? "" : directory + "/"
    let name = "default-promise-r-configure-12b21.worker-5058f.yaml"
    let listed =
      switch path {
      case "/": "/b.yaml"
      case ".": "b.yaml"
      case "/w": "/w/b.yaml"
      case "../w": "../w/b.yaml"
      default: "w/b.yaml"
      }
    #expect(
      try store.texts() == [
        "\(prefix)b.yaml": "b", "\(prefix).kratix/\(name)": "files:\n- \(listed)\n",
      ])
    try store.land(.remove([Self.write([:])]))
    #expect(try store.texts().isEmpty)
  }
}
