import Kratix
import KubernetesAPI
import Manifests
import Testing

@testable import Watcher

@Suite("What is judged after a change")
struct LookingTests {
  private func key(_ name: String, of promise: String = "database") -> RequestKey {
    RequestKey(promise: promise, namespace: "team", name: name)
  }

  @Test("is first what the cluster says has changed, once the branches were asked after it")
  func order() {
    var queue = JudgingQueue()
    queue.add(others: ["c", "d", "e"].map { key($0) })
    queue.add(fresh: [key("d")])
    #expect(queue.isFresh)
    #expect(queue.next(1) == [key("c")])
    queue.admitFresh()
    #expect(!queue.isFresh)
    #expect(queue.next(1) == [key("d")])
    queue.add(changed: [key("a")])
    #expect(queue.next(2) == [key("a"), key("d")])
    #expect(queue.next(2) == [key("e")])
    #expect(queue.isEmpty)
  }

  private static let moves: [(paths: [String], concerned: [String])] = [
    ([], []), (["worker/resources/x/database/a/p/5058f/a.yaml"], ["a"]),
    (["worker/resources/x/cache/a/p/5058f/a.yaml"], ["cache"]),
    (["worker/dependencies/database/p/5058f/a.yaml"], ["a", "b"]),
    (["other/resources/x/database/a/p/5058f/a.yaml", "worker/README.md"], []),
    (["flat/a.yaml"], ["a", "b", "cache"]),
  ]

  @Test("is of the branch only what the changed files may concern", arguments: moves)
  func moved(paths: [String], concerned: [String]) throws {
    let store = GitStateStore(name: "default", url: "/state.git")
    let layouts = try [("worker", .nestedByMetadata), ("flat", .none)].map {
      (path: String, mode: Destination.FilepathMode) in
      try RepositoryLayout(
        of: Destination(name: path, path: path, stateStoreName: "default", filepathMode: mode),
        in: store)
    }
    let moved = MovedRequests(paths, layouts)
    let keys = [key("a"), key("b"), key("cache", of: "cache")]
    #expect(
      keys.filter(moved.contains).map(\.name)
        == (concerned == ["cache"] ? [] : concerned))
    #expect(moved.contains(key("a", of: "cache")) == (concerned.contains("cache")))
  }

  private func work(_ name: String, content: String, version: String = "1") -> Node {
    [
      "apiVersion": "platform.kratix.io/v1alpha1", "kind": "Work",
      "metadata": [
        "name": Node(.string(name)), "namespace": "team", "resourceVersion": Node(.string(version)),
      ],
      "spec": [
        "promiseName": "database", "resourceName": "a", "content": Node(.string(content)),
      ],
    ]
  }

  @Test("is nothing when a list says what is known already")
  func lists() {
    var state = ClusterState()
    let list = { (nodes: Node...) in WatchUpdate.listed(nodes.map(RequestPart.init)) }
    #expect(state.apply(list(work("w", content: "1")), of: .works) == [key("a")])
    #expect(state.apply(list(work("w", content: "1", version: "2")), of: .works) == [])
    #expect(
      state.apply(.changed(RequestPart(work("w", content: "2"))), of: .works) == [key("a")])
    #expect(state.parts(.works, of: key("a")).first?.value(at: "/spec/content")?.string == "2")
    #expect(state.apply(list(), of: .works) == [key("a")])
    #expect(state.parts(.works, of: key("a")).isEmpty)
  }
}
