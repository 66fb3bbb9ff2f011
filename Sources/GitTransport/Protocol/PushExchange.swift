import Git

/// A push on the wire: one command, then a pack.
///
/// gitprotocol-pack(5) "Reference Update Request and Packfile Transfer".
extension ReferenceUpdate {
  /// The command with the capabilities that both sides have, and the flush that ends the commands.
  func request(capabilities: Capabilities, agent: String) throws(ProtocolFailure) -> [UInt8] {
    guard capabilities.contains("report-status") else {
      throw ProtocolFailure(
        code: .unsupported,
        message:
          "the server does not offer report-status, so nobody would know whether a push succeeded")
    }
    guard new != .zero, new != old else {
      throw ProtocolFailure(
        code: .unsupported, message: "an update must move the reference to another object")
    }
    guard name.hasPrefix("refs/"), name.utf8.count < 4096,
      name.unicodeScalars.allSatisfy({ $0.value > 32 && $0.value != 127 })
    else {
      throw ProtocolFailure(
        code: .unsupported,
        message:
          "\(ServerText.clean(name, limit: 100)) is not the full name of a reference (refs/heads/…)"
      )
    }
    var asked = ["report-status"]
    if capabilities.contains("side-band-64k") { asked.append("side-band-64k") }
    if capabilities.contains("object-format") { asked.append("object-format=sha1") }
    if capabilities.contains("agent") { asked.append("agent=\(agent)") }
    let command = "\(old.hexadecimal) \(new.hexadecimal) \(name)\0 \(asked.joined(separator: " "))"
    return PacketLine.encode(command) + PacketLine.flushBytes
  }
}

/// Reads the answer to a push line by line.
///
/// gitprotocol-pack(5) "Report Status". With a side band the report is itself packet lines inside
/// the first band, cut anywhere, and what hooks say may come before and after it.
struct PushReportParser {
  private enum State {
    case unpack
    case commands
    case complete
  }

  private(set) var words = SideBandWords()
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
      return PushReport(outcome: .refused(reason: reason), messages: words.lines)
    }
    guard let outcome else { return nil }
    return PushReport(outcome: outcome, messages: words.lines)
  }

  /// Takes one line in; whether the answer is over.
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
      case .progress(let text): words.append(text)
      case .failure(let text): throw .said(Array(text))
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
    if text.starts(with: "ERR ".utf8) { throw .said(text.dropFirst(4)) }
    let words = String(decoding: text, as: UTF8.self)
      .split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    switch (state, words.first) {
    case (.unpack, "unpack"):
      let result = ServerText.clean(words.dropFirst().joined(separator: " "))
      unpackFailure = result == "ok" ? nil : result.isEmpty ? "no reason given" : result
      state = .commands
    case (.commands, "ok") where words.count >= 2:
      if words[1] == reference, outcome == nil { outcome = .accepted }
    case (.commands, "ng") where words.count >= 2:
      guard words[1] == reference else { return }
      let reason = words.count > 2 ? ServerText.clean(String(words[2])) : ""
      outcome = .refused(reason: reason.isEmpty ? "no reason given" : reason)
    case (.commands, "option"): break
    default: throw .violation("not a line of a report: \(ServerText.lines(text).first ?? "")")
    }
  }
}
