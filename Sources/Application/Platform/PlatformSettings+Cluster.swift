package import KubernetesAPI
import Logging

extension PlatformSettings {
  /// The same settings with the platform of a cluster below that of the files.
  ///
  /// - Throws: `KubernetesError` or `LandingError`.
  package func reading(
    _ access: AccessSettings, deadline: ContinuousClock.Instant
  ) async throws -> PlatformSettings {
    let client = KubernetesClient(
      try ClusterAccess.find(access), agent: "statestore/\(Program.version)",
      environment: access.environment, logger: logger)
    let reader = ClusterReader(client, deadline: deadline)
    var settings = self
    settings.cluster = ClusterView(
      reader: reader, objects: try await reader.objects(readsSecrets: readsSecretsOfStores))
    for fault in settings.cluster?.objects.faults ?? [] { logger.warning("left out: \(fault)") }
    return settings
  }

  /// Flags for credentials or another repository take the place of the Secrets.
  var readsSecretsOfStores: Bool { credentialsDirectory == nil && repository == nil }
}
