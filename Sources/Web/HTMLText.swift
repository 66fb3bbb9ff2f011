internal import Manifests
internal import Mustache

/// Text in HTML, escaped scalar by scalar.
///
/// Mustache's own way looks at characters, and takes a quote with a combining mark behind it for
/// something else than a quote; a browser ends the attribute there.
package struct HTMLText: MustacheContentType {
  package init() {}

  package func escapeText(_ text: String) -> String {
    text.escaped { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "'": "&#39;"
      default: nil
      }
    }
  }
}
