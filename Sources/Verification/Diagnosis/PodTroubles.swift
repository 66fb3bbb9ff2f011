internal import Kratix
internal import Manifests

/// What keeps a Pod from running to its end, as its status tells (Kubernetes, "Pod Lifecycle").
struct PodTroubles {
  /// A container that ended with an error.
  struct Failure {
    let container: String
    /// Whether it has not been started again since.
    let isLast: Bool
    /// In a few words: `container render ended with 137 (OOMKilled)`.
    let summary: String
    /// The same, with what it said.
    let text: String
  }

  let pod: PlatformObject
  /// Containers that failed, in the order in which they run.
  let failures: [Failure]
  /// Why it does not run; `nil` where it does, or has.
  let obstacle: String?
  /// What else the status says of it.
  private let remarks: [String]

  init(_ pod: PlatformObject) {
    self.pod = pod
    let statuses = ["/status/initContainerStatuses", "/status/containerStatuses"].flatMap {
      pod.node.value(at: $0)?.sequence ?? []
    }
    failures = statuses.compactMap(Self.failure)
    let waiting = statuses.compactMap(Self.obstacle)
    obstacle = Self.eviction(of: pod) ?? waiting.first?.summary ?? Self.pending(pod)
    remarks =
      waiting.map(\.text)
      + pod.conditions.filter { $0.status == "False" && !$0.reason.isEmpty }
      .filter {
        !["ContainersNotReady", "ContainersNotInitialized", "PodCompleted", "PodFailed"]
          .contains($0.reason)
      }
      .map { "\(pod.title): \($0.text)" }
  }

  /// Everything that the status shows, for evidence.
  var all: [String] {
    let message = pod.text(at: "/status/message")
    let reason = pod.text(at: "/status/reason")
    let own =
      reason.isEmpty ? [] : ["\(pod.title): \(reason)\(message.isEmpty ? "" : ": \(message)")"]
    return own + failures.map(\.text) + remarks
  }

  private static func failure(_ status: Node) -> Failure? {
    let ended = status.value(at: "/state/terminated") ?? status.value(at: "/lastState/terminated")
    guard let ended, let code = ended["exitCode"]?.integer, code != 0 else { return nil }
    let name = status["name"]?.string ?? ""
    let reason = ended["reason"]?.string ?? ""
    let isTold = !["", "Error"].contains(reason)
    let summary = "container \(name) ended with \(code)\(isTold ? " (\(reason))" : "")"
    let message = ended["message"]?.string ?? ""
    let restarts = status["restartCount"]?.integer ?? 0
    return Failure(
      container: name, isLast: status.value(at: "/state/terminated") != nil, summary: summary,
      text: summary + (restarts > 0 ? ", restarted \(restarts) times" : "")
        + (message.isEmpty ? "" : ": \(message.prefix(400))"))
  }

  /// A container that waits for more than its turn.
  private static func obstacle(_ status: Node) -> (summary: String, text: String)? {
    guard let waiting = status.value(at: "/state/waiting"),
      let reason = waiting["reason"]?.string,
      !["PodInitializing", "ContainerCreating"].contains(reason)
    else { return nil }
    let name = status["name"]?.string ?? ""
    let image = status["image"]?.string ?? ""
    let isOfImage = reason.contains("Image") || reason == "RegistryUnavailable"
    let summary =
      "container \(name) waits: \(reason)" + (isOfImage && !image.isEmpty ? " of \(image)" : "")
    let message = waiting["message"]?.string ?? ""
    return (summary, message.isEmpty ? summary : "\(summary): \(message.prefix(400))")
  }

  private static func eviction(of pod: PlatformObject) -> String? {
    let reason = pod.text(at: "/status/reason")
    guard ["Evicted", "Preempted", "NodeLost", "Terminated"].contains(reason) else { return nil }
    return "it was ended from outside: \(reason)"
  }

  private static func pending(_ pod: PlatformObject) -> String? {
    guard pod.text(at: "/status/phase") == "Pending" else { return nil }
    guard let scheduled = pod.condition("PodScheduled"), scheduled.status == "False" else {
      return nil
    }
    return "no node takes it: \(scheduled.message.isEmpty ? scheduled.reason : scheduled.message)"
  }
}

extension PlatformObject {
  /// Whether a Job has given up.
  var hasEnded: Bool {
    condition("Failed")?.status == "True" || condition("FailureTarget")?.status == "True"
  }

  /// Whether a Job has given up, or a try of it failed and none has succeeded since.
  var hasFailed: Bool {
    hasEnded
      || (Int(text(at: "/status/failed")) ?? 0) > 0 && text(at: "/status/succeeded") != "1"
  }

  /// Why a Job gave up, in words.
  var reasonOfFailure: String? {
    guard let condition = condition("Failed") ?? condition("FailureTarget") else { return nil }
    switch condition.reason {
    case "BackoffLimitExceeded":
      return
        "it failed more often than its backoffLimit of \(text(at: "/spec/backoffLimit")) allows"
    case "DeadlineExceeded":
      let seconds = text(at: "/spec/activeDeadlineSeconds")
      return "it ran longer than its deadline" + (seconds.isEmpty ? "" : " of \(seconds) seconds")
    default: return condition.reason.isEmpty ? nil : condition.reason
    }
  }
}
