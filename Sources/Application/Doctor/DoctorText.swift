import Verification

/// A line for each check, with what to do under those that did not pass, as `flux check` writes it.
package struct DoctorText: Sendable {
  package var isColored: Bool

  package init(isColored: Bool) { self.isColored = isColored }

  package func text(of report: DoctorReport) -> String {
    let lines = report.sections.flatMap { section in
      ["► \(title(of: section.subject))"] + section.checks.flatMap { self.lines(of: $0) }
    }
    return (lines + [verdict(on: report)]).joined(separator: "\n") + "\n"
  }

  private func title(of subject: DoctorReport.Subject) -> String {
    switch subject {
    case .configuration: "configuration"
    case .store(let name, let branch, let address):
      TerminalText.line(
        "state store \(name): branch \(branch)" + (address.isEmpty ? "" : " of \(address)"))
    case .machine: "this machine"
    }
  }

  private func lines(of check: ReadinessCheck) -> [String] {
    let message = TerminalText.line(check.message)
    return ["\(mark(check.status)) \(check.name): \(message)"]
      + check.serverMessages.map { "    the server said: \(TerminalText.line($0))" }
      + [check.remedy.map { "  → \(TerminalText.line($0))" }].compactMap(\.self)
  }

  private func mark(_ status: ReadinessCheck.Status) -> String {
    let (mark, color) =
      switch status {
      case .passed: ("✔", 32)
      case .warning: ("⚠", 33)
      case .failed: ("✗", 31)
      case .unknown: ("?", 33)
      case .skipped: ("-", 2)
      }
    return isColored ? "\u{1B}[\(color)m\(mark)\u{1B}[0m" : mark
  }

  private func verdict(on report: DoctorReport) -> String {
    func counted(_ status: ReadinessCheck.Status, _ what: String) -> String? {
      let count = report.count(of: status)
      return count == 0 ? nil : "\(count) \(what)"
    }
    let verdict =
      switch report.exitStatus {
      case 0: "ready: a landing works"
      case 1: "not ready: a landing does not work"
      default: "not known: not everything could be checked now"
      }
    let counts = [
      counted(.failed, "failed"), counted(.unknown, "unknown"),
      counted(.warning, "with a warning"),
    ].compactMap(\.self)
    return counts.isEmpty ? verdict : "\(verdict) (\(counts.joined(separator: ", ")))"
  }
}
