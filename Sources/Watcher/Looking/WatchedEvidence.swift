import Application
import Kratix
import KubernetesAPI
import Manifests
import Verification

/// The evidence on one request that a watch has at hand; only Jobs and Pods are asked for.
struct WatchedEvidence: EvidenceSource {
  let reader: ClusterReader
  let request: WatchedRequest
  let works: [Node]
  let placements: [Node]

  // The settings have the platform.
  func platform() async throws -> ClusterAnswer {
    ClusterAnswer(kinds: ["Promise", "Destination", "GitStateStore"])
  }

  func request(
    _ identity: RequestIdentity, of promise: Promise?, in dumps: [ManifestFile]
  ) async throws -> ClusterAnswer {
    ClusterAnswer([request.node], kinds: [request.reference.kind], from: reader.server)
  }

  func objects(of identity: RequestIdentity, in namespace: String) async throws -> ClusterAnswer {
    var kinds: Set = ["Work", "WorkPlacement"]
    var runs: [Node] = []
    do {
      runs = try await reader.runs(of: identity, in: namespace)
      kinds.formUnion(["Job", "Pod"])
    } catch {
      // Without the right to list them the diagnosis says less.
    }
    return ClusterAnswer(works + placements + runs, kinds: kinds, from: reader.server)
  }

  // Whether an agent reads the branch is no matter of landing.
  func agents() async -> [ClusterAnswer] { [] }
}

extension WatchedEvidence {
  /// What a diagnosis says.
  ///
  /// - Parameter grace: How many seconds something new may be on its way.
  /// - Throws: The errors of reading the platform.
  func diagnosis(
    _ settings: PlatformSettings, grace: Double, deadline: ContinuousClock.Instant
  ) async throws -> Diagnosis {
    var rendered = RenderedSource()
    rendered.promise = request.key.promise
    rendered.namespace = request.key.namespace
    rendered.name = request.key.name
    var collector = try EvidenceCollector(
      EvidenceCollector.Sources(request: nil, dumps: [], rendered: rendered), settings: settings,
      deadline: deadline)
    try await collector.ask(self)
    var evidence = try await collector.evidence()
    evidence.patience = grace
    return Diagnosis(of: evidence)
  }
}
