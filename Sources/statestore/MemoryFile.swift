import Foundation
import Git
import Landing
import Verification

/// The file in which `--state` keeps what was verified, for one question.
struct MemoryFile {
  let path: String
  let question: ObjectID

  /// The report on a commit, if it was kept; without a look at any resource.
  func report(of commit: ObjectID?) -> Report? {
    guard let (asked, report) = CheckMemory.glance(at: path), asked == question, let commit,
      report.commit?.id == commit
    else { return nil }
    return report
  }

  /// All that was kept, if it is an answer to this question.
  func load() -> CheckMemory? {
    guard let memory = CheckMemory(path: path), memory.question == question else { return nil }
    return memory
  }

  /// Keeps a result.
  ///
  /// - Throws: `LandingError` with `invalid-configuration` when the file cannot be written.
  func save(_ result: CheckResult) throws {
    try orConfigurationError(path) {
      try CheckMemory(result, question: question).write(to: path)
    }
  }
}

/// A digest of everything that findings depend on besides the state store.
struct Question {
  private var bytes: [UInt8] = []

  /// The program: its version, and its file, for a version may be built twice.
  mutating func add(ofProgram version: String) {
    add([version])
    let attributes = try? FileManager.default.attributesOfItem(atPath: "/proc/self/exe")
    let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      .flatMap { try? FileManager.default.attributesOfItem(atPath: $0) }
    let file = target ?? attributes
    add(["\(file?[.size] ?? "")", "\(file?[.modificationDate] ?? "")"])
  }

  /// Texts, each told from the next.
  mutating func add(_ texts: [String]) {
    for text in texts { add(Array(text.utf8)) }
  }

  /// Bytes, told from what follows.
  mutating func add(_ more: [UInt8]) {
    bytes += "\(more.count)\n".utf8
    bytes += more
  }

  var digest: ObjectID {
    get throws { try ObjectID(of: GitObject(kind: .blob, bytes: bytes)) }
  }
}
