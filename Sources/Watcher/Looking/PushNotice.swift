internal import Synchronization

/// That a Git server has reported a push: the branches are looked at soon.
package final class PushNotice: Sendable {
  private let isNoted = Mutex(false)

  package init() {}

  /// A push was reported.
  func note() { isNoted.withLock { $0 = true } }

  /// Whether one was reported that was not looked for yet.
  var isWaiting: Bool { isNoted.withLock { $0 } }

  /// The branches are looked at now.
  func clear() { isNoted.withLock { $0 = false } }
}
