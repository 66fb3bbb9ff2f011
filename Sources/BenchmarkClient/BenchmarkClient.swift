import ArgumentParser
import Foundation
import GitTransport
import Kratix
import Landing
import Logging
import Synchronization

/// A process that lives on and writes when it is told to, for `scripts/bench`: what writes cost
/// when no process has to be started for them.
///
/// Reads one JSON object a line, one write, `{"namespace", "name", "rendered"}`, or many at once,
/// `{"orders": [...]}`, and answers each line with one: what all of it took, or an error.
@main
struct BenchmarkClient: AsyncParsableCommand {
  @Option var repo: String
  @Option var branch = "main"
  @Option var destination: String
  @Option var promise: String
  @Option var pipeline: String
  @Option var cache: String

  func run() async throws {
    let pushes = Mutex(0)
    let stores = try stateStores { _ in pushes.withLock { $0 += 1 } }
    while let line = readLine() {
      var answer = Answer()
      do {
        let orders = try Self.orders(of: line)
        let before = (cpu: Self.cpuMilliseconds, pushes: pushes.withLock { $0 })
        let wall = try await ContinuousClock().measure { try await write(orders, to: stores) }
        answer.cpuMilliseconds = Self.cpuMilliseconds - before.cpu
        answer.wallMilliseconds = wall / .milliseconds(1)
        answer.pushes = pushes.withLock { $0 } - before.pushes
        answer.peakBytes = Self.peakBytes
      } catch {
        answer.error = "\(error)"
      }
      FileHandle.standardOutput.write(try JSONEncoder().encode(answer) + Data("\n".utf8))
      await stores.flushCaches()
    }
  }

  private struct Order: Decodable {
    let namespace: String
    let name: String
    let rendered: String
  }

  private struct Orders: Decodable {
    let orders: [Order]
  }

  private struct Answer: Encodable {
    var cpuMilliseconds: Double?
    var wallMilliseconds: Double?
    var pushes: Int?
    var peakBytes: Int?
    var error: String?
  }

  private static func orders(of line: String) throws -> [Order] {
    let data = Data(line.utf8)
    // What is no order is read as a list of them, and what is none either is an error.
    if let one = try? JSONDecoder().decode(Order.self, from: data) { return [one] }
    return try JSONDecoder().decode(Orders.self, from: data).orders
  }

  private func write(_ orders: [Order], to stores: StateStores) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for order in orders { group.addTask { try await write(order, to: stores) } }
      try await group.waitForAll()
    }
  }

  private func write(_ order: Order, to stores: StateStores) async throws {
    let context = WorkflowContext(
      type: .resource, promise: promise, pipeline: pipeline, namespace: order.namespace,
      name: order.name)
    let work = try Work(
      output: PipelineOutput(directory: order.rendered), context: context, selectors: [],
      scheduling: PromiseScheduling())
    let options = LandingOptions(deadline: .now + .seconds(120))
    try await stores.land(.write([work]), options: options) { _ in }
  }

  private func stateStores(observer: @escaping PushObserver) throws -> StateStores {
    var platform = Platform()
    platform.add(GitStateStore(name: "default", url: repo, branch: branch))
    platform.add(Destination(name: destination, path: destination, stateStoreName: "default"))
    let logger = Logger(label: "benchmark") { StreamLogHandler.standardError(label: $0) }
    let remote = Remote(
      url: try RemoteURL(repo), credentials: .none, options: TransportOptions(), logger: logger)
    let store = StateStore(
      StateStoreDescription(name: "default", url: repo, branch: branch), remote: remote,
      cache: Cache(directory: cache), observer: observer, logger: logger)
    return StateStores(platform: platform, stores: ["default": store])
  }

  private static var peakBytes: Int { usage.ru_maxrss * 1_024 }

  private static var usage: rusage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage
  }

  private static var cpuMilliseconds: Double {
    let usage = usage
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
    let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
    return Double(seconds) * 1_000 + Double(microseconds) / 1_000
  }
}
