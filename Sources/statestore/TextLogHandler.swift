import Logging

/// Writes each log line as text to standard error; what others wrote into a message or its metadata
/// makes no line of its own.
struct TextLogHandler: LogHandler {
  private var stream: StreamLogHandler

  init(label: String) { stream = StreamLogHandler.standardError(label: label) }

  var logLevel: Logger.Level {
    get { stream.logLevel }
    set { stream.logLevel = newValue }
  }

  var metadata: Logger.Metadata {
    get { stream.metadata }
    set { stream.metadata = newValue.mapValues(Self.visible) }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { stream[metadataKey: key] }
    set { stream[metadataKey: key] = newValue.map(Self.visible) }
  }

  func log(event: LogEvent) {
    var event = event
    event.message = "\(Printing.line(event.message.description))"
    event.metadata = event.metadata?.mapValues(Self.visible)
    stream.log(event: event)
  }

  private static func visible(_ value: Logger.Metadata.Value) -> Logger.Metadata.Value {
    .string(Printing.line(value.description))
  }
}
