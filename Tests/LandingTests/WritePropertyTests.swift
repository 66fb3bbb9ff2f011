import Foundation
import Git
import Kratix
import TestSupport
import Testing

@testable import Landing

/// Any sequence of writes, updates and removals, over all filepath modes.
@Suite("Any sequence of writes and removals", .timeLimit(.minutes(2)))
struct WritePropertyTests {
  private static let destinations = [
    destination("nested", .nestedByMetadata), destination("flat", .none),
    destination("one", .aggregatedYAML, filename: "all.yaml"), destination("flat-2", .none),
    destination("one-2", .aggregatedYAML, path: "x/y"),
  ]
  private static let resources = ["a", "a-b", "b", "c"]
  private static let names = ["x.yaml", "d/x.yaml", "d/e/y", "d-", "z", "\u{e9} f", "-", "D"]

  /// A Work of a request, with some files that no other request has.
  private static func request(
    _ resource: String, at destination: String, _ random: inout SeededGenerator
  ) -> Work {
    var files: [String: String] = [:]
    for name in names where Int.random(in: 0..<3, using: &random) == 0 {
      files["\(resource)_\(name)"] = "\(Int.random(in: 0..<4, using: &random))\n"
    }
    return work(
      resource, named: "promise-\(resource)-configure-12b21", at: destination, files)
  }

  @Test(
    "gives the trees that a plain file system committed with git gives, and state files that agree",
    arguments: [1, 2, 3] as [UInt64])
  func agreesWithGit(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let store = try MemoryStore(Self.destinations)
    var model = KratixModel()
    var history: [[String: [UInt8]]] = []
    try store.commitAsSomebody(["flat/theirs": "x", "nested/resources/README": "x", "top": "x"])
    for path in ["flat/theirs", "nested/resources/README", "top"] { model.write(path, [120]) }
    history.append(model.files)
    for _ in 0..<60 {
      guard let resource = Self.resources.randomElement(using: &random),
        let target = Self.destinations.randomElement(using: &random)
      else { continue }
      // A request stays where it stands, so each Destination has requests of its own.
      let work = Self.request("\(resource)-\(target.name)", at: target.name, &random)
      let commits: [String]
      if Int.random(in: 0..<4, using: &random) == 0 {
        commits = try store.land(.remove([work]))
        model.remove(work, at: target)
      } else {
        commits = try store.land(.write([work]))
        model.write(work, at: target)
      }
      #expect(commits.count <= 1)
      if !commits.isEmpty { history.append(try Self.withStates(of: store, model.files)) }
      try Self.expectStateFilesThatAgree(store)
    }
    #expect(store.trees.count == history.count && history.count > 30)
    #expect(try await Self.trees(of: history) == store.trees)
  }

  /// The files of the model, and what Kratix has not: our state files of the mode `aggregatedYAML`.
  private static func withStates(
    of store: MemoryStore, _ files: [String: [UInt8]]
  ) throws -> [String: [UInt8]] {
    try files.merging(store.files().filter { $0.key.hasSuffix(".placement") }) { first, _ in first }
  }

  /// Every file is somebody's, every state file's files stand, and the one file is its placements'.
  private static func expectStateFilesThatAgree(_ store: MemoryStore) throws {
    var owned: Set<String> = ["flat/theirs", "nested/resources/README", "top"]
    let files = try store.files()
    for destination in destinations {
      let placements = try store.snapshot.placements(at: destination, in: store.description)
      for placement in placements {
        #expect(placement.missing.isEmpty)
        let files = placement.files.keys.map(\.text)
        #expect(owned.isDisjoint(with: files))
        owned.formUnion(files)
        if placement.stateFile != nil { owned.insert(placement.path.description) }
      }
      guard destination.filepathMode == .aggregatedYAML else { continue }
      let path = try destination.aggregate(in: store.description)
      owned.insert(path)
      #expect(files[path] == PlacementState.aggregate(placements.compactMap(\.state)))
    }
    #expect(owned.isSuperset(of: files.keys))
  }

  /// The trees that git makes of these files, one commit each.
  private static func trees(of history: [[String: [UInt8]]]) async throws -> [ObjectID] {
    var input: [UInt8] = []
    for files in history {
      input +=
        "commit refs/heads/main\ncommitter k <k> 1795000000 +0000\ndata 1\n.\ndeleteall\n".utf8
      for (path, content) in files.sorted(by: { $0.key < $1.key }) {
        input += "M 100644 inline \"\(path)\"\ndata \(content.count)\n".utf8
        input += content + [10]
      }
    }
    return try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      try await git("fast-import", "--quiet", in: repository.directory, input: input)
      let log = try await git(
        "log", "--reverse", "--format=%T", "main", in: repository.directory)
      return log.split(separator: "\n").compactMap { ObjectID(hexadecimal: String($0)) }
    }
  }
}
