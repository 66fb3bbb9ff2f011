package import Manifests

/// One Pipeline of a Promise's workflow, as far as its containers can be run outside a cluster
/// (`api/v1alpha1/pipeline_types.go`).
package struct Pipeline: Sendable, Hashable {
  package let name: String
  /// In the order in which they run.
  package let containers: [Container]

  /// One container.
  package struct Container: Sendable, Hashable {
    package let name: String
    package let image: String
    /// Instead of the image's entry point; empty for that.
    package let command: [String]
    package let arguments: [String]
    package let variables: [Variable]
    /// Fields that have no effect outside a cluster: `envFrom`, `volumeMounts`.
    package let fieldsNotFollowed: [String]
  }

  /// One entry of a container's `env`.
  package struct Variable: Sendable, Hashable {
    package let name: String
    package let value: Value

    /// What the variable is set to.
    package enum Value: Sendable, Hashable {
      case text(String)
      /// An object of the cluster has it: the field of `valueFrom`, and whether it may be missing.
      case reference(String, isOptional: Bool)
    }
  }
}

extension Promise {
  /// The Pipelines of one of its workflows, in the order in which Kratix runs them.
  ///
  /// - Throws: `ManifestError` with file, line and field.
  package func pipelines(
    of type: WorkflowContext.WorkflowType, _ action: WorkflowContext.Action
  ) throws(ManifestError) -> [Pipeline] {
    let pointer = "/spec/workflows/\(type.rawValue)/\(action.rawValue)"
    var pipelines: [Pipeline] = []
    for index in (try manifest.optional(.sequence, at: pointer) ?? []).indices {
      pipelines.append(try Pipeline(of: manifest, at: "\(pointer)/\(index)"))
    }
    return pipelines
  }
}

extension Pipeline {
  fileprivate init(of object: PlatformObject, at pointer: String) throws(ManifestError) {
    name = try object.require(.objectName, at: "\(pointer)/metadata/name")
    var containers: [Container] = []
    let list = "\(pointer)/spec/containers"
    for index in try object.require(.someItems, at: list).indices {
      containers.append(try Container(of: object, at: "\(list)/\(index)"))
    }
    self.containers = containers
  }
}

extension Pipeline.Container {
  fileprivate init(of object: PlatformObject, at pointer: String) throws(ManifestError) {
    name = try object.require(.objectName, at: "\(pointer)/name")
    image = try object.require(.imageName, at: "\(pointer)/image")
    command = try object.optional(.programTexts, at: "\(pointer)/command") ?? []
    arguments = try object.optional(.programTexts, at: "\(pointer)/args") ?? []
    var variables: [Pipeline.Variable] = []
    for index in (try object.optional(.sequence, at: "\(pointer)/env") ?? []).indices {
      variables.append(try Pipeline.Variable(of: object, at: "\(pointer)/env/\(index)"))
    }
    self.variables = variables
    fieldsNotFollowed = ["envFrom", "volumeMounts"].filter {
      object.node.value(at: "\(pointer)/\($0)")?.sequence?.isEmpty == false
    }
  }
}

extension Pipeline.Variable {
  fileprivate init(of object: PlatformObject, at pointer: String) throws(ManifestError) {
    name = try object.require(.variableName, at: "\(pointer)/name")
    let sources = try object.optional(.mapping, at: "\(pointer)/valueFrom")
    guard let source = sources?.entries.first else {
      value = .text(try object.optional(.programText, at: "\(pointer)/value") ?? "")
      return
    }
    value = .reference(source.key, isOptional: source.value["optional"]?.boolean == true)
  }
}

extension Pipeline.Container {
  /// A text of `command`, `args` or `env` with the variables that it names as `$(NAME)` replaced;
  /// `$$` is a dollar sign, and unknown names are left as they are (Kubernetes: "Define dependent
  /// environment variables").
  package static func expand(_ text: String, with variables: [String: String]) -> String {
    var expanded = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "$" else {
        expanded.append(scalar)
        continue
      }
      if rest.first == "$" {
        rest.removeFirst()
        expanded.append("$")
      } else if rest.first == "(", let end = rest.firstIndex(of: ")"),
        let value = variables[String(rest[..<end].dropFirst())]
      {
        rest = rest[rest.index(after: end)...]
        expanded.append(contentsOf: value.unicodeScalars)
      } else {
        expanded.append("$")
      }
    }
    return String(expanded)
  }
}

extension Shape where Value == [Node] {
  fileprivate static var someItems: Shape {
    Shape("a list that is not empty") { $0.sequence.flatMap { $0.isEmpty ? nil : $0 } }
  }
}

extension Shape where Value == String {
  /// A text that a program can be given; messages do not quote it, as it may be secret.
  fileprivate static var programText: Shape {
    Shape("a string without NUL", isSecret: true) { node in
      node.string.flatMap { $0.utf8.contains(0) ? nil : $0 }
    }
  }

  /// The name of an image, which a container engine must not take for an option.
  fileprivate static var imageName: Shape {
    Shape("the name of an image") { node in
      node.string.flatMap { text in
        let isName =
          !text.isEmpty && text.utf8.first != UInt8(ascii: "-")
          && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return isName ? text : nil
      }
    }
  }

  /// The name of an environment variable: printable ASCII, as Kubernetes allows it, which no line of a
  /// file of variables takes for something else.
  fileprivate static var variableName: Shape {
    Shape("the name of a variable") { node in
      node.string.flatMap { text in
        let isName =
          !text.isEmpty && text.utf8.first != UInt8(ascii: "#")
          && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "=") }
        return isName ? text : nil
      }
    }
  }
}

extension Shape where Value == [String] {
  fileprivate static var programTexts: Shape {
    Shape("a list of strings without NUL", isSecret: true) { node in
      strings.read(node).flatMap { texts in
        texts.contains { $0.utf8.contains(0) } ? nil : texts
      }
    }
  }
}
