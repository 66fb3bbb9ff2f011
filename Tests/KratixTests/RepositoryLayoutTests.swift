import Kratix
import Manifests
import TestSupport
import Testing

/// Paths are written and read by the same rules, whatever the names in them are.
@Suite struct RepositoryLayoutTests {
  /// Names that look like other parts of a path, or that are equal to Swift and not to git.
  static let names = [
    "a", "a-b", "-", "a.b", "resources", "dependencies", ".kratix", "5058f", "cafe1",
    "kratix-canary",
    "caf\u{e9}", "cafe\u{301}", "\u{301}", "\u{1f1e9}\u{1f1ea}", "a b", "%2f", "a\\b", "\r\n",
    "...",
    "pg.worker-5058f", String(repeating: "n", count: 63),
  ]
  static let destinationPaths = [
    "/", "w", "resources", "dependencies", "resources/x", "dependencies/x",
    "resources/a/b/c/d/5058f",
    "dependencies/a/5058f", "a/b/c/d/e/f/g/h/i/j", "caf\u{e9}/w", "cafe\u{301}", "\u{301}/\u{301}",
    ".kratix/w",
  ]
  private static let storePaths = ["", "/", "resources", "a/dependencies/b", "cafe\u{301}"]

  private static func layout(
    _ path: String, below storePath: String
  ) throws(KratixError) -> RepositoryLayout {
    try RepositoryLayout(
      of: Destination(name: "worker", path: path, stateStoreName: "default"),
      in: GitStateStore(
        name: "default", url: "https://git.example.com/state.git", path: storePath))
  }

  private static func placement(with generator: inout SeededGenerator) throws -> PlacementID {
    func name() throws -> String { try #require(names.randomElement(using: &generator)) }
    let group = try #require(["5058f", "cafe1", "00000"].randomElement(using: &generator))
    if Bool.random(using: &generator) {
      return PlacementID(
        resource: .request(promise: try name(), namespace: try name(), name: try name()),
        pipeline: try name(), group: group)
    }
    let pipeline = try name()
    // Static dependencies have no pipeline, and no pipeline may have the name of their group.
    return pipeline == WorkloadGroup.defaultShortID
      ? PlacementID(resource: .dependency(promise: try name()), pipeline: nil, group: pipeline)
      : PlacementID(resource: .dependency(promise: try name()), pipeline: pipeline, group: group)
  }

  @Test("a placement's path tells the placement, byte for byte", arguments: destinationPaths)
  func roundTripOfPlacements(destinationPath: String) throws {
    for seed in 0..<400 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let storePath = try #require(Self.storePaths.randomElement(using: &generator))
      let layout = try Self.layout(destinationPath, below: storePath)
      let placement = try Self.placement(with: &generator)
      let path = layout.path(of: placement)
      let at = try #require(layout.placement(at: path), "seed \(seed): \(path)")
      #expect(at.bytes == placement.bytes, "seed \(seed): \(path)")

      let file = "\(path)/\(try #require(Self.names.randomElement(using: &generator)))"
      for file in [file, file + "/cafe1/x.yaml"] {
        let holding = try #require(layout.placement(holding: file), "seed \(seed): \(file)")
        #expect(holding.placement.bytes == placement.bytes, "seed \(seed): \(file)")
        #expect(holding.directory.isSame(as: path), "seed \(seed): \(file)")
        let owner = try #require(layout.resource(holding: file), "seed \(seed): \(file)")
        #expect(owner.resource.bytes == placement.resource.bytes, "seed \(seed): \(file)")
        #expect(owner.directory.isSame(as: layout.path(of: placement.resource)))
      }
      #expect(layout.placement(holding: path) == nil, "a directory is not in itself")
    }
  }

  static let others = [
    "a.yaml", "resources/kratix-canary-configmap.yaml", "resources/ns/p/r", "resources/ns/p/r/c",
    "resources/ns/p/r/c/5058", "resources/ns/p/r/c/5058F", "resources/ns/p/r/5058f",
    "resource/a/b/c",
    "dependencies/p", "dependencies/p/cafe1", "dependencies/p/c/main", "dependencies/5058f",
    "Resources/ns/p/r/c/5058f", "resources\u{301}/ns/p/r/c/5058f", ".kratix/ns-w.worker-5058f.yaml",
  ]

  @Test("a path that is none of a placement's tells none", arguments: others)
  func otherPaths(path: String) throws {
    for top in Self.destinationPaths {
      let layout = try Self.layout(top, below: "")
      let path = layout.top.isEmpty ? path : "\(layout.top)/\(path)"
      #expect(layout.placement(at: path) == nil, "\(path)")
    }
    #expect(try Self.layout("elsewhere", below: "").placement(at: path) == nil)
  }

  @Test("what is beside the Destination's directory is not the Destination's")
  func pathsElsewhere() throws {
    let placement = "resources/ns/p/r/c/5058f"
    for path in ["w", "w2/\(placement)", placement, "x/w/\(placement)", "w\u{301}/\(placement)"] {
      #expect(try Self.layout("w", below: "").placement(at: path) == nil, "\(path)")
    }
  }

  @Test("without the Destination's path the last names tell the placement")
  func pathsOfUnknownDestinations() {
    let request = PlacementID(
      resource: .request(promise: "p", namespace: "ns", name: "r"), pipeline: "c", group: "5058f")
    let workflow = PlacementID(
      resource: .dependency(promise: "p"), pipeline: "c", group: "cafe1")
    let dependencies = PlacementID(
      resource: .dependency(promise: "p"), pipeline: nil, group: "5058f")
    for placement in [request, workflow, dependencies] {
      for top in [[], ["w"], ["dependencies", "x"], ["a", "b", "c", "d", "e", "f", "g"]] {
        #expect(NestedPath.placement(endOf: top + NestedPath.names(of: placement)) == placement)
      }
    }
    #expect(NestedPath.placement(endOf: ["a", "b", "5058f"]) == nil)
  }

  static let fileModes: [Destination.FilepathMode] = [.none, .aggregatedYAML]

  @Test("a state file's name tells the Work and the group", arguments: fileModes)
  func roundTripOfStateFiles(mode: Destination.FilepathMode) throws {
    for name in Self.names {
      for destinationName in ["w", "a.b", "5058f", "w-cafe1"] {
        let destination = Destination(
          name: destinationName, path: "w", stateStoreName: "default", filepathMode: mode)
        let file = StateFileName(
          namespace: "ns", work: name, shortID: "cafe1", at: destination)
        #expect(StateFileName(file.text, at: destination) == file, "\(file.text)")
        #expect(file.workName(in: "ns")?.isSame(as: name) == true)
      }
    }
  }

  @Test("no state file is another's of the Destination's", arguments: fileModes)
  func stateFilePaths(mode: Destination.FilepathMode) throws {
    let destination = Destination(
      name: "worker", path: "resources/x", stateStoreName: "default", filepathMode: mode)
    let store = GitStateStore(name: "default", url: "https://git.example.com/state.git", path: "s")
    let layout = try RepositoryLayout(of: destination, in: store)
    let file = StateFileName(namespace: "ns", work: "w-12b21", shortID: "cafe1", at: destination)
    #expect(layout.path(of: file).begins(with: layout.stateFiles + "/"))
    #expect(layout.stateFiles == "s/resources/x/.kratix")
    #expect(StateFile.isStateFile(layout.path(of: file)))
  }
}

extension PlacementID {
  /// What tells it from others to git, where Swift takes names that differ in their normalization for
  /// equal.
  fileprivate var bytes: [[UInt8]] {
    resource.bytes + [
      Array(pipeline?.utf8 ?? "-".utf8), Array(group.utf8), [pipeline == nil ? 0 : 1],
    ]
  }
}

extension ResourceID {
  fileprivate var bytes: [[UInt8]] {
    switch self {
    case .request(let promise, let namespace, let name):
      [promise, namespace, name].map { Array($0.utf8) }
    case .dependency(let promise): [Array(promise.utf8)]
    }
  }
}
