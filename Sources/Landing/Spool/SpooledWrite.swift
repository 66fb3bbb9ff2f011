internal import Foundation
internal import Kratix

/// A write of this process that was left in a spool.
struct SpooledWrite: Sendable {
  private let path: String
  /// Holds the lock that says that somebody waits.
  private let file: OpenFile
  let write: PendingWrite

  init(path: String, file: OpenFile, write: PendingWrite) {
    self.path = path
    self.file = file
    self.write = write
  }

  /// The answer, when there is one.
  var answer: Result<Receipt, LandingError>? {
    guard let data = FileManager.default.contents(atPath: path + Suffix.answer) else { return nil }
    // An answer that cannot be read is none: the write is then done again, and found done.
    return (try? JSONDecoder().decode(SpooledAnswer.self, from: data))?.result
  }

  /// The write for another to push, with what the last one who tried has noted.
  var unanswered: PendingWrite {
    var write = write
    write.pushed = Self.pushed(at: path)
    return write
  }

  /// What a process noted that it pushed for a write.
  static func pushed(at path: String) -> Receipt? {
    guard let data = FileManager.default.contents(atPath: path + Suffix.pushed) else { return nil }
    // Without it the write is found done.
    return try? JSONDecoder().decode(Receipt.self, from: data)
  }

  /// Takes the write out of the spool; it is not pushed from there if that has not begun.
  func withdraw() { Suffix.remove(path) }
}

/// A process that waits for the answer to a write that it has left in a spool.
struct AbsentAsker: Asker {
  let path: String

  var isHere: Bool { false }

  var isWaiting: Bool {
    SpooledRequest.isWaitedFor(at: path) && access(path + Suffix.answer, F_OK) != 0
  }

  func note(pushed receipt: Receipt) { leave(receipt, Suffix.pushed) }

  func answer(_ result: Result<Receipt, LandingError>) {
    // Without an answer it takes the lock itself, and finds what became of its write.
    leave(SpooledAnswer(result), Suffix.answer)
  }

  private func leave(_ value: some Encodable, _ suffix: String) {
    // What is not left is as if it had not been known: whoever waits finds what became of its write.
    guard isWaiting, let data = try? JSONEncoder().encode(value) else { return }
    let unfinished = path + suffix + Suffix.unfinished
    if let file = OpenFile(unfinished, O_WRONLY | O_CREAT | O_TRUNC), file.write(data),
      rename(unfinished, path + suffix) == 0
    {
      return
    }
    unlink(unfinished)
  }
}

/// What is written of a write into a spool.
struct SpooledRequest: Codable {
  private var version = 2
  private var authorName: String
  private var authorEmail: String
  private var createsBranch: Bool
  private var request: LandingRequest

  init(_ request: LandingRequest, _ options: LandingOptions) {
    self.request = request
    authorName = options.authorName
    authorEmail = options.authorEmail
    createsBranch = options.createsBranch
  }

  /// Reads a request; `nil` when it is not whole, or of another version.
  init?(at path: String) {
    // What another version has left is left to its own.
    guard let data = FileManager.default.contents(atPath: path + Suffix.request),
      let request = try? JSONDecoder().decode(SpooledRequest.self, from: data), request.version == 2
    else { return nil }
    self = request
  }

  /// How many bytes of workloads it holds.
  var byteCount: Int {
    request.intent.works.flatMap(\.workloadGroups).flatMap(\.workloads)
      .reduce(0) { $0 + $1.content.count }
  }

  /// The write as it is pushed by another process; its own one watches its deadline.
  func write(asker: any Asker) -> PendingWrite {
    let options = LandingOptions(
      deadline: .now, authorName: authorName, authorEmail: authorEmail,
      createsBranch: createsBranch)
    return PendingWrite(
      options: options, changes: { [request] in try request.changes(on: $0) }, request: request,
      asker: asker)
  }

  /// Whether the process that left a request is there and has not withdrawn it.
  static func isWaitedFor(at path: String) -> Bool {
    isLocked(path + Suffix.request)
  }

  /// Whether a file is locked by a process that is there.
  static func isLocked(_ path: String) -> Bool {
    guard let file = OpenFile(path, O_RDONLY) else { return false }
    return !file.lock(LOCK_SH)
  }
}

/// What is written of an answer into a spool.
private struct SpooledAnswer: Codable {
  private var receipt: Receipt?
  private var error: LandingError?

  init(_ result: Result<Receipt, LandingError>) {
    switch result {
    case .success(let receipt): self.receipt = receipt
    case .failure(let error): self.error = error
    }
  }

  var result: Result<Receipt, LandingError>? {
    receipt.map { .success($0) } ?? error.map { .failure($0) }
  }
}

/// How the files of one write are told apart.
enum Suffix {
  static let request = ".request"
  static let answer = ".answer"
  static let pushed = ".pushed"
  static let unfinished = ".unfinished"

  /// What the names of a write's files begin with; `nil` for a file of no write.
  static func path(of name: String, in directory: String) -> String? {
    guard let dot = name.firstIndex(of: "."), dot != name.startIndex else { return nil }
    return "\(directory)/\(name[..<dot])"
  }

  static func remove(_ path: String) {
    // The request goes last: what has none is found and thrown away by the next pusher.
    for suffix in [pushed + unfinished, pushed, answer + unfinished, answer, request] {
      unlink(path + suffix)
    }
  }
}
