import Kratix
import Testing
import Verification

@Test func resourceAtADestinationThatTheSelectorsDoNotChooseIsMisplaced() throws {
  var store = try StateStoreSample()
  store.land(["instance.yaml": try Fixture.postgresql()], at: "platform")
  let report = try store.check(request())
  #expect(report.verdict == .misplaced)
  let finding = try report.errors.only
  #expect(finding.rule == .misplaced)
  #expect(finding.expected == "worker")
  #expect(finding.actual == "platform")
  #expect(finding.cause?.contains("its label environment is platform (wanted dev)") == true)
}

@Test func groupOfAScheduledDirectoryIsNotJudgedByThePromisesSelectors() throws {
  var store = try StateStoreSample()
  store.land(["instance.yaml": try Fixture.postgresql()], at: "platform", group: "acbd1")
  #expect(try store.check(request()).verdict == .landed)
}

@Test func everyLabelThatDiffersIsNamed() throws {
  var store = try StateStoreSample()
  let promise = try Fixture.text("postgresql/promise.yaml")
    .replacing("environment: dev", with: "environment: dev\n        zone: north")
  try store.add(promise)
  store.land(["instance.yaml": try Fixture.postgresql()], at: "platform")
  let finding = try #require(store.check(request()).findings(.misplaced).first)
  #expect(finding.cause?.contains("environment is platform") == true)
  #expect(finding.cause?.contains("no label zone") == true)
}

@Test func noDestinationIsSaidWithEachDestinationsReason() throws {
  var store = try StateStoreSample()
  let promise = try Fixture.text("postgresql/promise.yaml")
  try store.add(promise.replacing("environment: dev", with: "environment: production"))
  let report = try store.check(request())
  #expect(report.verdict == .missing)
  let finding = try report.errors.only
  #expect(finding.rule == .noDestination)
  #expect(finding.expected == "a Destination with environment=production")
  #expect(finding.actual?.contains("worker: its label environment is dev") == true)
  #expect(finding.actual?.contains("platform: its label environment is platform") == true)
}

@Test func nothingHereIsNotMissingWhenItMayBeInAnotherStateStore() throws {
  var store = try StateStoreSample()
  store.platform.add(
    Destination(
      name: "remote", labels: ["environment": "dev"], path: "remote", stateStoreName: "other"))
  let report = try store.check(request())
  #expect(report.verdict == .unknown)
  #expect(report.errors.isEmpty)
  #expect(report.notes.contains { $0.contains("remote") })
}

@Test func resourceIsFoundInThePipelineNamespace() throws {
  var store = try StateStoreSample()
  let promise = try Fixture.text("postgresql/promise.yaml")
  try store.add(
    promise.replacing("workflows:\n", with: "workflows:\n    config: {pipelineNamespace: jobs}\n"))
  store.land(["instance.yaml": try Fixture.postgresql()], namespace: "jobs")
  #expect(try store.check(request()).verdict == .landed)
}

@Test func placementsAreTheDirectoriesOfPipelineAndGroup() throws {
  var store = try StateStoreSample()
  store.land(["deep/instance.yaml": try Fixture.postgresql(), "more.yaml": ""])
  let placement = try store.check(request()).placements.only
  #expect(placement.destination == "worker")
  #expect(
    placement.path
      == "worker/resources/default/postgresql/postgres-example/instance-configure/5058f")
}

@Test func withoutThePromiseItsNameIsTakenAndANoteSaysSo() throws {
  var store = try StateStoreSample()
  var platform = Platform()
  platform.add(Destination(name: "worker", path: "worker", stateStoreName: "default"))
  store.platform = platform
  store.land(["instance.yaml": try Fixture.postgresql()])
  let report = try store.check(request(), promise: "postgresql")
  #expect(report.verdict == .landed)
  #expect(report.notes.contains { $0.contains("the Promise postgresql is not in") })
}

@Test func branchWithoutACommitHoldsNothing() throws {
  let report = try StateStoreSample().check(request())
  #expect(report.verdict == .missing)
  #expect(try report.errors.only.rule == .notLanded)
}
