import Foundation
import Git
import Kratix
import Landing
import Signing

/// Signs a commit as a landing does, and has it judged as `verify` does.
struct SigningProbe {
  let settings: PlatformSettings
  let platform: Platform
  let store: GitStateStore
  let deadline: ContinuousClock.Instant

  /// What became of it, and what signs; both `nil` if nothing names a key.
  func result() async -> (facts: ServerFacts.Signing?, signer: CommitSigner?) {
    do {
      guard let signer = try settings.signer(for: store, of: platform) else { return (nil, nil) }
      let signers = try settings.trustedSigners(for: store, of: platform)
      var objects = NewObjects()
      let commit = try ScratchReference.scratchCommit(by: store, in: &objects)
      let signed = try await signer.signed(commit.bytes, until: deadline)
      if case .untrusted(let reason)? = await signers?.judgement(of: signed, until: deadline) {
        return (.untrusted(signer.description, reason), signer)
      }
      return (.works(signer.description), signer)
    } catch {
      return (.failed(LandingError(error)), nil)
    }
  }
}
