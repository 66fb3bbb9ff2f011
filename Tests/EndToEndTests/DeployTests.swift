import Foundation
import Manifests
import TestSupport
import Testing

@Suite("The manifests under deploy", .timeLimit(.minutes(2)))
struct DeployTests {
  @Test("are objects, and a kustomization names all that lie beside it")
  func kustomizations() throws {
    let manifests = Deploy.manifests
    #expect(manifests.count >= 30)
    for path in manifests {
      let objects = try Deploy.objects(path)
      #expect(!objects.isEmpty, "\(path)")
      for object in objects where object.identity.apiVersion.hasPrefix("kustomize.") {
        let directory = Deploy.root.appending(path: path).deletingLastPathComponent()
        let lists = ["resources", "components"].map {
          object.node[$0]?.sequence?.compactMap(\.string) ?? []
        }
        let beside = try FileManager.default.contentsOfDirectory(atPath: directory.path)
          .filter {
            $0.hasSuffix(".yaml") && !Deploy.isNoManifest($0) && $0 != "kustomization.yaml"
          }
        let named = lists.joined()
        #expect(named.filter { $0.hasSuffix(".yaml") }.sorted() == beside.sorted(), "\(path)")
        for other in named where !other.hasSuffix(".yaml") {
          let file = directory.appending(path: other).appending(path: "kustomization.yaml")
          #expect(FileManager.default.fileExists(atPath: file.path), "\(path): \(other)")
        }
      }
    }
  }

  @Test("give the program only flags that it has, mount what is there, and have one image")
  func containers() async throws {
    try await withTemporaryDirectory { directory in
      let statestore = try Statestore(in: directory)
      let images = try #require(try Deploy.objects("images/kustomization.yaml").first).node
      let image = try #require(images["images"]?.sequence?.first)
      let version = try await statestore.run(["--version"]).output
      // The commit may follow the version.
      #expect(image["newTag"]?.string == String(version.prefix { !$0.isWhitespace }))
      var checked: [String] = []
      for (path, pod) in try Deploy.pods() {
        let volumes = pod["volumes"]?.sequence?.compactMap { $0["name"]?.string } ?? []
        for container in pod["containers"]?.sequence ?? [] {
          for mount in container["volumeMounts"]?.sequence ?? [] {
            #expect(volumes.contains(mount["name"]?.string ?? ""), "\(path)")
          }
          guard container["image"]?.string == image["name"]?.string else { continue }
          let arguments = container["args"]?.sequence?.compactMap(\.string) ?? []
          let command = try #require(arguments.first)
          let help = try await statestore.run(["help", command]).output
          for flag in arguments.dropFirst() {
            let name = flag.prefix { $0 != "=" }
            #expect(help.contains("\(name) "), "\(path): \(name)")
          }
          checked.append(command)
        }
      }
      #expect(checked.sorted() == ["serve", "verify", "watch", "write", "write"])
    }
  }

  @Test("ask for no right of the node, and for what they need of it")
  func restrictions() throws {
    for (path, pod) in try Deploy.pods() {
      let containers = pod["containers"]?.sequence ?? []
      for container in containers where container["image"]?.string == "statestore" {
        let context = container["securityContext"]
        // Of a Pipeline Kratix makes the Pod.
        let ofPod = pod["securityContext"] ?? context
        #expect(ofPod?["runAsNonRoot"]?.boolean == true, "\(path)")
        #expect(ofPod?.value(at: "/seccompProfile/type")?.string == "RuntimeDefault", "\(path)")
        #expect(context?["allowPrivilegeEscalation"]?.boolean == false, "\(path)")
        #expect(context?["readOnlyRootFilesystem"]?.boolean == true, "\(path)")
        let dropped = context?.value(at: "/capabilities/drop")?.sequence?.compactMap(\.string)
        #expect(dropped == ["ALL"], "\(path)")
        for amount in ["requests/cpu", "requests/memory", "limits/memory"] {
          #expect(container.value(at: "/resources/\(amount)") != nil, "\(path): \(amount)")
        }
        let mounts = container["volumeMounts"]?.sequence?.compactMap { $0["mountPath"]?.string }
        #expect(mounts?.contains("/tmp") == true, "\(path)")
      }
    }
  }

  @Test("alert when something is wrong, and only then")
  func alerts() async throws {
    try await withTemporaryDirectory { directory in
      let groups = try Deploy.alertGroups()
      try directory.write(
        YAMLWriter().text(of: ["groups": Node(.sequence(groups))]), to: "rules.yaml")
      let test = Deploy.root.appending(path: "prometheus/rules-test.yaml")
      try directory.write(String(contentsOf: test, encoding: .utf8), to: "rules-test.yaml")
      for arguments in [["check", "rules", "rules.yaml"], ["test", "rules", "rules-test.yaml"]] {
        let check = try await Program.run("promtool", arguments, in: directory)
        #expect(check.isSuccess, "\(check.text)\(check.errors)")
      }
      let tested = try String(contentsOf: test, encoding: .utf8)
      for rule in groups.flatMap({ $0["rules"]?.sequence ?? [] }) {
        let alert = try #require(rule["alert"]?.string)
        #expect(tested.contains("alertname: \(alert)\n        exp_alerts"), "\(alert)")
      }
    }
  }

  @Test("ask in alerts and on the dashboard only for metrics and labels that there are")
  func vocabulary() throws {
    let table = try MetricTable()
    var expressions = try Deploy.alertGroups().flatMap { $0["rules"]?.sequence ?? [] }
      .compactMap { $0["expr"]?.string }
    let file = Deploy.root.appending(path: "prometheus/dashboard.json")
    let dashboard = try JSONReader.node(
      of: Array(Data(contentsOf: file)), name: "dashboard.json")
    let panels = try #require(dashboard["panels"]?.sequence)
    var ids: Set<Int64> = []
    for panel in panels {
      #expect(ids.insert(try #require(panel["id"]?.integer)).inserted)
      let targets = panel["targets"]?.sequence ?? []
      #expect(panel["type"]?.string == "row" || !targets.isEmpty)
      expressions += targets.compactMap { $0["expr"]?.string }
    }
    #expect(expressions.count > 30)
    let series = table.rows.keys.reduce(into: [String: String]()) { owners, name in
      for one in table.series(of: name) { owners[one] = name }
    }
    for expression in expressions {
      var labels: Set<String> = ["le", "instance"]
      for match in expression.matches(of: /\b(?:statestore|process|kube)_[a-z_]+/) {
        let name = String(match.output)
        if name.hasPrefix("kube_") {
          labels.formUnion(["namespace", "cronjob"])
          continue
        }
        let row = series[name].flatMap { table.rows[$0] }
        #expect(row != nil, "\(name) in \(expression)")
        labels.formUnion(row?.labels ?? [])
      }
      var used = expression.matches(of: /\b(?:by|on) \(([a-z_, ]+)\)/).flatMap {
        $0.output.1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      }
      used += expression.matches(of: /[{,]\s*([a-z_]+)\s*=/).map { String($0.output.1) }
      #expect(labels.isSuperset(of: used), "\(used) in \(expression)")
    }
  }

  @Test(
    "are whole overlays", .enabled(if: Program.isInstalled("kubectl"), "kubectl is not installed"),
    arguments: ["overlays/watch", "overlays/service", "sidecar"])
  func overlays(path: String) async throws {
    let objects = try await Deploy.kustomized([path])
    let namespaces = objects.filter { $0.identity.kind == "Namespace" }.map(\.identity.name)
    #expect(namespaces == (path == "sidecar" ? [] : ["statestore-system"]))
    for object in objects {
      // Without the CRDs of Prometheus.
      #expect(!object.identity.apiVersion.hasPrefix("monitoring."), "\(object.identity)")
      for container in Deploy.pod(in: object.node)?["containers"]?.sequence ?? [] {
        let image = try #require(container["image"]?.string)
        #expect(image.hasPrefix("registry.example.com/"), "\(image)")
      }
    }
  }

  @Test(
    "are what the chart renders",
    .enabled(
      if: Program.isInstalled("helm") && Program.isInstalled("kubectl"),
      "helm or kubectl is not installed"),
    arguments: [
      (["overlays/watch"], []),
      (["overlays/watch-prometheus"], ["prometheus.enabled=true"]),
      (
        ["overlays/service-prometheus"],
        [
          "watch.enabled=false", "verify.enabled=false", "service.enabled=true",
          "prometheus.enabled=true",
        ]
      ),
    ])
  func chart(paths: [String], values: [String]) async throws {
    let kustomized = try Deploy.byIdentity(try await Deploy.kustomized(paths))
      // Helm makes the namespace itself.
      .filter { !$0.key.hasPrefix("Namespace ") }
    let rendered = try Deploy.byIdentity(try await Deploy.rendered(values))
    #expect(kustomized.keys.sorted() == rendered.keys.sorted())
    for (name, node) in kustomized { #expect(rendered[name] == node, "\(name)") }
  }

  @Test(
    "take every value of the chart, and refuse others",
    .enabled(if: Program.isInstalled("helm"), "helm is not installed"))
  func values() async throws {
    let digest = "sha256:" + String(repeating: "0", count: 64)
    let text = try await Deploy.helm(
      [
        "image.repository=mirror.example.com/statestore", "image.digest=\(digest)",
        "promiseGroups={a.example.com}", "watch.replicas=3", "watch.args={--grace=2m}",
        "watch.resources.limits.memory=2Gi", "verify.schedule=@hourly", "nodeSelector.disk=fast",
        "networkPolicy.enabled=false", "service.enabled=true", "service.storage.size=9Gi",
        "prometheus.enabled=true", "prometheus.labels.release=mine",
        "imagePullSecrets[0].name=pull",
      ], namespace: "elsewhere")
    for sign in [
      "image: mirror.example.com/statestore@\(digest)", "- a.example.com\n", "replicas: 3\n",
      "- --grace=2m\n", "memory: 2Gi\n", "schedule: '@hourly'\n", "disk: fast\n",
      "storage: 9Gi\n", "release: mine\n", "- name: pull\n",
      "serverName: statestore.elsewhere.svc\n",
    ] {
      #expect(text.contains(sign), "\(sign)")
    }
    #expect(!text.contains("statestore-system") && !text.contains("kind: NetworkPolicy"))
    for value in ["promiseGroups={*}", "image.digest=latest", "watch.replica=3"] {
      await #expect(throws: TestFailure.self, "\(value)") {
        try await Deploy.helm([value], namespace: "elsewhere")
      }
    }
  }
}

/// What is under `deploy`.
enum Deploy {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "deploy")

  /// The paths of all manifests, those of the chart left out: it takes the others.
  static var manifests: [String] {
    let paths = FileManager.default.subpaths(atPath: root.path) ?? []
    return paths.filter {
      $0.hasSuffix(".yaml") && !$0.hasPrefix("chart/") && !isNoManifest($0)
    }.sorted()
  }

  static func isNoManifest(_ path: String) -> Bool { path.hasSuffix("rules-test.yaml") }

  static func objects(_ path: String) throws -> [ManifestObject] {
    try ManifestFile(parsing: Data(contentsOf: root.appending(path: path)), name: path).objects
  }

  /// The Pods of all workloads, with the file that has them.
  static func pods() throws -> [(path: String, pod: Node)] {
    try manifests.flatMap { path in
      try objects(path).compactMap { object in pod(in: object.node).map { (path, $0) } }
    }
  }

  /// Where containers and volumes are, whatever kind of object it is.
  static func pod(in node: Node) -> Node? {
    let places = ["/spec/jobTemplate/spec/template/spec", "/spec/template/spec", "/spec"]
    return places.lazy.compactMap { node.value(at: $0) }.first { $0["containers"] != nil }
  }

  /// The groups of all PrometheusRules.
  static func alertGroups() throws -> [Node] {
    try manifests.flatMap { path in
      try objects(path).filter { $0.identity.kind == "PrometheusRule" }
        .flatMap { $0.node.value(at: "/spec/groups")?.sequence ?? [] }
    }
  }

  /// What kustomize makes of directories.
  static func kustomized(_ paths: [String]) async throws -> [ManifestObject] {
    var objects: [ManifestObject] = []
    for path in paths {
      let made = try await Program.run("kubectl", ["kustomize", path], in: root)
      guard made.isSuccess else { throw TestFailure("\(path): \(made.errors)") }
      objects += try ManifestFile(parsing: Data(made.bytes), name: path).objects
    }
    return objects
  }

  /// What Helm makes of the chart.
  static func helm(_ values: [String], namespace: String) async throws -> String {
    let rendered = try await Program.run(
      "helm",
      ["template", "statestore", "chart", "--namespace", namespace]
        + values.flatMap { ["--set", $0] }, in: root)
    guard rendered.isSuccess else { throw TestFailure(rendered.errors) }
    return rendered.text + "\n"
  }

  static func rendered(_ values: [String]) async throws -> [ManifestObject] {
    let text = try await helm(values, namespace: "statestore-system")
    return try ManifestFile(parsing: Data(text.utf8), name: "chart").objects
  }

  static func byIdentity(_ objects: [ManifestObject]) throws -> [String: Node] {
    try objects.reduce(into: [:]) { found, object in
      let identity = object.identity
      let name = "\(identity.kind) \(identity.namespace ?? "")/\(identity.name)"
      guard found.updateValue(object.node, forKey: name) == nil else {
        throw TestFailure("\(name) is there twice")
      }
    }
  }
}

/// What the roles of a part of `deploy` allow.
struct DeployedRights {
  /// As `VERB RESOURCE.GROUP`; a `*` stands for any resource.
  let rules: Set<String>

  init(_ part: String) throws {
    var rules: Set<String> = []
    for path in ["rbac.yaml", "requests.yaml"] {
      for object in try Deploy.objects("\(part)/\(path)") {
        for rule in object.node["rules"]?.sequence ?? [] {
          func words(_ key: String) -> [String] { rule[key]?.sequence?.compactMap(\.string) ?? [] }
          for group in words("apiGroups") {
            for resource in words("resources") {
              for verb in words("verbs") { rules.insert("\(verb) \(resource).\(group)") }
            }
          }
        }
      }
    }
    self.rules = rules
  }

  /// What was asked for without a right, and which rights nothing asked for.
  func differences(from requests: [String]) -> [String] {
    var unused = rules
    var missing: Set<String> = []
    for right in requests.compactMap(Self.right) {
      let general = right.resource.contains("/") ? "*/status" : "*"
      let names = [right.resource, general].map { "\(right.verb) \($0).\(right.group)" }
      if let rule = names.first(where: rules.contains) {
        unused.remove(rule)
      } else {
        missing.insert("missing: \(names[0])")
      }
    }
    return missing.sorted() + unused.sorted().map { "unused: \($0)" }
  }

  /// What a request line asks for; `nil` for discovery, which is open to every user.
  private static func right(of line: String) -> (verb: String, resource: String, group: String)? {
    let words = line.split(separator: " ")
    guard words.count >= 2, let url = URLComponents(string: String(words[1])) else { return nil }
    var parts = url.path.split(separator: "/").map(String.init)
    let group = parts.first == "apis" ? parts.dropFirst().first ?? "" : ""
    parts.removeFirst(min(parts.count, parts.first == "apis" ? 3 : 2))
    if parts.first == "namespaces", parts.count > 2 { parts.removeFirst(2) }
    guard let plural = parts.first else { return nil }
    let resource = parts.count > 2 ? "\(plural)/\(parts[2])" : plural
    let isWatch = url.queryItems?.contains { $0.name == "watch" } ?? false
    let verb =
      switch words[0] {
      case "GET": parts.count > 1 ? "get" : isWatch ? "watch" : "list"
      case "POST": "create"
      case "PUT": "update"
      default: words[0].lowercased()
      }
    return (verb, resource, group)
  }
}
