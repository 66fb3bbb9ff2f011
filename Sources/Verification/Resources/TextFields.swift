internal import Manifests

/// Fields of Kubernetes that take texts alone. A template that leaves their quotes out makes a number or
/// a boolean of some values.
extension LandedObject {
  /// Where a field that takes a text has another scalar.
  var scalarsInsteadOfTexts: [(pointer: String, value: Node)] {
    textMappings.flatMap { pointer, node in
      (node?.mapping?.entries ?? []).filter(\.value.isOtherScalar)
        .map { (JSONPointer.appending($0.key, to: pointer), $0.value) }
    } + containers.flatMap(Self.scalars)
  }

  /// Mappings whose values are texts, with where they are.
  private var textMappings: [(pointer: String, node: Node?)] {
    let metadata = node["metadata"]
    return [
      ("/metadata/labels", metadata?["labels"]),
      ("/metadata/annotations", metadata?["annotations"]),
      ownMapping,
    ] + podMappings
  }

  private var ownMapping: (pointer: String, node: Node?) {
    switch (identity.group, identity.kind) {
    case ("", "ConfigMap"): ("/data", node["data"])
    case ("", "Service"): ("/spec/selector", node["spec"]?["selector"])
    case ("networking.k8s.io", "NetworkPolicy"):
      ("/spec/podSelector/matchLabels", node["spec"]?["podSelector"]?["matchLabels"])
    case ("apps", _), ("policy", _), ("batch", _):
      ("/spec/selector/matchLabels", node["spec"]?["selector"]?["matchLabels"])
    default: ("", nil)
    }
  }

  private var podSpec: String? { KnownKind.of(identity) == nil ? nil : podSpecPointer }

  private var podMappings: [(pointer: String, node: Node?)] {
    guard let podSpec else { return [] }
    let template = podSpec.dropLast("/spec".count)
    let pointers =
      ["\(podSpec)/nodeSelector"]
      + (template.isEmpty
        ? [] : ["\(template)/metadata/labels", "\(template)/metadata/annotations"])
    return pointers.map { ($0, node.value(at: $0)) }
  }

  private var containers: [(pointer: String, node: Node)] {
    guard let podSpec else { return [] }
    return ["initContainers", "containers"].flatMap { list in
      (node.value(at: "\(podSpec)/\(list)")?.sequence ?? []).enumerated().map { index, container in
        ("\(podSpec)/\(list)/\(index)", container)
      }
    }
  }

  private static func scalars(
    of container: (pointer: String, node: Node)
  ) -> [(pointer: String, value: Node)] {
    ["command", "args", "env"].flatMap { field in
      (container.node[field]?.sequence ?? []).enumerated().compactMap { index, item in
        let value = field == "env" ? item["value"] : item
        guard let value, value.isOtherScalar else { return nil }
        let pointer = "\(container.pointer)/\(field)/\(index)"
        return (field == "env" ? "\(pointer)/value" : pointer, value)
      }
    }
  }
}

extension Node {
  fileprivate var isOtherScalar: Bool {
    switch content {
    case .boolean, .integer, .number: true
    default: false
    }
  }
}
