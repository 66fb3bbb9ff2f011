import Foundation
import Manifests
import TestSupport
import Testing

@Suite("The manifests under deploy", .timeLimit(.minutes(2)))
struct DeployTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "deploy")

  private func objects(_ path: String) throws -> [ManifestObject] {
    let file = Self.root.appending(path: path)
    return try ManifestFile(parsing: Data(contentsOf: file), name: path).objects
  }

  private var manifests: [String] {
    let paths = FileManager.default.subpaths(atPath: Self.root.path) ?? []
    return paths.filter { $0.hasSuffix(".yaml") && !$0.hasSuffix("rules-test.yaml") }.sorted()
  }

  @Test("are objects, and a kustomization names all that lie beside it")
  func kustomizations() throws {
    #expect(manifests.count >= 11)
    for path in manifests {
      let objects = try objects(path)
      #expect(!objects.isEmpty, "\(path)")
      for object in objects where object.identity.kind == "Kustomization" {
        let directory = path.split(separator: "/").dropLast().joined(separator: "/")
        let named = object.node["resources"]?.sequence?.compactMap(\.string) ?? []
        let beside = manifests.filter { $0.hasPrefix(directory + "/") && $0 != path }
          .map { String($0.dropFirst(directory.count + 1)) }
        #expect(named.sorted() == beside, "\(path)")
      }
    }
  }

  @Test("give the program only flags that it has, and mount what is there")
  func containers() async throws {
    try await withTemporaryDirectory { directory in
      let statestore = try Statestore(in: directory)
      var checked = 0
      for path in manifests {
        for object in try objects(path) {
          let pod = Self.pod(in: object.node)
          let volumes = pod?["volumes"]?.sequence?.compactMap { $0["name"]?.string } ?? []
          for container in pod?["containers"]?.sequence ?? [] {
            let mounts = container["volumeMounts"]?.sequence ?? []
            for mount in mounts {
              #expect(volumes.contains(mount["name"]?.string ?? ""), "\(path)")
            }
            guard let image = container["image"]?.string, image.contains("/statestore:") else {
              continue
            }
            let arguments = container["args"]?.sequence?.compactMap(\.string) ?? []
            let command = try #require(arguments.first)
            let help = try await statestore.run(["help", command]).output
            for flag in arguments.dropFirst() {
              let name = flag.prefix { $0 != "=" }
              #expect(help.contains("\(name) "), "\(path): \(name)")
            }
            let version = try await statestore.run(["--version"]).output
            #expect(image.hasSuffix(":\(version.trimmingCharacters(in: .whitespacesAndNewlines))"))
            checked += 1
          }
        }
      }
      #expect(checked == 4)
    }
  }

  @Test("alert when something is wrong, and only then")
  func alerts() async throws {
    try await withTemporaryDirectory { directory in
      let rule = try #require(try objects("service/prometheus-rule.yaml").first).node
      let spec = try #require(rule["spec"])
      try directory.write(YAMLWriter().text(of: spec), to: "rules.yaml")
      let test = Self.root.appending(path: "service/rules-test.yaml")
      try directory.write(
        String(contentsOf: test, encoding: .utf8), to: "rules-test.yaml")
      for arguments in [["check", "rules", "rules.yaml"], ["test", "rules", "rules-test.yaml"]] {
        let check = try await Program.run("promtool", arguments, in: directory)
        #expect(check.isSuccess, "\(check.text)\(check.errors)")
      }
      let alerts = spec.value(at: "/groups/0/rules")?.sequence?.compactMap { $0["alert"]?.string }
      let tested = try String(contentsOf: test, encoding: .utf8)
      for alert in try #require(alerts) {
        #expect(tested.contains("alertname: \(alert)\n        exp_alerts"), "\(alert)")
      }
    }
  }

  /// What containers and volumes stand in, whatever kind of object it is.
  private static func pod(in node: Node) -> Node? {
    let places = ["/spec/jobTemplate/spec/template/spec", "/spec/template/spec", "/spec"]
    return places.lazy.compactMap { node.value(at: $0) }.first { $0["containers"] != nil }
  }
}
