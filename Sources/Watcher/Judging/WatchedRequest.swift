package import Foundation
package import Kratix
package import KubernetesAPI
package import Manifests

/// The request of a Promise, by its names.
package struct RequestKey: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let promise: String
  package let namespace: String
  package let name: String

  package init(promise: String, namespace: String, name: String) {
    self.promise = promise
    self.namespace = namespace
    self.name = name
  }

  package var description: String { "\(promise) \(namespace)/\(name)" }

  package static func < (left: RequestKey, right: RequestKey) -> Bool {
    (left.promise, left.namespace, left.name) < (right.promise, right.namespace, right.name)
  }
}

/// A request as the cluster has it.
package struct WatchedRequest: Sendable {
  package let key: RequestKey
  package let progress: RequestProgress
  package let reference: ObjectReference
  /// The condition that was set before, perhaps by an earlier process: what is known of it survives there.
  package internal(set) var known: StatusCondition?
  private let object: KeptObject

  /// - Throws: `ManifestError`.
  package init(_ object: PlatformObject, promise: String) throws(ManifestError) {
    let request = try ResourceRequest(object)
    key = RequestKey(promise: promise, namespace: request.namespace, name: request.name)
    progress = RequestProgress(object.node)
    reference = ObjectReference(
      apiVersion: object.identity.apiVersion, kind: object.identity.kind,
      namespace: request.namespace, name: request.name,
      uid: object.node.value(at: "/metadata/uid")?.string)
    known = StatusCondition(KeptObject.ownCondition, of: object.node)
    self.object = KeptObject(object.node)
  }

  /// The whole object.
  package var node: Node { object.node }

  /// The request to be checked.
  ///
  /// - Throws: `ManifestError`.
  package func resourceRequest() throws(ManifestError) -> ResourceRequest {
    let (node, file) = (node, "\(reference.kind)/\(key.name) in \(key.namespace)")
    guard let identity = ObjectIdentity(node) else {
      throw ManifestError(
        code: .invalidField, file: file, position: nil, message: "it has no kind or no name")
    }
    return try ResourceRequest(
      PlatformObject(ManifestObject(identity: identity, node: node), file: file))
  }

  /// Whether nothing differs on which a judgement depends.
  ///
  /// Our own condition does not count, unless others took it away.
  package func saysTheSame(as new: WatchedRequest) -> Bool {
    guard known == nil || new.known != nil else { return false }
    if object == new.object { return true }
    let (old, now) = (node, new.node)
    return progress == new.progress && reference == new.reference && old["spec"] == now["spec"]
      && old.value(at: "/metadata/labels") == now.value(at: "/metadata/labels")
  }

  /// When all its pipelines completed; `nil` if they have not, or where that is not known.
  package var completed: Date? {
    guard case .completed(let time) = progress else { return nil }
    return time.flatMap(KubernetesTime.date)
  }
}
