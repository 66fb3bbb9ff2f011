internal import Manifests

/// Texts of several samples, and how they follow from names and fields of the requests.
struct SampleText {
  /// A parameter that may be part of a text.
  struct Parameter {
    let name: String
    /// Its text in each sample.
    let texts: [String]
    let isVaried: Bool
  }

  private enum Part {
    case text(String)
    case parameter(Parameter)
  }

  private let texts: [String]
  private let isNamespace: Bool

  /// - Parameter key: The field that the texts are from.
  init(_ texts: [String], key: String) {
    self.texts = texts
    isNamespace = key == "namespace"
  }

  /// The text with references that is each of the texts with the parameters of its sample; `nil` if
  /// there is none.
  func template(with parameters: [Parameter]) -> String? {
    let possible = parameters.filter(isPossible)
    for attempt in attempts(possible) {
      let parts = parts(with: attempt)
      if texts.indices.allSatisfy({ filled(parts, sample: $0) == texts[$0] }) {
        return text(of: parts)
      }
    }
    return texts.allSatisfy { $0 == texts[0] } ? ReferenceText.escaping(texts[0]) : nil
  }

  private func isPossible(_ parameter: Parameter) -> Bool {
    guard texts[0].includes(parameter.texts[0]) else { return false }
    guard parameter.name == "namespace", !parameter.isVaried else { return true }
    // A namespace such as "default" is also a word.
    let name = parameter.texts[0]
    return isNamespace ? texts[0] == name : texts[0].includes(".\(name).svc")
  }

  /// All parameters together, and fewer of them where one is in a text by coincidence.
  private func attempts(_ possible: [Parameter]) -> [[Parameter]] {
    guard possible.count > 1 else { return possible.isEmpty ? [] : [possible] }
    let namespace = possible.filter { $0.name == "namespace" }
    let name = possible.filter { $0.name == "name" }
    let others = possible.filter { $0.name != "name" && $0.name != "namespace" }
    return (isNamespace ? [namespace] : []) + [possible, name, name + namespace]
      + others.map { name + [$0] } + others.map { [$0] }
  }

  private func parts(with parameters: [Parameter]) -> [Part] {
    parameters.reduce([.text(texts[0])]) { parts, parameter in
      parts.flatMap { part in
        guard case .text(let text) = part else { return [part] }
        return Self.split(text, at: parameter)
      }
    }
  }

  /// The text with a parameter taken out where its value is a word.
  private static func split(_ text: String, at parameter: Parameter) -> [Part] {
    let scalars = text.unicodeScalars
    let word = parameter.texts[0].unicodeScalars
    var parts: [Part] = []
    var plain = ""
    var rest = scalars[...]
    while let range = rest.firstRange(of: word) {
      let isWord =
        !(range.lowerBound > scalars.startIndex
        && scalars[scalars.index(before: range.lowerBound)].isOfName)
        && !(range.upperBound < scalars.endIndex && scalars[range.upperBound].isOfName)
      plain += String(rest[..<range.lowerBound])
      if isWord {
        if !plain.isEmpty { parts.append(.text(plain)) }
        plain = ""
        parts.append(.parameter(parameter))
      } else {
        plain += String(rest[range])
      }
      rest = rest[range.upperBound...]
    }
    plain += String(rest)
    return plain.isEmpty ? parts : parts + [.text(plain)]
  }

  private func filled(_ parts: [Part], sample: Int) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .parameter(let parameter): parameter.texts[sample]
      }
    }.joined()
  }

  private func text(of parts: [Part]) -> String {
    parts.map { part in
      switch part {
      case .text(let text): ReferenceText.escaping(text)
      case .parameter(let parameter): "$(\(parameter.name))"
      }
    }.joined()
  }
}

extension Unicode.Scalar {
  fileprivate var isOfName: Bool {
    isASCII && (properties.isAlphabetic || properties.numericType != nil)
  }
}

extension ReferenceText {
  /// Text that stands for itself.
  static func escaping(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
    return text.unicodeScalars.split(separator: "$", omittingEmptySubsequences: false)
      .map { String($0) }.joined(separator: "$$")
  }
}
