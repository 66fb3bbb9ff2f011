internal import Git
internal import Logging

/// The objects of a branch that are on this machine: stored ones, and pushed ones not stored yet.
///
/// Not `Sendable`: it belongs to the `ObjectCache`, on whose thread libgit2 is used.
final class StoredObjects {
  private let branch: RemoteBranch
  private let cache: Cache
  private var places: ObjectPlaces
  /// Objects that were pushed and are not stored yet.
  private(set) var unsaved = NewObjects()
  /// The pushed commits among them.
  private var unsavedTips: [FetchedTips.Made] = []

  /// How many bytes of pushed objects are held in memory.
  private static let mostUnsaved = 8 << 20
  /// From how many bytes on a pushed blob is not kept: no write reads it again.
  private static let largeBlob = 1 << 20

  init(of branch: RemoteBranch, in cache: Cache) {
    self.branch = branch
    self.cache = cache
    places = ObjectPlaces(for: branch.description.url, in: cache, logger: branch.logger)
  }

  /// How often stored objects were lost with their place.
  var losses: Int { places.losses }

  func open() throws -> ObjectDatabase { try places.open() }

  func close() { places.close() }

  func leaveTemporaryPlace() { places.leaveTemporary() }

  /// Keeps pushed objects in memory, because writing them to the disk takes time.
  func keep(_ new: NewObjects, at tip: ObjectID, madeFrom base: ObjectID?) {
    let kept = new.withoutBlobs(over: Self.largeBlob)
    unsaved.add(kept)
    unsavedTips.append(
      FetchedTips.Made(id: tip, base: base, isKept: kept.objects.count == new.objects.count))
    if unsaved.byteCount > Self.mostUnsaved { flush() }
  }

  /// Stores the pushed objects that are still in memory.
  func flush() {
    if unsaved.byteCount == 0 { return }
    do {
      try open().store(unsaved)
      record { tips in
        for made in unsavedTips { tips.add(made) }
      }
    } catch {
      // Objects that are not in the cache are fetched when they are needed.
      branch.logger.info("cache not written", metadata: ["error.message": "\(error)"])
    }
    unsaved = NewObjects()
    unsavedTips = []
  }

  /// Combines the packs of the cache when they are many, keeping the objects of one commit.
  func compact(keeping tip: ObjectID) {
    let url = branch.description.url
    guard cache.wantsUpkeep(for: url) else { return }
    do {
      try cache.putTogether(for: url, keeping: tip, of: branch.reference)
    } catch {
      branch.logger.info("cache thrown away", metadata: ["error.message": "\(error)"])
      cache.discard(for: url)
    }
    close()
  }

  // MARK: Commits that can be named to the server

  /// The commits that are in the cache, after the pushed ones were stored there.
  func fetchedTips() -> FetchedTips {
    flush()
    // Only the cache has a record of them.
    guard places.isCache else { return FetchedTips() }
    let tips = cache.fetchedTips(of: branch.description.url, branch.reference)
    guard !tips.tips.isEmpty, let database = try? open() else { return FetchedTips() }
    return tips.filter(database.contains)
  }

  /// Records which commits are in the cache.
  func record(_ change: (inout FetchedTips) -> Void) {
    guard places.isCache else { return }
    var tips = cache.fetchedTips(of: branch.description.url, branch.reference)
    change(&tips)
    cache.write(tips, of: branch.description.url, branch.reference)
  }

  // MARK: Repair

  /// What is tried, in this order, when stored objects cannot be read.
  enum Remedy: CaseIterable {
    /// Another process may have replaced the packs that are open here.
    case reopen
    /// The files may be damaged; their objects can be fetched again.
    case discard
    /// The disk may be full or broken.
    case leave

    static var all: ArraySlice<Remedy> { allCases[...] }
  }

  /// Tries the next remedy.
  ///
  /// - Returns: `false` when none is left.
  /// - Throws: `LandingError` when no time is left.
  func heal(
    _ remedies: inout ArraySlice<Remedy>, because error: GitError
  ) throws(LandingError) -> Bool {
    guard error.code != .interrupted else { throw error.landingError }
    switch remedies.popFirst() {
    case .reopen: close()
    case .discard:
      branch.logger.notice("cache damaged, made anew", metadata: ["error.message": "\(error)"])
      places.discard()
    case .leave: return places.leave(because: error)
    case nil: return false
    }
    return true
  }

  /// Finds another place after the disk did not take objects.
  ///
  /// - Returns: `false` when there is none.
  func replacePlace(because error: GitError) -> Bool {
    places.recreate() || places.leave(because: error)
  }
}
