package import Foundation
package import KubernetesAPI
internal import Manifests

/// That a request has landed, or has not, otherwise than was said before.
package struct VerdictChange: Sendable, Hashable {
  package let key: RequestKey
  /// What was said before; `nil` if that is not known.
  package let former: String?
  package let judgement: Judgement
  package let destinations: [String]
  package let time: Date

  /// - Parameters:
  ///   - former: The last verdict of this process that said whether it has landed.
  ///   - isFirst: Whether this process has said nothing of the request before.
  ///   - known: The condition that the request has: what an earlier process said.
  /// - Returns: `nil` if nothing has changed, or if it is not known whether it has landed: the state of a
  ///   state store is no news of thousands of requests. The first time that a request is seen it counts
  ///   only if it has not landed, so that a new watcher does not report all that is right.
  package init?(
    _ key: RequestKey, to judgement: Judgement, from former: Judgement.Verdict?, isFirst: Bool,
    known: StatusCondition?, destinations: [String], time: Date
  ) {
    guard let status = judgement.verdict.conditionStatus, status != .unknown else { return nil }
    if let former {
      guard former != judgement.verdict else { return nil }
    } else if let known, known.status != .unknown {
      guard status != known.status else { return nil }
    } else {
      guard status == .isFalse || !isFirst else { return nil }
    }
    self.former =
      former?.rawValue ?? known.flatMap { $0.status == .unknown ? nil : $0.reason }
    self.key = key
    self.judgement = judgement
    self.destinations = destinations
    self.time = time
  }

  /// The body of the webhook, of which chat servers show `text`.
  package var json: String {
    let sentence =
      "\(key): \(former.map { "\($0), now " } ?? "")\(judgement.verdict.rawValue)"
      + " (\(judgement.reason)) \(judgement.message)"
    var fields: Mapping = [
      "text": Node(.string(sentence)), "promise": Node(.string(key.promise)),
      "namespace": Node(.string(key.namespace)), "name": Node(.string(key.name)),
      "verdict": Node(.string(judgement.verdict.rawValue)),
      "reason": Node(.string(judgement.reason)), "message": Node(.string(judgement.message)),
      "destinations": Node(.sequence(destinations.map { Node(.string($0)) })),
      "time": Node(.string(KubernetesTime.text(time))),
    ]
    if let former { fields["former"] = Node(.string(former)) }
    return JSONWriter().text(of: Node(.mapping(fields)))
  }
}
