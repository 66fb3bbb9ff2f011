internal import Digests
internal import Foundation
internal import Git
internal import GitTransport

/// The tip of a branch after our last push, as a hint for the next one.
struct CachedTip: Sendable, Hashable, Codable {
  let tip: ObjectID
  /// What the server offers to a push; `nil` where it says so on each connection anyway.
  let offer: PushOffer?
  /// Whether no other writer was seen: the branch still pointed to our commit the next time.
  var isAlone: Bool
}

/// Keeps the cached tip of a branch, in memory and in the cache.
///
/// While there is no other writer, the next push uses the cached tip as its expected old value
/// without asking the server first; if it is stale, the server rejects the push.
struct TipCache {
  private let cache: Cache
  private let description: StateStoreDescription
  private lazy var cached = cache.cachedTip(for: description)

  init(for description: StateStoreDescription, in cache: Cache) {
    self.description = description
    self.cache = cache
  }

  /// The tip of the last push; `nil` when it is not known, or no longer the tip.
  var tip: ObjectID? { mutating get { cached?.tip } }

  /// The tip and the offer for a push that does not ask first.
  var optimisticBase: (tip: ObjectID, offer: PushOffer)? {
    mutating get {
      guard let cached, cached.isAlone, let offer = cached.offer else { return nil }
      return (cached.tip, offer)
    }
  }

  /// Compares the cached tip with the one that the server names.
  mutating func compare(with tip: ObjectID?) {
    if cached?.tip == tip { cached?.isAlone = true } else { cached = nil }
  }

  /// Records the tip after an accepted push.
  mutating func recordTip(_ tip: ObjectID, offer: PushOffer?) {
    cached = CachedTip(tip: tip, offer: offer ?? cached?.offer, isAlone: cached?.isAlone ?? false)
  }

  /// Forgets the tip, so that the next push asks.
  mutating func invalidateTip() { cached = nil }

  /// Stores the tip for the next process.
  mutating func save() {
    if let cached, cached.offer != nil { cache.write(cached, for: description) }
  }
}

extension Cache {
  fileprivate func cachedTip(for store: StateStoreDescription) -> CachedTip? {
    guard let data = FileManager.default.contents(atPath: cachedTipFile(for: store)) else {
      return nil
    }
    // Without a readable file the server is asked.
    return try? JSONDecoder().decode(CachedTip.self, from: data)
  }

  fileprivate func write(_ tip: CachedTip, for store: StateStoreDescription) {
    let file = cachedTipFile(for: store)
    // All processes use one name, so that at most one unfinished file remains when they are killed.
    // A file that two have written at once cannot be read, and the next process asks the server.
    let unfinished = file + ".unfinished"
    guard let data = try? JSONEncoder().encode(tip),
      (try? data.write(to: URL(filePath: unfinished))) != nil
    else { return }
    rename(unfinished, file)
  }

  private func cachedTipFile(for store: StateStoreDescription) -> String {
    let branch = Data(store.branch.utf8).hexadecimal
    return "\(place(for: store.url))/last-push-\(branch.prefix(200)).json"
  }
}
