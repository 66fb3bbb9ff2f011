import Kratix
import Testing

@testable import Landing

/// The filepath mode `aggregatedYAML`, where one file holds what all placements add.
@Suite("In the mode aggregatedYAML, a placement") struct AggregatedModeTests {
  private let store: MemoryStore
  private static let file = "test-path/workloads.yaml"

  init() throws {
    store = try MemoryStore([
      destination("worker", .aggregatedYAML, path: "test-path", filename: "workloads.yaml")
    ])
  }

  private static func write(_ resource: String, _ files: [String: String]) -> Work {
    work(resource, named: "promise-\(resource)-configure-12b21", at: "worker", files)
  }

  private var text: String? { get throws { try store.texts()[Self.file] } }

  @Test("P15, P17, P18, R17: is part of one file in the order of names, and leaves it again")
  func aggregated() throws {
    let first = Self.write("a", ["x.yaml": "one", "y.yaml": "two\n"])
    let second = Self.write("b", ["z.yaml": "three"])
    try store.land(.write([second]))
    #expect(try text == "three")
    #expect(try store.land(.write([first])) == ["Update from: \(first.name).worker-5058f"])
    #expect(try text == "one\n---\ntwo\n\n---\nthree")

    // Kratix calls it an update as long as others are left.
    #expect(try store.land(.remove([first])) == ["Update from: \(first.name).worker-5058f"])
    #expect(try text == "three")
    #expect(try store.land(.remove([second])) == ["Delete from: \(second.name).worker-5058f"])
    #expect(try store.files().isEmpty)
  }

  @Test("P16: stands in aggregated.yaml where no name is given")
  func standardName() throws {
    let store = try MemoryStore([destination("worker", .aggregatedYAML)])
    try store.land(.write([Self.write("a", ["x": "1"])]))
    #expect(try store.texts() == ["worker/aggregated.yaml": "1"])
  }

  @Test("keeps what is its own in a file that no GitOps agent applies")
  func stateFile() throws {
    try store.land(.write([Self.write("a", ["x.yaml": "kind: Secret\n"])]))
    let name = "test-path/.kratix/default-promise-a-configure-12b21.worker-5058f.placement"
    #expect(try Set(store.files().keys) == [Self.file, name])
    let placement = try #require(
      try store.snapshot.placements(at: store.destinations[0], in: store.description).first)
    #expect(
      placement.state?.workloads
        == [Workload(filepath: "x.yaml", content: Array("kind: Secret\n".utf8))])
  }

  @Test("does not overwrite what nobody accounts for")
  func unaccounted() throws {
    try store.commitAsSomebody([Self.file: "by: kratix\n"])
    let error = refusal { try store.land(.write([Self.write("a", ["x": "1"])])) }
    #expect(error?.outcome == .pathConflict)
    #expect(error?.message.contains(Self.file) == true)
    #expect(try store.land(.remove([Self.write("a", [:])])) == [])
    #expect(try text == "by: kratix\n")
  }

  @Test("takes over what Kratix wrote when it knows all of it, and changes no byte")
  func takenOver() throws {
    try store.commitAsSomebody([Self.file: "1\n---\n2\n---\n3"])
    let works = [("a", "1"), ("b", "2"), ("c", "3")].map { Self.write($0.0, ["x": $0.1]) }
    let error = refusal { try store.land(.write(Array(works.prefix(2)))) }
    #expect(error?.outcome == .pathConflict)
    try store.land(.write(works))
    #expect(try text == "1\n---\n2\n---\n3")
    try store.land(.write([Self.write("b", ["x": "two"])]))
    #expect(try text == "1\n---\ntwo\n---\n3")
  }

  @Test("that Kratix has landed already is found there")
  func landedByKratix() throws {
    try store.land(.write([Self.write("a", ["x": "1"])]))
    try store.commitAsSomebody([Self.file: "1\n---\n2"])
    try store.land(.write([Self.write("b", ["x": "2"])]))
    try store.commitAsSomebody([Self.file: "new\n---\n2"])
    try store.land(.write([Self.write("a", ["x": "new"])]))
    #expect(try text == "new\n---\n2")
    #expect(try store.land(.write([Self.write("a", ["x": "new"])])) == [])
  }

  @Test("is there again when somebody removed the file, and brings nothing of others back")
  func removedFile() throws {
    try store.land(.write([Self.write("a", ["x": "1"])]))
    try store.commitAsSomebody([Self.file: nil])
    try store.land(.write([Self.write("a", ["x": "2"])]))
    #expect(try text == "2")

    try store.land(.write([Self.write("b", ["x": "3"])]))
    try store.commitAsSomebody([Self.file: nil])
    let error = refusal { try store.land(.write([Self.write("b", ["x": "4"])])) }
    #expect(error?.outcome == .pathConflict)
    #expect(error?.message.contains("is gone") == true)
    // Who knows of all of them may.
    try store.land(.write([Self.write("a", ["x": "2"]), Self.write("b", ["x": "4"])]))
    #expect(try text == "2\n---\n4")
  }

  @Test("without workloads leaves an empty file, as with Kratix, and takes it away at the end")
  func withoutWorkloads() throws {
    try store.land(.write([Self.write("a", [:])]))
    #expect(try text == "")
    try store.land(.remove([Self.write("a", [:])]))
    #expect(try store.files().isEmpty)
  }

  @Test("does not stand where a directory is, nor out of the Destination")
  func places() throws {
    try store.commitAsSomebody([Self.file + "/x": "theirs"])
    #expect(
      refusal { try store.land(.write([Self.write("a", ["x": "1"])])) }?.outcome == .pathConflict)
    for filename in ["../x", "..", ".", "/", ".kratix/x", "a/../../x", ".git/x"] {
      let store = try MemoryStore([destination("worker", .aggregatedYAML, filename: filename)])
      let error = refusal { try store.land(.write([Self.write("a", ["x": "1"])])) }
      #expect(error?.outcome == .unsafePath, "\(filename) \(String(describing: error))")
    }
  }
}
