import Git
import GitTransport
import TestSupport
import Testing

/// Files three directories deep, so that levels can be told apart.
private let files = [
  "a/b/c/deep.yaml": "deep\n", "a/b/x.yaml": "x\n", "a/y.yaml": "y\n", "z/q.yaml": "q\n",
  "top.yaml": "top\n",
]

@Suite("Fetching over every connection")
struct FetchTests {
  /// Names of objects, wanted and received; `commit` and `tree` are the tip and its root.
  struct Row: Sendable, CustomTestStringConvertible {
    let wants: [String]
    var depth: Int?
    var filter = FetchFilter.none
    let gives: Set<String>

    var testDescription: String { "\(wants), depth \(depth ?? 0), \(filter)" }
  }

  static let rows = [
    Row(
      wants: ["commit"], depth: 1,
      gives: [
        "commit", "tree", "a", "a/b", "a/b/c", "a/b/c/deep.yaml", "a/b/x.yaml", "a/y.yaml", "z",
        "z/q.yaml", "top.yaml",
      ]),
    Row(wants: ["commit"], depth: 1, filter: .treeDepth(0), gives: ["commit"]),
    Row(wants: ["commit"], depth: 1, filter: .treeDepth(1), gives: ["commit", "tree"]),
    Row(
      wants: ["commit"], depth: 1, filter: .treeDepth(2),
      gives: ["commit", "tree", "a", "z", "top.yaml"]),
    Row(
      wants: ["commit"], depth: 1, filter: .blobNone,
      gives: ["commit", "tree", "a", "a/b", "a/b/c", "z"]),
    Row(wants: ["a"], filter: .treeDepth(0), gives: ["a"]),
    Row(wants: ["a/b", "a", "z"], filter: .treeDepth(0), gives: ["a", "a/b", "z"]),
    // The order matters: wanted after what contains it, an object is taken for a part of it.
    Row(wants: ["a", "a/b", "z"], filter: .treeDepth(0), gives: ["a", "z"]),
    Row(
      wants: ["a/b", "a"], filter: .treeDepth(1),
      gives: ["a", "a/b", "a/y.yaml", "a/b/c", "a/b/x.yaml"]),
    Row(wants: ["a/y.yaml", "a"], filter: .treeDepth(0), gives: ["a", "a/y.yaml"]),
    Row(wants: ["a"], filter: .treeDepth(1), gives: ["a", "a/b", "a/y.yaml"]),
    Row(
      wants: ["a"], filter: .treeDepth(2), gives: ["a", "a/b", "a/b/c", "a/b/x.yaml", "a/y.yaml"]),
    Row(wants: ["a"], filter: .blobNone, gives: ["a", "a/b", "a/b/c"]),
    Row(wants: ["a/b/x.yaml", "top.yaml"], gives: ["a/b/x.yaml", "top.yaml"]),
    Row(wants: ["a", "z/q.yaml"], filter: .treeDepth(0), gives: ["a", "z/q.yaml"]),
  ]

  @Test(
    "A filter gives exactly the levels asked for", .timeLimit(.minutes(2)),
    arguments: ConnectionKind.allCases)
  func levels(_ kind: ConnectionKind) async throws {
    try await withSite(kind) { site in
      let names = try await publish(site)
      let support = try await site.remote.fetchSupport(deadline: soon)
      #expect(support == FetchSupport(shallow: true, filter: true, anyObject: true))
      for row in Self.rows {
        var pack: [UInt8] = []
        let request = FetchRequest(
          wants: row.wants.compactMap { names[$0] }, depth: row.depth, filter: row.filter)
        let count = try await site.remote.fetch(request, deadline: soon) { pack += $0 }
        #expect(count == pack.count)
        let received = try await site.repository.contents(ofPack: pack).keys
        let expected = Set(row.gives.compactMap { names[$0] })
        #expect(Set(received) == expected, "\(row.testDescription)")
      }
    }
  }

  @Test(
    "Without a filter on the server, asking for one is an error before anything is sent",
    .timeLimit(.minutes(1)), arguments: ConnectionKind.allCases)
  func noFilter(_ kind: ConnectionKind) async throws {
    try await withSite(kind, settings: []) { site in
      let names = try await publish(site)
      let commit = try #require(names["commit"])
      let support = try await site.remote.fetchSupport(deadline: soon)
      #expect(support.shallow)
      #expect(!support.filter)
      #expect(support.anyObject == kind.isVersion2)
      let error = await failure {
        try await site.remote.fetch(
          FetchRequest(wants: [commit], depth: 1, filter: .treeDepth(1)), deadline: soon
        ) { _ in Issue.record("received something") }
      }
      #expect(error?.code == .unsupported)
      var pack: [UInt8] = []
      _ = try await site.remote.fetch(
        FetchRequest(wants: [commit], depth: 1), deadline: soon
      ) { pack += $0 }
      #expect(try await site.repository.contents(ofPack: pack).count == 11)
    }
  }

  @Test(
    "An object that the server does not have is an error of its own", .timeLimit(.minutes(1)),
    arguments: ConnectionKind.allCases)
  func missingObject(_ kind: ConnectionKind) async throws {
    try await withSite(kind) { site in
      _ = try await publish(site)
      let nowhere = try #require(
        ObjectID(hexadecimal: "1234567890123456789012345678901234567890"))
      let error = await failure {
        try await site.remote.fetch(FetchRequest(wants: [nowhere]), deadline: soon) { _ in }
      }
      #expect(error?.code == .objectNotFound, "\(String(describing: error))")
    }
  }

  @Test(
    "What the receiver throws ends the fetch and reaches the caller", .timeLimit(.minutes(1)),
    arguments: ConnectionKind.allCases)
  func receiverThrows(_ kind: ConnectionKind) async throws {
    struct Full: Error {}
    try await withSite(kind) { site in
      let commit = try #require(try await publish(site)["commit"])
      await #expect(throws: Full.self) {
        try await site.remote.fetch(FetchRequest(wants: [commit]), deadline: soon) { _ in
          throw Full()
        }
      }
      #expect(try await site.remote.references(withPrefix: [], deadline: soon).isEmpty == false)
    }
  }

  @Test(
    "What is here is left out, and a reference is wanted as it is now", .timeLimit(.minutes(1)),
    arguments: ConnectionKind.allCases, [[], BareRepository.filters])
  func difference(_ kind: ConnectionKind, settings: [String]) async throws {
    try await withSite(kind, settings: settings) { site in
      let names = try await publish(site)
      let old = try #require(names["commit"])
      var changed = files
      changed["a/b/x.yaml"] = "changed\n"
      let tip = try await site.repository.commit(changed, parent: old)
      try await site.repository.setBranch("main", to: tip)
      let unknown = try #require(
        ObjectID(hexadecimal: "1234567890123456789012345678901234567890"))
      for haves in [[old], [unknown, old]] {
        var pack: [UInt8] = []
        let count = try await site.remote.fetch(
          FetchRequest(reference: "refs/heads/main", depth: 1, haves: haves), deadline: soon
        ) { pack += $0 }
        #expect(count == pack.count)
        // The commit, three directories and the file; the number of objects is in the header.
        #expect(Array(pack[8..<12]) == [0, 0, 0, 5])
      }
      let error = await failure {
        try await site.remote.fetch(
          FetchRequest(reference: "refs/heads/none", depth: 1), deadline: soon
        ) { _ in }
      }
      #expect(error?.code == .objectNotFound)
    }
  }

  private func publish(_ site: Site) async throws -> [String: ObjectID] {
    let old = try await site.repository.commit(["top.yaml": "old\n"])
    let tip = try await site.repository.commit(files, parent: old)
    try await site.repository.setBranch("main", to: tip)
    var names = ["commit": tip]
    for name in ["tree", "a", "a/b", "a/b/c", "z"] + files.keys {
      let path = name == "tree" ? "" : name
      names[name] = try await site.git.id("main:\(path)", in: site.repository.directory)
    }
    return names
  }
}
