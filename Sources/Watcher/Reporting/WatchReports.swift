/// Where the watcher says what it finds, besides the cluster itself.
package struct WatchReports: Sendable {
  package var board: VerdictBoard
  package var telemetry: WatchTelemetry
  package var health: WatchHealth
  /// `nil` to post nothing.
  package var notifier: Notifier?

  package init(
    board: VerdictBoard, telemetry: WatchTelemetry, health: WatchHealth, notifier: Notifier?
  ) {
    self.board = board
    self.telemetry = telemetry
    self.health = health
    self.notifier = notifier
  }
}
