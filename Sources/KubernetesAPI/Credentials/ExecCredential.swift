internal import Foundation
internal import GitTransport
internal import Manifests

/// What a credential plugin printed (`ExecCredential`, client.authentication.k8s.io).
struct ExecCredential {
  let token: Secret?
  let certificate: ClusterAccess.ClientCertificate?
  let expires: Date?

  /// Reads the output; nothing of it is quoted.
  ///
  /// - Parameter place: What errors begin with.
  init(
    parsing output: [UInt8], of plugin: ExecPlugin, place: String
  ) throws(KubernetesError) {
    func fault(_ reason: String) -> KubernetesError {
      KubernetesError(.invalidConfiguration, "\(place) \(reason)")
    }
    guard let node = try? JSONReader.node(of: output, name: ""),
      node["kind"]?.string == "ExecCredential"
    else { throw fault("printed no ExecCredential in JSON") }
    guard node["apiVersion"]?.string == plugin.apiVersion else {
      throw fault("printed an ExecCredential of another version than \(plugin.apiVersion)")
    }
    let status = node["status"]
    token = status?["token"]?.string.flatMap { $0.isEmpty ? nil : Secret($0) }
    switch (status?["clientCertificateData"]?.string, status?["clientKeyData"]?.string) {
    case (let chain?, let key?):
      certificate = ClusterAccess.ClientCertificate(chain: Array(chain.utf8), key: Secret(key))
    case (nil, nil): certificate = nil
    default: throw fault("printed a certificate without its key, or a key alone")
    }
    guard token != nil || certificate != nil else {
      throw fault("printed neither a token nor a certificate")
    }
    let time = status?["expirationTimestamp"]?.string
    expires = time.flatMap(KubernetesTime.date)
    guard time == nil || expires != nil else {
      throw fault("printed an expirationTimestamp that is not a time")
    }
  }

  /// The value of `KUBERNETES_EXEC_INFO`, the plugin's input.
  static func info(for plugin: ExecPlugin) -> String {
    var spec: Mapping = ["interactive": false]
    if let cluster = plugin.cluster {
      var fields: Mapping = ["server": Node(.string(cluster.server))]
      if let name = cluster.serverName { fields["tls-server-name"] = Node(.string(name)) }
      if !cluster.verifiesCertificate { fields["insecure-skip-tls-verify"] = true }
      if let authorities = cluster.authorities {
        fields["certificate-authority-data"] = Node(
          .string(Data(authorities).base64EncodedString()))
      }
      spec["cluster"] = Node(.mapping(fields))
    }
    return JSONWriter().text(
      of: [
        "apiVersion": Node(.string(plugin.apiVersion)), "kind": "ExecCredential",
        "spec": Node(.mapping(spec)),
      ])
  }
}
