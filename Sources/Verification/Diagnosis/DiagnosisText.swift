/// A diagnosis for people: the verdict, then link by link, and under the broken one what shows it and what to type.
package struct DiagnosisText: Sendable {
  private let isColoured: Bool
  /// How wide lines may be; `nil` for any width.
  private let width: Int?

  package init(isColoured: Bool = false, width: Int? = nil) {
    self.isColoured = isColoured
    self.width = width
  }

  /// The whole text; it ends in a newline.
  package func text(of diagnosis: Diagnosis) -> String {
    let head = "\(diagnosis.promise) \(diagnosis.namespace)/\(diagnosis.name)"
    let lines =
      wrapped(verdict(of: diagnosis), indentation: 2) + ["", head] + diagnosis.links.flatMap(lines)
    return lines.joined(separator: "\n") + "\n"
  }

  private func lines(of link: Diagnosis.Link) -> [String] {
    let name = Self.padded(link.name.rawValue, to: 10)
    let state = coloured(Self.padded(link.state.rawValue, to: 7), link.state)
    var lines = wrapped("  \(name)  \(state)  \(Self.plain(link.says))", indentation: 23)
    guard link.state != .ok || !link.evidence.isEmpty else { return lines }
    let label = link.state == .unknown ? "would tell" : "next"
    if let fault = link.fault { lines.append("      \(fault.rawValue)") }
    if let cause = link.cause, let basis = link.basis {
      lines += detail("cause (\(basis.rawValue)): \(cause)")
    }
    if link.state == .broken {
      for (index, proof) in link.evidence.enumerated() {
        lines += detail("evidence: \(proof)")
        guard let excerpt = link.excerpts[index] else { continue }
        lines += ExcerptText(width: width).lines(of: excerpt) { coloured($0, .broken) }
      }
    }
    return lines + link.next.flatMap { detail("\(label): \($0)") }
  }

  private func detail(_ text: String) -> [String] {
    wrapped("      \(Self.plain(text))", indentation: 8)
  }

  private func wrapped(_ line: String, indentation: Int) -> [String] {
    WrappedText.lines(of: line, width: width, indentation: indentation)
  }

  private func verdict(of diagnosis: Diagnosis) -> String {
    if let broken = diagnosis.broken {
      // What is not certain is not said without that.
      let doubt = broken.basis == .certain ? nil : broken.basis?.rawValue
      let words = [broken.fault?.rawValue, doubt].compactMap(\.self).joined(separator: ", ")
      let fault = words.isEmpty ? "" : " (\(words))"
      return "broken at \(broken.name.rawValue): \(Self.plain(broken.says))\(fault)"
    }
    let unknown = diagnosis.links.filter { $0.state == .unknown }.map(\.name.rawValue)
    if diagnosis.isLanded { return "landed: every link that the evidence reaches holds" }
    return "no link is broken, as far as the evidence goes; nothing is known of "
      + unknown.joined(separator: ", ")
  }

  private func coloured(_ word: String, _ state: Diagnosis.State) -> String {
    guard isColoured else { return word }
    let code =
      switch state {
      case .ok: "32"
      case .broken: "31;1"
      case .unknown: "33"
      case .skipped: "2"
      }
    return "\u{1b}[\(code)m\(word)\u{1b}[0m"
  }

  private static func padded(_ word: String, to width: Int) -> String {
    word + String(repeating: " ", count: max(0, width - word.count))
  }

  private static func plain(_ text: String) -> String { TextReport.plain(text) }
}
