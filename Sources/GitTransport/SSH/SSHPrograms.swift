/// The `ssh` programs of one remote: the control master, and one for each session.
struct SSHPrograms: GitPrograms {
  private let endpoint: Endpoint
  private let command: SSHCommand
  private let known: AdvertisementCache
  let master = SSHControlMaster()

  init(_ endpoint: Endpoint, known: AdvertisementCache) {
    self.endpoint = endpoint
    self.command = SSHCommand(endpoint: endpoint)
    self.known = known
  }

  func program(
    _ service: Service, until deadline: ContinuousClock.Instant, waitingFor what: String
  ) async throws -> ChildProcess {
    try await startMaster(until: deadline, waitingFor: what)
    return try command.child(service, until: deadline)
  }

  func close(by deadline: ContinuousClock.Instant) async { await master.close(by: deadline) }

  /// Starts the control master, unless it runs or there is no place for its socket.
  private func startMaster(
    until deadline: ContinuousClock.Instant, waitingFor what: String
  ) async throws {
    let task = TransferTask(endpoint)
    guard command.socket.path != nil, master.claim(task) else { return }
    let child: ChildProcess
    do { child = try command.child(.uploadPack, isMaster: true, until: deadline) } catch {
      task.abort(error)
      throw error
    }
    var session = GitSession(child, endpoint, task)
    known.store(
      try await task.run(until: deadline, waitingFor: what) { try await session.advertisement() })
  }
}
