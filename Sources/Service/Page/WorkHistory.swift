internal import Foundation
internal import Git
internal import Landing

/// What became of a Work, newest first: by the commits of the state stores, and where those are not
/// to be had by what the service remembers.
struct WorkHistory: Sendable {
  /// One commit.
  struct Entry: Sendable, Hashable {
    var url: String
    var commit: String
    /// When it was made, in RFC 3339.
    var time: String
    var subject: String
    var author: String?
  }

  /// How many commits are shown.
  static let most = 20

  var entries: [Entry] = []
  /// What is not in it, for a person.
  var note: String?
}

extension WorkHistory {
  /// The history of what stands of a Work.
  ///
  /// - Parameter remembered: The landings that the service remembers.
  init(
    of work: DesiredWork, remembered: [PastLanding], on platform: Platforms.Version,
    deadline: ContinuousClock.Instant
  ) async {
    var isWhole = true
    for result in work.results {
      guard let receipt = result.receipt else { continue }
      do {
        let (store, _) = try platform.stores.store(result.store)
        let (found, isAll) = try await Self.commits(of: receipt, in: store, deadline: deadline)
        entries += found
        isWhole = isWhole && isAll
      } catch {
        isWhole = false
        note = "\(result.store) could not be read now: \(LandingError(error).message)"
      }
    }
    // The branch tells what it can; what it was not asked for is remembered.
    if !isWhole || work.results.isEmpty {
      let known = Set(entries.map(\.commit))
      entries += remembered.filter { !known.contains($0.commit) }.map { past in
        Entry(url: past.url, commit: past.commit, time: past.time, subject: past.outcome)
      }
      note = note ?? "Older commits: git log -- PATH"
    }
    entries.sort { $0.time > $1.time }
    if entries.count > Self.most {
      entries = Array(entries.prefix(Self.most))
      note = note ?? "Older commits: git log -- PATH"
    }
  }

  private static func commits(
    of receipt: Receipt, in store: StateStore, deadline: ContinuousClock.Instant
  ) async throws -> ([Entry], isWhole: Bool) {
    let placements = receipt.placements.filter { $0.outcome != .removed }
    let paths = placements.flatMap { $0.tree == nil ? $0.files.map(\.path) : [$0.path] }
    guard let tip = try await store.tip(deadline: deadline), !paths.isEmpty else {
      return ([], true)
    }
    let (changes, isWhole) = try await store.history.changes(
      of: paths.map { try StatePath($0) }, from: tip, atMost: most, deadline: deadline)
    let entries = changes.map { element in
      Entry(
        url: receipt.stateStore.url, commit: element.id.hexadecimal,
        time: Date(timeIntervalSince1970: TimeInterval(element.commit.committer.seconds))
          .formatted(.iso8601),
        subject: element.commit.subject, author: element.commit.author.name)
    }
    return (entries, isWhole)
  }
}
