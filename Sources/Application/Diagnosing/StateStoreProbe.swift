import Foundation
import Git
import Kratix
import Landing
import Manifests
import Verification

/// Reads the state store for a diagnosis: the findings of a check, and what may explain them.
struct StateStoreProbe {
  let settings: PlatformSettings
  let evidence: Evidence
  let deadline: ContinuousClock.Instant

  /// The result; `nil` if no state store is named.
  func reading() async -> Evidence.StoreReading? {
    do {
      let platform = evidence.platform
      guard let name = try storeName(on: platform) else { return nil }
      let (store, description) = try settings.openStateStores(of: platform).store(name)
      return .read(try await facts(of: store, description))
    } catch {
      return .failed(LandingError(error))
    }
  }

  /// The state store of the request: the only one, or that of the Destinations of its placements.
  private func storeName(on platform: Platform) throws -> String? {
    let used = try platform.stateStoresToRead().map(\.name)
    guard used.count > 1 else { return used.first }
    let targets = Set(
      evidence.dumps.filter { $0.identity.kind == "WorkPlacement" }.compactMap { placement in
        placement.node.value(at: "/spec/targetDestinationName")?.string
      })
    let stores = Set(
      platform.destinations.values.filter { targets.contains($0.name) }.map(\.stateStoreName))
    guard stores.count == 1 else {
      throw LandingError(
        .invalidConfiguration,
        "there are the state stores \(used.joined(separator: ", ")); choose a --destination")
    }
    return stores.first
  }

  private func facts(of store: StateStore, _ description: GitStateStore) async throws -> StoreFacts
  {
    var check = Check(
      verifier: try Verifier(platform: evidence.platform, stateStore: description))
    check.requests = [evidence.request].compactMap(\.self)
    check.promise = evidence.promiseName
    check.works = evidence.works
    let report = try await check.report(on: store, deadline: deadline).report
      .withExcerpts(context: 1, from: store, deadline: deadline)
    // In the mode none another placement's commit shows at a file, and not at the state file.
    let places = report.resources.flatMap { resource in
      resource.placements.flatMap { [$0.path] + ($0.files ?? []) }
        + resource.findings.filter { $0.rule != .invalidRequest }.compactMap(\.file)
    }
    let paths = Set(places).sorted().compactMap { path in
      // A path that Git does not allow has no history.
      try? StatePath(path)
    }
    let tip = report.commit?.id
    let changes = try await tip.asyncMap { tip in
      try await store.history.lastChanges(of: paths, from: tip, deadline: deadline)
    }
    var subjects: [String: String] = [:]
    for (path, change) in changes ?? [:] { subjects[path.description] = change.commit.subject }
    let directories = ignoreDirectories(paths)
    let ignored = try await store.read(tip, deadline: deadline) { snapshot in
      try Self.ignoreFiles(in: directories, of: snapshot)
    }
    return StoreFacts(
      stateStore: description, tip: tip?.hexadecimal ?? "", report: report, ignoreFiles: ignored,
      lastSubjects: subjects)
  }

  /// All directories above the files that exist or are expected.
  private func ignoreDirectories(_ paths: [StatePath]) -> [String] {
    let expected = evidence.platform.destinations.values.map(\.path) + paths.map(\.description)
    return Set(
      expected.flatMap { path -> [String] in
        let names = path.parts(separatedBy: "/")
        return (0...names.count).map { names.prefix($0).joined(separator: "/") }
      }
    ).sorted()
  }

  private static func ignoreFiles(
    in directories: [String], of snapshot: Snapshot
  ) throws -> [String: String] {
    var places: [StatePath: String] = [:]
    for directory in directories {
      let path = directory.isEmpty ? ".gitignore" : "\(directory)/.gitignore"
      // There is no file at a path that Git does not allow.
      if let path = try? StatePath(path) { places[path] = directory }
    }
    let entries = try snapshot.entries(at: places.keys).filter { $0.value.mode.isFile }
    let blobs = try snapshot.blobs(Set(entries.values.map(\.id)))
    var files: [String: String] = [:]
    for (path, entry) in entries {
      guard let directory = places[path], let bytes = blobs[entry.id] else { continue }
      files[directory] = String(decoding: bytes, as: UTF8.self)
    }
    return files
  }
}

extension Optional {
  fileprivate func asyncMap<Value>(_ body: (Wrapped) async throws -> Value) async throws -> Value? {
    guard let value = self else { return nil }
    return try await body(value)
  }
}
