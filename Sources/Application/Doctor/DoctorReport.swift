package import Verification

/// The checks of a `statestore doctor`, by what they are about.
package struct DoctorReport: Sendable {
  /// What some checks are about.
  package enum Subject: Sendable, Hashable {
    case configuration
    /// A GitStateStore; the address has nothing secret in it.
    case store(name: String, branch: String, address: String)
    /// The machine on which the program runs.
    case machine
  }

  package struct Section: Sendable {
    package let subject: Subject
    package var checks: [ReadinessCheck]
  }

  package private(set) var sections: [Section] = []

  package init() {}

  package mutating func add(_ checks: [ReadinessCheck], to subject: Subject) {
    guard !checks.isEmpty else { return }
    if let index = sections.firstIndex(where: { $0.subject == subject }) {
      sections[index].checks += checks
    } else {
      sections.append(Section(subject: subject, checks: checks))
    }
  }

  private var statuses: [ReadinessCheck.Status] { sections.flatMap { $0.checks.map(\.status) } }

  /// 0: a landing works; 1: it does not, something has to be changed; 3: something could not be found
  /// out now.
  package var exitStatus: Int32 {
    if statuses.contains(.failed) { return 1 }
    return statuses.contains(.unknown) ? 3 : 0
  }

  /// How many checks have a status.
  package func count(of status: ReadinessCheck.Status) -> Int { statuses.count { $0 == status } }
}

extension DoctorReport.Subject: CustomStringConvertible {
  /// The name in JSON.
  package var description: String {
    switch self {
    case .configuration: "configuration"
    case .store(let name, _, _): "store/\(name)"
    case .machine: "machine"
    }
  }
}

extension DoctorReport: Encodable {
  private enum Key: CodingKey {
    case schemaVersion, ready, checks
  }

  private struct Row: Encodable {
    let subject: String
    let name: String
    let status: ReadinessCheck.Status
    let message: String
    let remedy: String?
    let serverMessages: [String]?

    init(_ check: ReadinessCheck, of subject: Subject) {
      self.subject = subject.description
      name = check.name
      status = check.status
      message = check.message
      remedy = check.remedy
      serverMessages = check.serverMessages.isEmpty ? nil : check.serverMessages
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(1, forKey: .schemaVersion)
    try container.encode(exitStatus == 0, forKey: .ready)
    try container.encode(
      sections.flatMap { section in section.checks.map { Row($0, of: section.subject) } },
      forKey: .checks)
  }
}
