internal import Foundation
internal import GitTransport
internal import Manifests

/// A named entry of a kubeconfig, with the file that it came from.
struct KubeconfigEntry {
  let name: String
  let node: Node
  let file: String
}

/// The fields of one cluster or user of a kubeconfig.
struct EntryFields {
  let node: Node
  let file: String

  init(_ entry: KubeconfigEntry) {
    node = entry.node
    file = entry.file
  }

  /// A text field, of which an empty one counts as absent.
  ///
  /// Its value may be secret, and is never quoted.
  func text(_ name: String, _ origin: String) throws(KubernetesError) -> String? {
    let shape = Shape<String>("a string", isSecret: true) { $0.string }
    do throws(ManifestError) {
      let text = try node.optional(shape, at: "/\(name)", in: file)
      return text.flatMap { $0.isEmpty ? nil : $0 }
    } catch {
      throw KubernetesError(.invalidConfiguration, "\(origin): \(error)")
    }
  }

  /// The bytes of `NAME-data`, which counts first, or of the file that `NAME` names.
  func bytes(
    _ name: String, _ origin: String, read: (String) throws(KubernetesError) -> [UInt8]
  ) throws(KubernetesError) -> [UInt8]? {
    if let text = try text("\(name)-data", origin) {
      guard let data = Data(base64Encoded: text.filter { !$0.isWhitespace }) else {
        throw KubernetesError(
          .invalidConfiguration, "\(origin): \(name)-data is not base64; see \(file)")
      }
      return Array(data)
    }
    guard let path = try text(name, origin) else { return nil }
    do throws(KubernetesError) {
      return try read(absolute(path))
    } catch {
      throw KubernetesError(.invalidConfiguration, "\(origin): \(name): \(error.message)")
    }
  }

  /// A path as it is meant: relative to the directory of the kubeconfig.
  func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/") else { return path }
    let directory = (file as NSString).deletingLastPathComponent
    return directory.isEmpty ? path : "\(directory)/\(path)"
  }
}

extension EntryFields {
  /// The address and TLS settings of a cluster, without its authorities.
  func access(origin: String) throws(KubernetesError) -> ClusterAccess {
    guard let text = try text("server", origin) else {
      throw KubernetesError(
        .invalidConfiguration, "\(origin): its cluster has no server; see \(file)")
    }
    let server = try ServerAddress.url(text, origin: origin)
    var access = ClusterAccess(origin: origin, server: server)
    access.serverName = try self.text("tls-server-name", origin)
    if node["insecure-skip-tls-verify"]?.boolean == true {
      access.verifiesCertificate = false
      access.remarks.append(
        "\(origin): insecure-skip-tls-verify is set: the certificate of \(server) is not verified")
    }
    if let proxy = try self.text("proxy-url", origin) {
      guard let address = ProxyAddress(proxy) else {
        // It may hold a password.
        throw KubernetesError(
          .invalidConfiguration,
          "\(origin): proxy-url is not the address of a proxy; write http://host:port or socks5://host:port"
        )
      }
      access.proxy = address
    }
    return access
  }
}

/// The address of an API server.
enum ServerAddress {
  static func url(_ text: String, origin: String) throws(KubernetesError) -> RemoteURL {
    let full = text.contains("://") ? text : "https://\(text)"
    var path = full[...]
    while path.hasSuffix("/") { path = path.dropLast() }
    guard let url = try? RemoteURL(String(path)), [.http, .https].contains(url.scheme),
      url.host != nil
    else {
      throw KubernetesError(
        .invalidConfiguration,
        "\(origin): server is not the address of an API server; write https://host:port")
    }
    guard url.scheme == .https || url.isLoopback else {
      throw KubernetesError(
        .invalidConfiguration,
        "\(origin): \(url) would send credentials readable for all; use https://")
    }
    return url
  }
}
