internal import Foundation
internal import GitTransport

/// What is presented with one request.
struct PresentedCredential: Sendable, Hashable {
  /// The value of the `Authorization` header.
  var authorization: Secret?
  var certificate: ClusterAccess.ClientCertificate?
}

/// The credentials of an access, renewed as they expire.
actor CredentialStore {
  private struct Known {
    let credential: PresentedCredential
    let validUntil: Date
  }

  /// A mounted token is renewed well before it expires; client-go looks once a minute too.
  private static let tokenFileAge: TimeInterval = 60
  /// Plugins are asked this long before their credential expires.
  private static let margin: TimeInterval = 5

  private let access: ClusterAccess
  private let now: @Sendable () -> Date
  private var known: Known?
  private var renewal: Task<Known, any Error>?

  init(_ access: ClusterAccess, now: @escaping @Sendable () -> Date) {
    self.access = access
    self.now = now
  }

  /// The credential for a request.
  ///
  /// - Throws: `KubernetesError`.
  func current() async throws -> PresentedCredential {
    if let known, now() < known.validUntil { return known.credential }
    return try await renewed().credential
  }

  /// Takes note that the server does not accept a credential.
  ///
  /// - Returns: Whether another one is there to try.
  func replace(_ refused: PresentedCredential) async throws -> Bool {
    switch access.credential {
    case .none, .token, .basic: return false
    case .tokenFile, .plugin:
      // Another request may have renewed it meanwhile.
      if let known, known.credential != refused { return true }
      known = nil
      return try await renewed().credential != refused
    }
  }

  /// Renews the credential once for all that wait for it.
  private func renewed() async throws -> Known {
    if let renewal { return try await renewal.value }
    let (access, now) = (access, now)
    let task = Task { try await Self.read(access, at: now()) }
    renewal = task
    defer { renewal = nil }
    let value = try await task.value
    known = value
    return value
  }

  private static func read(_ access: ClusterAccess, at now: Date) async throws -> Known {
    var credential = PresentedCredential(authorization: nil, certificate: access.certificate)
    switch access.credential {
    case .none: break
    case .token(let token): credential.authorization = try bearer(token, access.origin)
    case .tokenFile(let path):
      let text = String(decoding: try FileReading.bytes(of: path), as: UTF8.self)
      credential.authorization = try bearer(Secret(text), path)
      return Known(credential: credential, validUntil: now + tokenFileAge)
    case .basic(let user, let password):
      let pair = Data("\(user):\(password.revealed)".utf8).base64EncodedString()
      credential.authorization = Secret("Basic " + pair)
    case .plugin(let plugin):
      let answer = try await PluginRun(plugin, origin: access.origin).credential()
      credential.authorization = try answer.token.map { try bearer($0, access.origin) }
      credential.certificate = answer.certificate ?? credential.certificate
      return Known(
        credential: credential, validUntil: (answer.expires ?? .distantFuture) - margin)
    }
    return Known(credential: credential, validUntil: .distantFuture)
  }

  private static func bearer(_ token: Secret, _ place: String) throws(KubernetesError) -> Secret {
    guard !token.isEmpty, token.revealed.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
      throw KubernetesError(
        .invalidConfiguration, "\(place): the token is empty or has characters that no token has")
    }
    return Secret("Bearer " + token.revealed)
  }
}
