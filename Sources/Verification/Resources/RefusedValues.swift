internal import Foundation
internal import Manifests

/// A value for which the API server refuses an object.
struct RefusedValue {
  let pointer: String
  let expected: String
  let actual: String
  let remedy: String
}

/// What the API server demands of Kubernetes' own kinds, and what replaced texts often miss.
extension LandedObject {
  /// All of them.
  var refusedValues: [RefusedValue] {
    if let versions = KnownKind.versions(insteadOf: identity) {
      return [
        RefusedValue(
          pointer: "/apiVersion", expected: versions.joined(separator: " or "),
          actual: identity.apiVersion,
          remedy: "let the pipeline set a version that Kubernetes serves")
      ]
    }
    guard KnownKind.of(identity) != nil else { return refusedMetadata }
    return refusedMetadata + refusedNumbers + refusedQuantities + refusedSelector
      + refusedContainers + refusedKeys
  }

  private var containers: [(pointer: String, node: Node)] {
    guard let podSpec = podSpecPointer else { return [] }
    return ["initContainers", "containers"].flatMap { items(of: "\(podSpec)/\($0)") }
  }

  private func items(of pointer: String) -> [(pointer: String, node: Node)] {
    (node.value(at: pointer)?.sequence ?? []).enumerated().map { ("\(pointer)/\($0)", $1) }
  }
}

// MARK: Metadata

extension LandedObject {
  /// Metadata of a wrong shape, on any kind (Kubernetes' API reference, `ObjectMeta`).
  private var refusedMetadata: [RefusedValue] {
    guard let metadata = node["metadata"] else { return [] }
    let maps = ["labels", "annotations"].flatMap { field -> [RefusedValue] in
      guard let value = metadata[field], !value.isNull else { return [] }
      guard let entries = value.mapping?.entries else {
        return [refused(field, "keys with texts", value)]
      }
      return entries.filter { $0.value.mapping != nil || $0.value.sequence != nil }.map {
        refused(JSONPointer.appending($0.key, to: field), "a text", $0.value)
      }
    }
    let lists = [("finalizers", "a list of texts"), ("ownerReferences", "a list of objects")]
      .compactMap { field, expected -> RefusedValue? in
        guard let value = metadata[field], !value.isNull else { return nil }
        let isRight = value.sequence?.allSatisfy {
          field == "finalizers" ? $0.string != nil : $0.mapping != nil
        }
        return isRight == true ? nil : refused(field, expected, value)
      }
    return refusedTexts(of: metadata) + maps + lists
  }

  /// Names that YAML reads as something else, as `n` and `1.10`, and times that are none.
  private func refusedTexts(of metadata: Node) -> [RefusedValue] {
    let texts = ["name", "generateName", "namespace"].compactMap { field -> RefusedValue? in
      guard let value = metadata[field], !value.isNull, value.string == nil else { return nil }
      return refused(field, "a text, in quotes", value)
    }
    let times = ["creationTimestamp", "deletionTimestamp"].compactMap { field -> RefusedValue? in
      guard let value = metadata[field], !value.isNull else { return nil }
      guard let text = value.string else { return refused(field, "a time", value) }
      guard !text.isTime else { return nil }
      return RefusedValue(
        pointer: "/metadata/\(field)", expected: "a time, as 2006-01-02T15:04:05Z", actual: text,
        remedy: "leave it out: Kubernetes sets it")
    }
    return texts + times
  }

  private func refused(_ field: String, _ expected: String, _ value: Node) -> RefusedValue {
    RefusedValue(
      pointer: "/metadata/\(field)", expected: expected, actual: value.kindDescription,
      remedy: "let the pipeline render it as Kubernetes' API reference has it")
  }
}

// MARK: Numbers and quantities

extension LandedObject {
  private static let numbers = [
    "Deployment": ["replicas"], "StatefulSet": ["replicas"], "ReplicaSet": ["replicas"],
    "HorizontalPodAutoscaler": ["minReplicas", "maxReplicas"],
    "Job": ["backoffLimit", "completions", "parallelism", "ttlSecondsAfterFinished"],
    "CronJob": ["failedJobsHistoryLimit", "successfulJobsHistoryLimit"],
  ]

  /// Numbers in quotes.
  private var refusedNumbers: [RefusedValue] {
    let own = refusedNumbers(Self.numbers[identity.kind] ?? [], of: ("/spec", node["spec"]))
    let ofService =
      identity.kind == "Service"
      ? items(of: "/spec/ports").flatMap { refusedNumbers(["port", "nodePort"], of: $0) } : []
    let ofContainers = containers.flatMap { items(of: "\($0.pointer)/ports") }
      .flatMap { refusedNumbers(["containerPort"], of: $0) }
    return own + ofService + ofContainers
  }

  private func refusedNumbers(
    _ fields: [String], of parent: (pointer: String, node: Node?)
  ) -> [RefusedValue] {
    fields.compactMap { field in
      guard let value = parent.node?[field], value.string != nil || value.boolean != nil else {
        return nil
      }
      return RefusedValue(
        pointer: "\(parent.pointer)/\(field)", expected: "an integer",
        actual: value.kindDescription, remedy: "let the pipeline set a number, without quotes")
    }
  }

  private var refusedQuantities: [RefusedValue] {
    let claims =
      identity.kind == "PersistentVolumeClaim"
      ? ["/spec"] : items(of: "/spec/volumeClaimTemplates").map { "\($0.pointer)/spec" }
    return (claims + containers.map(\.pointer))
      .flatMap { ["\($0)/resources/requests", "\($0)/resources/limits"] }
      .flatMap { pointer in
        (node.value(at: pointer)?.mapping?.entries ?? []).compactMap { entry -> RefusedValue? in
          guard let text = entry.value.string, Quantity(text) == nil else { return nil }
          return RefusedValue(
            pointer: JSONPointer.appending(entry.key, to: pointer),
            expected: "a quantity, as 500m or 10Gi", actual: text.isEmpty ? "an empty text" : text,
            remedy: "let the pipeline render a quantity of Kubernetes")
        }
      }
  }
}

// MARK: Pods, and keys

extension LandedObject {
  /// Labels that the pods of the object must have, and have not.
  private var refusedSelector: [RefusedValue] {
    guard identity.group == "apps", let template = node.value(at: "/spec/template") else {
      return []
    }
    let labels = template.value(at: "/metadata/labels")
    let pointer = "/spec/selector/matchLabels"
    return (node.value(at: pointer)?.mapping?.entries ?? []).compactMap { entry in
      let own = labels?[entry.key]
      guard own != entry.value else { return nil }
      return RefusedValue(
        pointer: JSONPointer.appending(entry.key, to: pointer),
        expected: "the label of the pods, "
          + (own.map { $0.scalarText ?? $0.kindDescription } ?? "which have none of this key"),
        actual: entry.value.scalarText ?? entry.value.kindDescription,
        remedy: "let the pipeline set the same value in the selector and in the template")
    }
  }

  /// Containers without an image, and two of one name.
  private var refusedContainers: [RefusedValue] {
    var names: Set<String> = []
    return containers.flatMap { pointer, container -> [RefusedValue] in
      var refused: [RefusedValue] = []
      if let image = container["image"], image.isNull || image.string == "" {
        refused.append(
          RefusedValue(
            pointer: "\(pointer)/image", expected: "an image", actual: "nothing",
            remedy: "let the pipeline fail where a variable is not set"))
      }
      if let name = container["name"]?.string, !names.insert(name).inserted {
        refused.append(
          RefusedValue(
            pointer: "\(pointer)/name", expected: "a name of its own", actual: name,
            remedy: "let the pipeline add the container once"))
      }
      return refused
    }
  }

  /// Keys of a ConfigMap or Secret that cannot be.
  private var refusedKeys: [RefusedValue] {
    guard identity.group.isEmpty, ["ConfigMap", "Secret"].contains(identity.kind) else { return [] }
    return ["/data", "/binaryData", "/stringData"].flatMap { pointer in
      (node.value(at: pointer)?.mapping?.entries ?? []).filter { !NameShape.isKey($0.key) }.map {
        RefusedValue(
          pointer: JSONPointer.appending($0.key, to: pointer),
          expected: "a key of letters, digits, -, _ and .", actual: $0.key,
          remedy: "let the pipeline name the key without a path")
      }
    }
  }
}

extension String {
  /// Whether it is a time as RFC 3339 has it, with or without fractions of a second.
  fileprivate var isTime: Bool {
    [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)]
      .contains { (try? Date(self, strategy: $0)) != nil }
  }
}
