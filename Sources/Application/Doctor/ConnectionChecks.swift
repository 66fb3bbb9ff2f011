import Foundation
import GitTransport
import Kratix
import Support
import Verification

/// Whether a server can be reached, proves who it is, and lets us in.
struct ConnectionChecks {
  let facts: ServerFacts
  let now: Date

  /// Earlier than this before its end, a certificate is warned about.
  private static let certificateNotice: TimeInterval = 14 * 86_400
  /// From this difference on, the clocks are warned about.
  private static let clockTolerance = 60.0

  var all: [ReadinessCheck] {
    [address, credentials, proxy, name, connection, identity, login, clock].compactMap(\.self)
  }

  private var scheme: RemoteURL.Scheme? { facts.url?.scheme }
  private var isRemote: Bool { scheme != .file }

  private var address: ReadinessCheck? {
    facts.check("address", .address) { facts.address }
  }

  private var credentials: ReadinessCheck? {
    guard isRemote else { return nil }
    return facts.check("credentials", .credentials, remedy: facts.credentialsRemedy) {
      facts.credentials ?? "none"
    }
  }

  private var proxy: ReadinessCheck? {
    guard isRemote, scheme != .ssh else { return nil }
    return facts.check("proxy", .proxy) { facts.proxy ?? "none" }
  }

  private var name: ReadinessCheck? {
    guard isRemote else { return nil }
    let host = facts.url?.host ?? ""
    return facts.check(
      "dns", .name, remedy: "check the host in spec.url, and the name servers: getent hosts \(host)"
    ) {
      guard let addresses = facts.addresses else { return "the proxy resolves \(host)" }
      return addresses == [host]
        ? "\(host) is an address" : "\(host) is \(addresses.joined(separator: ", "))"
    }
  }

  private var connection: ReadinessCheck? {
    guard isRemote else { return nil }
    return facts.check(
      "connection", .connection,
      remedy: "check host and port of spec.url, and whether a firewall is between"
    ) { "the server answers" }
  }

  /// The certificate or the host key.
  private var identity: ReadinessCheck? {
    switch scheme {
    case .https: tls
    case .ssh:
      facts.check("host-key", .identity, remedy: hostKeyRemedy) {
        facts.credentials == nil ? "is known to ssh on this machine" : "is among knownHosts"
      }
    case .http, .file, nil: nil
    }
  }

  private var tls: ReadinessCheck? {
    let name = "tls"
    let end = facts.certificate?.notAfter
    if facts.failure?.stage == .identity, let certificate = facts.certificate {
      if certificate.notAfter < now {
        return ReadinessCheck(
          name, .failed, "the server's certificate expired on \(Self.day(certificate.notAfter))",
          remedy: "renew it on the server")
      }
      if certificate.notBefore > now {
        return ReadinessCheck(
          name, .failed,
          "the server's certificate is valid only from \(Self.day(certificate.notBefore)) on",
          remedy: "check the clock of this machine")
      }
    }
    let check = facts.check(name, .identity) {
      "the certificate is trusted" + (end.map { ", and valid until \(Self.day($0))" } ?? "")
    }
    guard let end, check.status == .passed,
      end.timeIntervalSince(now) < Self.certificateNotice
    else { return check }
    return ReadinessCheck(name, .warning, check.message, remedy: "renew it before it expires")
  }

  private static func day(_ date: Date) -> String {
    date.formatted(.iso8601.year().month().day())
  }

  private var hostKeyRemedy: String {
    let port = facts.url?.port.map { "-p \($0) " } ?? ""
    return "ssh-keyscan \(port)\(facts.url?.host ?? "HOST") shows the key; compare it with what the"
      + " server's owner says, then put the line into knownHosts of the Secret"
  }

  private var login: ReadinessCheck? {
    guard isRemote else { return nil }
    return facts.check("login", .login, remedy: facts.credentialsRemedy) {
      facts.credentials == nil ? "the server asks for none to read" : "the server accepts it"
    }
  }

  private var clock: ReadinessCheck? {
    guard let offset = facts.clockOffset?.seconds else { return nil }
    let difference = Int(abs(offset))
    guard abs(offset) >= Self.clockTolerance else {
      return ReadinessCheck("clock", .passed, "differs from the server's by \(difference) s")
    }
    return ReadinessCheck(
      "clock", .warning,
      "the server's clock is \(difference) s \(offset > 0 ? "ahead of" : "behind") this machine's",
      remedy: "set the clock (chrony, systemd-timesyncd): commits and tokens carry the time")
  }
}

extension ServerFacts {
  /// A check that the first question to the server answers: passed if it came further than that.
  func check(
    _ name: String, _ stage: Stage, remedy: String? = nil, passed message: () -> String
  ) -> ReadinessCheck {
    guard let failure else { return ReadinessCheck(name, .passed, message()) }
    if stage < failure.stage { return ReadinessCheck(name, .passed, message()) }
    guard stage == failure.stage else {
      return ReadinessCheck(name, .skipped, "not checked, see \(failure.stage.checkName(in: self))")
    }
    return ReadinessCheck(
      name, failure.isCertain ? .failed : .unknown, failure.message,
      remedy: failure.remedy ?? remedy, serverMessages: failure.serverMessages)
  }

  /// Where the credentials come from, as a remedy.
  var credentialsRemedy: String {
    let keys =
      switch url?.scheme == .ssh ? .ssh : store.authMethod {
      case .ssh: "sshPrivateKey and knownHosts"
      case .githubApp: "appID, installationID and privateKey"
      case .basicAuth: "username and password, or bearerToken"
      }
    guard let reference = store.secretReference else {
      return "give --credentials DIRECTORY with the files \(keys)"
    }
    return "correct the Secret \(reference.namespace)/\(reference.name), which has \(keys)"
  }
}

extension ServerFacts.Stage {
  /// The name of the check of this stage.
  fileprivate func checkName(in facts: ServerFacts) -> String {
    switch self {
    case .address: "address"
    case .credentials: "credentials"
    case .proxy: "proxy"
    case .name: "dns"
    case .connection: "connection"
    case .identity: facts.url?.scheme == .ssh ? "host-key" : "tls"
    case .login: "login"
    case .repository: "read"
    }
  }
}
