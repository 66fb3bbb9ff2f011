import Subprocess

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
    let log: PrivateFile
    var environment = environment(version2: version2)
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
      log = try PrivateFile()
      environment["LD_PRELOAD"] = try passwordEntry(in: files)
      arguments += try identity(in: files)
    } catch let failure as TransportError {
      throw failure
    } catch let fault as SSHPrivateKey.Fault {
      throw self.error(.invalidConfiguration, fault.message)
    } catch {
      throw self.error(.invalidConfiguration, "the files that ssh needs cannot be made: \(error)")
    }
    // What ssh itself says goes to a file; on standard error there are the words of the server then.
    arguments += ["-E", log.path]
    if version2 { arguments += ["-o", "SendEnv=GIT_PROTOCOL"] }
    if let port = remote.port { arguments += ["-p", String(port)] }
    arguments.append(remote.user.map { "\($0)@\(host)" } ?? host)
    arguments.append("git-\(service.rawValue) \(Self.quoted(remote.path))")
    return ChildProcess(
      program: "ssh", arguments: arguments, environment: environment,
      files: files,
      explain: { [remote] ending, words in
        let status: Int32? = if case .exited(let code) = ending { code } else { nil }
        let log = ServerText.lines(log.bytes(limit: 64 << 10))
        return SecureShellFailure.explain(status, words: words, log: log, remote: remote)
      })
  }

  /// A file by which `ssh` knows the user of this process; `nil` where the machine does.
  private func passwordEntry(in files: PrivateFiles) throws -> String? {
    guard let entry = PasswordEntry.ofUnknownUser(home: options.environment["HOME"]) else {
      return nil
    }
    guard remote.user != nil else {
      throw error(
        .invalidConfiguration,
        "the address names no user, and the user of this process, uid \(entry.user), has no name on"
          + " this machine; write ssh://USER@HOST/PATH")
    }
    return try entry.sharedObject.map(files.write)
  }

  private func identity(in files: PrivateFiles) throws -> [String] {
    var arguments: [String] = []
    switch credentials {
    case .none: break
    case .basic, .bearer:
      throw error(
        .invalidConfiguration, "ssh takes a key (sshPrivateKey, knownHosts), no password or token")
    case .ssh(let key, let knownHosts):
      let path = try files.write(SSHPrivateKey(key).text.utf8)
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
