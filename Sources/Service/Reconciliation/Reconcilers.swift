internal import Foundation
internal import Landing
internal import Logging
internal import ServiceLifecycle

/// One reconciler for each state store that there is.
actor Reconcilers {
  private let state: DesiredState
  private let platforms: Platforms
  private let changes: Changes
  private let make: @Sendable (String) -> StoreReconciler
  private var reconcilers: [String: StoreReconciler] = [:]
  private let (arrivals, arrival) = AsyncStream.makeStream(of: StoreReconciler.self)

  /// - Parameter make: Makes the reconciler of a state store.
  init(
    state: DesiredState, platforms: Platforms, changes: Changes,
    make: @escaping @Sendable (String) -> StoreReconciler
  ) {
    self.state = state
    self.platforms = platforms
    self.changes = changes
    self.make = make
  }

  /// Something about a Work has changed.
  func want(_ key: WorkKey) async {
    for reconciler in reconcilers.values { await reconciler.want([key]) }
  }

  /// The platform has changed: state stores that are new begin, and nothing waits any longer.
  func platformChanged() async {
    let names = Set(platforms.current.storeNames)
    for (name, reconciler) in reconcilers {
      if names.contains(name) {
        await reconciler.wantAllAgain()
      } else {
        await reconciler.stop()
        reconcilers[name] = nil
      }
    }
    for name in names.sorted() where reconcilers[name] == nil {
      let reconciler = make(name)
      reconcilers[name] = reconciler
      arrival.yield(reconciler)
    }
  }

  /// Works until it is told to stop, and until what is under way then has ended.
  func run() async throws {
    await platformChanged()
    try await withGracefulShutdownHandler {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for await reconciler in arrivals { group.addTask { try await reconciler.run() } }
        try await group.waitForAll()
      }
    } onGracefulShutdown: {
      Task { await self.stop() }
    }
  }

  private func stop() async {
    arrival.finish()
    for reconciler in reconcilers.values { await reconciler.stop() }
  }

  /// What readiness depends on, and what a person wants to know with it.
  func checks() async -> [HealthCheck] {
    var checks: [HealthCheck] = []
    do {
      try await state.checkWritable()
      checks.append(HealthCheck(name: "storage", problem: nil, isRequired: true))
    } catch {
      checks.append(HealthCheck(name: "storage", problem: "\(error)", isRequired: true))
    }
    checks.append(
      HealthCheck(name: "platform", problem: platforms.problem, isRequired: false))
    for (name, situation) in await situations().sorted(by: { $0.key < $1.key }) {
      let problem = situation.isPaused ? "could not be asked; it is tried again" : nil
      checks.append(
        HealthCheck(name: "store/\(name)", problem: problem, isRequired: false))
    }
    return checks
  }

  /// How each state store stands.
  func situations() async -> [String: (depth: Int, isPaused: Bool)] {
    var situations: [String: (depth: Int, isPaused: Bool)] = [:]
    for (name, reconciler) in reconcilers { situations[name] = await reconciler.situation }
    return situations
  }

  /// How far a Work had come when waiting ended.
  enum Reached: Sendable {
    /// It is as it is now; `nil` when it was gone before anybody waited.
    case now(DesiredWork?)
    /// It is gone from the state stores; this is how it was last.
    case gone(DesiredWork)
  }

  /// Waits until a Work has landed, was refused, or is gone; or until the time is over.
  ///
  /// - Parameter heard: Changes of the Work, where somebody has listened since before.
  /// - Throws: `StorageError`.
  func settled(
    _ key: WorkKey, within time: Duration, hearing heard: AsyncStream<Changes.Change>? = nil
  ) async throws -> Reached {
    let (state, platforms) = (state, platforms)
    let changesOfWork = heard ?? changes.changes(of: key)
    // It may have happened before anybody listened.
    changes.tell(of: key)
    let last = await withTaskGroup(of: DesiredWork?.self) { group in
      group.addTask {
        for await change in changesOfWork {
          if case .gone(let last) = change { return last }
          // What cannot be read is told below.
          guard let work = try? await state.work(key) else { return nil }
          if WorkProgress(of: work, in: platforms.current.storeNames).isSettled { return nil }
        }
        return nil
      }
      group.addTask {
        try? await Task.sleep(for: time)
        return nil
      }
      group.addTask {
        // A stopping service keeps nobody waiting.
        try? await gracefulShutdown()
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
    if let last { return .gone(last) }
    return .now(try await state.work(key))
  }
}
