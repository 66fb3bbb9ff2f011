/// Where the watcher says what it finds, besides the cluster itself.
package struct WatchReports: Sendable {
  package var board: VerdictBoard
  package var telemetry: WatchTelemetry
  /// `nil` to post nothing.
  package var notifier: Notifier?

  package init(board: VerdictBoard, telemetry: WatchTelemetry, notifier: Notifier?) {
    self.board = board
    self.telemetry = telemetry
    self.notifier = notifier
  }
}
