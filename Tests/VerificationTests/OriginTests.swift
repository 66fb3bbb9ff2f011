import Foundation
import Git
import Landing
import TestSupport
import Testing

@testable import Landing
@testable import Verification

@Suite("The commit that brought what is wrong")
struct OriginTests {
  /// Some versions of one file, each a commit on the one before; `nil` for no file.
  private struct Versions {
    let log: CommitLog
    let reader: any ObjectReader
    static let path = "a.yaml"

    /// - Parameter paths: Where each version stands, if not at the path.
    init(_ texts: [String?], at paths: [Int: String] = [:]) throws {
      let database = try ObjectDatabase.inMemory()
      var objects = NewObjects()
      var parent: ObjectID?
      for (index, text) in texts.enumerated() {
        var edits = TreeEdits()
        try edits.write(StatePath("other"), objects.add(.blob, Array("\(index)".utf8)))
        if let text {
          let path = try StatePath(paths[index] ?? Self.path)
          try edits.write(path, objects.add(.blob, Array(text.utf8)))
        }
        let author = Signature(name: "\(index)", email: "", seconds: 1_795_000_000 + Int64(index))
        let commit = Commit(
          tree: try objects.apply(edits, to: nil, reading: database),
          parents: [parent].compactMap(\.self), author: author, committer: author, message: "c")
        parent = try objects.add(.commit, commit.bytes)
      }
      reader = StagedObjectReader(objects, over: database)
      log = try CommitLog(from: #require(parent), atMost: .max, reading: reader)
    }

    /// The index of the version that brought a part; `nil` where that is not known.
    func origin(of part: TracedFinding) throws -> Int? {
      let path = try StatePath(Self.path)
      var origins = try PartOrigins<TracedFinding>(of: [path], in: log, reading: reader)
      guard case .commit(let entry) = try origins.origins(of: [(path, part)]).first else {
        return nil
      }
      return Int(entry.commit.author.name)
    }
  }

  @Test("is that of git blame for a line, through merges", arguments: 0..<24)
  func blame(seed: UInt64) async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      try await RandomHistory.make(seed: seed, in: repository)
      let tip = try await git.id("main", in: repository.directory)
      var expected: [(path: StatePath, line: Int, commit: String)] = []
      for path in RandomHistory.files {
        let output = try? await git(
          "blame", "-l", "-s", "--root", "main", "--", path, in: repository.directory)
        for (index, line) in (output ?? "").split(separator: "\n").enumerated() {
          expected.append((try StatePath(path), index + 1, String(line.prefix(40))))
        }
      }
      let database = try ObjectDatabase.open(objects: repository.directory.path + "/objects")
      let log = try CommitLog(from: tip, atMost: .max, reading: database)
      var origins = try PartOrigins<TracedFinding>(
        of: expected.map(\.path), in: log, reading: database)
      let found = try origins.origins(of: expected.map { ($0.path, .line($0.line)) })
      for (expected, found) in zip(expected, found) {
        guard case .commit(let entry) = found else {
          Issue.record("\(expected) is not known")
          continue
        }
        #expect(entry.id.hexadecimal == expected.commit, "\(expected)")
      }
    }
  }

  @Test("is the one that put a file in the place of a directory")
  func fileInThePlaceOfADirectory() throws {
    let versions = try Versions(["a: 1\n", "a: 1\n", "a: 1\n"], at: [0: "a.yaml/b.yaml"])
    #expect(try versions.origin(of: .presence) == 1)
    #expect(try versions.origin(of: .line(1)) == 1)
  }

  private static func deployment(
    name: String = "a", namespace: String? = "x", image: String = "i:1", replicas: Int = 1,
    comment: String = "", sidecar: Bool = false, script: String = "one\n        two"
  ) -> String {
    """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: \(name)
    \(namespace.map { "  namespace: \($0)" } ?? "  labels: {}")\(comment)
    spec:
      replicas: \(replicas)
      script: |
        \(script)
      containers:
    \(sidecar ? "  - name: sidecar\n    image: i:1\n" : "")  - name: main
        image: \(image)

    """
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let part: TracedFinding
    let origin: Int
    let texts: [String?]

    init(_ name: String, _ part: TracedFinding, at origin: Int, _ texts: [String?]) {
      (testDescription, self.part, self.origin, self.texts) = (name, part, origin, texts)
    }
  }

  private static func field(_ pointer: String, line: Int? = nil) -> TracedFinding {
    .field(TracedFinding.Field(document: 1, pointer: pointer, line: line))
  }

  static let cases: [Case] = [
    Case(
      "a field, while other fields change", field("/metadata/namespace", line: 5), at: 1,
      [nil, deployment(), deployment(image: "i:2"), deployment(image: "i:2", replicas: 3)]),
    Case(
      "a field that is written in another way", field("/metadata/namespace", line: 5), at: 0,
      [deployment(), deployment(namespace: "\"x\"", comment: " # the team's")]),
    Case(
      "a field that was right between", field("/metadata/namespace", line: 5), at: 2,
      [deployment(), deployment(namespace: "y"), deployment(), deployment(replicas: 2)]),
    Case(
      "a field that is missing", field("/metadata/namespace", line: 3), at: 1,
      [deployment(), deployment(namespace: nil), deployment(namespace: nil, image: "i:2")]),
    Case(
      "a field of an item that moved", field("/spec/containers/1/image", line: 15), at: 0,
      [deployment(), deployment(sidecar: true), deployment(replicas: 2, sidecar: true)]),
    Case(
      "a field of an item that is new", field("/spec/containers/0/image", line: 13), at: 1,
      [deployment(), deployment(sidecar: true), deployment(replicas: 2, sidecar: true)]),
    Case(
      "an item that is missing", field("/spec/containers/-", line: 11), at: 1,
      [deployment(sidecar: true), deployment(), deployment(image: "i:2")]),
    Case(
      "a field of an object that was renamed", field("/metadata/namespace", line: 5), at: 0,
      [deployment(), deployment(name: "b"), deployment(name: "b", replicas: 2)]),
    Case(
      "a text of several lines", field("/spec/script", line: 8), at: 1,
      [
        deployment(), deployment(script: "one\n        three"),
        deployment(replicas: 2, script: "one\n        three"),
      ]),
    Case(
      "a mapping, while its fields change", field("/spec", line: 7), at: 0,
      [deployment(), deployment(image: "i:2")]),
    Case(
      "an object", .object("Deployment/a"), at: 1,
      ["{}\n", deployment(), deployment(replicas: 2)]),
    Case(
      "an object that is missing", .absence(of: "Deployment/a"), at: 2,
      ["{}\n", deployment(), deployment(name: "b"), deployment(name: "b", replicas: 2)]),
    Case(
      "a file", .presence, at: 2, [deployment(), nil, deployment(), deployment(replicas: 2)]),
    Case(
      "a line of a file that is no YAML", .line(2), at: 1,
      ["a: 1\nb: 2\n", "a: 1\nb: [\n", "# c\na: 1\nb: [\n", "a: 2\nb: [\n"]),
  ]

  @Test("is the one that brought the field, and not the last one of the file", arguments: cases)
  func fields(_ row: Case) throws {
    #expect(try Versions(row.texts).origin(of: row.part) == row.origin)
  }

  @Test("is not told where older commits are not there")
  func shallow() throws {
    let versions = try Versions([Self.deployment(), Self.deployment(replicas: 2)])
    let tip = try #require(versions.log.commits.first)
    let log = try CommitLog(from: tip.id, atMost: 1, reading: versions.reader)
    let path = try StatePath(Versions.path)
    var origins = try PartOrigins<TracedFinding>(of: [path], in: log, reading: versions.reader)
    #expect(try origins.origins(of: [(path, .line(1))]) == [.before(tip)])
  }

  @Test("is not told of what is too large to be compared")
  func large() throws {
    let padding = String(repeating: "# padding\n", count: 120_000)
    let versions = try Versions([padding + "a: 1\n", padding + "a: 2\n"])
    #expect(try versions.origin(of: .line(1)) == nil)
  }
}
