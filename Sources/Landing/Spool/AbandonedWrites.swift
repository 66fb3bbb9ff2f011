internal import Foundation
internal import Git
internal import Kratix

/// Recovers the writes of a process that died between its push and the answers.
struct AbandonedWrites: Sendable {
  let branch: RemoteBranch
  let snapshots: SnapshotReader
  let history: HistoryReader

  /// How many commits may have been pushed since.
  private static let mostSince = 64

  /// Answers the writes that the branch shows to have landed.
  ///
  /// - Returns: The others.
  func recover(
    _ writes: [TakenWrite], deadline: ContinuousClock.Instant
  ) async -> [PendingWrite] {
    guard writes.contains(where: { $0.pushed != nil }) else { return writes.map(\.write) }
    // When this cannot be found out, the writes are pushed again: those that have landed are found
    // unchanged.
    guard let tip = try? await branch.tip(deadline: deadline),
      let log = try? await history.log(from: tip, atMost: Self.mostSince, deadline: deadline)
    else { return writes.map(\.write) }
    let commits = Set(log.commits.map(\.id))
    var others: [PendingWrite] = []
    for taken in writes {
      guard var receipt = taken.pushed,
        receipt.placements.compactMap(\.commit).allSatisfy(commits.contains),
        (try? await snapshots.read(tip, deadline: deadline, receipt.holds)) == true
      else {
        others.append(taken.write)
        continue
      }
      receipt.commit = tip
      receipt.verifiedAt = branch.dependencies.date().formatted(.iso8601)
      taken.write.waiter.answer(.success(receipt))
    }
    return others
  }
}

extension Receipt {
  /// Whether a snapshot shows all that the receipt says.
  ///
  /// - Throws: `GitError`, or `UnsafePath` for a damaged receipt.
  fileprivate func holds(in snapshot: Snapshot) throws -> Bool {
    var expected: [StatePath: ObjectID?] = [:]
    for placement in placements {
      for file in placement.files { expected[try StatePath(file.path)] = .some(file.blob) }
      let former = (placement.movedFrom ?? []).map(\.path)
      for removed in placement.files.isEmpty ? former + [placement.path] : former {
        expected[try StatePath(removed)] = .some(nil)
      }
    }
    let entries = try snapshot.entries(at: expected.keys)
    return expected.allSatisfy { path, id in entries[path]?.id == id }
  }
}
