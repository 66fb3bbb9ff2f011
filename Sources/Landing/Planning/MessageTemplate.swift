package import Kratix

/// A commit message with fields of the placement in it: `OPS-12: {action} from: {placement}`.
package struct MessageTemplate: Sendable, Hashable {
  /// What can stand in braces.
  package enum Field: String, Sendable, Hashable, CaseIterable {
    /// `Update`, or `Delete` where nothing is written.
    case action
    /// The WorkPlacement's name, or `kratix-canary`.
    case placement
    /// The Work's name.
    case work
    /// The Promise's name.
    case promise
    /// The request's namespace; empty for a dependency.
    case namespace
    /// The request's name; empty for a dependency.
    case resource
    /// The Pipeline's name.
    case pipeline
    /// The Destination's name.
    case destination
  }

  /// The template as it was given.
  package let text: String
  private let parts: [Part]

  private enum Part: Hashable {
    case text(String)
    case field(Field)
  }

  /// Reads a template.
  ///
  /// - Throws: `KratixError` with the code `invalidConfiguration` for a field that there is not,
  ///   a brace without its fellow, or a message without a first line.
  package init(_ text: String) throws(KratixError) {
    self.text = text
    var parts: [Part] = []
    // By scalars: a brace and a combining mark after it are one Character, and still a brace.
    var rest = text.unicodeScalars[...]
    while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else {
        throw Self.fault(text, "has a brace without its fellow")
      }
      let name = String(rest[rest.index(after: open)..<close])
      guard let field = Field(rawValue: name) else {
        throw Self.fault(text, "has the field {\(name)}, which there is not")
      }
      parts += [.text(String(rest[..<open])), .field(field)]
      rest = rest[rest.index(after: close)...]
    }
    self.parts = parts + [.text(String(rest))]
    guard let first = text.unicodeScalars.first, !first.properties.isWhitespace else {
      throw Self.fault(text, "has no first line")
    }
    guard !text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" }) else {
      throw Self.fault(text, "has a control character")
    }
  }

  /// The message for the fields of one placement.
  func message(with values: [Field: String]) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .field(let field): values[field] ?? ""
      }
    }.joined()
  }

  private static func fault(_ text: String, _ fault: String) -> KratixError {
    let fields = Field.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
    return KratixError(
      .invalidConfiguration,
      "the message template \"\(text)\" \(fault); the fields are \(fields)")
  }
}

extension MessageTemplate: Codable {
  /// Reads the template's text.
  package init(from decoder: any Decoder) throws {
    try self.init(try decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the template's text.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
