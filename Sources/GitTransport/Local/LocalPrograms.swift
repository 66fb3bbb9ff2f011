/// Git's own programs for a repository on this machine, so that hooks run and updates are atomic.
struct LocalPrograms: GitPrograms {
  let endpoint: Endpoint

  func program(
    _ service: Service, until deadline: ContinuousClock.Instant, waitingFor what: String
  ) -> ChildProcess {
    var environment = Self.withoutRepository(endpoint.options.environment)
    environment["GIT_PROTOCOL"] = service == .uploadPack ? "version=2" : nil
    // Git's messages are compared below, so they must not be translated.
    environment["LC_ALL"] = "C.UTF-8"
    environment["GIT_TERMINAL_PROMPT"] = "0"
    return ChildProcess(
      program: "git", arguments: [service.rawValue, endpoint.url.path],
      environment: environment,
      explain: { [endpoint] _, output in Self.explain(output, endpoint) })
  }

  func close(by deadline: ContinuousClock.Instant) {}

  /// Without the variables that would point Git at another repository (`git rev-parse
  /// --local-env-vars`).
  static func withoutRepository(_ environment: [String: String]) -> [String: String] {
    let local: Set = [
      "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT",
      "GIT_OBJECT_DIRECTORY", "GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE",
      "GIT_GRAFT_FILE", "GIT_INDEX_FILE", "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE",
      "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_COMMON_DIR", "GIT_INTERNAL_SUPER_PREFIX",
      "GIT_NAMESPACE", "GIT_PROTOCOL", "GIT_QUARANTINE_PATH", "GIT_CEILING_DIRECTORIES",
    ]
    return environment.filter { entry in
      !local.contains(entry.key) && !entry.key.hasPrefix("GIT_TRACE")
    }
  }

  private static func explain(_ output: [String], _ endpoint: Endpoint) -> TransportError {
    func error(_ code: TransportError.Code, _ message: String) -> TransportError {
      endpoint.error(code, message, serverMessages: output)
    }
    let said = output.joined(separator: " ").lowercased()
    if said.contains("dubious ownership") {
      return error(
        .authenticationFailed,
        "the repository belongs to another user; add it to safe.directory of Git's configuration")
    }
    if said.contains("not appear to be a git repository") || said.contains("not a git repository") {
      return error(
        .repositoryNotFound,
        "there is no Git repository at this path; make one with statestore init")
    }
    if WithheldObject.isReported(in: said) { return error(.objectNotFound, WithheldObject.message) }
    if said.contains("permission denied") {
      return error(.authenticationFailed, "the file system denies access to the repository")
    }
    return error(.connectionClosed, "git ended before its answer did")
  }
}
