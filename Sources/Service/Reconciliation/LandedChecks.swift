internal import Git
internal import Landing
internal import Logging

/// Verifies Works that have just landed, those that landed with one push together.
actor LandedChecks {
  private struct Request {
    let work: DesiredWork
    let commit: ObjectID
    let platform: Platforms.Version
    let answer: CheckedContinuation<StoreResult.Verification?, Never>

    func isAlike(_ other: Request) -> Bool {
      commit == other.commit && platform.id == other.platform.id
    }
  }

  private let store: String
  private let dependencies: Dependencies
  private let logger: Logger
  private var waiting: [Request] = []
  private var isRunning = false
  /// How many Works are verified at once.
  private static let most = 50
  /// How long a client that waits for its landing waits for this.
  ///
  /// What was pushed is in the cache, so that it takes longer only where a server is slow to give
  /// what others have made.
  private static let longest: Duration = .seconds(10)

  init(store: String, dependencies: Dependencies, logger: Logger) {
    self.store = store
    self.dependencies = dependencies
    self.logger = logger
  }

  /// What verification says of a Work at a commit; `nil` when it cannot be known now.
  ///
  /// - Parameter work: The Work, with what has just become of it.
  func verification(
    of work: DesiredWork, at commit: ObjectID, on platform: Platforms.Version
  ) async -> StoreResult.Verification? {
    await withCheckedContinuation { answer in
      waiting.append(Request(work: work, commit: commit, platform: platform, answer: answer))
      guard !isRunning else { return }
      isRunning = true
      Task { await drain() }
    }
  }

  private func drain() async {
    while let first = waiting.first {
      var batch: [Request] = []
      waiting.removeAll { request in
        guard batch.count < Self.most, request.isAlike(first) else { return false }
        batch.append(request)
        return true
      }
      let verifications = await verifications(of: batch)
      for request in batch { request.answer.resume(returning: verifications[request.work.key]) }
    }
    isRunning = false
  }

  private func verifications(
    of batch: [Request]
  ) async -> [WorkKey: StoreResult.Verification] {
    guard let first = batch.first else { return [:] }
    do {
      return try await StoreVerification(
        platform: first.platform, store: store, deadline: dependencies.now() + Self.longest
      ).verifications(of: batch.map(\.work), at: first.commit)
    } catch {
      logger.notice(
        "not verified after landing",
        metadata: [
          "store": "\(store)", "works": "\(batch.count)",
          "error.message": "\(LandingError(error).message)",
        ])
      return [:]
    }
  }
}
