/// How a command prints its result.
package enum OutputFormat: String, CaseIterable, Sendable {
  case text
  case json
  case yaml
}
