import Kratix
import Manifests

/// Where the evidence on one request comes from, besides files.
protocol EvidenceSource {
  /// Promises, Destinations and state stores.
  func platform() async throws -> ClusterAnswer
  /// The request itself, if its Promise is known.
  func request(
    _ identity: RequestIdentity, of promise: Promise?, in dumps: [ManifestFile]
  ) async throws -> ClusterAnswer
  /// Works, WorkPlacements, Jobs and Pods of a request.
  func objects(of identity: RequestIdentity, in namespace: String) async throws -> ClusterAnswer
  /// Sources of Flux and Argo CD; a cluster need have neither.
  func agents() async -> [ClusterAnswer]
}

/// What a cluster said.
struct ClusterAnswer {
  /// The objects; `nil` if there are none.
  var file: ManifestFile?
  /// The kinds that were asked for.
  var kinds: Set<String>
}
