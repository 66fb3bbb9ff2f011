import Foundation
import Git
import GitTransport
import Kratix
import Landing
import Signing

/// Makes a reference on a server as a landing moves the branch, and removes it again: the only way to
/// know that a server takes pushes.
///
/// It is outside of `refs/heads` and `refs/tags`, so that no CI job begins, and names a commit without
/// files by the author of landings, which hooks can look at.
struct ScratchReference {
  let remote: Remote
  let store: GitStateStore
  /// `nil` for a commit without a signature.
  let signer: CommitSigner?
  let deadline: ContinuousClock.Instant

  func push(_ facts: inout ServerFacts) async {
    let name = "\(ReferenceUpdate.scratch)doctor-\(UUID().uuidString.lowercased().prefix(8))"
    facts.scratch = name
    let connection: PushConnection
    do throws(TransportError) {
      connection = try await remote.openPush(deadline: deadline)
    } catch {
      facts.push = .notOpened(.init(error))
      return
    }
    facts.pushOffer = connection.advertisement.capabilities
    do {
      var objects = NewObjects()
      let bytes = try Self.scratchCommit(by: store, in: &objects).bytes
      let commit = try objects.add(
        .commit, try await signer?.signed(bytes, until: deadline) ?? bytes)
      facts.push = await make(name, commit, objects, over: connection)
    } catch {
      await connection.close()
      facts.push = .unknown(
        "the commit to push could not be made: \(LandingError(error).message)", messages: [])
    }
  }

  /// A commit without files by the author of landings.
  static func scratchCommit(
    by store: GitStateStore, in objects: inout NewObjects
  ) throws(GitError) -> Commit {
    let author = Signature(
      name: store.authorName, email: store.authorEmail,
      seconds: Int64(Date().timeIntervalSince1970))
    return Commit(
      tree: try objects.add(.tree, []), parents: [], author: author, committer: author,
      message: "Test whether pushes are taken (statestore doctor)\n")
  }

  private func make(
    _ name: String, _ commit: ObjectID, _ objects: NewObjects, over connection: PushConnection
  ) async -> ServerFacts.Push {
    let update = ReferenceUpdate(name: name, old: .zero, new: commit)
    do throws(TransportError) {
      let report = try await connection.push(
        update, pack: PackWriter(objects, thin: false), deadline: deadline)
      switch report.outcome {
      case .accepted:
        return .made(messages: report.messages, leftBecause: await removal(of: name, commit))
      case .refused(let reason) where report.cause == .serverFailure:
        return .unknown(
          "the server failed at the push: \(reason)", messages: report.messages)
      case .refused(let reason):
        return .refused(
          reason: reason, byHook: report.cause == .hook, messages: report.messages)
      }
    } catch {
      guard error.code == .outcomeUnknown else { return .notOpened(.init(error)) }
      _ = await removal(of: name, commit)
      return .unknown(error.message, messages: error.serverMessages)
    }
  }

  /// Removes the reference, also when the command was interrupted or its time is up.
  ///
  /// - Returns: Why it is still there; `nil` if it is gone.
  private func removal(of name: String, _ commit: ObjectID) async -> String? {
    let deadline = max(deadline, .now + .seconds(4))
    let remote = remote
    // A task of its own is not cancelled with this one.
    return await Task {
      do throws(TransportError) {
        let connection = try await remote.openPush(deadline: deadline)
        let report = try await connection.push(
          ReferenceUpdate(name: name, old: commit, new: .zero), pack: nil, deadline: deadline)
        guard case .refused(let reason) = report.outcome else { return nil }
        return reason
      } catch {
        return error.message
      }
    }.value
  }
}
