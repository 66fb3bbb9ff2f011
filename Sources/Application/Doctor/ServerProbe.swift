import Git
import GitTransport
import Kratix
import Landing
import Signing

/// Asks the server of one state store what a first landing needs, without touching the branch.
struct ServerProbe {
  let settings: PlatformSettings
  let platform: Platform
  let store: GitStateStore
  let deadline: ContinuousClock.Instant

  func facts() async -> ServerFacts {
    var facts = ServerFacts(store: store)
    let (signing, signer) = await SigningProbe(
      settings: settings, platform: platform, store: store, deadline: deadline
    ).result()
    facts.signing = signing
    guard let remote = await prepare(&facts) else { return facts }
    await ask(remote, signer, &facts)
    await remote.close()
    return facts
  }

  /// Finds out what needs no question to the server.
  ///
  /// - Returns: `nil` if the server cannot be asked.
  private func prepare(_ facts: inout ServerFacts) async -> Remote? {
    do throws(TransportError) {
      facts.url = try RemoteURL(store.url)
    } catch {
      facts.fail(.init(stage: .address, message: error.message))
      return nil
    }
    guard let url = facts.url else { return nil }
    let remote: Remote
    do {
      let secret = try settings.secret(for: store, at: url, of: platform)
      facts.credentials = secret.map { "\($0.name) has \($0.keys.joined(separator: ", "))" }
      remote = try settings.remote(of: store, at: url, with: secret)
    } catch {
      facts.fail(.init(stage: .credentials, message: LandingError(error).message))
      return nil
    }
    do {
      try settings.requireBranchName(of: store)
      try remote.requireSecure()
    } catch {
      let message = (error as? TransportError)?.message ?? LandingError(error).message
      facts.fail(.init(stage: .address, message: message))
      return nil
    }
    return await findServer(url, &facts) ? remote : nil
  }

  /// The proxy, or the addresses of the host.
  ///
  /// - Returns: Whether there is one of them.
  private func findServer(_ url: RemoteURL, _ facts: inout ServerFacts) async -> Bool {
    do throws(TransportError) {
      if url.scheme != .ssh {
        let environment = TransportOptions().environment
        facts.proxy = try ProxyInUse(for: url, environment: environment)?.description
      }
    } catch {
      facts.fail(.init(stage: .proxy, message: error.message))
      return false
    }
    guard facts.proxy == nil, let host = url.host else { return true }
    switch await NameResolution.addresses(of: host, until: deadline) {
    case .found(let addresses): facts.addresses = addresses
    case .failed(let reason):
      facts.fail(.init(stage: .name, message: "\(host) cannot be resolved: \(reason)"))
      return false
    case .late:
      facts.fail(
        .init(
          stage: .name, isCertain: false, message: "the name server does not answer for \(host)"))
      return false
    }
    return true
  }

  private func ask(
    _ remote: Remote, _ signer: CommitSigner?, _ facts: inout ServerFacts
  ) async {
    do throws(TransportError) {
      let prefix = "refs/heads/"
      let found = try await remote.references(withPrefix: [prefix], deadline: deadline)
      facts.branches = found.references.keys.map { String($0.text.dropFirst(prefix.utf8.count)) }
      facts.fetch = try await remote.fetchSupport(deadline: deadline)
    } catch {
      facts.fail(.init(error))
    }
    if facts.failure.map({ $0.stage >= .identity }) ?? true {
      // Without it only the date in the check is missing.
      facts.certificate = try? await remote.certificate(deadline: deadline)
    }
    if facts.failure == nil, facts.canCommit {
      await ScratchReference(remote: remote, store: store, signer: signer, deadline: deadline)
        .push(&facts)
    }
    facts.clockOffset = remote.clockOffset
  }
}
