/// How requests are watched.
package struct WatchOptions: Sendable {
  /// How long a commit may take after the pipelines have completed.
  package var grace: Duration = .seconds(60)
  /// How often the branches are looked at while nothing changes in the cluster.
  package var interval: Duration = .seconds(2)
  /// Whether conditions are set in the status of requests.
  package var writesStatus = true
  /// The replica, as Events name it.
  package var instance: String

  /// How long a state store, and a diagnosis, may take.
  static let patience: Duration = .seconds(30)

  package init(instance: String) { self.instance = instance }
}
