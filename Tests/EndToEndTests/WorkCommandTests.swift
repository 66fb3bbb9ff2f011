import Foundation
import Manifests
import Testing

@Suite("A Work", .timeLimit(.minutes(5)))
struct WorkCommandTests {
  @Test("is printed as Kratix would make it, lands as the output would, and can be compared")
  func printedAndLanded() async throws {
    try await withSite { site in
      let flags = Rendering.small.flags
      let printed = try await site.statestore.run(["work", "--repo", site.address] + flags)
      #expect(printed.status == 0, "\(printed)")
      let file = try site.directory.write(printed.output, to: "work.yaml")
      let again = try await site.statestore.run([
        "work", "--work", file.path, "--repo", site.address,
      ])
      #expect(again.output == printed.output)

      try await site.run("write", flags)
      let landed = try await site.tip()
      let unchanged = try await site.run("write", ["--work", file.path])
      #expect(unchanged.output.hasPrefix("unchanged  postgresql-"), "\(unchanged)")
      try await site.run("diff", ["--work", file.path])
      #expect(try await site.tip() == landed)

      try await site.run("write", ["--work", file.path, "--workflow-action", "delete"])
      #expect(try await site.files().allSatisfy { $0.contains("kratix-canary") })
    }
  }

  @Test("of a List lands with all others in one push, one commit each")
  func list() async throws {
    try await withSite { site in
      var works: [String] = []
      for name in ["one", "two", "three"] {
        var rendering = Rendering.small
        rendering.name = name
        let printed = try await site.statestore.run(
          ["work", "-o", "json", "--repo", site.address] + rendering.flags)
        works.append(printed.output)
      }
      let list =
        "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[\(works.joined(separator: ","))]}"
      let file = try site.directory.write(list, to: "works.json")
      let ending = try await site.run("write", ["--work", file.path, "-o", "json"])
      let document = try ending.document()
      let receipt = try #require(document["receipts"]?[0])
      #expect(receipt["attempts"]?.integer == 1)
      let commits = receipt["placements"]?.sequence?.compactMap { $0["commit"]?.string } ?? []
      #expect(Set(commits).count == 3)
      #expect(try await site.git("rev-parse", "main") == commits.last)
    }
  }

  @Test("that cannot be used is refused with the file, and nothing is written")
  func refusals() async throws {
    try await withSite { site in
      let tip = try await site.tip()
      let empty = """
        apiVersion: platform.kratix.io/v1alpha1
        kind: Work
        metadata: {name: a-b-c-12b21, namespace: default}
        spec: {promiseName: a, resourceName: b}
        """
      let table: [(text: String, status: Int32, words: String)] = [
        ("", 2, "there is no Work"),
        ("kind: List\napiVersion: v1\nitems: []\n", 2, "there is no Work"),
        ("{", 2, "work.yaml:2"), (empty, 1, "empty-output: "),
        (
          empty.replacing(
            "resourceName: b",
            with: "resourceName: b, workloadGroups: [{directory: ., workloads: []}]"),
          1, "empty-output: "
        ),
      ]
      for row in table {
        let file = try site.directory.write(row.text, to: "work.yaml")
        let ending = try await site.run("write", ["--work", file.path], expecting: row.status)
        #expect(ending.errors.contains(row.words), "\(ending)")
      }
      try await site.run("write", ["--work", "nowhere.yaml"], expecting: 2)
      try await site.run("write", ["--work", "-", "--rendered", "."], expecting: 2)
      #expect(try await site.tip() == tip)
    }
  }
}
