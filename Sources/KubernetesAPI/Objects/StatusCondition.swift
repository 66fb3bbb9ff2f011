package import Foundation
package import Manifests

/// A condition in an object's `status` (`metav1.Condition`).
package struct StatusCondition: Sendable, Hashable {
  package enum Status: String, Sendable, Hashable {
    case isTrue = "True"
    case isFalse = "False"
    case unknown = "Unknown"
  }

  package var type: String
  package var status: Status
  /// One word in CamelCase.
  package var reason: String
  package var message: String
  /// When `status` changed last.
  package var lastTransitionTime: Date

  package init(
    type: String, status: Status, reason: String, message: String, lastTransitionTime: Date
  ) {
    self.type = type
    self.status = status
    self.reason = reason
    self.message = message
    self.lastTransitionTime = lastTransitionTime
  }

  /// The condition of a type that an object has; `nil` if it has none, or one of another shape.
  package init?(_ type: String, of object: Node) {
    let conditions = object.value(at: "/status/conditions")?.sequence ?? []
    guard let node = conditions.first(where: { $0["type"]?.string == type }),
      let status = node["status"]?.string.flatMap(Status.init(rawValue:))
    else { return nil }
    self.init(
      type: type, status: status, reason: node["reason"]?.string ?? "",
      message: node["message"]?.string ?? "",
      lastTransitionTime: (node["lastTransitionTime"]?.string).flatMap(KubernetesTime.date)
        ?? .distantPast)
  }

  /// The fields that Kratix's schema of a request's status knows, which others may not extend.
  package var node: Node {
    [
      "type": Node(.string(type)), "status": Node(.string(status.rawValue)),
      "reason": Node(.string(reason)), "message": Node(.string(message)),
      "lastTransitionTime": Node(.string(KubernetesTime.text(lastTransitionTime))),
    ]
  }
}

/// How one condition is applied to an object without touching those of others.
struct ConditionPatch {
  let fields: Node

  /// - Parameter object: The object as the server has it, with `managedFields`.
  init(_ condition: StatusCondition, of object: Node) {
    let others = (object.value(at: "/status/conditions")?.sequence ?? []).filter {
      $0["type"]?.string != condition.type
    }
    let isMerged = others.isEmpty || Self.mergesConditions(object)
    // The server merges conditions by their type where the schema says so. Kratix's schema of a request
    // does not: there the list is one value, and has to be given whole. The resourceVersion makes sure
    // that nothing changed in between.
    let conditions = isMerged ? [condition.node] : others + [condition.node]
    fields = [
      "apiVersion": object["apiVersion"] ?? .null, "kind": object["kind"] ?? .null,
      "metadata": [
        "name": object.value(at: "/metadata/name") ?? .null,
        "resourceVersion": object.value(at: "/metadata/resourceVersion") ?? .null,
      ],
      "status": ["conditions": Node(.sequence(conditions))],
    ]
  }

  /// Whether the server tracks the owner of each condition: `k:{"type":"Ready"}` below
  /// `f:conditions`, instead of one owner of the list.
  private static func mergesConditions(_ object: Node) -> Bool {
    (object.value(at: "/metadata/managedFields")?.sequence ?? []).contains { entry in
      let conditions = entry.value(at: "/fieldsV1/f:status/f:conditions")?.mapping
      return conditions?.keys.contains { $0.hasPrefix("k:") } ?? false
    }
  }
}

extension KubernetesClient {
  /// Sets one condition of an object by server-side apply; those of others stay as they are.
  ///
  /// - Returns: The object as it is then; `nil` if it is not there any more.
  /// - Throws: `KubernetesError`.
  @discardableResult
  package func setCondition(
    _ condition: StatusCondition, of resource: APIResource, namespace: String?, name: String,
    manager: String, deadline: ContinuousClock.Instant
  ) async throws(KubernetesError) -> Node? {
    var last: KubernetesError?
    for _ in 0..<limits.attempts {
      guard
        let object = try await object(
          resource, namespace: namespace, name: name, deadline: deadline)
      else { return nil }
      var condition = condition
      if let known = StatusCondition(condition.type, of: object), known.status == condition.status {
        condition.lastTransitionTime = known.lastTransitionTime
        if known == condition { return object }
      }
      let patch = ConditionPatch(condition, of: object)
      do throws(KubernetesError) {
        return try await applyStatus(
          patch.fields, to: resource, namespace: namespace, name: name, manager: manager,
          force: true, deadline: deadline)
      } catch {
        guard error.code == .conflict else { throw error }
        last = error
      }
    }
    throw last
      ?? KubernetesError(.conflict, "\(server): the status of \(name) changes all the time")
  }
}
