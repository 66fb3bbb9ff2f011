internal import Foundation
internal import Landing
internal import Logging
internal import ServiceLifecycle

/// One reconciler for each state store that there is.
actor Reconcilers {
  private let state: DesiredState
  private let platforms: Platforms
  private let make: @Sendable (String) -> StoreReconciler
  private var reconcilers: [String: StoreReconciler] = [:]
  private let (arrivals, arrival) = AsyncStream.makeStream(of: StoreReconciler.self)

  /// - Parameter make: Makes the reconciler of a state store.
  init(
    state: DesiredState, platforms: Platforms,
    make: @escaping @Sendable (String) -> StoreReconciler
  ) {
    self.state = state
    self.platforms = platforms
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
      try await state.database.checkWritable()
      checks.append(HealthCheck(name: "storage", problem: nil, isRequired: true))
    } catch {
      checks.append(HealthCheck(name: "storage", problem: "\(error)", isRequired: true))
    }
    checks.append(
      HealthCheck(name: "platform", problem: platforms.problem, isRequired: false))
    return checks
  }

  /// How many Works wait for each state store.
  func depths() async -> [String: Int] {
    var depths: [String: Int] = [:]
    for (name, reconciler) in reconcilers { depths[name] = await reconciler.depth }
    return depths
  }

  /// Waits until the state stores have taken what was asked for, or refused it; until something else
  /// was asked for; or until the time is over.
  ///
  /// - Parameters:
  ///   - awaited: What was asked for.
  ///   - follows: Whether whatever is asked for next is waited for as well.
  ///   - heard: Changes of the Work, listened to since before it was asked for.
  /// - Returns: How far it had come.
  func outcome(
    of awaited: Awaited, following follows: Bool = false, within time: Duration,
    hearing heard: AsyncStream<Changes.Change>
  ) async -> Awaited {
    let platforms = platforms
    return await withTaskGroup(of: Awaited?.self) { group in
      group.addTask {
        var awaited = awaited
        if awaited.isOver(in: platforms.current.storeNames) { return awaited }
        for await case .recorded(let now) in heard {
          awaited.hear(now)
          if follows, awaited.isSuperseded { awaited = Awaited(now) }
          if awaited.isOver(in: platforms.current.storeNames) { break }
        }
        return awaited
      }
      group.addTask {
        // Cancelled: it is over.
        try? await CancellableTimer.sleep(for: time)
        return nil
      }
      group.addTask {
        // A stopping service keeps nobody waiting.
        try? await gracefulShutdown()
        return nil
      }
      for await reached in group {
        group.cancelAll()
        if let reached { return reached }
      }
      return awaited
    }
  }
}
