import Foundation
import Kratix
import TestSupport

@testable import Landing

/// A state store whose Destination is shared by placements.
struct SharedDestination {
  let site: Site
  let stores: StateStores

  @discardableResult
  func land(_ intent: LandingRequest.Intent) async throws -> [Outcome] {
    var outcomes: [Outcome] = []
    try await stores.land(intent, options: options) { outcomes.append($0.outcome) }
    return outcomes
  }

  func files() async throws -> [String] {
    try await site.git("ls-tree", "-r", "--name-only", "main", in: site.repository.directory)
      .split(separator: "\n").map(String.init).filter { $0 != "README.md" }
  }

  /// Commits as Kratix does: without a word of what the Work is for.
  func commitAsKratix(_ files: [String: String]) async throws {
    let clone = site.directory.appending(path: UUID().uuidString)
    try await site.git(
      "clone", "-q", site.repository.directory.path, clone.path, in: site.directory)
    for (path, text) in files {
      let file = clone.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    try await site.git("add", "--all", in: clone)
    try await site.git("commit", "-q", "-m", "Update from: x", in: clone)
    try await site.git("push", "-q", "origin", "HEAD:main", in: clone)
  }
}

/// Runs a body with such a state store, of a filepath mode.
func withSharedDestination(
  _ mode: Destination.FilepathMode, _ body: (SharedDestination) async throws -> Void
) async throws {
  try await withSite { site in
    var platform = Platform()
    platform.add(stateStore)
    platform.add(destination("worker", mode))
    let stores = StateStores(platform: platform, stores: ["default": site.store])
    try await body(SharedDestination(site: site, stores: stores))
  }
}
