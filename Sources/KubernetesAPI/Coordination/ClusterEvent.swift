internal import Digests
package import Foundation
package import Manifests

/// An object that an Event is about.
package struct ObjectReference: Sendable, Hashable {
  package var apiVersion: String
  package var kind: String
  package var namespace: String?
  package var name: String
  package var uid: String?

  package init(
    apiVersion: String, kind: String, namespace: String?, name: String, uid: String? = nil
  ) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.namespace = namespace
    self.name = name
    self.uid = uid
  }

  /// A reference to an object that was read; `nil` if it has no kind or name.
  package init?(_ object: Node) {
    guard let identity = ObjectIdentity(object), !identity.name.isEmpty else { return nil }
    self.init(
      apiVersion: identity.apiVersion, kind: identity.kind, namespace: identity.namespace,
      name: identity.name, uid: object.value(at: "/metadata/uid")?.string)
  }

  fileprivate var node: Node {
    var fields: Mapping = [
      "apiVersion": Node(.string(apiVersion)), "kind": Node(.string(kind)),
      "name": Node(.string(name)),
    ]
    if let namespace { fields["namespace"] = Node(.string(namespace)) }
    if let uid { fields["uid"] = Node(.string(uid)) }
    return Node(.mapping(fields))
  }
}

/// Something that `kubectl describe` shows below an object (`events.k8s.io/v1`).
package struct ClusterEvent: Sendable, Hashable {
  package enum Severity: String, Sendable, Hashable {
    case normal = "Normal"
    case warning = "Warning"
  }

  package var regarding: ObjectReference
  /// Another object that it has to do with.
  package var related: ObjectReference?
  package var severity: Severity
  /// Why, in one word in CamelCase.
  package var reason: String
  /// What was done or noticed, in one word in CamelCase.
  package var action: String
  package var note: String
  package var time: Date
  /// What tells it from another Event of the same kind: by default the time.
  package var occasion: String

  package init(
    regarding: ObjectReference, related: ObjectReference? = nil, severity: Severity, reason: String,
    action: String, note: String, time: Date,
    occasion: String? = nil
  ) {
    self.regarding = regarding
    self.related = related
    self.severity = severity
    self.reason = reason
    self.action = action
    self.note = note
    self.time = time
    self.occasion = occasion ?? KubernetesTime.microText(time)
  }

  /// The API server takes no longer notes.
  private static let noteBytes = 1024

  package static let resource = APIResource(
    group: "events.k8s.io", version: "v1", plural: "events", kind: "Event")

  /// Events of cluster-scoped objects are in `default`, as those of Kubernetes' own controllers.
  package var namespace: String { regarding.namespace ?? "default" }

  /// The name: the same for the same Event, so that it is not created twice.
  package var name: String {
    let content = [
      regarding.uid ?? "", regarding.kind, reason, action, occasion,
    ].joined(separator: "\n")
    let digest = Digest.sha256(of: content.utf8).hexadecimal
    return "\(regarding.name.prefix(220)).\(digest.prefix(16))"
  }

  /// - Parameters:
  ///   - controller: The program that reports it: `statestore.dev/watch`.
  ///   - instance: The replica.
  package func node(controller: String, instance: String) -> Node {
    var fields: Mapping = [
      "apiVersion": "events.k8s.io/v1", "kind": "Event",
      "metadata": ["name": Node(.string(name)), "namespace": Node(.string(namespace))],
      "eventTime": Node(.string(KubernetesTime.microText(time))),
      "reportingController": Node(.string(controller)),
      "reportingInstance": Node(.string(String(instance.prefix(128)))),
      "action": Node(.string(action)), "reason": Node(.string(reason)),
      "type": Node(.string(severity.rawValue)), "note": Node(.string(shortNote)),
      "regarding": regarding.node,
    ]
    if let related { fields["related"] = related.node }
    return Node(.mapping(fields))
  }

  private var shortNote: String {
    guard note.utf8.count > Self.noteBytes else { return note }
    var kept = String.UnicodeScalarView()
    var bytes = 0
    for scalar in note.unicodeScalars {
      bytes += UTF8.width(scalar)
      if bytes > Self.noteBytes - 3 { break }
      kept.append(scalar)
    }
    return String(kept) + "\u{2026}"
  }
}

extension KubernetesClient {
  /// Creates an Event; one that exists already is left as it is.
  ///
  /// - Throws: `KubernetesError`.
  package func report(
    _ event: ClusterEvent, controller: String, instance: String, deadline: ContinuousClock.Instant
  ) async throws(KubernetesError) {
    do throws(KubernetesError) {
      try await create(
        event.node(controller: controller, instance: instance), ClusterEvent.resource,
        namespace: event.namespace, deadline: deadline)
    } catch {
      guard error.code == .alreadyExists else { throw error }
    }
  }
}
