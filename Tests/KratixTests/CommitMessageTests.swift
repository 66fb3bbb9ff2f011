import Kratix
import Manifests
import Testing

/// What is written into a commit's message is read from it again.
@Suite struct CommitMessageTests {
  private static let destination = Destination(
    name: "worker", path: "resources/x", stateStoreName: "default")

  private static func placement(
    of work: Work,
    group: WorkloadGroup = WorkloadGroup(
      directory: ".", workloads: [], destinationSelectors: [])
  ) -> Placement {
    Placement(work: work.named(work.derivedName), group: group, destination: destination)
  }

  private static func message(of placement: Placement, besides others: [Trailer] = []) -> String {
    CommitMessage.text(
      CommitMessage.subject(
        action: CommitMessage.action(writesFiles: true), placement: placement.name),
      trailers: CommitMessage.trailers(
        of: CommitMessage.Owner(of: placement.work), at: placement.destination.name,
        besides: others, content: "sha256:0"))
  }

  private static let names = [
    "a", "a-b", "resources", "dependencies", "5058f", "kratix-canary", "caf\u{e9}", "cafe\u{301}",
    "a b",
    "pg.worker-5058f", "a:b", "Kratix-Promise",
  ]

  static let works = names.flatMap { name in
    [
      ("other", name), (name, "other"), (name, ""), ("other", ""),
    ].flatMap { promise, resource in
      ["configure", name, ""].map { pipeline in
        Work(
          name: "", namespace: "default", promiseName: promise, resourceName: resource,
          pipelineName: pipeline, resourceNamespace: pipeline == name ? "team" : nil,
          workloadGroups: [])
      }
    }
  }

  @Test("the trailers tell what the placement is of", arguments: works)
  func roundTrip(work: Work) throws {
    let placement = Self.placement(of: work)
    let read = CommitMessage(reading: Self.message(of: placement))
    let owner = try #require(read.owner)
    #expect(owner == CommitMessage.Owner(of: work))
    #expect(owner.description.isSame(as: CommitMessage.Owner(of: work).description))
    #expect(read.destination == "worker" && read.content == "sha256:0")
    #expect(owner.isOfRequest(of: work) == !work.pipelineName.isEmpty)
  }

  @Test("the subject names the placement, and the Work of a known Destination")
  func subject() throws {
    let work = Work(
      name: "", namespace: "default", promiseName: "p", resourceName: "r", pipelineName: "c",
      workloadGroups: [])
    let placement = Self.placement(of: work)
    let message = Self.message(of: placement)
    #expect(message.begins(with: "Update from: \(placement.name)\n\n"))
    #expect(CommitMessage(reading: message).placement == placement.name)
    let subject = String(message.lines[0])
    #expect(
      CommitMessage.workName(in: subject, of: "5058f", at: "worker") == placement.work.name)
    for (group, destination) in [("cafe1", "worker"), ("5058f", "other"), ("5058f", "orker")] {
      #expect(CommitMessage.workName(in: subject, of: group, at: destination) == nil)
    }
    #expect(CommitMessage.action(writesFiles: false) == "Delete")
  }

  static let others: [(message: String, placement: String?)] = [
    ("Update from: p-r-c-12345.worker-5058f", "p-r-c-12345.worker-5058f"),
    ("OPS-12: p-r-c-12345.worker-5058f landed", "p-r-c-12345.worker-5058f"),
    ("Update from: kratix-canary", nil), ("Fix worker-5058f", nil), ("a.b-5058F", nil), ("", nil),
  ]

  @Test("a message of another writer tells what it has", arguments: others)
  func otherMessages(message: String, placement: String?) {
    let read = CommitMessage(reading: message)
    #expect(read.placement == placement)
    #expect(read.owner == nil && read.destination == nil && read.content == nil)
  }

  @Test("trailers of others stand between ours, and a template's blanks at the end are dropped")
  func otherTrailers() {
    let work = Work(
      name: "", namespace: "default", promiseName: "p", resourceName: "r", pipelineName: "c",
      workloadGroups: [])
    let trailers = CommitMessage.trailers(
      of: CommitMessage.Owner(of: work), at: "worker", besides: [Trailer("Ticket", "OPS-12")],
      content: "sha256:0")
    #expect(
      CommitMessage.text("Land it \n", trailers: trailers) == """
        Land it

        Kratix-Promise: p
        Kratix-Resource: default/r
        Kratix-Pipeline: c
        Kratix-Destination: worker
        Ticket: OPS-12
        Statestore-Content: sha256:0

        """)
    let canary = CommitMessage.trailers(of: nil, at: "worker", besides: [], content: "sha256:0")
    #expect(canary.map(\.key) == ["Kratix-Destination", "Statestore-Content"])
  }
}
