import Kratix
import Manifests
import Testing
import Verification

/// What `kubectl get jobs,pods -o yaml` prints of one run of a pipeline, and what is to be made of it.
private struct PodCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let fault: Fault?
  /// What the sentence on the link holds.
  let says: [String]
  /// The status of the Job; `nil` for none.
  var job: String?
  /// The status of the Pod; `nil` for none.
  var pod: String?

  var dump: String {
    let labels = """
          labels:
            batch.kubernetes.io/job-name: kratix-postgresql-postgres-example-instance-b91d2
            job-name: kratix-postgresql-postgres-example-instance-b91d2
            kratix.io/promise-name: postgresql
            kratix.io/resource-name: postgres-example
            kratix.io/work-type: resource
      """
    func item(_ kind: String, _ name: String, _ spec: String, _ status: String) -> String {
      """
      - apiVersion: \(kind == "Job" ? "batch/v1" : "v1")
        kind: \(kind)
        metadata:
          creationTimestamp: "2026-11-25T21:04:11Z"
          name: \(name)
          namespace: default
      \(labels)
        spec: \(spec)
        status:
      \(status.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
      """
    }
    let name = "kratix-postgresql-postgres-example-instance-b91d2"
    let items = [
      job.map {
        item("Job", name, "{backoffLimit: 6, activeDeadlineSeconds: 600, parallelism: 1}", $0)
      },
      pod.map { item("Pod", "\(name)-x7k2p", "{restartPolicy: OnFailure, nodeName: n1}", $0) },
    ]
    return "apiVersion: v1\nkind: List\nitems:\n"
      + items.compactMap(\.self).joined(separator: "\n") + "\n"
  }

  static let active = "active: 1\nready: 0\nstartTime: \"2026-11-25T21:04:11Z\""
  static let failed = """
    conditions:
    - lastTransitionTime: "2026-11-25T21:09:40Z"
      message: Job has reached the specified backoff limit
      reason: BackoffLimitExceeded
      status: "True"
      type: Failed
    failed: 7
    """

  private static func container(_ name: String, _ state: String) -> String {
    """
    - containerID: containerd://8c1f
      image: ghcr.io/example/\(name):v1
      lastState: {}
      name: \(name)
      ready: false
      restartCount: 0
      state:
        \(state)
    """
  }

  static let all: [PodCase] = [
    PodCase(
      testDescription: "no node has room for the Pod", fault: .pipelineStuck,
      says: ["no node takes it", "0/3 nodes are available: 3 Insufficient memory."], job: active,
      pod: """
        conditions:
        - lastProbeTime: null
          message: '0/3 nodes are available: 3 Insufficient memory.'
          reason: Unschedulable
          status: "False"
          type: PodScheduled
        phase: Pending
        qosClass: Burstable
        """),
    PodCase(
      testDescription: "an image cannot be pulled", fault: .pipelineStuck,
      says: ["container render waits: ImagePullBackOff of ghcr.io/example/render:v1"], job: active,
      pod: """
        conditions:
        - {type: PodScheduled, status: "True"}
        - {type: Initialized, status: "False", reason: ContainersNotInitialized}
        initContainerStatuses:
        \(container("reader", "terminated: {exitCode: 0, reason: Completed}"))
        \(container("render", "waiting: {message: 'Back-off pulling image', reason: ImagePullBackOff}"))
        \(container("work-writer", "waiting: {reason: PodInitializing}"))
        containerStatuses:
        \(container("status-writer", "waiting: {reason: PodInitializing}"))
        phase: Pending
        """),
    PodCase(
      testDescription: "a Secret that a container needs is not there", fault: .pipelineStuck,
      says: ["container render waits: CreateContainerConfigError"], job: active,
      pod: """
        initContainerStatuses:
        \(container("render", "waiting: {message: 'secret \"registry\" not found', reason: CreateContainerConfigError}"))
        phase: Pending
        """),
    PodCase(
      testDescription: "a container fails again and again", fault: .pipelineStuck,
      says: ["container render waits: CrashLoopBackOff"], job: active,
      pod: """
        initContainerStatuses:
        - image: ghcr.io/example/render:v1
          lastState:
            terminated:
              exitCode: 137
              finishedAt: "2026-11-25T21:05:02Z"
              reason: OOMKilled
          name: render
          restartCount: 4
          state:
            waiting: {message: back-off 1m20s restarting failed container, reason: CrashLoopBackOff}
        phase: Pending
        """),
    PodCase(
      testDescription: "a container was killed for its memory", fault: .pipelineFailed,
      says: ["failed: container render ended with 137 (OOMKilled)"], job: failed,
      pod: """
        initContainerStatuses:
        \(container("render", "terminated: {exitCode: 137, reason: OOMKilled}"))
        phase: Failed
        """),
    PodCase(
      testDescription: "a container failed, by its exit code and its last words",
      fault: .pipelineFailed, says: ["failed: container render ended with 2"], job: failed,
      pod: """
        initContainerStatuses:
        \(container("reader", "terminated: {exitCode: 0, reason: Completed}"))
        \(container("render", "terminated: {exitCode: 2, reason: Error, message: 'yq: bad expression'}"))
        containerStatuses:
        \(container("status-writer", "waiting: {reason: PodInitializing}"))
        phase: Failed
        """),
    PodCase(
      testDescription: "the Pod was evicted", fault: .pipelineFailed,
      says: ["it was ended from outside: Evicted"], job: "failed: 1\nactive: 0",
      pod: """
        message: 'The node was low on resource: ephemeral-storage.'
        phase: Failed
        reason: Evicted
        """),
    PodCase(
      testDescription: "the Job was tried too often", fault: .pipelineFailed,
      says: ["more often than its backoffLimit of 6"], job: failed),
    PodCase(
      testDescription: "the Job ran too long", fault: .pipelineFailed,
      says: ["longer than its deadline of 600 seconds"],
      job: """
        conditions:
        - message: Job was active longer than specified deadline
          reason: DeadlineExceeded
          status: "True"
          type: Failed
        """),
    PodCase(
      testDescription: "the last step refuses the selectors", fault: .invalidSelectors,
      says: ["work-writer, failed"], job: failed,
      pod: """
        initContainerStatuses:
        \(container("work-writer", "terminated: {exitCode: 1, reason: Error, message: invalid destination-selectors.yaml}"))
        phase: Failed
        """),
    PodCase(
      testDescription: "a container failed, and the next try did not", fault: nil,
      says: ["completed"],
      job: """
        conditions:
        - {type: Complete, status: "True", reason: CompletionsReached}
        failed: 1
        succeeded: 1
        """,
      pod: """
        initContainerStatuses:
        - {name: render, restartCount: 1, lastState: {terminated: {exitCode: 1}}, state: {terminated: {exitCode: 0}}}
        phase: Succeeded
        """),
    PodCase(
      testDescription: "it still runs", fault: nil, says: ["has not ended"], job: active,
      pod: """
        initContainerStatuses:
        \(container("render", "running: {startedAt: '2026-11-25T21:04:13Z'}"))
        phase: Pending
        """),
  ]
}

@Suite("Of Jobs and Pods") struct PodTests {
  @Test("a diagnosis names what keeps the pipeline from its end", arguments: PodCase.all)
  fileprivate func pods(_ example: PodCase) throws {
    var evidence = Evidence(
      promiseName: "postgresql", namespace: "default", name: "postgres-example",
      platform: try StateStoreSample().platform)
    evidence.request = try request()
    evidence.add(try ManifestFile(parsing: example.dump, name: "dump.yaml"))
    let link = try #require(Diagnosis(of: evidence).links.first { $0.name == .pipeline })
    #expect(link.fault == example.fault, "\(link)")
    for text in example.says { #expect(link.says.contains(text), "\(link)") }
    guard example.fault != nil, example.pod != nil else { return }
    #expect(!link.evidence.isEmpty)
    #expect(link.next.first?.hasPrefix("kubectl ") == true)
  }

  @Test("what a container said, and how often it was started, is evidence")
  func evidence() throws {
    let loop = try #require(PodCase.all.first { $0.says[0].contains("CrashLoop") })
    var evidence = Evidence(
      promiseName: "postgresql", namespace: "default", name: "postgres-example",
      platform: try StateStoreSample().platform)
    evidence.request = try request()
    evidence.add(try ManifestFile(parsing: loop.dump, name: "dump.yaml"))
    let link = try #require(Diagnosis(of: evidence).broken)
    let text = link.evidence.joined(separator: "\n")
    #expect(text.contains("container render ended with 137 (OOMKilled), restarted 4 times"))
    #expect(text.contains("back-off 1m20s restarting failed container"))
  }
}
