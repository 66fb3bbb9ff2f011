package import Logging

/// Writes the log lines of a command to standard error as sentences, without time and labels:
/// `warning: cache damaged, made anew: …`.
package struct SentenceLogHandler: LogHandler {
  package var metadata: Logger.Metadata = [:]
  package var logLevel: Logger.Level = .info

  package init() {}

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    let text = Self.text(
      event.level, event.message.description, metadata.merging(event.metadata ?? [:]) { $1 })
    StandardStreams.writeError(text + "\n")
  }

  /// Text from outside cannot break the line.
  static func text(
    _ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata
  ) -> String {
    var rest = metadata
    let reason = rest.removeValue(forKey: "error.message").map { ": \($0)" } ?? ""
    let details = rest.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    let suffix = details.isEmpty ? "" : " (\(details.joined(separator: ", ")))"
    return TerminalText.line("\(level): \(message)\(reason)\(suffix)")
  }
}
