internal import Foundation
internal import Git
internal import Landing
internal import Support
internal import Verification
internal import Web

/// The page of one Work.
struct ResourcePage {
  /// What verification says now.
  struct Check {
    var findings: [Finding] = []
    /// The page of a finding's file.
    var links: [Finding: String] = [:]
    /// The verdicts of the state stores that were asked.
    var verdicts: [Verdict] = []
    /// Why it could not be said.
    var unchecked: String?
  }

  /// A condition.
  struct ConditionView {
    var type: String
    var state: StateView
    var reason: String
    var message: String
    var since: String
    var age: String
  }

  /// A finding.
  struct FindingView {
    var rule: String
    var severity: String
    var kind: String
    var file: String?
    /// The file on the forge.
    var link: String?
    var excerpt: MarkedLines?
    var expected: String?
    var actual: String?
    var cause: String?
    var remedy: String?
    var introduced: String?
  }

  /// A directory of it, with its files.
  struct PlaceView {
    var destination: String
    var commit: CommitView
    var files: [FileView]
  }

  /// A file.
  struct FileView {
    var path: String
    /// The file on the forge.
    var link: String?
    var blob: String
    var size: String
  }

  /// A commit of its past.
  struct PastView {
    var commit: CommitView
    var subject: String
    var author: String?
  }

  var title: String
  var namespace: String
  var name: String
  var resource: String
  var promise: String
  var generation: String
  var state: StateView
  /// What is held against what landed, in a word; `nil` for nothing.
  var verdict: StateView?
  var conditions: [ConditionView]
  var unchecked: String?
  var findings: [FindingView]
  var hasFindings: Bool
  /// What is said when there is no finding.
  var nothingFound: String
  var places: [PlaceView]
  var hasPlaces: Bool
  var history: [PastView]
  var hasHistory: Bool
  /// What is said where the repository did not tell all of it.
  var historyNote: String?
  /// Lands it again; `nil` for who may not.
  var landAgain: OverviewPage.Action?
  /// What was just asked for.
  var notice: String?
  var time: String
  var version: String

  init(
    _ work: DesiredWork, history: WorkHistory, check: Check,
    forge: (String) -> Forge?, landAgain: OverviewPage.Action? = nil, notice: String? = nil,
    version: String, at date: Date
  ) {
    let row = WorkRowView(work, forge: forge, at: date)
    title = row.resource
    self.landAgain = landAgain
    self.notice = notice
    namespace = row.namespace
    name = row.name
    resource = row.resource
    promise = row.promise
    generation = "\(work.generation)"
    state = check.contradiction(of: row.state) ?? row.state
    conditions = work.conditions.map { ConditionView($0, at: date) }
    unchecked = check.unchecked
    let errors = check.findings.count { $0.severity == .error }
    verdict = errors == 0 ? nil : StateView(errors == 1 ? "1 error" : "\(errors) errors", "bad")
    findings = check.findings.map {
      FindingView($0, link: check.links[$0])
    }
    hasFindings = !findings.isEmpty
    places = work.results.flatMap { result in
      result.standing.map { placement, landing in
        PlaceView(
          placement, landing, on: result.receipt.flatMap { forge($0.stateStore.url) }, at: date)
      }
    }
    hasPlaces = !places.isEmpty
    self.history = history.entries.map { PastView($0, on: forge($0.url), at: date) }
    hasHistory = !history.entries.isEmpty
    historyNote = history.note
    nothingFound =
      hasPlaces
      ? "No findings." : "It has not landed yet, so there is nothing to check."
    time = date.formatted(.iso8601)
    self.version = version
  }
}

extension ResourcePage.ConditionView {
  init(_ condition: Condition, at date: Date) {
    let kind =
      switch condition.status {
      case .true: "good"
      case .false: condition.reason == "Pending" ? "wait" : "bad"
      case .unknown: "wait"
      }
    self.init(
      type: condition.type.rawValue, state: StateView(condition.status.rawValue, kind),
      reason: condition.reason, message: condition.message,
      since: condition.lastTransitionTime,
      age: RelativeAge.text(since: condition.lastTransitionTime, at: date) ?? "")
  }
}

extension ResourcePage.FindingView {
  init(_ finding: Finding, link: String?) {
    let place = finding.file.map { file in
      finding.line.map { "\(file):\($0)" } ?? file
    }
    self.init(
      rule: finding.rule.rawValue, severity: finding.severity.rawValue,
      kind: finding.severity == .error ? "bad" : "wait", file: place,
      link: link,
      excerpt: finding.excerpt.map { excerpt in
        MarkedLines(
          excerpt.lines.map { ($0.number, $0.text) }, marked: excerpt.marked, of: place ?? "")
      },
      expected: finding.expected, actual: finding.actual, cause: finding.cause,
      remedy: finding.remedy,
      introduced: finding.introduced.map { commit in
        "\(commit.id.abbreviated) by \(commit.author ?? "someone"), \(commit.time): "
          + (commit.subject ?? "")
      })
  }
}

extension ResourcePage.PastView {
  init(_ entry: WorkHistory.Entry, on forge: Forge?, at date: Date) {
    self.init(
      commit: CommitView(entry.commit, on: forge, time: entry.time, at: date),
      subject: entry.subject, author: entry.author)
  }
}

extension ResourcePage.PlaceView {
  init(
    _ placement: Receipt.LandedPlacement, _ landing: StoreResult.Landing, on forge: Forge?,
    at date: Date
  ) {
    self.init(
      destination: placement.destination,
      commit: CommitView(landing.commit, on: forge, time: landing.time, at: date),
      files: placement.files.map { file in
        ResourcePage.FileView(
          path: file.path, link: forge?.file(file.path, at: landing.commit),
          blob: file.blob.abbreviated, size: "\(file.size)")
      })
  }
}

extension ResourcePage.Check {
  /// What is shown in place of a state that this check has just found not to hold any more; `nil`
  /// where it does.
  fileprivate func contradiction(of state: StateView) -> StateView? {
    guard state.kind == "good" else { return nil }
    if unchecked != nil { return StateView("not known", "wait") }
    return verdicts.first { $0 != .landed }.map { verdict in
      verdict == .unknown ? StateView("not known", "wait") : StateView(verdict.rawValue, "bad")
    }
  }
}
