import Foundation
import Kratix
import Landing
import Manifests
import Subprocess
import Support
import SystemPackage

/// Reads a cluster by the `kubectl` on the PATH.
///
/// Only `kubectl get` is run, and never for Secrets.
struct Kubectl: EvidenceSource {
  private let kubeconfig: String?
  private let context: String?
  private let deadline: ContinuousClock.Instant

  init(kubeconfig: String?, context: String?, deadline: ContinuousClock.Instant) {
    self.kubeconfig = kubeconfig
    self.context = context
    self.deadline = deadline
  }

  func platform() async throws -> ClusterAnswer {
    try await get(
      ["promises,destinations,gitstatestores"],
      kinds: ["Promise", "Destination", "GitStateStore"])
  }

  // The name of the kind is that of the Promise's API.
  func request(
    _ identity: RequestIdentity, of promise: Promise?, in dumps: [ManifestFile]
  ) async throws -> ClusterAnswer {
    let manifest = dumps.lazy.flatMap(\.objects).first {
      $0.identity.kind == "Promise" && $0.identity.name == identity.promise
    }
    guard let plural = manifest?.node.value(at: "/spec/api/spec/names/plural")?.string,
      let group = promise?.group, let kind = promise?.kind
    else { return ClusterAnswer(file: nil, kinds: []) }
    return try await get(
      ["\(plural).\(group)", identity.name, "-n", identity.namespace, "--ignore-not-found"],
      kinds: [kind])
  }

  func objects(of identity: RequestIdentity, in namespace: String) async throws -> ClusterAnswer {
    let works = try await get(
      ["works,workplacements", "-n", namespace], kinds: ["Work", "WorkPlacement"])
    let labels =
      "kratix.io/promise-name=\(identity.promise),kratix.io/resource-name=\(identity.name)"
    let runs = try await get(
      ["jobs,pods", "-n", namespace, "-l", labels], kinds: ["Job", "Pod"])
    let documents = [works, runs].compactMap(\.file).flatMap(\.documents)
    return ClusterAnswer(
      file: ManifestFile(name: "kubectl get works,workplacements,jobs,pods", documents: documents),
      kinds: works.kinds.union(runs.kinds))
  }

  func agents() async -> [ClusterAnswer] {
    var answers: [ClusterAnswer] = []
    for kinds in [
      "gitrepositories.source.toolkit.fluxcd.io,kustomizations.kustomize.toolkit.fluxcd.io",
      "applications.argoproj.io",
    ] {
      // The command fails if the API is not installed.
      if let answer = try? await get([kinds, "-A"], kinds: []) { answers.append(answer) }
    }
    return answers
  }

  private func get(_ what: [String], kinds: Set<String>) async throws -> ClusterAnswer {
    try LandingError.requireTime(until: deadline)
    let seconds = max(1, Int((deadline - .now).seconds))
    let arguments =
      (kubeconfig.map { ["--kubeconfig", $0] } ?? [])
      + (context.map { ["--context", $0] } ?? []) + ["get"] + what
      + ["-o", "yaml", "--request-timeout=\(seconds)s"]
    let command = "kubectl \(arguments.joined(separator: " "))"
    Output.notice("$ \(command)")
    let (isSuccess, text, errors) = try await run(arguments)
    guard isSuccess else {
      throw LandingError(
        .unreachable,
        "\(command) failed: \(errors.lines.last { !$0.isEmpty } ?? "it printed no reason"); check "
          + "KUBECONFIG, --kubeconfig and --context")
    }
    guard text.contains(where: { !$0.isWhitespace }) else {
      return ClusterAnswer(file: nil, kinds: kinds)
    }
    return ClusterAnswer(file: try ManifestFile(parsing: text, name: command), kinds: kinds)
  }

  private func run(
    _ arguments: [String]
  ) async throws -> (isSuccess: Bool, output: String, errors: String) {
    // --request-timeout does not end a credential plugin that waits for input.
    try await withThrowingTaskGroup { group in
      group.addTask { try await Self.run(arguments) }
      group.addTask { [deadline] in
        try await Task.sleep(until: deadline)
        throw LandingError(
          .timedOut, "kubectl has not ended; see whether it asks for something when run by hand")
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
  }

  private static func run(
    _ arguments: [String]
  ) async throws -> (isSuccess: Bool, output: String, errors: String) {
    var options = PlatformOptions()
    // A process group of its own, so that plugins end with it.
    options.processGroupID = 0
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
    ]
    do {
      let result = try await Subprocess.run(
        .name("kubectl"), arguments: Arguments(arguments), platformOptions: options, input: .none,
        output: .string(limit: 64 << 20), error: .string(limit: 1 << 20))
      return (result.terminationStatus.isSuccess, result.standardOutput, result.standardError)
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw LandingError(
        .invalidConfiguration, "there is no kubectl on the PATH; install it, or give --dump")
    } catch {
      throw LandingError(
        .unreachable, "kubectl could not be heard out: \(error); give --dump")
    }
  }
}
