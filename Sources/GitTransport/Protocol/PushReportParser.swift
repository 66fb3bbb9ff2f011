/// Parses the answer to a push line by line.
///
/// gitprotocol-pack(5) "Report Status". With a side band the report is packet lines inside the first
/// band, split anywhere, and messages of hooks may come before and after it.
struct PushReportParser {
  private enum State {
    case unpack
    case commands
    case complete
  }

  private(set) var progress = ProgressBuffer()
  private var state = State.unpack
  private var inner = PacketLineReader()
  private var unpackFailure: String?
  private var outcome: PushReport.Outcome?
  private let reference: String
  private let usesSideBand: Bool

  init(reference: String, usesSideBand: Bool) {
    self.reference = reference
    self.usesSideBand = usesSideBand
  }

  /// The report, once it was read in full.
  var report: PushReport? {
    guard state == .complete else { return nil }
    if let unpackFailure {
      let reason =
        if case .refused(let reason) = outcome { "\(reason) (unpack: \(unpackFailure))" } else {
          "unpack: \(unpackFailure)"
        }
      return PushReport(outcome: .refused(reason: reason), messages: progress.lines)
    }
    guard let outcome else { return nil }
    return PushReport(outcome: outcome, messages: progress.lines)
  }

  /// Parses one line, and returns whether the answer is complete.
  mutating func consume(_ line: PacketLine) throws(ProtocolFailure) -> Bool {
    guard usesSideBand else {
      try consume(reportLine: line)
      return state == .complete
    }
    switch line {
    case .flush: return true
    case .data(let bytes):
      switch try SideBand.split(bytes) {
      case .data(let piece):
        inner.append(Array(piece))
        while let line = try inner.next() { try consume(reportLine: line) }
      case .progress(let text): progress.append(text)
      case .failure(let text): throw .reported(Array(text))
      }
      return false
    case .delimiter, .responseEnd: throw .violation("a mark in the middle of the report")
    }
  }

  private mutating func consume(reportLine line: PacketLine) throws(ProtocolFailure) {
    guard let text = line.text else {
      guard line == .flush, state == .commands else {
        throw .violation("the report ends before it says anything")
      }
      state = .complete
      return
    }
    if text.starts(with: "ERR ".utf8) { throw .reported(text.dropFirst(4)) }
    let words = String(decoding: text, as: UTF8.self)
      .split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    switch (state, words.first) {
    case (.unpack, "unpack"):
      let result = SanitizedText.clean(words.dropFirst().joined(separator: " "))
      unpackFailure = result == "ok" ? nil : result.isEmpty ? "no reason given" : result
      state = .commands
    case (.commands, "ok") where words.count >= 2:
      if words[1] == reference, outcome == nil { outcome = .accepted }
    case (.commands, "ng") where words.count >= 2:
      guard words[1] == reference else { return }
      let reason = words.count > 2 ? SanitizedText.clean(String(words[2])) : ""
      outcome = .refused(reason: reason.isEmpty ? "no reason given" : reason)
    case (.commands, "option"): break
    default: throw .violation("not a line of a report: \(SanitizedText.lines(text).first ?? "")")
    }
  }
}
