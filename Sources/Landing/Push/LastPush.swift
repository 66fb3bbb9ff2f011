internal import Digests
internal import Foundation
internal import Git
internal import GitTransport

/// The last push to a branch.
///
/// While nobody else pushes, the branch still names its commit, and the next push may believe that
/// without asking: the server refuses one that believes in vain.
struct LastPush: Sendable, Hashable, Codable {
  let tip: ObjectID
  let offer: PushOffer
  /// Whether the branch named our commit when it was asked, or pushed to, the next time.
  var isAlone: Bool
}

extension StateStore {
  /// A connection that asks nothing first, and the commit to push onto.
  func believedConnection() -> (base: ObjectID, PushConnection)? {
    readBelief()
    guard let belief, belief.isAlone,
      let connection = remote.openPush(
        of: reference, believedAt: belief.tip, offer: belief.offer)
    else { return nil }
    return (belief.tip, connection)
  }

  /// Takes note of what the branch is said to name.
  func learn(_ tip: ObjectID?) {
    readBelief()
    if belief?.tip == tip { belief?.isAlone = true } else { belief = nil }
  }

  /// Takes note of a push that was accepted.
  func believe(in tip: ObjectID) {
    guard let offer = remote.knownPushOffer ?? belief?.offer else { return }
    belief = LastPush(tip: tip, offer: offer, isAlone: belief?.isAlone ?? false)
  }

  /// Somebody else has pushed, or the server wants to be asked.
  func disbelieve() { belief = nil }

  /// Leaves what is believed to the next process.
  func keepBelief() {
    if let belief { cache.write(belief, for: description) }
  }

  private func readBelief() {
    if hasReadBelief { return }
    hasReadBelief = true
    belief = cache.lastPush(for: description)
  }
}

extension Cache {
  func lastPush(for store: StateStoreDescription) -> LastPush? {
    guard let data = FileManager.default.contents(atPath: lastPushFile(for: store)) else {
      return nil
    }
    // What cannot be read is not believed.
    return try? JSONDecoder().decode(LastPush.self, from: data)
  }

  func write(_ last: LastPush, for store: StateStoreDescription) {
    let file = lastPushFile(for: store)
    // One name for all, so that processes that are killed leave one at most. What two have written at
    // once is not believed, and without it the next process asks.
    let unfinished = file + ".unfinished"
    guard let data = try? JSONEncoder().encode(last),
      (try? data.write(to: URL(filePath: unfinished))) != nil
    else { return }
    rename(unfinished, file)
  }

  private func lastPushFile(for store: StateStoreDescription) -> String {
    let branch = Data(store.branch.utf8).hexadecimal
    return "\(place(for: store.url))/last-push-\(branch.prefix(200)).json"
  }
}
