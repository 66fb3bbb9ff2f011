import Kratix
import Landing
import Manifests
package import Verification

extension ExpectationDraft {
  /// Drafts an Expectation from what landed of a Promise's requests.
  ///
  /// - Parameters:
  ///   - promise: The Promise's name.
  ///   - requests: Paths of requests whose fields are known; if there are any, only what landed of them
  ///     is learned from.
  /// - Throws: `ManifestError`, `KratixError` or `LandingError`; also if nothing landed of the Promise.
  package init(
    ofPromise promise: String, requests: [String], settings: PlatformSettings,
    deadline: ContinuousClock.Instant
  ) async throws {
    let platform = try settings.loadPlatform()
    let stores = try settings.openStateStores(of: platform)
    let known = platform.promises[promise]
    let requests = try requests.map { path in
      let request = try Input.request(in: path)
      return known.map { request.defaulted(by: $0) } ?? request
    }
    var samples: [Sample] = []
    for name in try platform.usedStateStores().map(\.name) {
      let (store, description) = try stores.store(name)
      let verifier = try Verifier(platform: platform, stateStore: description)
      samples += try await store.read(nil, deadline: deadline) { snapshot in
        try verifier.samples(of: promise, requests: requests, in: snapshot)
      }
    }
    guard !samples.isEmpty else {
      throw LandingError(
        .invalidInput,
        "no state store has a readable resource of the Promise \(promise); give another --promise, "
          + "or --rendered and --request")
    }
    let version = requests.first?.identity.version
    try self.init(
      samples: samples, promise: promise, schema: version.flatMap { known?.schema(version: $0) })
  }
}
