import Foundation
import Git
import Kratix
import Landing
import Manifests
import Testing

@testable import Verification

/// What is known of a request, and what a diagnosis may make of it.
private struct DiagnosisCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let link: Diagnosis.LinkName
  /// `nil` where nothing may be called broken.
  let fault: Fault?
  let basis: Diagnosis.Basis?
  let prepare: @Sendable (inout Evidence) throws -> Void

  init(
    _ description: String, _ link: Diagnosis.LinkName, _ fault: Fault?,
    _ basis: Diagnosis.Basis? = nil, _ prepare: @escaping @Sendable (inout Evidence) throws -> Void
  ) {
    (testDescription, self.link, self.fault, self.basis) = (description, link, fault, basis)
    self.prepare = prepare
  }

  static let now = Date(timeIntervalSince1970: 1_795_545_060)

  static func moment(_ secondsAgo: TimeInterval) -> String {
    (now - secondsAgo).formatted(.iso8601)
  }

  static func work(age: TimeInterval = 3600, status: String = "{}") -> String {
    """
    apiVersion: platform.kratix.io/v1alpha1
    kind: Work
    metadata:
      name: postgresql-postgres-example-instance-configure-12b21
      namespace: default
      creationTimestamp: "\(moment(age))"
      labels: {kratix.io/pipeline-name: instance-configure}
    spec: {promiseName: postgresql, resourceName: postgres-example}
    status: \(status)
    """
  }

  static func placement(age: TimeInterval = 3600, _ status: String = "{}") -> String {
    """
    apiVersion: platform.kratix.io/v1alpha1
    kind: WorkPlacement
    metadata:
      name: postgresql-postgres-example-instance-configure-12b21.worker-5058f
      namespace: default
      creationTimestamp: "\(moment(age))"
      labels: {kratix.io/work: postgresql-postgres-example-instance-configure-12b21}
    spec: {targetDestinationName: worker}
    status: \(status)
    """
  }

  static func failed(_ message: String) -> String {
    placement(
      "{conditions: [{type: WriteSucceeded, status: \"False\", message: \"\(message)\"}]}")
  }

  static func store(_ status: String, name: String = "default") -> String {
    """
    apiVersion: platform.kratix.io/v1alpha1
    kind: GitStateStore
    metadata: {name: \(name)}
    spec: {url: https://git.example.com/state.git, branch: main}
    status: \(status)
    """
  }

  static let notReady =
    "{conditions: [{type: Ready, status: \"False\", message: authentication required}]}"

  private static func file(_ text: String) throws -> ManifestFile {
    try ManifestFile(parsing: text, name: "dump.yaml")
  }

  private static func dump(_ texts: String...) -> @Sendable (inout Evidence) throws -> Void {
    { evidence in try evidence.add(file(texts.joined(separator: "\n---\n"))) }
  }

  /// A state store that holds what was asked for, or not.
  private static func facts(
    _ verdict: Verdict, _ findings: [Finding] = [], subject: String? = nil
  ) -> StoreFacts {
    let path = "worker/resources/default/postgresql/postgres-example"
    let resource = ResourceReport(
      promise: "postgresql", namespace: "default", name: "postgres-example", verdict: verdict,
      placements: [.init(destination: "worker", path: path)], findings: findings)
    let store = GitStateStore(name: "default", url: "https://git.example.com/state.git")
    let report = Report(
      stateStore: StateStoreDescription(name: "default", url: store.url, branch: "main"),
      commit: nil, resources: [resource])
    return StoreFacts(
      stateStore: store, tip: "", report: report,
      lastSubjects: subject.map { [path: $0] } ?? [:])
  }

  private static func store(
    _ verdict: Verdict, _ findings: [Finding] = [], subject: String? = nil,
    _ dumps: String...
  ) -> @Sendable (inout Evidence) throws -> Void {
    { evidence in
      evidence.store = .read(facts(verdict, findings, subject: subject))
      for dump in dumps { try evidence.add(file(dump)) }
    }
  }

  private static func absent(removedBy author: String? = nil, _ subject: String = "") -> Finding {
    var finding = Finding(rule: .notLanded, severity: .error, file: "worker/resources/x")
    finding.removed = author.flatMap { commit(by: $0, subject) }
    return finding
  }

  private static let person = commit(by: "Bob", "Try a larger disk")

  private static func commit(by author: String, _ subject: String) -> CommitSummary? {
    let id = try? ObjectID(of: GitObject(kind: .blob, bytes: []))
    return id.map { CommitSummary(id: $0, time: "", author: author, subject: subject) }
  }

  private static func unread(_ outcome: Outcome) -> @Sendable (inout Evidence) throws -> Void {
    { $0.store = .failed(LandingError(outcome, "no")) }
  }

  static let all: [DiagnosisCase] = claims + writes + beforeGit + inGit

  /// What may not be claimed.
  static let claims: [DiagnosisCase] = [
    DiagnosisCase(
      "a placement that is seconds old", .push, nil, nil, dump(work(age: 2), placement(age: 2))),
    DiagnosisCase(
      "a placement that is seconds old, not on the branch yet", .commit, nil, nil,
      store(.missing, [absent()], work(), placement(age: 2))),
    DiagnosisCase(
      "a new run of an old Work, with other content on the branch", .content, nil, nil,
      store(
        .wrong, [Finding(rule: .fieldMismatch, severity: .error)],
        work().replacing("spec: {", with: "spec: {lastExecutionTimestamp: \"\(moment(3))\", "))),
    DiagnosisCase(
      "a placement without conditions", .push, nil, nil, dump(work(), placement())),
    DiagnosisCase(
      "a placement whose condition is unknown", .push, nil, nil,
      dump(work(), placement("{conditions: [{type: WriteSucceeded, status: Unknown}]}"))),
    DiagnosisCase("a Work that is seconds old", .placement, nil) { evidence in
      try evidence.add(file(work(age: 1)))
      evidence.dumpedKinds.insert("WorkPlacement")
    },
    DiagnosisCase(
      "a state store that this machine cannot reach", .commit, nil, nil, unread(.unreachable)),
    DiagnosisCase("a login of ours that fails", .commit, nil, nil, unread(.authenticationFailed)),
    DiagnosisCase(
      "another state store that is not ready", .placement, nil, nil,
      dump(work(), placement(), store(notReady, name: "other"))),
    DiagnosisCase(
      "a state store that is not ready any more, with all in it", .placement, nil, nil,
      store(.landed, [], work(), placement(), store(notReady))),
    DiagnosisCase(
      "a dump of Flux alone", .work, nil, nil,
      dump("{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, metadata: {name: a}}")),
    DiagnosisCase(
      "a dump without Works, of what landed", .work, nil, nil,
      store(.landed, [], "{apiVersion: v1, kind: List, items: []}")),
  ]

  static let writes: [DiagnosisCase] = [
    DiagnosisCase(
      "a login of Kratix that fails", .push, .credentialsRefused, .certain,
      dump(work(), failed("authentication required"))),
    DiagnosisCase(
      "an account that may not write", .push, .credentialsRefused, .certain,
      dump(
        work(),
        failed("remote: Permission to a/b.git denied to c. The requested URL returned error: 403"))),
    DiagnosisCase(
      "a hook", .push, .pushRejected, .certain,
      dump(work(), failed("! [remote rejected] main -> main (pre-receive hook declined)"))),
    DiagnosisCase(
      "words that nobody knows", .push, .pushRejected, .possible,
      dump(work(), failed("out of cheese"))),
    DiagnosisCase(
      "a server that Kratix cannot reach", .push, .remoteUnreadable, .certain,
      dump(work(), failed("dial tcp 10.0.0.1:443: connect: connection refused"))),
    DiagnosisCase(
      "a repository that is not there", .push, .storeNotReady, .certain,
      dump(work(), failed("repository not found"))),
    DiagnosisCase(
      "a .gitignore", .push, .ignoredPath, .certain,
      dump(work(), failed("The following paths are ignored by one of your .gitignore files"))),
    DiagnosisCase("a server that nobody can reach", .push, .remoteUnreadable, .likely) { evidence in
      try dump(work(), placement())(&evidence)
      evidence.store = .failed(LandingError(.unreachable, "no"))
    },
  ]

  static let beforeGit: [DiagnosisCase] = [
    DiagnosisCase("no request", .request, .noRequest, .certain) { evidence in
      evidence.request = nil
      evidence.dumpedKinds.insert("postgresql")
    },
    DiagnosisCase("a request that the schema refuses", .schema, .invalidRequest, .certain) {
      $0.request = try request(spec: "{size: 7}")
    },
    DiagnosisCase(
      "a Job that failed", .pipeline, .pipelineFailed, .certain,
      dump(job("{conditions: [{type: Failed, status: \"True\"}], failed: 7}"))),
    DiagnosisCase(
      "a Job that failed once", .pipeline, .pipelineFailed, .likely,
      dump(job("{active: 1, failed: 1}"))),
    DiagnosisCase(
      "a Pod without a node", .pipeline, .pipelineStuck, .certain,
      dump(
        pod(
          "{phase: Pending, conditions: [{type: PodScheduled, status: \"False\", reason: Unschedulable}]}"
        ))),
    DiagnosisCase("a pipeline that waits", .pipeline, .suspended, .certain) {
      $0.request = try request(labels: "{kratix.io/workflow-suspended: \"true\"}")
    },
    DiagnosisCase("selectors that are refused", .pipeline, .invalidSelectors, .certain) {
      $0.metadata = MetadataEvidence(
        names: ["destination-selectors.yaml"], metadata: nil, fault: "no")
    },
    DiagnosisCase("selectors that are not read", .scheduling, .misnamedSelectors, .likely) {
      $0.metadata = MetadataEvidence(names: ["destination_selectors.yaml"], metadata: nil)
    },
    DiagnosisCase("a Work of nothing", .output, .emptyOutput, .certain) {
      $0.works = [workValue([])]
    },
    DiagnosisCase("a Work without manifests", .output, .noManifest, .certain) {
      $0.works = [workValue([Workload(filepath: "README.md", content: [])])]
    },
    DiagnosisCase(
      "a dump with Jobs and without Works", .work, .noWork, .likely, dump(job("{succeeded: 1}"))),
    DiagnosisCase(
      "a dump of nothing", .work, .noWork, .likely, dump("{apiVersion: v1, kind: List, items: []}")),
    DiagnosisCase("a cluster without its Work", .work, .noWork, .certain) {
      $0.dumpedKinds.insert("Work")
    },
    DiagnosisCase(
      "two Works", .work, .duplicateWorks, .certain,
      dump(work(), work().replacing("-12b21", with: "-3c4d5"))),
    DiagnosisCase(
      "labels that no Destination has", .scheduling, .noDestination, .certain,
      dump(work(status: scheduling("UnscheduledWorkloads")))),
    DiagnosisCase(
      "a scheduler that failed", .scheduling, .schedulerError, .certain,
      dump(work(status: scheduling("FailedToScheduleWorkloads")))),
    DiagnosisCase(
      "a Destination that is not chosen any more", .scheduling, .misplaced, .certain,
      dump(work(status: scheduling("DestinationSelectorMismatch")))),
    DiagnosisCase("a Work without placements", .placement, .noPlacement, .likely) { evidence in
      try evidence.add(file(work()))
      evidence.dumpedKinds.insert("WorkPlacement")
    },
    DiagnosisCase(
      "a state store that is not ready", .placement, .storeNotReady, .certain,
      dump(work(), placement(), store(notReady))),
    DiagnosisCase(
      "a state store that is not ready, by the configuration", .placement, .storeNotReady, .certain
    ) { evidence in
      try evidence.add(file(work() + "\n---\n" + placement()))
      try evidence.add(statusOf: file(store(notReady)))
    },
    DiagnosisCase("a path that leads out", .push, .pathTraversal, .certain) {
      $0.works = [workValue([Workload(filepath: "../../a.yaml", content: manifest)])]
    },
    DiagnosisCase("a repository in the output", .push, .gitPath, .certain) {
      $0.works = [workValue([Workload(filepath: "app/.git/a.yaml", content: manifest)])]
    },
  ]

  static let inGit: [DiagnosisCase] = [
    DiagnosisCase(
      "nothing on the branch", .commit, .neverCommitted, .certain, store(.missing, [absent()])),
    DiagnosisCase(
      "a removal by somebody", .commit, .removedLater, .certain,
      store(.missing, [absent(removedBy: "Bob", "Delete from: a.worker-5058f")])),
    DiagnosisCase(
      "a removal by Kratix", .commit, .workDeleted, .likely,
      store(.missing, [absent(removedBy: "kratix", "Delete from: a.worker-5058f")])),
    DiagnosisCase(
      "another placement's commit", .commit, .overwritten, .likely,
      store(
        .wrong, [Finding(rule: .modifiedFile, severity: .error)],
        subject: "Update from: other-12345.worker-5058f", work(), written)),
    DiagnosisCase(
      "a file of another placement, in the mode none", .commit, .overwritten, .certain,
      store(.wrong, [ModifiedFile.finding(ofAnotherPlacementAt: "worker/a.yaml")])),
    DiagnosisCase(
      "other content", .content, .wrongContent, .certain,
      store(.wrong, [Finding(rule: .fieldMismatch, severity: .error)])),
    DiagnosisCase(
      "other content by another author", .content, .changedByOthers, .certain,
      store(
        .wrong,
        [
          Finding(rule: .fieldMismatch, severity: .error, introduced: person),
          Finding(rule: .foreignCommit, severity: .warning, introduced: person),
        ])),
    DiagnosisCase(
      "other content that was there before another author's change", .content, .wrongContent,
      .certain,
      store(
        .wrong,
        [
          Finding(rule: .fieldMismatch, severity: .error),
          Finding(rule: .foreignCommit, severity: .warning, introduced: person),
        ])),
    DiagnosisCase(
      "a Destination that the selectors do not choose", .content, .misplaced, .certain,
      store(.misplaced, [Finding(rule: .misplaced, severity: .error)])),
    DiagnosisCase(
      "an agent that reads elsewhere", .agent, .notWatched, .likely,
      store(
        .landed, [],
        """
        {apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository,
         metadata: {name: a, namespace: b}, spec: {url: https://git.example.com/other.git}}
        ---
        {apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization,
         metadata: {name: a, namespace: b}, spec: {path: ./, sourceRef: {name: a}}}
        """)),
    DiagnosisCase(
      "a branch that is missing", .commit, .storeNotReady, .likely, unread(.branchMissing)),
  ]

  static let written = placement("{conditions: [{type: WriteSucceeded, status: \"True\"}]}")
  static let manifest = Array(
    "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: default}}".utf8)

  static func scheduling(_ reason: String) -> String {
    "{conditions: [{type: ScheduleSucceeded, status: \"False\", reason: \(reason)}]}"
  }

  static func job(_ status: String) -> String { run("batch/v1", "Job", status) }
  static func pod(_ status: String) -> String { run("v1", "Pod", status) }

  private static func run(_ version: String, _ kind: String, _ status: String) -> String {
    """
    apiVersion: \(version)
    kind: \(kind)
    metadata:
      name: run
      namespace: default
      labels: {kratix.io/promise-name: postgresql, kratix.io/resource-name: postgres-example}
    status: \(status)
    """
  }

  static func workValue(_ workloads: [Workload]) -> Work {
    Work(
      name: "a", namespace: "default", promiseName: "postgresql", resourceName: "postgres-example",
      pipelineName: "instance-configure",
      workloadGroups: workloads.isEmpty
        ? []
        : [
          WorkloadGroup(
            directory: ".", workloads: workloads,
            destinationSelectors: [
              WorkloadGroupScheduling(source: "promise", matchLabels: ["environment": "dev"])
            ])
        ])
  }

  static func request(spec: String = "{size: small}", labels: String = "{}") throws
    -> ResourceRequest
  {
    let text = """
      apiVersion: marketplace.kratix.io/v1alpha1
      kind: postgresql
      metadata: {name: postgres-example, namespace: default, labels: \(labels)}
      spec: \(spec)
      """
    let object = try file(text).objects.only
    return try ResourceRequest(PlatformObject(object, file: "request.yaml"))
  }
}

@Suite("A diagnosis says what its evidence holds")
struct DiagnosisTests {
  @Test("and on what the cause rests", arguments: DiagnosisCase.all)
  fileprivate func claims(_ row: DiagnosisCase) throws {
    var evidence = Evidence(
      promiseName: "postgresql", namespace: "default", name: "postgres-example",
      platform: try StateStoreSample().platform, now: DiagnosisCase.now)
    evidence.request = try DiagnosisCase.request()
    try row.prepare(&evidence)
    let diagnosis = Diagnosis(of: evidence)
    let link = try #require(diagnosis.links.first { $0.name == row.link })
    guard let fault = row.fault else {
      #expect(diagnosis.broken == nil, "\(String(describing: diagnosis.broken))")
      #expect([.unknown, .ok].contains(link.state), "\(link)")
      return
    }
    #expect(diagnosis.broken?.fault == fault, "\(String(describing: diagnosis.broken))")
    #expect(link.fault == fault, "\(link)")
    #expect(link.basis == row.basis, "\(link)")
    #expect(!link.evidence.isEmpty && !link.next.isEmpty, "\(link)")
  }

  @Test("for every fault, but for the one that is none", arguments: Fault.allCases)
  func everyFault(_ fault: Fault) {
    #expect(DiagnosisCase.all.contains { $0.fault == fault } == (fault != .identicalContent))
  }

  @Test("in words for a person, with what is not certain")
  func text() throws {
    var evidence = Evidence(
      promiseName: "postgresql", namespace: "default", name: "postgres-example",
      platform: try StateStoreSample().platform, now: DiagnosisCase.now)
    let dump = DiagnosisCase.work() + "\n---\n" + DiagnosisCase.failed("out of cheese")
    evidence.add(try ManifestFile(parsing: dump, name: "dump.yaml"))
    let text = DiagnosisText().text(of: Diagnosis(of: evidence))
    #expect(text.contains("cause (possible): the server refuses the push"), "\(text)")
    let verdict = text.prefix { $0 != "\n" }
    #expect(verdict.hasPrefix("broken at push: "), "\(text)")
    #expect(verdict.hasSuffix("(push-rejected, possible)"), "\(text)")
  }

  @Test("with the lines that the evidence is about, which programs do not get")
  func excerpt() throws {
    let text = """
      apiVersion: marketplace.kratix.io/v1alpha1
      kind: postgresql
      metadata: {name: postgres-example, namespace: default}
      spec:
        password: hidden away
        size: 7
      """
    var evidence = Evidence(
      promiseName: "postgresql", namespace: "default", name: "postgres-example",
      platform: try StateStoreSample().platform, now: DiagnosisCase.now)
    let object = try #require(try ManifestFile(parsing: Array(text.utf8), name: "").objects.first)
    evidence.request = try ResourceRequest(PlatformObject(object, file: "request.yaml"))
    evidence.files = ["request.yaml": Array(text.utf8)]
    let diagnosis = Diagnosis(of: evidence)
    let shown = DiagnosisText().text(of: diagnosis)
    #expect(shown.contains("evidence: request.yaml:6:"), "\(shown)")
    #expect(shown.contains("\n      6 |   size: 7\n        |         ^\n"), "\(shown)")
    #expect(!shown.contains("hidden away"), "\(shown)")
    let json = String(decoding: try JSONEncoder().encode(diagnosis), as: UTF8.self)
    #expect(!json.contains("excerpt") && json.contains("evidence"), "\(json)")
    evidence.files = [:]
    #expect(!DiagnosisText().text(of: Diagnosis(of: evidence)).contains("|"))
  }

  @Test(
    "with what there is, where a name is wrong",
    arguments: [
      ("postgresqls", "there is no Promise postgresqls", "it has mysql, postgresql"),
      ("postgresql", "there is no postgresql shop/orders", "it has postgresql shop/billing"),
    ])
  func wrongName(promise: String, says: String, names: String) throws {
    let text = """
      apiVersion: v1
      kind: List
      items:
      - {apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {name: postgresql}}
      - {apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {name: mysql}}
      - apiVersion: marketplace.kratix.io/v1alpha1
        kind: postgresql
        metadata: {name: billing, namespace: shop}
      - {apiVersion: platform.kratix.io/v1alpha1, kind: Work, metadata: {name: x, namespace: shop}}
      """
    var evidence = Evidence(
      promiseName: promise, namespace: "shop", name: "orders",
      platform: try StateStoreSample().platform, now: DiagnosisCase.now)
    evidence.add(try ManifestFile(parsing: Array(text.utf8), name: "dump.yaml"))
    let broken = try #require(Diagnosis(of: evidence).broken)
    #expect(broken.name == .request && broken.says == says, "\(broken)")
    #expect(broken.evidence.contains { $0.contains(names) }, "\(broken)")
  }

  @Test("with the label that each Destination lacks, where Kratix only says that none matches")
  func missingLabel() throws {
    // The content is a ConfigMap, compressed as Kratix does.
    let text = """
      apiVersion: platform.kratix.io/v1alpha1
      kind: Work
      metadata: {name: postgresql-postgres-example-instance-configure-12b21, namespace: default}
      spec:
        promiseName: postgresql
        resourceName: postgres-example
        workloadGroups:
        - directory: .
          id: 5058f1af8388633f609cadb75a75dc9d
          destinationSelectors: [{source: promise, matchLabels: {zone: north}}]
          workloads:
          - filepath: a.yaml
            content: H4sIAAAAAAACA0ssyAxLLSrOzM+zUigz5MrOzEuxUnDOz0vLTPdNLODKTS1J\
      TEksSbRSqM5LzE21Ukis5QIAWuwsDjMAAAA=
      status:
        conditions: [{type: ScheduleSucceeded, status: "False", reason: UnscheduledWorkloads}]
      """
    let file = try ManifestFile(parsing: Array(text.utf8), name: "dump.yaml")
    var evidence = Evidence(
      promiseName: "postgresql", namespace: "default", name: "postgres-example",
      platform: try StateStoreSample().platform, now: DiagnosisCase.now)
    evidence.add(file)
    evidence.works = try Work.works(in: file)
    let broken = try #require(Diagnosis(of: evidence).broken)
    #expect(broken.fault == .noDestination)
    #expect(
      broken.evidence.contains { $0.contains("worker: ") && $0.contains("zone") }, "\(broken)")
  }
}
