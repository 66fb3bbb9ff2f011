import Foundation
import Kratix
import Manifests
import TestSupport
import Testing

@testable import Landing

/// Which of several Works that have one base a state file is of, where nobody has named them.
@Suite("A Work that nobody has named", .timeLimit(.minutes(4)))
struct WorkNameTests {
  private static func twin(
    _ promise: String, _ resource: String, _ pipeline: String, _ file: String
  ) -> Work {
    var twin = work(resource, at: "worker", [file: "\(file): 1\n"])
    twin.promiseName = promise
    twin.pipelineName = pipeline
    return twin.named(twin.derivedName)
  }

  private static func promise(pipelines: [String]) throws -> ManifestFile {
    let kind = "apiVersion: platform.kratix.io/v1alpha1, kind: Pipeline"
    let items = pipelines.map { "{\(kind), metadata: {name: \($0)}}" }.joined(separator: ", ")
    return try ManifestFile(
      parsing: """
        apiVersion: platform.kratix.io/v1alpha1
        kind: Promise
        metadata: {name: pg}
        spec: {workflows: {resource: {configure: [\(items)]}}}
        """, name: "promise.yaml")
  }

  private static let stateFile =
    "worker/.kratix/default-promise-r-configure-12b21.worker-5058f.yaml"

  @Test(
    "keeps apart from another with the same base, and goes alone",
    arguments: [Destination.FilepathMode.none, .aggregatedYAML])
  func twins(mode: Destination.FilepathMode) async throws {
    try await withSharedDestination(mode) { shared in
      let works = [
        Self.twin("pg-ha", "prod", "c", "a"), Self.twin("pg", "ha-prod", "c", "b"),
        Self.twin("pg", "ha", "prod-c", "d"),
      ]
      for work in works { try await shared.land(.write([work])) }
      let all = try await shared.files()
      #expect(all.count == (mode == .none ? 6 : 4), "\(all)")
      #expect(try await shared.land(.remove([works[1]])) == [.removed])
      #expect(try await shared.files().count == (mode == .none ? 4 : 3))
      #expect(try await shared.land(.write([works[0], works[2]])) == [.unchanged])
    }
  }

  @Test("takes the name under which Kratix wrote the same files, and is known by its commits then")
  func taken() async throws {
    try await withSharedDestination(.none) { shared in
      try await shared.commitAsKratix([
        Self.stateFile: "files:\n- worker/a\n- worker/old\n", "worker/a": "1", "worker/old": "1",
      ])
      try await shared.land(.write([work("r", at: "worker", ["a": "2"])]))
      #expect(try await shared.files() == [Self.stateFile, "worker/a"])
      try await shared.land(.write([work("r", at: "worker", ["other": "2"])]))
      #expect(try await shared.files() == [Self.stateFile, "worker/other"])
      try await shared.land(.remove([work("r", at: "worker", [:])]))
      #expect(try await shared.files() == [])
    }
  }

  @Test("leaves what Kratix wrote of one that has its base, and does not remove it unasked")
  func notTaken() async throws {
    try await withSharedDestination(.none) { shared in
      try await shared.commitAsKratix([
        Self.stateFile: "files:\n- worker/a\n", "worker/a": "1",
      ])
      let error = await failure {
        try await shared.land(.remove([work("r", at: "worker", [:])]))
      }
      #expect(error?.outcome == .pathConflict)
      #expect(error?.message.contains("--work-name promise-r-configure-12b21") == true)
      // Nor is it left unasked when something else is written.
      let other = work("r", at: "worker", ["b": "2"])
      let second = await failure { try await shared.land(.write([other])) }
      #expect(second?.message.contains("--work-name \(other.name)") == true)
      let given = LandingRequest.Steering(namesAreGiven: true)
      try await shared.stores.land(.write([other]), steering: given, options: options) { _ in }
      #expect(try await shared.files().count == 4)
      #expect(try await shared.land(.write([other])) == [.unchanged])
      let named = work("r", named: "promise-r-configure-12b21", at: "worker", [:])
      #expect(try await shared.land(.remove([named])) == [.removed])
    }
  }

  @Test("that may be one of several is refused, with all of them named")
  func ambiguous() async throws {
    try await withSharedDestination(.none) { shared in
      for digits in ["aaaaa", "bbbbb"] {
        let name = "promise-r-configure-\(digits)"
        try await shared.land(.write([work("r", named: name, at: "worker", [digits: "1"])]))
      }
      let error = await failure {
        try await shared.land(.write([work("r", at: "worker", ["c": "1"])]))
      }
      #expect(error?.outcome == .pathConflict)
      let names = "promise-r-configure-aaaaa and promise-r-configure-bbbbb"
      #expect(error?.message.contains(names) == true)
    }
  }

  @Test(
    "goes with all Pipelines of its request, and with nothing of another's",
    arguments: Destination.FilepathMode.allCases)
  func allPipelines(mode: Destination.FilepathMode) async throws {
    try await withSharedDestination(mode) { shared in
      let own = [Self.twin("pg", "r", "configure", "a"), Self.twin("pg", "r", "more", "b")]
      let others = [Self.twin("pg", "r-more", "x", "c"), Self.twin("pg-r", "r", "more", "d")]
      for work in own + others { try await shared.land(.write([work])) }
      let before = try await shared.files().count
      let request = Self.twin("pg", "r", "", "")
      #expect(try await shared.land(.removeAll(of: request)) == [.removed])
      let left = try await shared.files()
      let perWork = mode == .none ? 2 : 1
      #expect(left.count == before - 2 * perWork, "\(left)")
      #expect(try await shared.land(.write(others)) == [.unchanged])
      #expect(try await shared.land(.removeAll(of: request)) == [.unchanged])
    }
  }

  @Test(
    "that Kratix wrote, and may be of the request that goes, is not passed over",
    arguments: [
      (name: "pg-ha-any-12b21", pipelines: [String](), isRefused: true),
      (name: "pg-ha-prod-configure-12b21", pipelines: [], isRefused: true),
      (name: "pg-ha-prod-configure-12b21", pipelines: ["configure"], isRefused: true),
      (name: "pg-ha-renamed-12b21", pipelines: ["configure"], isRefused: true),
      (name: "pg-ha-configure-12b21", pipelines: ["configure"], isRefused: true),
      (name: "pg-haha-any-12b21", pipelines: [], isRefused: false),
    ])
  func removedWithoutTrailers(
    name: String, pipelines: [String], isRefused: Bool
  ) async throws {
    try await withSharedDestination(.none) { shared in
      try await shared.commitAsKratix([
        "worker/.kratix/default-\(name).worker-5058f.yaml": "files:\n- worker/a\n", "worker/a": "1",
      ])
      var platform = shared.stores.platform
      if !pipelines.isEmpty { try platform.add(Self.promise(pipelines: pipelines)) }
      let stores = StateStores(platform: platform, stores: ["default": shared.site.store])
      let knowing = SharedDestination(site: shared.site, stores: stores)
      let error = await failure {
        try await knowing.land(.removeAll(of: Self.twin("pg", "ha", "", "")))
      }
      #expect(error?.outcome == (isRefused ? .pathConflict : nil))
      #expect((error?.message.contains("--work-name \(name)") ?? false) == isRefused)
      #expect(try await shared.files().count == 2)
    }
  }

  @Test("may be in a shared file that Kratix wrote, which is not passed over")
  func removedFromUnaccountedAggregate() async throws {
    try await withSharedDestination(.aggregatedYAML) { shared in
      try await shared.commitAsKratix(["worker/aggregated.yaml": "a: 1\n"])
      let request = Self.twin("pg", "ha", "configure", "")
      for intent in [LandingRequest.Intent.remove([request]), .removeAll(of: request)] {
        let error = await failure { try await shared.land(intent) }
        #expect(error?.outcome == .pathConflict)
        #expect(error?.message.contains("worker/aggregated.yaml") == true)
        await #expect(throws: LandingError.self) {
          try await shared.stores.preview(intent, options: options)
        }
      }
      var others = Platform()
      others.add(stateStore)
      others.add(destination("other", .nestedByMetadata))
      let stores = StateStores(platform: others, stores: ["default": shared.site.store])
      try await SharedDestination(site: shared.site, stores: stores).land(.remove([request]))
    }
  }

  @Test("and goes to two state stores, is refused by one before the other holds a part of it")
  func severalStores() async throws {
    try await withSite { site in
      try await withSite { other in
        var platform = Platform()
        platform.add(stateStore)
        platform.add(GitStateStore(name: "second", url: "elsewhere"))
        platform.add(destination("worker", .nestedByMetadata))
        platform.add(
          Destination(name: "far", labels: ["name": "far"], path: "far", stateStoreName: "second"))
        let stores = StateStores(
          platform: platform, stores: ["default": site.store, "second": other.store])
        let tip = try await site.tip()
        let both = work(
          "r", [("foo", at: "worker", ["foo/a": "1"]), (".", at: "far", [".git/x": "1"])])
        let error = await failure {
          try await stores.land(.write([both]), options: options) { _ in }
        }
        #expect(error?.outcome == .unsafePath)
        #expect(try await site.tip() == tip)
      }
    }
  }
}
