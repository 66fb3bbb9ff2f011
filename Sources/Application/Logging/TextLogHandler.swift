package import Logging

/// Writes each log line as text to standard error.
///
/// Line breaks and control characters in a message or its metadata, which may come from outside, are
/// escaped.
package struct TextLogHandler: LogHandler {
  private var stream: StreamLogHandler

  package init(label: String) { stream = StreamLogHandler.standardError(label: label) }

  package var logLevel: Logger.Level {
    get { stream.logLevel }
    set { stream.logLevel = newValue }
  }

  package var metadata: Logger.Metadata {
    get { stream.metadata }
    set { stream.metadata = newValue.mapValues(Self.visible) }
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { stream[metadataKey: key] }
    set { stream[metadataKey: key] = newValue.map(Self.visible) }
  }

  package func log(event: LogEvent) {
    var event = event
    event.message = "\(TerminalText.line(event.message.description))"
    event.metadata = event.metadata?.mapValues(Self.visible)
    stream.log(event: event)
  }

  private static func visible(_ value: Logger.Metadata.Value) -> Logger.Metadata.Value {
    .string(TerminalText.line(value.description))
  }
}
