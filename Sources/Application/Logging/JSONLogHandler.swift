import Foundation
package import Logging
import Manifests

/// Writes each log line as one JSON object to standard error, for log collectors.
package struct JSONLogHandler: LogHandler {
  package var metadata: Logger.Metadata = [:]
  package var logLevel: Logger.Level = .info

  package init() {}

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var line: Mapping = [
      "time": Node(.string(Date().formatted(.iso8601))),
      "level": Node(.string(event.level.rawValue)),
      "message": Node(.string(event.message.description)),
    ]
    let merged = metadata.merging(event.metadata ?? [:]) { $1 }
    for (key, value) in merged.sorted(by: { $0.key < $1.key }) {
      line[key] = Node(.string(value.description))
    }
    let text = JSONWriter().text(of: Node(.mapping(line)))
    StandardStreams.writeError(text + "\n")
  }
}
