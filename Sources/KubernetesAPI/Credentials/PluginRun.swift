internal import Foundation
internal import GitTransport
internal import Subprocess
internal import SystemPackage

/// One run of a credential plugin.
struct PluginRun {
  private static let timeLimit: Duration = .seconds(60)
  private let plugin: ExecPlugin
  private let place: String

  init(_ plugin: ExecPlugin, origin: String) {
    self.plugin = plugin
    place = "\(origin): the exec plugin \(plugin.command)"
  }

  /// - Throws: `KubernetesError`.
  func credential() async throws -> ExecCredential {
    let result = try await withThrowingTaskGroup(of: Result.self) { group in
      group.addTask { try await run() }
      group.addTask { [place] in
        try await Task.sleep(for: Self.timeLimit)
        throw KubernetesError(
          .timedOut, "\(place) has not ended; see whether it asks for something when run by hand")
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
    guard result.isSuccess else {
      throw KubernetesError(
        .unauthorized, "\(place) failed; run it by hand, and log in again if it says so",
        serverMessages: Array(SanitizedText.lines(result.errors.utf8).suffix(5)))
    }
    return try ExecCredential(parsing: result.output, of: plugin, place: place)
  }

  private struct Result: Sendable {
    let isSuccess: Bool
    let output: [UInt8]
    let errors: String
  }

  private func run() async throws -> Result {
    var options = PlatformOptions()
    // A process group of its own, so that what the plugin starts ends with it.
    options.processGroupID = 0
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
    ]
    var variables: [Environment.Key: String?] = [
      "KUBERNETES_EXEC_INFO": ExecCredential.info(for: plugin)
    ]
    for (name, value) in plugin.environment {
      variables[Environment.Key(stringLiteral: name)] = value
    }
    do {
      let result = try await Subprocess.run(
        plugin.command.contains("/") ? .path(.init(plugin.command)) : .name(plugin.command),
        arguments: Arguments(plugin.arguments), environment: .inherit.updating(variables),
        platformOptions: options, input: .none, output: .bytes(limit: 1 << 20),
        error: .string(limit: 1 << 16))
      return Result(
        isSuccess: result.terminationStatus.isSuccess, output: result.standardOutput,
        errors: result.standardError)
    } catch let error as SubprocessError where error.code == .executableNotFound {
      let hint = plugin.installHint.map { ": \(SanitizedText.clean($0))" } ?? ""
      throw KubernetesError(.invalidConfiguration, "\(place) is not installed\(hint)")
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw KubernetesError(.invalidConfiguration, "\(place) cannot be run")
    }
  }
}
