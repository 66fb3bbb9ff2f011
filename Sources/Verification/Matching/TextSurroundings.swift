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
  /// The environment of the container; `nil` outside of one.
  private var environment: Set<String>?
  /// Whether the container has more variables, whose names are not known.
  private var hasOtherVariables = false
  /// The command before the arguments.
  private var wordsBefore: [Node] = []
  /// Whether it is a script that may replace a placeholder when it runs.
  private(set) var isScript = false

  /// Whether `parameters` are for the driver of a storage class, which replaces `${pvc.name}` and others
  /// (https://kubernetes-csi.github.io/docs/secrets-and-credentials-storage-class.html).
  private let hasParametersOfDriver: Bool

  init(of object: ObjectIdentity) {
    isKnownKind = KnownKind.of(object) != nil
    hasParametersOfDriver =
      object.group.ends(with: "storage.k8s.io") && object.kind.ends(with: "Class")
  }

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
      return !hasOtherVariables && !Self.isOfKubernetes(name)
        && environment.map { !$0.contains(name) } ?? false
    case .variable(let name): return environment.map { !$0.contains(name) } ?? true
    case .word, .template: return true
    }
  }

  /// The variables that Kubernetes sets for each Service of the namespace
  /// (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables), and in the
  /// pods of an indexed Job.
  private static func isOfKubernetes(_ name: String) -> Bool {
    if name == "JOB_COMPLETION_INDEX" || name.ends(with: "_SERVICE_HOST") { return true }
    return name.firstRange(of: "_SERVICE_PORT") != nil
      || name.firstMatch(of: #/_PORT_[0-9]+_(TCP|UDP|SCTP)/#) != nil
  }
}

// MARK: The way down

extension TextSurroundings {
  /// The surroundings of the value of a key.
  func below(_ key: String, of mapping: Node) -> TextSurroundings {
    var inner = self
    inner.wordsBefore = []
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
    isForeign =
      !isKnownKind && part != .metadata || hasParametersOfDriver && key == "parameters"
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
      environment = Self.environment(of: mapping)
      hasOtherVariables = mapping["envFrom"] != nil
    }
    if key == "args" { wordsBefore = mapping["command"]?.sequence ?? [] }
  }

  /// The surroundings of an item of a list.
  func below(_ index: Int, of items: [Node]) -> TextSurroundings {
    var inner = self
    inner.wordsBefore = []
    if expandsReferences, ScriptFlag.isLast(of: wordsBefore + items[..<index]) {
      inner.isForeign = true
    }
    return inner
  }

  private static func environment(of container: Node) -> Set<String> {
    Set((container["env"]?.sequence ?? []).compactMap { $0["name"]?.string })
  }

  /// Programs that read annotations as templates or configuration: Vault's agent injector, ingress-nginx,
  /// Datadog's agent and Elastic's beats.
  private static let ownersOfAnnotations = [
    "vault.hashicorp.com/", "nginx.ingress.kubernetes.io/", "ad.datadoghq.com/", "co.elastic.",
  ]
}

/// The flag of a command line after which a script follows: `sh -c`, `bash -ecx --`, `perl -e`,
/// `mongosh --eval`, `pwsh -Command`.
private enum ScriptFlag {
  /// Whether the last of some words is one, but for `--`.
  static func isLast(of words: [Node]) -> Bool {
    let words = words.map(\.string)
    guard let flag = words.last(where: { $0 != "--" }) ?? nil, flag.begins(with: "-") else {
      return false
    }
    if ["--eval", "-Command", "-command"].contains(flag) { return true }
    guard !flag.begins(with: "--"), flag.utf8.count <= longest else { return false }
    let program = (words.first ?? nil)?.split(separator: "/").last.map(String.init) ?? ""
    if shells.contains(program) { return flag.contains("c") }
    return flag.ends(with: "c") || interpreters.contains(program) && flag.ends(with: "e")
  }

  private static let longest = 6
  private static let shells = ["sh", "bash", "ash", "dash", "zsh", "ksh"]
  private static let interpreters = ["perl", "node", "ruby", "lua", "Rscript", "elixir"]
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
