import ArgumentParser
import Foundation
import GitTransport
import Kratix
import Landing
import Logging

/// A process that lives on and writes when it is told to, for `scripts/bench`: what a write costs
/// when no process has to be started for it.
///
/// Reads one JSON object a line, `{"namespace", "name", "rendered"}`, and answers each with one:
/// the CPU time of the whole process for that write, or an error.
@main
struct BenchmarkClient: AsyncParsableCommand {
  @Option var repo: String
  @Option var branch = "main"
  @Option var destination: String
  @Option var promise: String
  @Option var pipeline: String
  @Option var cache: String

  func run() async throws {
    let stores = try stateStores()
    while let line = readLine() {
      let answer: Answer
      do {
        answer = try await write(line, to: stores)
      } catch {
        answer = Answer(error: "\(error)")
      }
      FileHandle.standardOutput.write(try JSONEncoder().encode(answer) + Data("\n".utf8))
      await stores.settle()
    }
  }

  private struct Order: Decodable {
    let namespace: String
    let name: String
    let rendered: String
  }

  private struct Answer: Encodable {
    var cpuMilliseconds: Double?
    var error: String?
  }

  private func write(_ line: String, to stores: StateStores) async throws -> Answer {
    let order = try JSONDecoder().decode(Order.self, from: Data(line.utf8))
    let before = Self.cpuMilliseconds
    let context = WorkflowContext(
      type: .resource, promise: promise, pipeline: pipeline, namespace: order.namespace,
      name: order.name)
    let work = try Work(
      output: PipelineOutput(directory: order.rendered), context: context, selectors: [],
      scheduling: PromiseScheduling())
    let options = LandingOptions(deadline: .now + .seconds(120))
    try await stores.land(.write([work]), options: options) { _ in }
    return Answer(cpuMilliseconds: Self.cpuMilliseconds - before)
  }

  private func stateStores() throws -> StateStores {
    var platform = Platform()
    platform.add(GitStateStore(name: "default", url: repo, branch: branch))
    platform.add(Destination(name: destination, path: destination, stateStoreName: "default"))
    let logger = Logger(label: "benchmark") { StreamLogHandler.standardError(label: $0) }
    let remote = Remote(
      url: try RemoteURL(repo), credentials: .none, options: TransportOptions(), logger: logger)
    let store = StateStore(
      StateStoreDescription(name: "default", url: repo, branch: branch), remote: remote,
      cache: Cache(directory: cache), logger: logger)
    return StateStores(platform: platform, stores: ["default": store])
  }

  private static var cpuMilliseconds: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
    let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
    return Double(seconds) * 1_000 + Double(microseconds) / 1_000
  }
}
