internal import Foundation
internal import Git
internal import Kratix

/// The end of a write whose pusher died between the push and the answer.
extension StateStore {
  /// Answers the writes that the branch shows to have landed by a process which is gone, and gives
  /// the others.
  func answerLanded(
    _ writes: [PendingWrite], _ deadline: ContinuousClock.Instant
  ) async -> [PendingWrite] {
    guard writes.contains(where: { $0.pushed != nil }) else { return writes }
    // What cannot be seen now is landed as if nobody had begun: that finds what is done, or says
    // what is wrong.
    guard let tip = try? await tip(deadline: deadline),
      let line = try? await commitLine(from: tip, atMost: Self.mostSince, deadline: deadline)
    else { return writes }
    let commits = Set(line.commits.map(\.id))
    var others: [PendingWrite] = []
    for write in writes {
      guard var receipt = write.pushed,
        receipt.placements.compactMap(\.commit).allSatisfy(commits.contains),
        (try? await read(tip, deadline: deadline, receipt.stands)) == true
      else {
        others.append(write)
        continue
      }
      receipt.commit = tip
      receipt.verifiedAt = surroundings.date().formatted(.iso8601)
      write.asker.answer(.success(receipt))
    }
    return others
  }

  /// How many commits may have come since.
  private static let mostSince = 64
}

extension Receipt {
  /// Whether a snapshot shows all of it.
  ///
  /// - Throws: `GitError`, or `UnsafePath` for a receipt that nobody wrote.
  fileprivate func stands(in snapshot: Snapshot) throws -> Bool {
    var expected: [StatePath: ObjectID?] = [:]
    for placement in placements {
      for file in placement.files { expected[try StatePath(file.path)] = .some(file.blob) }
      let places = (placement.movedFrom ?? []).map(\.path)
      for gone in placement.files.isEmpty ? places + [placement.path] : places {
        expected[try StatePath(gone)] = .some(nil)
      }
    }
    let entries = try snapshot.entries(at: expected.keys)
    return expected.allSatisfy { path, id in entries[path]?.id == id }
  }
}
