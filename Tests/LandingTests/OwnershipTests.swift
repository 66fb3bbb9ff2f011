import Kratix
import TestSupport
import Testing

@testable import Landing

/// Whose is what stands, as the commits say it, where names do not.
@Suite("What another has", .timeLimit(.minutes(4)))
struct OwnershipTests {
  /// A Work whose pipelines run in a namespace of their own.
  private static func team(
    of namespace: String, _ resource: String = "r", _ file: String = "a"
  ) -> Work {
    var team = work(resource, at: "worker", [file: "\(namespace)\n"])
    team.namespace = "pipelines"
    team.resourceNamespace = namespace
    return team.named(team.derivedName)
  }

  @Test(
    "stays when a request of the same name goes, whose pipelines run in the same namespace",
    arguments: [Destination.FilepathMode.none, .aggregatedYAML])
  func namespaces(mode: Destination.FilepathMode) async throws {
    try await withSharedDestination(mode) { shared in
      for team in ["team-a", "team-b"] {
        try await shared.land(.write([Self.team(of: team, "r", team)]))
      }
      let before = try await shared.files()
      #expect(try await shared.land(.removeAll(of: Self.team(of: "team-c"))) == [.unchanged])
      #expect(try await shared.files() == before)
      #expect(try await shared.land(.removeAll(of: Self.team(of: "team-a"))) == [.removed])
      let left = try await shared.files()
      #expect(left.contains { $0.contains("team-b") } && !left.contains { $0.contains("team-a") })
    }
  }

  @Test(
    "stays where the commit's subject does not tell",
    arguments: ["r", String(repeating: "r", count: 60)])
  func subjects(resource: String) async throws {
    try await withSharedDestination(.nestedByMetadata) { shared in
      var steering = LandingRequest.Steering()
      steering.style.message = try MessageTemplate("OPS-1 {action} {resource}")
      let first = Self.team(of: "team-a", resource)
      try await shared.stores.land(.write([first]), steering: steering, options: options) { _ in }
      for intent in [
        LandingRequest.Intent.write([Self.team(of: "team-b", resource)]),
        .removeAll(of: Self.team(of: "team-b", resource)),
      ] {
        let error = await failure { try await shared.land(intent) }
        #expect(error?.outcome == .pathConflict)
        #expect(error?.message.contains("team-a/\(resource)") == true)
      }
      #expect(try await shared.land(.write([first])) == [.unchanged])
    }
  }

  @Test(
    "is seen by the plan of a write that waited while it landed",
    arguments: [Destination.FilepathMode.none, .nestedByMetadata])
  func batch(mode: Destination.FilepathMode) async throws {
    try await withSharedDestination(mode) { shared in
      // Whichever is planned second meets what the first one made of the branch, in the same push
      // or the next.
      let outcomes = await withTaskGroup(of: Outcome.self) { group in
        for team in ["team-a", "team-b"] {
          group.addTask {
            let error = await failure { try await shared.land(.write([Self.team(of: team)])) }
            return error?.outcome ?? .landed
          }
        }
        return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
      }
      #expect(outcomes == [.landed: 1, .pathConflict: 1])
    }
  }

  @Test("stays when another's Work name is given", arguments: [true, false])
  func givenNames(isRemoval: Bool) async throws {
    try await withSharedDestination(.none) { shared in
      let other = work("y", at: "worker", ["a": "1"])
      try await shared.land(.write([other]))
      let mine = work("x", named: other.name, at: "worker", ["b": "1"])
      let given = LandingRequest.Steering(namesAreGiven: true)
      let error = await failure {
        try await shared.stores.land(
          isRemoval ? .remove([mine]) : .write([mine]), steering: given, options: options
        ) { _ in }
      }
      #expect(error?.outcome == .pathConflict)
      #expect(error?.message.contains("default/y") == true)
      #expect(try await shared.land(.write([other])) == [.unchanged])
    }
  }

  @Test(
    "and what is its own under two names goes with it",
    arguments: [Destination.FilepathMode.none, .aggregatedYAML])
  func twoNames(mode: Destination.FilepathMode) async throws {
    try await withSharedDestination(mode) { shared in
      for digits in ["11111", "22222"] {
        let name = "promise-r-configure-\(digits)"
        let one = work("r", named: name, at: "worker", [digits: "1"])
        try await shared.land(.write([one]))
      }
      let request = work("r", at: "worker", [:])
      #expect(try await shared.land(.removeAll(of: request)).contains(.removed))
      #expect(try await shared.files() == [])
    }
  }

  @Test("is known by the commits of what a state file lists, where Kratix's list stayed as it was")
  func listed() async throws {
    try await withSharedDestination(.none) { shared in
      try await shared.commitAsKratix([
        "worker/.kratix/default-promise-r-configure-12b21.worker-5058f.yaml":
          "files:\n- worker/a\n",
        "worker/a": "1",
      ])
      for file in ["a", "b"] {
        try await shared.land(.write([work("r", at: "worker", [file: "2"])]))
      }
      let files = try await shared.files()
      #expect(files.count == 2 && files.contains("worker/b"), "\(files)")
    }
  }

  @Test(
    "may be meant by a name that is cut, and is neither taken nor passed over",
    arguments: [true, false])
  func cutNames(isRemoval: Bool) async throws {
    try await withSharedDestination(.none) { shared in
      let long = work(String(repeating: "n", count: 60), at: "worker", ["a": "2"])
      try await shared.commitAsKratix([
        "worker/.kratix/default-\(long.baseName)-12b21.worker-5058f.yaml": "files:\n- worker/a\n",
        "worker/a": "1",
      ])
      let error = await failure {
        try await shared.land(isRemoval ? .remove([long]) : .write([long]))
      }
      #expect(error?.message.contains("--work-name \(long.baseName)-12b21") == true)
    }
  }

  @Test(
    "is not known where a state file cannot be read",
    arguments: [Destination.FilepathMode.none, .aggregatedYAML])
  func damaged(mode: Destination.FilepathMode) async throws {
    try await withSharedDestination(mode) { shared in
      let mine = work("r", at: "worker", ["a": "1"])
      try await shared.land(.write([mine]))
      let stateFile = try #require(try await shared.files().first { $0.contains(".kratix") })
      try await shared.commitAsKratix([stateFile: "{{ files }}"])
      for intent in [
        LandingRequest.Intent.remove([mine]), .removeAll(of: mine),
        .cleanUp(destination: "worker"),
      ] {
        let error = await failure { try await shared.land(intent) }
        // Whose it is cannot be told either, as a person wrote it last.
        let isUntold = mode == .aggregatedYAML && error?.outcome == .pathConflict
        #expect(isUntold || error?.outcome == .corruptRepository, "\(intent) \(error as Any)")
      }
    }
  }

  @Test(
    "is left, and its own goes, when the output is empty",
    arguments: [Destination.FilepathMode.none, .aggregatedYAML])
  func emptied(mode: Destination.FilepathMode) async throws {
    try await withSharedDestination(mode) { shared in
      let other = work("other", at: "worker", ["b": "1"])
      for work in [work("r", at: "worker", ["a": "1"]), other] {
        try await shared.land(.write([work]))
      }
      var empty = work("r", at: "worker", [:])
      empty.workloadGroups = []
      #expect(try await shared.land(.write([empty])) == [.removed])
      #expect(try await shared.files().count == 2)
      #expect(try await shared.land(.write([other])) == [.unchanged])
    }
  }

  @Test("of static dependencies stays when what the Promise's Pipelines wrote goes")
  func staticDependencies() async throws {
    try await withSharedDestination(.none) { shared in
      let namespace = Work.platformNamespace
      try await shared.commitAsKratix([
        "worker/.kratix/\(namespace)-pg-static-deps-12b21.worker-5058f.yaml":
          "files:\n- worker/a\n",
        "worker/a": "1",
      ])
      var request = work("", at: "worker", [:])
      request.promiseName = "pg"
      request.namespace = namespace
      request.pipelineName = ""
      #expect(try await shared.land(.removeAll(of: request)) == [.unchanged])
      #expect(try await shared.files().count == 2)
    }
  }

  @Test("may be in a shared file, which an empty output does not pass over either")
  func emptyOutput() async throws {
    try await withSharedDestination(.aggregatedYAML) { shared in
      try await shared.commitAsKratix(["worker/aggregated.yaml": "a: 1\n"])
      var empty = work("r", at: "worker", [:])
      empty.workloadGroups = []
      let error = await failure { try await shared.land(.write([empty])) }
      #expect(error?.outcome == .pathConflict)
    }
  }
}
