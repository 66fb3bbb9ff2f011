internal import Foundation
internal import Kratix

/// A write that is pushed for a spool, with what an earlier pusher has recorded for it.
struct TakenWrite: Sendable {
  let write: PendingWrite
  /// What that process was about to push when it died or failed.
  var pushed: Receipt?

  /// Whether the caller is in another process, and the write in the spool.
  var isSpooled: Bool { write.waiter is SpooledWaiter }
}

/// A write of this process that was left in a spool.
struct SpooledWrite: Sendable {
  private let path: String
  /// Holds the lock that shows that this process is waiting.
  private let file: OpenFile
  let write: PendingWrite

  init(path: String, file: OpenFile, write: PendingWrite) {
    self.path = path
    self.file = file
    self.write = write
  }

  /// The answer, if there is one.
  var answer: Result<Receipt, LandingError>? {
    guard let data = FileManager.default.contents(atPath: path + Suffix.answer) else { return nil }
    // Without a readable answer the write is pushed again, and found unchanged.
    return (try? JSONDecoder().decode(SpooledAnswer.self, from: data))?.result
  }

  /// The write, with what the last pusher has recorded for it.
  var taken: TakenWrite { TakenWrite(write: write, pushed: Self.pushed(at: path)) }

  /// What a process recorded before it pushed a write.
  static func pushed(at path: String) -> Receipt? {
    guard let data = FileManager.default.contents(atPath: path + Suffix.pushed) else { return nil }
    // Without it the write is pushed again, and found unchanged.
    return try? JSONDecoder().decode(Receipt.self, from: data)
  }

  /// Removes the write from the spool; it is not pushed from there unless that has begun.
  func withdraw() { Suffix.remove(path) }
}

/// A process that waits for the answer to a write that it has left in a spool.
struct SpooledWaiter: WriteWaiter {
  let path: String

  var isWaiting: Bool {
    SpooledRequest.isWaitedFor(at: path) && access(path + Suffix.answer, F_OK) != 0
  }

  func willPush(_ receipt: Receipt) { leave(receipt, Suffix.pushed) }

  func answer(_ result: Result<Receipt, LandingError>) {
    leave(SpooledAnswer(result), Suffix.answer)
  }

  /// Leaves no answer: the process takes the lock and tries itself.
  func fail(_ error: LandingError) {}

  private func leave(_ value: some Encodable, _ suffix: String) {
    // Without the file the waiting process pushes the write itself, and finds what has landed.
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

/// A write as a file in the spool.
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

  /// Reads a request; `nil` when it is damaged, or of another version.
  init?(at path: String) {
    // A request of another version is pushed by its own process.
    guard let data = FileManager.default.contents(atPath: path + Suffix.request),
      let request = try? JSONDecoder().decode(SpooledRequest.self, from: data), request.version == 2
    else { return nil }
    self = request
  }

  /// How many bytes its workloads have.
  var byteCount: Int {
    request.intent.works.flatMap(\.workloadGroups).flatMap(\.workloads)
      .reduce(0) { $0 + $1.content.count }
  }

  /// The write for another process to push; its own process watches its deadline.
  func write(waiter: any WriteWaiter) -> PendingWrite {
    let options = LandingOptions(
      deadline: .now, authorName: authorName, authorEmail: authorEmail,
      createsBranch: createsBranch)
    return PendingWrite(
      options: options, changes: { [request] in try request.changes(on: $0) }, request: request,
      waiter: waiter)
  }

  /// Whether the process that left a request is running and has not withdrawn it.
  static func isWaitedFor(at path: String) -> Bool {
    isLocked(path + Suffix.request)
  }

  /// Whether a running process has locked a file.
  static func isLocked(_ path: String) -> Bool {
    guard let file = OpenFile(path, O_RDONLY) else { return false }
    return !file.lock(LOCK_SH)
  }
}

/// An answer as a file in the spool.
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

/// The suffixes of the files of one write.
enum Suffix {
  static let request = ".request"
  static let answer = ".answer"
  static let pushed = ".pushed"
  static let unfinished = ".unfinished"

  /// The path of a write without a suffix; `nil` for a file that belongs to no write.
  static func path(of name: String, in directory: String) -> String? {
    guard let dot = name.firstIndex(of: "."), dot != name.startIndex else { return nil }
    return "\(directory)/\(name[..<dot])"
  }

  static func remove(_ path: String) {
    // The request is deleted last; files without a request are deleted by the next pusher.
    for suffix in [pushed + unfinished, pushed, answer + unfinished, answer, request] {
      unlink(path + suffix)
    }
  }
}
