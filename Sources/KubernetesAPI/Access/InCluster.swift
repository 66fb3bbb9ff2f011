internal import Foundation
internal import GitTransport

/// The access of a Pod: the ServiceAccount that Kubernetes mounts, and the address in its environment.
struct InCluster {
  private let settings: AccessSettings

  init(_ settings: AccessSettings) { self.settings = settings }

  /// - Returns: `nil` if this is no Pod with a token.
  func access() throws(KubernetesError) -> ClusterAccess? {
    let directory = settings.serviceAccountDirectory
    let token = "\(directory)/token"
    guard let host = settings.environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
      FileManager.default.fileExists(atPath: token)
    else { return nil }
    let port = settings.environment["KUBERNETES_SERVICE_PORT"] ?? ""
    let origin = "the ServiceAccount in \(directory)"
    let name = host.contains(":") ? "[\(host)]" : host
    let address = "https://\(name):\(port.isEmpty ? "443" : port)"
    var access = ClusterAccess(
      origin: origin, server: try ServerAddress.url(address, origin: origin))
    access.authorities = try FileReading.bytes(of: "\(directory)/ca.crt")
    access.credential = .tokenFile(token)
    let namespace = "\(directory)/namespace"
    if FileManager.default.fileExists(atPath: namespace) {
      let text = String(decoding: try FileReading.bytes(of: namespace), as: UTF8.self)
      access.namespace = text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    return access
  }
}
