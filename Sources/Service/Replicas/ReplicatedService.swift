internal import Landing
internal import ServiceLifecycle
internal import Synchronization
internal import UnixSignals

/// The service as one of several replicas: the one that an election chooses runs it, and the others only
/// answer that they stand by.
///
/// The desired state is opened by the replica that acts, and by no other.
package struct ReplicatedService: Sendable {
  /// What is known of which replica acts.
  package struct Standing: Sendable {
    package var acts: Bool
    /// The replica that acts, if that is known.
    package var leader: String?
    /// Why it cannot be found out.
    package var problem: String?

    package init(acts: Bool, leader: String?, problem: String?) {
      self.acts = acts
      self.leader = leader
      self.problem = problem
    }
  }

  /// Runs a body while this replica may act, again and again until the task is cancelled, and says what is
  /// known each time it has asked.
  package typealias Election =
    @Sendable (
      _ changed: @escaping @Sendable (Standing) -> Void,
      _ body: @escaping @Sendable () async -> Void
    ) async -> Void

  private let service: StateStoreService
  private let election: Election

  package init(_ service: StateStoreService, election: @escaping Election) {
    self.service = service
    self.election = election
  }

  /// Runs until SIGTERM or SIGINT comes, or until its task is cancelled.
  ///
  /// - Throws: As the service.
  package func run() async throws {
    let replica = Replica(service)
    await replica.standBy()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
          await replica.stop()
        }
      }
      group.addTask { [election] in
        await election({ replica.note($0) }) { await replica.act() }
      }
      group.addTask { try await replica.untilEnded() }
      // The Lease is given back before this returns.
      defer { group.cancelAll() }
      for try await _ in group { break }
    }
    await replica.endStandby()
  }
}

/// This replica: on standby, or acting.
private actor Replica {
  private let service: StateStoreService
  /// The port that is listened on: it stays the same when the replica begins to act.
  private let port: Port
  private let standing = Mutex(ReplicatedService.Standing(acts: false, leader: nil, problem: nil))
  private var standby: Task<Void, Never>?
  private var acting: ServiceGroup?
  private var isStopping = false
  private let (endings, ending) = AsyncStream.makeStream(of: Result<Void, any Error>.self)

  init(_ service: StateStoreService) {
    let port = Port(service.options.port)
    var service = service
    service.onListening = { [told = service.onListening] number in
      port.number.withLock { $0 = number }
      told(number)
    }
    self.port = port
    self.service = service
  }

  private final class Port: Sendable {
    let number: Mutex<Int>

    init(_ number: Int) { self.number = Mutex(number) }
  }

  /// The service on the port that was listened on before.
  private var current: StateStoreService {
    var service = service
    service.options.port = port.number.withLock { $0 }
    return service
  }

  /// What the election says; also read by the server of a replica that stands by.
  nonisolated func note(_ new: ReplicatedService.Standing) {
    standing.withLock { $0 = new }
    service.telemetry.replica(acts: new.acts, isAPIUp: new.problem == nil)
  }

  /// Waits for the end.
  func untilEnded() async throws {
    for await result in endings { return try result.get() }
  }

  /// Answers that this replica stands by.
  func standBy() {
    guard !isStopping else { return }
    standby = Task { [current, ending] in
      do {
        try await current.standbyGroup { self.standing.withLock { $0 } }.run()
      } catch {
        // Cancelled: the replica acts, or ends.
        if !Task.isCancelled { ending.yield(.failure(error)) }
      }
    }
  }

  func endStandby() async {
    standby?.cancel()
    await standby?.value
    standby = nil
  }

  /// Runs the service until it ends, or until the task is cancelled because another replica may act.
  func act() async {
    guard !isStopping else { return }
    await endStandby()
    do {
      let group = try await current.group(
        signals: [], waitingForData: StateStoreService.patienceForData)
      acting = group
      try await group.run()
      if !Task.isCancelled { ending.yield(.success(())) }
    } catch {
      if !Task.isCancelled { ending.yield(.failure(error)) }
    }
    acting = nil
    if Task.isCancelled { standBy() }
  }

  func stop() async {
    isStopping = true
    if let acting {
      await acting.triggerGracefulShutdown()
    } else {
      ending.yield(.success(()))
    }
  }
}
