internal import GitTransport
internal import Manifests

extension EntryFields {
  /// Adds the credentials of a user to the access to a cluster.
  func addCredentials(
    to access: inout ClusterAccess, read: (String) throws(KubernetesError) -> [UInt8]
  ) throws(KubernetesError) {
    let origin = access.origin
    access.certificate = try certificate(origin, read: read)
    access.credential = try credential(for: access)
  }

  private func certificate(
    _ origin: String, read: (String) throws(KubernetesError) -> [UInt8]
  ) throws(KubernetesError) -> ClusterAccess.ClientCertificate? {
    let chain = try bytes("client-certificate", origin, read: read)
    let key = try bytes("client-key", origin, read: read)
    switch (chain, key) {
    case (nil, nil): return nil
    case (let chain?, let key?):
      return ClusterAccess.ClientCertificate(
        chain: chain, key: Secret(String(decoding: key, as: UTF8.self)))
    default:
      throw KubernetesError(
        .invalidConfiguration,
        "\(origin): its user needs both client-certificate and client-key; see \(file)")
    }
  }

  /// The order is that of client-go: a plugin counts before a token, a token file before a token.
  private func credential(
    for access: ClusterAccess
  ) throws(KubernetesError) -> ClusterAccess.Credential {
    let origin = access.origin
    if let provider = node["auth-provider"], !provider.isNull {
      let name = provider["name"]?.string ?? ""
      throw KubernetesError(
        .invalidConfiguration,
        "\(origin): the auth-provider \(name) was removed from Kubernetes (1.26); use the exec plugin"
          + " that replaces it")
    }
    if let exec = node["exec"], !exec.isNull { return .plugin(try plugin(exec, for: access)) }
    if let path = try text("tokenFile", origin) { return .tokenFile(absolute(path)) }
    if let token = try text("token", origin) { return .token(Secret(token)) }
    guard let name = try text("username", origin) else { return .none }
    return .basic(user: name, password: Secret(try text("password", origin) ?? ""))
  }

  private func plugin(
    _ exec: Node, for access: ClusterAccess
  ) throws(KubernetesError) -> ExecPlugin {
    do throws(ManifestError) {
      let command = try exec.require(.nonEmptyString, at: "/command", in: file)
      let apiVersion = try exec.require(.oneOf(ExecPlugin.apiVersions), at: "/apiVersion", in: file)
      let mode = try exec.optional(.string, at: "/interactiveMode", in: file)
      guard mode != "Always" else {
        throw ManifestError(
          code: .invalidField, file: file, position: exec["interactiveMode"]?.position,
          message: "interactiveMode: Always needs a terminal, which this program does not give it")
      }
      return ExecPlugin(
        // As in client-go, a path with a slash is relative to the file.
        command: command.contains("/") ? absolute(command) : command,
        arguments: try exec.optional(.strings, at: "/args", in: file) ?? [],
        environment: try environment(exec), apiVersion: apiVersion,
        installHint: try exec.optional(.string, at: "/installHint", in: file),
        cluster: try exec.optional(.boolean, at: "/provideClusterInfo", in: file) == true
          ? access.pluginCluster : nil)
    } catch {
      throw KubernetesError(.invalidConfiguration, "\(access.origin): exec: \(error)")
    }
  }

  private func environment(_ exec: Node) throws(ManifestError) -> [String: String] {
    var values: [String: String] = [:]
    let secret = Shape<String>("a string", isSecret: true) { $0.string }
    for index in (try exec.optional(.sequence, at: "/env", in: file) ?? []).indices {
      let name = try exec.require(.nonEmptyString, at: "/env/\(index)/name", in: file)
      values[name] = try exec.optional(secret, at: "/env/\(index)/value", in: file) ?? ""
    }
    return values
  }
}

extension ClusterAccess {
  fileprivate var pluginCluster: ExecPlugin.Cluster {
    ExecPlugin.Cluster(
      server: server.description, authorities: authorities, serverName: serverName,
      verifiesCertificate: verifiesCertificate)
  }
}
