package import Kratix
package import Manifests

/// Where the evidence on one request comes from, besides files.
package protocol EvidenceSource: Sendable {
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
package struct ClusterAnswer: Sendable {
  /// The objects; `nil` if there are none.
  var file: ManifestFile?
  /// The kinds that were asked for.
  var kinds: Set<String>

  /// - Parameters:
  ///   - items: The objects that there are.
  ///   - kinds: The kinds that were asked for.
  ///   - source: Where they were read, for messages.
  package init(_ items: [Node] = [], kinds: Set<String>, from source: String = "") {
    self.kinds = kinds
    guard !items.isEmpty else { return }
    file = ManifestFile(
      name: source, documents: items.enumerated().map { Document(index: $0 + 1, root: $1) })
  }

  init(file: ManifestFile?, kinds: Set<String>) {
    self.file = file
    self.kinds = kinds
  }
}
