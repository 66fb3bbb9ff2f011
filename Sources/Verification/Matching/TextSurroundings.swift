internal import Manifests

/// What a text of an object is for, by where it is: whether a placeholder in it is one that the
/// pipeline should have replaced.
///
/// Other programs give `$(…)`, `${…}` and `{{ … }}` a meaning: Kubernetes in a container
/// (https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/),
/// a shell in its script, a program in its file in a ConfigMap, an operator in its own kind or in its
/// annotations. Documentation may mention any of them.
struct TextSurroundings {
  /// Which part of an object a mapping is.
  private enum Part {
    case object, metadata, annotations
    /// The content of a ConfigMap or Secret, with keys that the pipeline chose.
    case data
    case other
  }

  /// Whether the kind is Kubernetes' own; other kinds are read by an operator.
  private let isKnownKind: Bool
  /// Whether it documents something: then nothing in it is a placeholder.
  private var isProse = false
  /// Whether another program reads it, in a language of its own.
  private var isForeign = false
  /// Whether a text of several lines is a file or a script.
  private var holdsFiles = false
  private var part = Part.object
  /// Whether `$(NAME)` is Kubernetes' own.
  private var expandsReferences = false
  /// The environment of the container; `nil` outside of one, or where it is not known.
  private var environment: Set<String>?
  /// Whether the program before the arguments takes the first of them as a script.
  private var beginsWithScript = false
  /// Whether it is a script that may replace a placeholder when it runs.
  private(set) var isScript = false

  init(of object: ObjectIdentity) { isKnownKind = KnownKind.of(object) != nil }

  /// Whether a placeholder was left in a text.
  func isLeft(_ placeholder: Placeholder, in text: String) -> Bool {
    guard !isProse else { return false }
    guard placeholder != .word else { return true }
    guard !isForeign, !(holdsFiles && text.dropLast().contains(where: \.isNewline)) else {
      return false
    }
    guard expandsReferences else { return true }
    switch placeholder {
    case .reference(let name):
      return !Self.isOfService(name) && environment.map { !$0.contains(name) } ?? false
    case .variable(let name): return environment.map { !$0.contains(name) } ?? true
    case .word, .template: return true
    }
  }

  /// The variables that Kubernetes sets for each Service of the namespace
  /// (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
  private static func isOfService(_ name: String) -> Bool {
    name.ends(with: "_SERVICE_HOST") || name.firstRange(of: "_SERVICE_PORT") != nil
  }
}

// MARK: The way down

extension TextSurroundings {
  /// The surroundings of the value of a key.
  func below(_ key: String, of mapping: Node) -> TextSurroundings {
    var inner = self
    inner.beginsWithScript = false
    inner.part = .other
    switch part {
    case .object: inner.enterObject(key)
    case .metadata:
      if key == "annotations" { inner.part = .annotations }
      // As Backstage's entities have it.
      inner.isProse = isProse || key == "description"
    case .annotations:
      inner.holdsFiles = true
      inner.isProse = isProse || key.ends(with: "/description")
      inner.isForeign = isForeign || Self.ownersOfAnnotations.contains { key.begins(with: $0) }
    case .data:
      inner.isForeign = isForeign || FileName.isFile(key)
      inner.isScript = FileName.isScript(key)
    case .other:
      if key == "metadata" { inner.part = .metadata }
      if key == "openAPIV3Schema" || key == "description" { inner.isProse = true }
      inner.enterContainer(key, of: mapping)
    }
    return inner
  }

  private mutating func enterObject(_ key: String) {
    switch key {
    case "metadata": part = .metadata
    case "data", "stringData", "binaryData":
      part = .data
      holdsFiles = true
    default: break
    }
    isForeign = !isKnownKind && part != .metadata
    // As a PriorityClass has it.
    isProse = key == "description"
  }

  private mutating func enterContainer(_ key: String, of mapping: Node) {
    switch key {
    case "command", "args", "env", "subPathExpr":
      expandsReferences = true
      holdsFiles = true
    case "volumeMounts", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle": break
    default: return
    }
    // Of what has these fields only a container has an image.
    if mapping["image"] != nil {
      environment = mapping["envFrom"] == nil ? Self.environment(of: mapping) : nil
    }
    beginsWithScript =
      key == "args" && mapping["command"]?.sequence?.last.map(Self.isScriptFlag) ?? false
  }

  /// The surroundings of an item of a list.
  func below(_ index: Int, of items: [Node]) -> TextSurroundings {
    var inner = self
    inner.beginsWithScript = false
    if expandsReferences, index == 0 ? beginsWithScript : Self.isScriptFlag(items[index - 1]) {
      inner.isForeign = true
    }
    return inner
  }

  private static func environment(of container: Node) -> Set<String> {
    Set((container["env"]?.sequence ?? []).compactMap { $0["name"]?.string })
  }

  /// `sh -c`, `bash -ec`, `mongosh --eval`: what follows is a script.
  private static func isScriptFlag(_ node: Node) -> Bool {
    guard let text = node.string else { return false }
    return text == "--eval"
      || text.begins(with: "-") && !text.begins(with: "--") && text.ends(with: "c")
        && text.count <= 6
  }

  /// Programs that read annotations as templates or configuration: Vault's agent injector, ingress-nginx,
  /// Datadog's agent and Elastic's beats.
  private static let ownersOfAnnotations = [
    "vault.hashicorp.com/", "nginx.ingress.kubernetes.io/", "ad.datadoghq.com/", "co.elastic.",
  ]
}

/// What the name of a file in a ConfigMap or Secret says about its content.
private enum FileName {
  static func isFile(_ name: String) -> Bool { isScript(name) || holds(name, files) }

  static func isScript(_ name: String) -> Bool { holds(name, scripts) }

  private static func holds(_ name: String, _ endings: Set<Substring>) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    return endings.contains(name[name.index(after: dot)...])
  }

  private static let scripts: Set<Substring> = [
    "sh", "bash", "zsh", "py", "pl", "rb", "js", "lua", "groovy", "ps1",
  ]
  private static let files: Set<Substring> = [
    "conf", "cfg", "cnf", "ini", "properties", "toml", "yaml", "yml", "json", "xml", "sql", "hcl",
    "html", "md", "txt", "env", "tmpl", "tpl", "template", "rules", "service", "vcl",
  ]
}
