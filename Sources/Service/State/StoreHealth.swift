internal import Foundation
internal import Git
internal import Landing
internal import Synchronization

/// Whether the state stores can be used, by the last looks and landings.
///
/// The page, `/v1/stores`, `/readyz`, the metric `statestore_store_up` and the condition `Verified`
/// all read this, so that none of them can say something else.
final class StoreHealth: Sendable {
  /// Why a state store could not be read or written.
  struct Problem: Sendable, Hashable {
    let outcome: Outcome
    let message: String
    /// Since when it has been so.
    let since: Date
  }

  /// The last look that could read a state store.
  struct Look: Sendable, Hashable {
    let commit: ObjectID
    let date: Date
  }

  /// What is known of one state store.
  struct Status: Sendable, Hashable {
    /// Why the last look failed; `nil` when it did not.
    fileprivate(set) var unread: Problem?
    /// Why the state store did not answer the last landing; `nil` when it did.
    fileprivate(set) var unwritten: Problem?
    fileprivate(set) var lastLook: Look?

    /// Why the state store cannot be used; `nil` when it can.
    var problem: Problem? { unread ?? unwritten }
  }

  private let stores = Mutex<[String: Status]>([:])

  /// What is known of each state store; those that were never asked are not in it.
  var statuses: [String: Status] { stores.withLock { $0 } }

  /// A look has read a state store.
  func looked(at store: String, _ commit: ObjectID, at date: Date) {
    stores.withLock { stores in
      stores[store, default: Status()].unread = nil
      stores[store, default: Status()].lastLook = Look(commit: commit, date: date)
    }
  }

  /// A look has failed.
  ///
  /// What happens to the service itself says nothing of the state store.
  ///
  /// - Returns: Whether the state store is to blame.
  @discardableResult
  func notLooked(at store: String, because error: any Error, at date: Date) -> Bool {
    guard !(error is StorageError), !(error is CancellationError) else { return false }
    let failure = LandingError(error)
    stores.withLock { stores in
      let problem = Problem(failure, after: stores[store]?.unread, at: date)
      stores[store, default: Status()].unread = problem
    }
    return true
  }

  /// A landing has ended.
  ///
  /// - Returns: Whether the state store has failed or has come back with it, so that a look has
  ///   something to find out.
  func landed(_ result: StoreResult, at date: Date) -> Bool {
    stores.withLock { stores in
      let before = stores[result.store] ?? Status()
      var status = before
      switch WorkQueue.Ending(result.outcome) {
      case .storeFailed:
        let failure = LandingError(result.outcome, result.message)
        status.unwritten = Problem(failure, after: before.unwritten, at: date)
      case .done:
        // The branch has been read back.
        status.unread = nil
        status.unwritten = nil
      case .refused, .lost, .notKept:
        status.unwritten = nil
      }
      stores[result.store] = status
      return (status.problem == nil) != (before.problem == nil)
    }
  }
}

extension StoreHealth.Problem {
  /// A failure, which has lasted as long as it has been the same.
  fileprivate init(_ failure: LandingError, after last: Self?, at date: Date) {
    let isSame = last?.outcome == failure.outcome
    self.init(
      outcome: failure.outcome, message: failure.message,
      since: isSame ? last?.since ?? date : date)
  }
}

extension [String: StoreHealth.Status] {
  /// The state stores that the last look could not read.
  var unread: [String] { filter { $0.value.unread != nil }.keys.sorted() }
}

extension DesiredWork {
  /// The Work with its conditions as far as they are known now: what is placed in a state store
  /// that the last look could not read may have changed since.
  func observed(by statuses: [String: StoreHealth.Status]) -> DesiredWork {
    let problems = results.compactMap { result -> (String, StoreHealth.Problem)? in
      guard !result.standing.isEmpty, let problem = statuses[result.store]?.unread else {
        return nil
      }
      return (result.store, problem)
    }
    guard let (store, problem) = problems.first else { return self }
    var work = self
    work.conditions = WorkConditions.unread(conditions, in: store, because: problem)
    return work
  }
}
