import GitTransport
import Kratix
import Landing
import Support
import Verification

/// Whether a repository may be read and pushed to, has the branch, and what its server offers.
struct RepositoryChecks {
  let facts: ServerFacts
  /// The command that makes the branch.
  let initialize: String

  var all: [ReadinessCheck] {
    [read, branch, signing].compactMap(\.self) + push + [offers].compactMap(\.self)
  }

  private var read: ReadinessCheck {
    facts.check(
      "read", .repository,
      remedy: facts.url?.scheme == .file
        ? initialize : "check it with: git ls-remote \(facts.address)"
    ) {
      let count = facts.branches?.count ?? 0
      return count == 0
        ? "the repository is empty" : "the repository has \(count) branch\(count == 1 ? "" : "es")"
    }
  }

  private var branch: ReadinessCheck {
    let name = "branch"
    let branch = facts.store.branch
    guard let branches = facts.branches else {
      return ReadinessCheck(name, .skipped, "not checked, see read")
    }
    guard !branches.contains(branch) else {
      return ReadinessCheck(name, .passed, "\(branch) exists")
    }
    let others = BranchNames(branches).description(besides: branch)
    let isPossible = if case .made = facts.push { true } else { false }
    // A landing makes no branch: only init does.
    return ReadinessCheck(
      name, .failed,
      "\(branch) does not exist\(isPossible ? ", and may be made" : ""); \(others)",
      remedy: initialize)
  }

  /// Whether commits can be signed, if something names a key.
  private var signing: ReadinessCheck? {
    let name = "signing"
    switch facts.signing {
    case nil: return nil
    case .works(let signer):
      return ReadinessCheck(
        name, .passed, "a commit was signed with the \(signer), and the signature holds")
    case .untrusted(let signer, let reason):
      return ReadinessCheck(
        name, .warning,
        "a commit was signed with the \(signer), and verify would not count it: \(reason)",
        remedy: "add the key to allowedSigners or keyring of the Secret")
    case .failed(let error):
      return ReadinessCheck(
        name, error.outcome == .timedOut ? .unknown : .failed, error.message,
        remedy: "correct --sign, or signingKey in the Secret")
    }
  }

  /// Whether the scratch reference could be made, and what hooks said of it.
  private var push: [ReadinessCheck] {
    let name = "push"
    let hooks = ReadinessCheck("hooks", .skipped, "not checked, see push")
    switch facts.push {
    case nil:
      let isRead = facts.branches != nil
      return [
        ReadinessCheck(name, .skipped, "not checked, see \(isRead ? "signing" : "read")"), hooks,
      ]
    case .notOpened(let failure):
      return [
        ReadinessCheck(
          name, failure.isCertain ? .failed : .unknown, failure.message,
          remedy: failure.stage == .login
            ? "give the token or key the right to write to the repository" : nil,
          serverMessages: failure.serverMessages), hooks,
      ]
    case .refused(let reason, let byHook, let messages):
      let refused = ReadinessCheck(
        name, .failed, "the server refused \(facts.scratch): \(reason)",
        remedy: byHook
          ? "ask the server's owner what the hook wants; --message-template, --trailer,"
            + " --author-from and --sign say how commits look"
          : "let these credentials push to the repository",
        serverMessages: messages.filter { $0 != reason })
      return [refused, hooks]
    case .unknown(let message, let messages):
      return [
        ReadinessCheck(name, .unknown, message, serverMessages: messages), hooks,
      ]
    case .made(let messages, let leftBecause):
      return [made(leftBecause), said(messages)]
    }
  }

  private func made(_ leftBecause: String?) -> ReadinessCheck {
    guard let leftBecause else {
      return ReadinessCheck(
        "push", .passed, "\(facts.scratch) was made and removed; the branch was not touched")
    }
    return ReadinessCheck(
      "push", .warning, "\(facts.scratch) was made, and could not be removed: \(leftBecause)",
      remedy: "git push \(facts.address) --delete \(facts.scratch)")
  }

  private func said(_ messages: [String]) -> ReadinessCheck {
    ReadinessCheck(
      "hooks", .passed, messages.isEmpty ? "said nothing" : "let it pass",
      serverMessages: messages)
  }

  /// What makes reading cheap; nothing of it is needed.
  private var offers: ReadinessCheck? {
    guard let fetch = facts.fetch else { return nil }
    let known = [
      ("filter", fetch.filter), ("shallow", fetch.shallow),
      ("atomic", facts.pushOffer.contains("atomic")),
      ("push-options", facts.pushOffer.contains("push-options")),
    ]
    let offered = known.filter(\.1).map(\.0).joined(separator: ", ")
    let missing = known.filter { !$0.1 }.map(\.0).joined(separator: ", ")
    let message =
      "\(offered.isEmpty ? "nothing special" : offered)"
      + (missing.isEmpty ? "" : "; not \(missing)")
    guard fetch.filter || facts.url?.scheme == .file else {
      return ReadinessCheck(
        "offers", .warning, "\(message): whole commits are fetched",
        remedy: "on the server: git config uploadpack.allowFilter true")
    }
    return ReadinessCheck("offers", .passed, message)
  }
}
