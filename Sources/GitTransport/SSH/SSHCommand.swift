import Subprocess

/// The `ssh` command that runs a Git service of a remote, as Git itself runs it.
struct SSHCommand: Sendable {
  let endpoint: Endpoint
  let socket = ControlSocket()

  private var remote: RemoteURL { endpoint.url }
  private var options: TransportOptions { endpoint.options }

  /// The process for one session; keys are in files that only this user can read.
  ///
  /// - Parameter isMaster: Whether it is the control master, over which the others connect.
  func child(
    _ service: Service, isMaster: Bool = false, until deadline: ContinuousClock.Instant
  ) throws(TransportError) -> ChildProcess {
    guard let host = remote.host else {
      throw endpoint.error(.invalidURL, "the address names no host")
    }
    let version2 = service == .uploadPack
    let files = PrivateFiles()
    let log: PrivateFile
    var environment = environment(version2: version2)
    // Not the user's ssh_config, which can name programs to run.
    var arguments = ["-F", "none"]
    arguments += [
      "-T", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "UpdateHostKeys=no",
      "-o", "ForwardAgent=no", "-o", "ClearAllForwardings=yes", "-o", "PermitLocalCommand=no",
      "-o", "LogLevel=ERROR",
      "-o", "ServerAliveInterval=15", "-o", "ConnectTimeout=\(seconds(until: deadline))",
    ]
    arguments += ["-S", socket.path ?? "none"]
    arguments += ["-o", "ControlMaster=\(isMaster ? "yes" : "no")"]
    do {
      log = try PrivateFile()
      environment["LD_PRELOAD"] = try passwordEntry(in: files)
      arguments += try identity(in: files)
    } catch let failure as TransportError {
      throw failure
    } catch let fault as SSHPrivateKey.Fault {
      throw endpoint.error(.invalidConfiguration, fault.message)
    } catch {
      throw endpoint.error(
        .invalidConfiguration, "the files that ssh needs cannot be made: \(error)")
    }
    // The log of ssh goes to a file, so that standard error has the output of the server only.
    arguments += ["-E", log.path]
    if version2 { arguments += ["-o", "SendEnv=GIT_PROTOCOL"] }
    if let port = remote.port { arguments += ["-p", String(port)] }
    arguments.append(remote.user.map { "\($0)@\(host)" } ?? host)
    arguments.append("git-\(service.rawValue) \(Self.quoted(remote.path))")
    return ChildProcess(
      program: "ssh", arguments: arguments, environment: environment,
      files: files,
      explain: { [endpoint] ending, output in
        let status: Int32? = if case .exited(let code) = ending { code } else { nil }
        let log = SanitizedText.lines(log.bytes(limit: 64 << 10))
        return SSHFailure.explain(status, output: output, log: log, endpoint)
      })
  }

  /// A file that gives `ssh` an entry of passwd(5) for the user of this process; `nil` if the
  /// machine has one.
  private func passwordEntry(in files: PrivateFiles) throws -> String? {
    guard let entry = PasswordEntry.ofUnknownUser(home: options.environment["HOME"]) else {
      return nil
    }
    guard remote.user != nil else {
      throw endpoint.error(
        .invalidConfiguration,
        "the address names no user, and the user of this process, uid \(entry.user), has no name on"
          + " this machine; write ssh://USER@HOST/PATH")
    }
    return try entry.sharedObject.map(files.write)
  }

  private func identity(in files: PrivateFiles) throws -> [String] {
    var arguments: [String] = []
    switch endpoint.credentials {
    case .none: break
    case .basic, .bearer, .githubApp:
      throw endpoint.error(
        .invalidConfiguration, "ssh takes a key (sshPrivateKey, knownHosts), no password or token")
    case .ssh(let key, let knownHosts):
      let path = try files.write(SSHPrivateKey(key).text.utf8)
      arguments += ["-i", path, "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none"]
      arguments += try hosts(knownHosts, in: files)
      arguments += ["-o", "PreferredAuthentications=publickey"]
    }
    return arguments
  }

  private func hosts(_ knownHosts: String, in files: PrivateFiles) throws -> [String] {
    let lines = TextLines.trimmed(knownHosts).map { $0 + "\n" }
    let path = try files.write(lines.joined().utf8)
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

  /// Quotes a path for the shell on the server, as Git does.
  static func quoted(_ path: String) -> String {
    var text = "'"
    for character in path {
      text += character == "'" || character == "!" ? "'\\\(character)'" : String(character)
    }
    return text + "'"
  }
}
