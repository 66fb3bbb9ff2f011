/// A repository behind the `ssh` program, as Git itself reaches it.
struct SecureShell: Sendable {
  let remote: RemoteURL
  let credentials: Credentials
  let options: TransportOptions
  let socket = ConnectionSocket()

  /// The `ssh` process for one conversation; keys are in files that only this user can read.
  ///
  /// - Parameter isHolder: Whether others go through its connection.
  func child(
    _ service: Service, isHolder: Bool = false, until deadline: ContinuousClock.Instant
  ) throws(TransportError) -> ChildProcess {
    guard let host = remote.host else { throw error(.invalidURL, "the address names no host") }
    let version2 = service == .uploadPack
    let files = PrivateFiles()
    var arguments = options.usesSSHConfiguration ? [] : ["-F", "none"]
    arguments += [
      "-T", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "UpdateHostKeys=no",
      "-o", "ForwardAgent=no", "-o", "ClearAllForwardings=yes", "-o", "PermitLocalCommand=no",
      "-o", "LogLevel=ERROR",
      "-o", "ServerAliveInterval=15", "-o", "ConnectTimeout=\(seconds(until: deadline))",
    ]
    let sharing = isHolder ? "yes" : "no"
    arguments += ["-S", socket.path ?? "none", "-o", "ControlMaster=\(sharing)"]
    do {
      arguments += try identity(in: files)
    } catch let failure as TransportError {
      throw failure
    } catch {
      throw self.error(.invalidConfiguration, "the ssh key cannot be written to a private file")
    }
    if version2 { arguments += ["-o", "SendEnv=GIT_PROTOCOL"] }
    if let port = remote.port { arguments += ["-p", String(port)] }
    arguments.append(remote.user.map { "\($0)@\(host)" } ?? host)
    arguments.append("git-\(service.rawValue) \(Self.quoted(remote.path))")
    return ChildProcess(
      program: "ssh", arguments: arguments, environment: environment(version2: version2),
      files: files,
      explain: { [remote] status, words in
        SecureShellFailure.explain(status, words: words, remote: remote)
      })
  }

  private func identity(in files: PrivateFiles) throws -> [String] {
    var arguments: [String] = []
    switch credentials {
    case .none: break
    case .basic, .bearer:
      throw error(
        .invalidConfiguration, "ssh takes a key (sshPrivateKey, knownHosts), no password or token")
    case .ssh(let key, let knownHosts):
      guard !key.isEmpty else { throw error(.invalidConfiguration, "sshPrivateKey is empty") }
      let path = try files.write(key.revealed + "\n")
      arguments += ["-i", path, "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none"]
      arguments += try hosts(knownHosts, in: files)
      arguments += ["-o", "PreferredAuthentications=publickey"]
    case .sshAgent(let knownHosts):
      guard let socket = options.environment["SSH_AUTH_SOCK"], !socket.isEmpty else {
        throw error(.invalidConfiguration, "no ssh agent is running (SSH_AUTH_SOCK is not set)")
      }
      if let knownHosts { arguments += try hosts(knownHosts, in: files) }
      arguments += ["-o", "PreferredAuthentications=publickey"]
    }
    return arguments
  }

  private func hosts(_ knownHosts: String, in files: PrivateFiles) throws -> [String] {
    let path = try files.write(knownHosts + "\n")
    return ["-o", "UserKnownHostsFile=\"\(path)\"", "-o", "GlobalKnownHostsFile=none"]
  }

  /// Only what ssh needs: no secret of this process reaches the program.
  private func environment(version2: Bool) -> [String: String] {
    let needed: Set = ["PATH", "HOME", "USER", "LOGNAME", "SSH_AUTH_SOCK", "TMPDIR"]
    var environment = options.environment.filter { needed.contains($0.key) }
    environment["LC_ALL"] = "C.UTF-8"
    if version2 { environment["GIT_PROTOCOL"] = "version=2" }
    return environment
  }

  private func seconds(until deadline: ContinuousClock.Instant) -> Int64 {
    min(max(ContinuousClock.now.duration(to: deadline).components.seconds + 1, 1), 3600)
  }

  private func error(_ code: TransportError.Code, _ message: String) -> TransportError {
    TransportError(code: code, message: message, remote: remote.description)
  }

  /// Quotes a path for the shell on the server, as Git does.
  static func quoted(_ path: String) -> String {
    var text = "'"
    for character in path {
      text += character == "'" || character == "!" ? "'\\\(character)'" : String(character)
    }
    return text + "'"
  }
}
