import Foundation
import Git
import GitTransport
import Kratix
import TestSupport
import Testing

@testable import Landing

/// State stores that share a cache stand for processes here: their locks are as much apart.
@Suite("Writers of one machine that share a cache", .timeLimit(.minutes(4)))
struct SpoolTests {
  private func request(_ name: String, _ text: String = "1") -> LandingRequest {
    let placement = placement(name, ["a.yaml": text])
    return LandingRequest(
      .write([placement.work]), in: stateStore, destinations: [placement.destination])
  }

  private func spool(_ site: Site, credentials: Credentials = .none) throws -> Spool {
    let remote = Remote(
      url: try RemoteURL(site.repository.directory.path), credentials: credentials,
      options: TransportOptions(), logger: silentLogger)
    return try #require(
      Spool(in: site.cache, for: site.store.description, of: remote, signedBy: nil))
  }

  private func anotherProcess(
    _ site: Site, observer: @escaping PushObserver = { _ in }
  ) throws -> StateStore {
    try Site.store(
      at: site.repository, cache: site.cache, dependencies: .real, git: site.git,
      observer: observer)
  }

  private func lock(_ spool: Spool) throws -> SpoolLock {
    guard case .taken(let lock) = spool.takeLock() else {
      throw TestFailure("the lock is not free")
    }
    return lock
  }

  /// The lock is released with its last reference.
  private func released(_ lock: consuming SpoolLock?) throws -> SpoolLock? {
    if lock == nil { throw TestFailure("there was no lock to release") }
    return nil
  }

  private func files(_ site: Site) async throws -> String {
    try await site.git("ls-tree", "-r", "--name-only", "main", in: site.repository.directory)
  }

  @Test("have one of them push for all, and each gets a receipt of its own")
  func onePushesForAll() async throws {
    try await withSite { site in
      let pushes = Recorder<PushObservation>()
      var held: SpoolLock? = try lock(spool(site))
      try await withThrowingTaskGroup(of: Receipt.self) { group in
        for number in 0..<12 {
          let store = try anotherProcess(site) { pushes.add($0) }
          group.addTask { try await store.land(request("pg-\(number)"), options: options) }
        }
        // All have left their writes before the lock is free.
        try await until { try spool(site).waiting(atMost: 100).count == 12 }
        held = try released(held)
        var commits: Set<ObjectID?> = []
        for try await receipt in group {
          #expect(receipt.outcome == .landed)
          #expect(receipt.stateStore == site.store.description)
          commits.insert(receipt.placements.first?.commit)
        }
        #expect(commits.count == 12)
      }
      #expect(pushes.all.map(\.writes) == [12])
      let count = try await site.git("rev-list", "--count", "main", in: site.repository.directory)
      #expect(count == "13")
      #expect(try spool(site).waiting(atMost: 1).isEmpty)
    }
  }

  @Test("are told by the one that pushes what is wrong with their own writes, and no more")
  func ownErrors() async throws {
    try await withSite(["worker/resources/default/postgresql/clash": "a file"]) { site in
      var held: SpoolLock? = try lock(spool(site))
      try await withThrowingTaskGroup(of: (String, LandingError?).self) { group in
        for name in ["clash", "pg-1", "pg-2"] {
          let store = try anotherProcess(site)
          group.addTask {
            let error = await failure {
              try await store.land(request(name), options: options)
            }
            return (name, error)
          }
        }
        try await until { try spool(site).waiting(atMost: 100).count == 3 }
        held = try released(held)
        for try await (name, error) in group {
          #expect(error?.outcome == (name == "clash" ? .pathConflict : nil))
        }
      }
    }
  }

  @Test("are not told of what only the one that pushes could not do, and do it themselves")
  func failureOfThePusher() async throws {
    try await withSite { site in
      var held: SpoolLock? = try lock(spool(site))
      let waiting = Task {
        try await anotherProcess(site).land(request("absent"), options: options)
      }
      try await until { try !spool(site).waiting(atMost: 1).isEmpty }
      let left = try spool(site).waiting(atMost: 1)
      // This one finds no git on its way.
      var environment = site.git.environment
      environment["PATH"] = "/nowhere"
      let store = try Site.store(
        at: site.repository, cache: site.cache, dependencies: .real, environment: environment)
      let own = LocalWaiter()
      _ = await store.pusher.push(
        left.map(\.write) + [
          PendingWrite(
            options: options, changes: { try request("own").changes(on: $0) }, request: nil,
            waiter: own)
        ], until: options.deadline)
      #expect(await failure { try await own.receipt() } != nil)
      #expect(left.first?.write.waiter.isWaiting == true)
      held = try released(held)
      #expect(try await waiting.value.outcome == .landed)
    }
  }

  @Test("do not land the write of a process that is gone or has given up")
  func deadOwner() async throws {
    try await withSite { site in
      let spool = try spool(site)
      let write = PendingWrite(
        options: options, changes: { _ in [] }, request: request("gone"), waiter: LocalWaiter())
      do {
        let left = try #require(spool.leave(write))
        #expect(spool.waiting(atMost: 9).count == 1)
        withExtendedLifetime(left) {}
      }
      // The file is there still, and its lock is not.
      _ = try await anotherProcess(site).land(request("here"), options: options)
      #expect(try await !files(site).contains("gone"))
      #expect(spool.waiting(atMost: 9).isEmpty)

      var held: SpoolLock? = try lock(spool)
      let error = await failure {
        try await anotherProcess(site).land(
          request("late"), options: LandingOptions(deadline: .now))
      }
      #expect(error?.outcome == .timedOut)
      held = try released(held)
      _ = try await anotherProcess(site).land(request("more"), options: options)
      #expect(try await !files(site).contains("late"))
    }
  }

  @Test("land what a pusher that died had begun, once")
  func deadPusher() async throws {
    try await withSite { site in
      var held: SpoolLock? = try lock(spool(site))
      let first = Task {
        try await anotherProcess(site).land(request("example"), options: options)
      }
      try await until { try !spool(site).waiting(atMost: 1).isEmpty }
      // It pushed, and died before it could answer.
      let direct = try Site.store(
        at: site.repository, cache: Cache(directory: site.directory.path + "/other"),
        dependencies: .real, git: site.git)
      _ = try await direct.land(request("example"), options: options)
      held = try released(held)
      #expect(try await first.value.outcome == .unchanged)
      let count = try await site.git("rev-list", "--count", "main", in: site.repository.directory)
      #expect(count == "2")
    }
  }

  @Test("pass over what is damaged in the spool", arguments: ["", "{", "{\"version\":1}"])
  func damaged(text: String) async throws {
    try await withSite { site in
      let spool = try spool(site)
      _ = try lock(spool)
      let directory = try #require(
        FileManager.default.enumerator(atPath: site.cache.directory)?.allObjects
          .compactMap { $0 as? String }.first { $0.hasSuffix("/lock") })
      let path = "\(site.cache.directory)/\(directory.dropLast(5))/0-damaged"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path + ".request"))
      try Data(text.utf8).write(to: URL(fileURLWithPath: path + ".answer"))
      let file = try #require(OpenFile(path + ".request", O_RDONLY))
      #expect(file.lock())
      #expect(spool.waiting(atMost: 9).isEmpty)
      let receipt = try await anotherProcess(site).land(request("example"), options: options)
      #expect(receipt.outcome == .landed)
    }
  }

  @Test("push for nobody who shows other credentials, and write down none")
  func credentials() async throws {
    try await withSite { site in
      let basic = Credentials.basic(username: "u", password: Secret("hunter2-secret"))
      let one = try lock(spool(site, credentials: basic))
      guard case .heldByAnother = try spool(site, credentials: basic).takeLock() else {
        Issue.record("one lock was taken twice")
        return
      }
      for other in [
        Credentials.none, .bearer(Secret("hunter2-secret")),
        .basic(username: "u", password: Secret("hunter3")),
        .basic(username: "uhunter", password: Secret("2-secret")),
      ] {
        _ = try lock(spool(site, credentials: other))
      }
      withExtendedLifetime(one) {}
      let found = try await Program.run(
        "grep", ["-r", "hunter2", site.cache.directory], in: site.directory,
        environment: site.git.environment)
      #expect(found.text.isEmpty)
    }
  }

  @Test("go on when the spool is thrown away beneath them")
  func spoolThrownAway() async throws {
    try await withSite { site in
      let held = try lock(spool(site))
      let write = Task {
        try await anotherProcess(site).land(request("example"), options: options)
      }
      try await until { try !spool(site).waiting(atMost: 1).isEmpty }
      try FileManager.default.removeItem(atPath: site.cache.directory)
      #expect(try await write.value.outcome == .landed)
      withExtendedLifetime(held) {}
    }
  }

  @Test("push by themselves when the one that holds the lock was stopped")
  func stoppedPusher() async throws {
    try await withSite { site in
      let held = try lock(spool(site))
      let names = FileManager.default.enumerator(atPath: site.cache.directory)?.allObjects ?? []
      let lock = try #require(names.compactMap { $0 as? String }.first { $0.hasSuffix("/lock") })
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -60)],
        ofItemAtPath: "\(site.cache.directory)/\(lock)")
      let receipt = try await anotherProcess(site).land(request("example"), options: options)
      #expect(receipt.outcome == .landed)
      withExtendedLifetime(held) {}
    }
  }

  @Test("are pushed for to the end by one whose own write is done already")
  func settlesLast() async throws {
    try await withSite { site in
      var held: SpoolLock? = try lock(spool(site))
      let other = Task { try await anotherProcess(site).land(request("other"), options: options) }
      try await until { try spool(site).waiting(atMost: 9).count == 1 }
      let store = try anotherProcess(site)
      let own = Task { try await store.land(request("own"), options: options) }
      try await until { try spool(site).waiting(atMost: 9).count == 2 }
      held = try released(held)
      _ = try await own.value
      await store.flushCache()
      #expect(await store.queue.batch == nil)
      #expect(try await other.value.outcome == .landed)
    }
  }
}
