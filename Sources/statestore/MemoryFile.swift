import Foundation
import Git
import Kratix
import Landing
import Verification

/// The file in which `--state` keeps what was verified: for one question to each state store.
struct MemoryFile: Sendable {
  let path: String
  let questions: [ObjectID]

  /// Refuses a link that leads out of its directory, before anything is read from it.
  ///
  /// - Throws: `KratixError` with the code `unsafePath`.
  func check() throws { _ = try ContainedFile(path) }

  /// What is kept of one state store.
  func memory(at index: Int) -> Memory { Memory(file: self, question: questions[index]) }

  /// What is kept for one question.
  struct Memory: Sendable {
    fileprivate let file: MemoryFile
    fileprivate let question: ObjectID

    /// The report on a commit, if it was kept; without a look at any resource.
    func report(of commit: ObjectID?) -> Report? {
      guard let commit, let report = VerificationCache.peekReport(at: file.path, for: question),
        report.commit?.id == commit
      else { return nil }
      return report
    }

    /// All that was kept, if it is an answer to this question.
    func load() -> VerificationCache? { VerificationCache(path: file.path, question: question) }

    /// Keeps a result, beside those of the other state stores.
    ///
    /// - Throws: `LandingError` with `invalid-configuration` when the file cannot be written.
    func save(_ result: CheckResult) throws {
      try ResultFile(path: file.path).check()
      try orConfigurationError("\(file.path): what was checked cannot be kept") {
        try VerificationCache(result, question: question)
          .write(to: file.path, beside: Set(file.questions))
      }
    }
  }
}

/// A digest of everything that findings depend on besides the state store.
struct Question {
  private var bytes: [UInt8] = []

  /// The program: its version, and its file, for a version may be built twice.
  mutating func add(ofProgram version: String) {
    add([version])
    let (files, link) = (FileManager.default, "/proc/self/exe")
    // Without /proc the version alone tells programs apart.
    let linkAttributes = try? files.attributesOfItem(atPath: link)
    // Where the file is gone, as after an upgrade, the link stands for it, which is never the same.
    let target = try? files.attributesOfItem(atPath: files.destinationOfSymbolicLink(atPath: link))
    let file = target ?? linkAttributes
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
