internal import Git
internal import Kratix
internal import Manifests
internal import Synchronization

/// Which resources are others' but for their names, and were found right as those: what one pipeline
/// renders for a thousand requests is judged once.
///
/// What stands of a resource is taken with marks in the place of its name and namespace, and judged
/// with names that occur nowhere. What is right so is right for all names. Everything that is
/// demanded of a resource demands that texts are equal, or are known words; names in the place of
/// marks keep what is equal equal. What could become equal is left to the check of the resource
/// itself: names that YAML reads as other things than text, keys and kinds with a name in them,
/// anchors, and two objects of one identity.
final class Likeness: Sendable {
  /// How many patterns are kept, and how large they may be.
  private static let most = 512
  private static let largest = 1 << 16

  private struct State {
    var patterns: [Pattern: Verdict] = [:]
    var successes = 0
    var failures = 0

    /// Where nearly every resource is found wrong, or is of its own kind, each would be judged twice.
    var isWorthwhile: Bool { failures < 64 || failures < 4 * successes }
  }

  /// What is known of resources that are alike.
  struct Verdict: Sendable {
    let objects: [ObjectPattern]
    let notes: [String]
  }

  private let state = Mutex(State())

  /// How many patterns are known.
  var count: Int { state.withLock { $0.patterns.count } }

  /// What is found of a resource that is right, if that can be told of all that are like it.
  ///
  /// - Parameter check: Judges a resource.
  func checked(
    _ raw: RawResource, as resource: StandingResource,
    _ check: (RawResource, StandingResource) -> (ResourceReport, LandedResource)?
  ) -> CheckedResource? {
    guard state.withLock({ $0.isWorthwhile }), let names = ResourceNames(resource),
      let pattern = Pattern(raw, names, atMost: Self.largest)
    else { return nil }
    // Looked up outside of the lock, for a pattern is long and all cores come here.
    if let known = state.withLock({ $0.patterns })[pattern] {
      return found(known, raw, resource, names)
    }
    guard let verdict = judge(pattern, raw, resource, check) else {
      state.withLock { $0.failures += 1 }
      return nil
    }
    state.withLock { state in
      state.successes += 1
      if state.patterns.count < Self.most { state.patterns[pattern] = verdict }
    }
    return found(verdict, raw, resource, names)
  }

  private func found(
    _ verdict: Verdict, _ raw: RawResource, _ resource: StandingResource, _ names: ResourceNames
  ) -> CheckedResource? {
    let objects = verdict.objects.map { ($0, $0.identity(for: names)) }
    guard Set(objects.map(\.1)).count == objects.count else { return nil }
    state.withLock { $0.successes += 1 }
    let report = ResourceReport(
      promise: resource.promise, namespace: resource.namespace, name: resource.name,
      verdict: .landed, placements: raw.reportedPlacements, findings: [], notes: verdict.notes)
    return CheckedResource(
      resource: resource, report: report,
      objects: objects.compactMap { $0.isOwn ? $1 : nil })
  }

  private func judge(
    _ pattern: Pattern, _ raw: RawResource, _ resource: StandingResource,
    _ check: (RawResource, StandingResource) -> (ResourceReport, LandedResource)?
  ) -> Verdict? {
    let names = ResourceNames.marked
    var raw = raw
    for index in raw.files.indices {
      guard let bytes = pattern.files[index].bytes else { continue }
      guard let text = names.filled(bytes) else { return nil }
      raw.files[index].bytes = text
    }
    let marked = StandingResource(
      promise: resource.promise, namespace: names.namespace, name: names.name,
      places: resource.places)
    guard let (report, landed) = check(raw, marked), report.verdict == .landed,
      report.findings.isEmpty, !report.notes.contains(where: names.areIn),
      landed.files.allSatisfy({ $0.documents.allSatisfy { !$0.root.hasKey(where: names.areIn) } })
    else { return nil }
    var objects: [ObjectPattern] = []
    for object in landed.objects {
      guard !names.areIn(object.identity.apiVersion), !names.areIn(object.identity.kind) else {
        return nil
      }
      objects.append(ObjectPattern(object, names))
    }
    return Verdict(objects: objects, notes: report.notes)
  }
}

/// What stands of a resource, but for its name and namespace.
struct Pattern: Hashable, Sendable {
  struct File: Hashable, Sendable {
    /// Its Destination, and its path below the resource's directory.
    let place: String
    let mode: FileMode
    let bytes: [UInt8]?

    /// Hashes the bytes as a whole: an array hashes each by itself.
    func hash(into hasher: inout Hasher) {
      hasher.combine(place)
      bytes?.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
  }

  let promise: String
  let placements: [String]
  private(set) var files: [File] = []

  /// Takes the names out; `nil` where that cannot be done, or is not worth it.
  init?(_ raw: RawResource, _ names: ResourceNames, atMost largest: Int) {
    promise = raw.promise
    placements = raw.placements.map { "\($0.destination.name) \($0.group)" }
    files.reserveCapacity(raw.files.count)
    var size = 0
    for file in raw.files {
      // Among what belongs to others a resource is more than its own files.
      guard let below = file.below, !names.areIn(below) else { return nil }
      size += file.bytes?.count ?? 0
      guard size <= largest else { return nil }
      var bytes: [UInt8]?
      if let content = file.bytes {
        guard let marked = names.marked(content) else { return nil }
        bytes = marked
      }
      files.append(File(place: "\(file.destination) \(below)", mode: file.mode, bytes: bytes))
    }
  }
}

extension Node {
  fileprivate func hasKey(where isMeant: (String) -> Bool) -> Bool {
    switch content {
    case .mapping(let mapping):
      mapping.entries.contains { isMeant($0.key) || $0.value.hasKey(where: isMeant) }
    case .sequence(let items): items.contains { $0.hasKey(where: isMeant) }
    default: false
    }
  }
}
