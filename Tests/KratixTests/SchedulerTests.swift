import Kratix
import TestSupport
import Testing

/// Kratix's own table of `internal/controller/scheduler_test.go`, as far as placements go.
@Suite struct SchedulerTests {
  private static let destinations = [
    destination("dev-1", ["environment": "dev"]), destination("dev-2", ["environment": "dev"]),
    destination("pci", ["pci": "true"]), destination("prod", ["environment": "prod"]),
    destination("strict", ["strict": "true"], isStrict: true),
  ]

  private static func destination(
    _ name: String, _ labels: [String: String], isStrict: Bool = false
  ) -> Destination {
    Destination(
      name: name, labels: labels, path: name, stateStoreName: "default",
      strictMatchLabels: isStrict)
  }

  private static func group(
    _ directory: String = ".", _ labels: [String: String] = [:], content: String = "a"
  ) -> WorkloadGroup {
    WorkloadGroup(
      directory: directory,
      workloads: [Workload(filepath: "\(directory)/x", content: Array(content.utf8))],
      destinationSelectors: [WorkloadGroupScheduling(source: "promise", matchLabels: labels)])
  }

  private static func work(_ groups: WorkloadGroup..., resource: String = "redis") -> Work {
    Work(
      name: "work-12345", namespace: "default", promiseName: "promise", resourceName: resource,
      pipelineName: "configure", workloadGroups: groups)
  }

  private static func dependency(_ groups: WorkloadGroup...) -> Work {
    var work = work(resource: "")
    work.workloadGroups = groups
    return work
  }

  private static let scheduler = Scheduler(destinations: destinations)
  private static let rest = group().id

  /// What is chosen for each group, as a landing asks for it.
  private func choices(
    _ work: Work, existing: [String: Set<String>] = [:], by scheduler: Scheduler = Self.scheduler
  ) -> [Scheduler.Choice] {
    work.workloadGroups.map {
      scheduler.choose(for: $0, of: work, existing: existing[$0.id] ?? [])
    }
  }

  private func placements(
    _ work: Work, existing: [String: Set<String>] = [:], by scheduler: Scheduler = Self.scheduler
  ) -> [Placement] {
    choices(work, existing: existing, by: scheduler).flatMap(\.chosen)
  }

  private func targets(
    _ work: Work, existing: [String: Set<String>] = [:], by scheduler: Scheduler = Self.scheduler
  ) -> [String] {
    placements(work, existing: existing, by: scheduler).map(\.destination.name)
  }

  @Test("S01: a group of a request goes to one Destination that matches")
  func oneDestination() throws {
    let work = Self.work(Self.group(".", ["environment": "dev"]))
    let placement = try #require(placements(work).first)
    #expect(placements(work).count == 1)
    #expect(["dev-1", "dev-2"].contains(placement.destination.name))
    #expect(!placement.isMisplaced)
    #expect(placement.name == "work-12345.\(placement.destination.name)-5058f")
    #expect(placement.group == work.workloadGroups[0])
  }

  @Test("S03, S22, S24: a group that nothing matches is named, and placed nowhere")
  func noDestination() {
    for work in [
      Self.work(Self.group(".", ["environment": "staging"])),
      Self.dependency(Self.group(".", ["environment": "staging"])),
    ] {
      #expect(placements(work).isEmpty)
      let refusal = Self.scheduler.refusal(of: work.workloadGroups[0], of: work)
      #expect(refusal.code == .noDestination)
      #expect(refusal.message.contains("environment=staging"))
      for destination in Self.destinations { #expect(refusal.message.contains(destination.name)) }
      #expect(refusal.message.contains("its label environment is prod (wanted staging)"))
    }
  }

  @Test("S04, S15: where a group stands it stays, misplaced when the selectors say otherwise")
  func misplaced() {
    let work = Self.work(Self.group(".", ["environment": "prod"]))
    let kept = placements(work, existing: [Self.rest: ["dev-1"]])
    #expect(kept.map(\.destination.name) == ["dev-1"])
    #expect(kept.map(\.isMisplaced) == [true])
    let nowhere = Self.work(Self.group(".", ["environment": "staging"]))
    let stays = placements(nowhere, existing: [Self.rest: ["dev-1"]])
    #expect(stays.map(\.isMisplaced) == [true])
  }

  @Test("S05: scheduling again changes nothing")
  func repeated() {
    let work = Self.work(Self.group(".", ["environment": "dev"]))
    let first = choices(work)
    #expect(choices(work, existing: [Self.rest: Set(targets(work))]) == first)
    // The other one is as good, if it is there already.
    for name in ["dev-1", "dev-2"] {
      #expect(targets(work, existing: [Self.rest: [name]]) == [name])
    }
  }

  @Test("S09, S11, S12: each group has its placement, and those of other groups do not matter")
  func groups() {
    let work = Self.work(
      Self.group(".", ["environment": "prod"]), Self.group("foo", ["pci": "true"]))
    #expect(placements(work).map(\.name) == ["work-12345.prod-5058f", "work-12345.pci-acbd1"])
    #expect(targets(work, existing: [Self.rest: ["dev-1"]]) == ["dev-1", "pci"])
    #expect(targets(work, existing: ["another": ["dev-1"]]) == ["prod", "pci"])
  }

  @Test("S13, S14: one group that cannot be placed does not hold up the other")
  func partlyScheduled() {
    let work = Self.work(Self.group(".", ["no": "match"]), Self.group("foo", ["pci": "true"]))
    #expect(choices(work).map { $0.chosen.map(\.destination.name) } == [[], ["pci"]])
  }

  @Test("S18, S20, S25: a dependency goes wherever it matches, and not to strict ones unasked")
  func dependencies() {
    let table: [([String: String], [String])] = [
      (["environment": "prod"], ["prod"]), (["environment": "dev"], ["dev-1", "dev-2"]),
      ([:], ["dev-1", "dev-2", "pci", "prod"]), (["strict": "true"], ["strict"]),
    ]
    for (labels, names) in table {
      #expect(targets(Self.dependency(Self.group(".", labels))) == names)
    }
  }

  @Test("S26, S27, S28: a dependency's placements are all kept, flagged where they do not match")
  func dependencyThatNarrows() {
    let all: Set = ["dev-1", "dev-2", "pci", "prod"]
    let work = Self.dependency(Self.group(".", ["environment": "dev"], content: "new"))
    let placements = placements(work, existing: [Self.rest: all])
    #expect(placements.map(\.destination.name) == ["dev-1", "dev-2", "pci", "prod"])
    #expect(placements.map(\.isMisplaced) == [false, false, true, true])
    #expect(placements.allSatisfy { $0.group.workloads[0].content == Array("new".utf8) })
  }

  @Test("S31: more Destinations that match later make nothing misplaced")
  func moreDestinations() {
    let work = Self.work(Self.group(".", ["environment": "dev"]))
    let name = targets(work, by: Scheduler(destinations: [Self.destinations[0]]))
    let later = placements(work, existing: [Self.rest: Set(name)])
    #expect(later.map(\.destination.name) == name)
    #expect(later.allSatisfy { !$0.isMisplaced })
  }

  struct Passing: Sendable {
    let reason: String
    let destination: Destination
    let selector: [String: String]
    let isPassedOver: Bool
  }

  static let passings: [Passing] = {
    func row(
      _ reason: String, _ labels: [String: String], _ selector: [String: String], _ isPassed: Bool,
      strict: Bool = false, deleted: Bool = false
    ) -> Passing {
      var destination = destination("d", labels, isStrict: strict)
      destination.isBeingDeleted = deleted
      return Passing(
        reason: reason, destination: destination, selector: selector, isPassedOver: isPassed)
    }
    return [
      row("nothing asked", ["a": "b"], [:], false),
      row("strict, nothing asked", ["a": "b"], [:], true, strict: true),
      row("strict without labels", [:], [:], false, strict: true),
      row("strict, but asked for", ["a": "b"], ["a": "b"], false, strict: true),
      row("more labels than asked", ["a": "b", "c": "d"], ["a": "b"], false),
      row("fewer labels than asked", ["a": "b"], ["a": "b", "c": "d"], true),
      row("another value", ["a": "x"], ["a": "b"], true),
      row("an empty value", ["a": ""], ["a": ""], false),
      row("being deleted", ["a": "b"], ["a": "b"], true, deleted: true),
      row("dry runs", ["a": "b", "kratix.io/dry-run": "true"], ["a": "b"], true),
      row("no dry runs", ["a": "b", "kratix.io/dry-run": "false"], ["a": "b"], false),
    ]
  }()

  @Test(arguments: passings.indices) func destinationsAreChosenByTheirLabels(index: Int) {
    let row = Self.passings[index]
    #expect(
      (row.destination.reasonToPass(over: row.selector) != nil) == row.isPassedOver,
      "\(row.reason)")
  }

  @Test func aDryRunGoesToDestinationsForDryRunsAlone() {
    let dry = Self.destination("dry", ["kratix.io/dry-run": "true"])
    var work = Self.work(Self.group(".", ["environment": "dev"]))
    let scheduler = Scheduler(destinations: Self.destinations + [dry])
    #expect(!targets(work, by: scheduler).contains("dry"))
    work.isDryRun = true
    #expect(targets(work, by: scheduler) == ["dry"])
    let refusal = Self.scheduler.refusal(of: work.workloadGroups[0], of: work)
    #expect(refusal.message.contains("kratix.io/dry-run=true"))
  }

  @Test func theSameRequestAlwaysGoesToTheSameDestination() {
    var many = (0..<20).map { Self.destination("d-\($0)", [:]) }
    let works = (0..<400).map { Self.work(Self.group(), resource: "request-\($0)") }
    func targetsOfAll(_ destinations: [Destination]) -> [String] {
      works.flatMap { targets($0, by: Scheduler(destinations: destinations)) }
    }
    let before = targetsOfAll(many)
    #expect(targetsOfAll(many.reversed()) == before)
    // Another content is the same request.
    let updated = Self.work(Self.group(content: "other"), resource: "request-0")
    #expect(targets(updated, by: Scheduler(destinations: many)).first == before[0])
    // All are used, none much more than the others.
    let counts = Dictionary(before.map { ($0, 1) }, uniquingKeysWith: +)
    #expect(counts.count == 20)
    #expect((counts.values.max() ?? 0) < 50)
    // One more takes about its share and moves nothing else; one less gives up its own alone.
    many.append(Self.destination("d-20", [:]))
    let moved = zip(before, targetsOfAll(many)).filter { $0 != $1 }
    #expect(moved.allSatisfy { $0.1 == "d-20" })
    #expect((5...45).contains(moved.count))
    let without = zip(before, targetsOfAll(Array(many[1..<20]))).filter { $0 != $1 }
    #expect(without.allSatisfy { $0.0 == "d-0" })
  }
}
