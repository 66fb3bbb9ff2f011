import Foundation
import GitTransport
import TestSupport
import Testing

@testable import KubernetesAPI

@Suite("A kubeconfig")
struct KubeconfigTests {
  private func access(
    _ files: (path: String, text: String)..., context: String? = nil, disk: [String: String] = [:]
  ) throws(KubernetesError) -> ClusterAccess {
    try Kubeconfig(files.map { ($0.path, Array($0.text.utf8)) }).access(context: context) {
      path throws(KubernetesError) in
      guard let text = disk[path] else {
        throw KubernetesError(.invalidConfiguration, "\(path): No such file or directory")
      }
      return Array(text.utf8)
    }
  }

  private static func file(
    cluster: String = "{server: 'https://10.0.0.1:6443'}", user: String = "{token: t0p}",
    current: String = "dev"
  ) -> String {
    """
    apiVersion: v1
    kind: Config
    current-context: "\(current)"
    contexts: [{name: dev, context: {cluster: c, user: u, namespace: team}}]
    clusters: [{name: c, cluster: \(cluster)}]
    users: [{name: u, user: \(user)}]
    """
  }

  @Test("of several files: the first that has a name counts, and the first current-context")
  func merging() throws {
    let first = """
      clusters: [{name: c, cluster: {server: 'https://first'}}]
      contexts: [{name: other, context: {cluster: c}}]
      """
    let access = try access(("/a", first), ("/b/config", Self.file()))
    #expect(access.server.description == "https://first")
    #expect(access.origin == "context dev of /b/config")
    #expect(access.namespace == "team")
    let other = try self.access(("/a", first), ("/b/config", Self.file()), context: "other")
    guard case .none = other.credential else {
      Issue.record("a context without user has credentials")
      return
    }
  }

  private static let faults: [(text: String, context: String?, words: [String])] = [
    (file(), "prod", ["there is no context prod; there are: dev", "/home/config"]),
    (file(current: ""), nil, ["no current-context is set", "--context", "dev"]),
    (file(cluster: "{}"), nil, ["context dev", "has no server"]),
    (file(cluster: "{server: 'ftp://x'}"), nil, ["context dev", "https://host:port"]),
    (file(cluster: "{server: 'http://10.0.0.1'}"), nil, ["readable for all", "https://"]),
    (
      file(cluster: "{server: 'https://x', certificate-authority-data: '%%%'}"), nil,
      ["certificate-authority-data is not base64"]
    ),
    (
      file(cluster: "{server: 'https://x', certificate-authority: ca.crt}"), nil,
      ["certificate-authority", "/home/ca.crt: No such file"]
    ),
    (file(cluster: "{server: 'https://x', proxy-url: 'ftp://me:s3cret@y'}"), nil, ["proxy-url"]),
    (file(user: "{client-certificate-data: QQ==}"), nil, ["client-key"]),
    (file(user: "{token: [s3cret]}"), nil, ["token must be a string"]),
    (
      file(user: "{auth-provider: {name: gcp}}"), nil,
      ["auth-provider gcp was removed", "exec plugin"]
    ),
    (
      file(user: "{exec: {command: login, apiVersion: client.authentication.k8s.io/v1alpha1}}"),
      nil,
      ["client.authentication.k8s.io/v1beta1", "/home/config"]
    ),
    (
      file(
        user:
          "{exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}}"
      ), nil, ["interactiveMode: Always needs a terminal"]
    ),
    ("[1]", nil, ["/home/config", "must be a mapping"]),
    ("a: [", nil, ["/home/config:"]),
    ("", nil, ["no current-context is set", "one of: none"]),
  ]

  @Test("that cannot be used says where and what to do, and shows no secret", arguments: faults)
  func refused(text: String, context: String?, words: [String]) throws {
    let error = try #require(throws: KubernetesError.self) {
      try access(("/home/config", text), context: context)
    }
    #expect(error.code == .invalidConfiguration)
    for word in words { #expect(error.message.contains(word), "\(error.message)") }
    #expect(!error.description.contains("s3cret"))
  }

  @Test("reads files relative to itself, and data before files")
  func files() throws {
    let text = Self.file(
      cluster: "{server: 'https://x', certificate-authority: pki/ca.crt}",
      user: "{client-certificate: c.pem, client-certificate-data: REFUQQ==, client-key: /abs/key}")
    let access = try access(
      ("/home/config", text), disk: ["/home/pki/ca.crt": "CA", "/abs/key": "KEY"])
    #expect(access.authorities == Array("CA".utf8))
    #expect(access.certificate?.chain == Array("DATA".utf8))
    #expect(access.certificate?.key == Secret("KEY"))
  }

  @Test("is honoured where it does not verify the certificate, and that is remarked on")
  func insecure() throws {
    let access = try access(
      ("/c", Self.file(cluster: "{server: 'https://x', insecure-skip-tls-verify: true}")))
    #expect(!access.verifiesCertificate)
    #expect(access.remarks.first?.contains("is not verified") == true)
  }

  @Test("takes a plugin before a token, and a token file before a token")
  func precedence() throws {
    let exec =
      "exec: {command: ./bin/login, apiVersion: client.authentication.k8s.io/v1, args: [a], env: [{name: A, value: b}]}"
    let plugin = try access(("/home/config", Self.file(user: "{token: t, \(exec)}")))
    guard case .plugin(let found) = plugin.credential else {
      Issue.record("no plugin")
      return
    }
    #expect(found.command == "/home/./bin/login")
    #expect(found.environment == ["A": "b"])
    let file = try access(("/home/config", Self.file(user: "{token: t, tokenFile: tok}")))
    guard case .tokenFile("/home/tok") = file.credential else {
      Issue.record("no token file")
      return
    }
  }

  @Test("never shows its secrets, whatever is printed of it")
  func secrets() throws {
    let access = try access(
      ("/c", Self.file(user: "{username: me, password: s3cret}")))
    var text = ""
    dump(access, to: &text)
    #expect(!(text + "\(access)").contains("s3cret"))
  }

  @Test("is looked for as kubectl does, and then the ServiceAccount of a Pod")
  func finding() async throws {
    try await withTemporaryDirectory { directory in
      func write(_ text: String, _ name: String) throws -> String {
        let path = directory.appending(path: name).path
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
      }
      let first = try write(Self.file(cluster: "{server: 'https://one'}"), "one")
      var settings = AccessSettings(environment: ["KUBECONFIG": "/nowhere:\(first):\(first)"])
      #expect(try ClusterAccess.find(settings).server.description == "https://one")

      settings.environment = ["HOME": "/nowhere"]
      settings.serviceAccountDirectory = directory.path
      let nothing = #expect(throws: KubernetesError.self) { try ClusterAccess.find(settings) }
      #expect(nothing?.message.contains("--kubeconfig") == true)

      _ = try write("tok", "token")
      _ = try write("CA", "ca.crt")
      _ = try write("kratix-platform-system", "namespace")
      settings.environment["KUBERNETES_SERVICE_HOST"] = "fd00::1"
      settings.environment["KUBERNETES_SERVICE_PORT"] = "6443"
      let pod = try ClusterAccess.find(settings)
      #expect(pod.server.description == "https://[fd00::1]:6443")
      #expect(pod.namespace == "kratix-platform-system")

      settings.context = "dev"
      let context = #expect(throws: KubernetesError.self) { try ClusterAccess.find(settings) }
      #expect(context?.message.contains("--context needs a kubeconfig") == true)
      settings.kubeconfig = "/nowhere/config"
      let missing = #expect(throws: KubernetesError.self) { try ClusterAccess.find(settings) }
      #expect(missing?.message == "/nowhere/config: No such file or directory")
    }
  }
}
