import Foundation
import Support
import Synchronization

/// One line on standard error that says what a command is doing, once that takes over a second.
///
/// Only on a terminal that can erase a line.
package final class ProgressLine: Sendable {
  private struct State {
    var received = 0
    var text = ""
    var isEnded = false
  }

  private static let patience: Duration = .seconds(1)
  private static let pause: Duration = .milliseconds(200)
  private let state = Mutex(State())

  /// Runs a body, and shows the progress that it reports.
  package static func during<Value>(_ body: () async throws -> Value) async throws -> Value {
    guard isatty(STDERR_FILENO) == 1, Environment["TERM"] != "dumb" else { return try await body() }
    let line = ProgressLine()
    let drawing = Task { await line.draw() }
    defer {
      drawing.cancel()
      line.end()
    }
    return try await ProgressStep.$observer.withValue({ line.note($0) }, operation: body)
  }

  private func note(_ step: ProgressStep) {
    state.withLock { state in
      switch step {
      case .received(let bytes):
        state.received += bytes
        state.text = "fetching objects: \(Self.size(state.received))"
      case .checked(let count, let all):
        state.text = "checking placements: \(all == 0 ? 100 : count * 100 / all) %"
      case .waiting(let text): state.text = text
      }
    }
  }

  private func draw() async {
    var shown = ""
    var pause = Self.patience
    // Cancelled: it has ended.
    while (try? await Task.sleep(for: pause)) != nil {
      pause = Self.pause
      state.withLock { state in
        guard !state.isEnded, state.text != shown else { return }
        shown = state.text
        StandardStreams.showLine(TerminalText.line(shown))
      }
    }
  }

  private func end() {
    state.withLock { $0.isEnded = true }
    StandardStreams.clearLine()
  }

  private static func size(_ bytes: Int) -> String {
    bytes < 1 << 20 ? "\(bytes >> 10) KiB" : "\((Double(bytes) / 104857.6).rounded() / 10) MiB"
  }
}
