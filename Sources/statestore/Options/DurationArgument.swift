import ArgumentParser
import Support

/// A duration on the command line: `500ms`, `30s`, `5m`, `1h`, `7d`.
struct DurationArgument: ExpressibleByArgument {
  let duration: Duration

  init(duration: Duration) { self.duration = duration }

  init?(argument: String) {
    guard let duration = DurationText.duration(argument) else { return nil }
    self.duration = duration
  }

  /// Defaults are whole seconds.
  var defaultValueDescription: String { "\(duration.components.seconds)s" }
}
