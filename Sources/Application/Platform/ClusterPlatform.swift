package import KubernetesAPI
import Landing
import Logging
import Synchronization

/// The platform of a cluster as a process that goes on running sees it.
///
/// It is read again at intervals; while that fails, what was read last stays in use.
package final class ClusterPlatform: Sendable {
  private struct State {
    var view: ClusterView
    var bytes: [[UInt8]]
    var version = 0
    var problem: String?
  }

  private let base: PlatformSettings
  private let state: Mutex<State>

  /// - Parameter settings: Settings that have read a cluster.
  package init?(_ settings: PlatformSettings) {
    guard let view = settings.cluster else { return nil }
    base = settings
    state = Mutex(State(view: view, bytes: view.objects.bytes))
  }

  /// The settings with the cluster as it was read last.
  package var settings: PlatformSettings {
    var settings = base
    settings.cluster = state.withLock { $0.view }
    return settings
  }

  /// The client that reads the cluster.
  package var client: KubernetesClient { state.withLock { $0.view.reader.client } }

  /// Another number for each state of the objects that differs.
  package var version: Int { state.withLock { $0.version } }

  /// Reads the cluster again.
  ///
  /// - Parameter limit: How long that may take.
  package func refresh(within limit: Duration) async {
    let known = state.withLock { $0.view.reader }
    let reader = ClusterReader(known.client, deadline: .now + limit)
    do {
      let objects = try await reader.objects(readsSecrets: base.readsSecretsOfStores)
      let bytes = objects.bytes
      state.withLock { state in
        if bytes != state.bytes { state.version += 1 }
        state.bytes = bytes
        state.view.objects = objects
        state.problem = nil
      }
    } catch {
      if Task.isCancelled { return }
      let problem = LandingError(error).description
      let isNew = state.withLock { state in
        defer { state.problem = problem }
        return state.problem != problem
      }
      if isNew {
        base.logger.error("the cluster cannot be read, what was read before stays: \(problem)")
      }
    }
  }
}
