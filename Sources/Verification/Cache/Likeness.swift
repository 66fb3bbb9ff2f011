internal import Git
internal import Kratix
internal import Manifests
internal import Synchronization

/// Which resources are others' but for their names and for values of their own, and were found right
/// as those: what one pipeline renders for a thousand requests is judged once.
///
/// What stands of a resource is taken with marks in the place of its name and namespace, and judged
/// with names that occur nowhere. What is right so is right for all names. Everything that is
/// demanded of a resource demands that texts are equal, or are known words; names in the place of
/// marks keep what is equal equal. What could become equal is left to the check of the resource
/// itself: names that YAML reads as other things than text, keys and kinds with a name in them,
/// anchors, and two objects of one identity.
///
/// Values that differ from one resource to the next are judged in the same way, once a second resource
/// shows which ones differ.
final class Likeness: Sendable {
  /// How many patterns are kept, with how many kinds of values, and how large they may be.
  private static let most = 512
  private static let mostVariants = 64
  private static let largest = 1 << 16

  private struct State {
    var patterns: [Pattern: Verdict] = [:]
    /// By what is left of a pattern when values are taken out.
    var variants: [Pattern: [Variant]] = [:]
    var successes = 0
    var failures = 0

    /// Where nearly every resource is found wrong, or is of its own kind, each would be judged twice.
    var isWorthwhile: Bool { failures < 64 || failures < 4 * successes }
  }

  /// Values with which a pattern was found right, the latest first.
  private struct Variant: Sendable {
    let demands: [OwnValues.Demand]
    let verdict: Verdict
  }

  /// What is known of resources that are alike.
  private struct Verdict: Sendable {
    let objects: [ObjectPattern]
    let notes: [String]
  }

  private let state = Mutex(State())

  /// How often something was found right that others are like.
  var count: Int { state.withLock { $0.variants.values.reduce(0) { $0 + $1.count } } }

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
    let (patterns, variants) = state.withLock { ($0.patterns, $0.variants) }
    if let verdict = patterns[pattern] { return found(verdict, raw, resource, names) }
    let (rest, values) = pattern.withoutValues
    let known = variants[rest] ?? []
    if let variant = known.first(where: { values.meet($0.demands) }) {
      return found(variant.verdict, raw, resource, names)
    }
    guard known.count < Self.mostVariants,
      let variant = variant(of: rest, values, beside: known, raw, resource, check)
    else {
      state.withLock { $0.failures += 1 }
      return nil
    }
    state.withLock { state in
      state.successes += 1
      if state.variants[rest] != nil || state.variants.count < Self.most {
        state.variants[rest, default: []].insert(variant, at: 0)
      }
      if variant.demands == values.asTheyAre, state.patterns.count < Self.most {
        state.patterns[pattern] = variant.verdict
      }
    }
    return found(variant.verdict, raw, resource, names)
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

  /// What differs from one that is right may be anything, or else must be as it is here.
  private func variant(
    of pattern: Pattern, _ values: OwnValues, beside known: [Variant], _ raw: RawResource,
    _ resource: StandingResource,
    _ check: (RawResource, StandingResource) -> (ResourceReport, LandedResource)?
  ) -> Variant? {
    let loose = known.first.map { values.loosening($0.demands) }
    for demands in [loose, values.asTheyAre].compactMap(\.self) {
      if let verdict = judge(pattern, demands, raw, resource, check) {
        return Variant(demands: demands, verdict: verdict)
      }
    }
    return nil
  }

  private func judge(
    _ pattern: Pattern, _ demands: [OwnValues.Demand], _ raw: RawResource,
    _ resource: StandingResource,
    _ check: (RawResource, StandingResource) -> (ResourceReport, LandedResource)?
  ) -> Verdict? {
    let names = ResourceNames.marked
    let areIn = { (text: String) in names.areIn(text) || OwnValues.areIn(text) }
    var raw = raw
    var values = OwnValues.texts(for: demands)[...]
    for index in raw.files.indices {
      guard let bytes = pattern.files[index].bytes else { continue }
      guard let text = names.filled(bytes, &values) else { return nil }
      raw.files[index].bytes = text
    }
    let marked = StandingResource(
      promise: resource.promise, namespace: names.namespace, name: names.name,
      places: resource.places)
    guard let (report, landed) = check(raw, marked), report.verdict == .landed,
      report.findings.isEmpty, !report.notes.contains(where: areIn),
      landed.files.allSatisfy({ $0.documents.allSatisfy { !$0.root.hasKey(where: areIn) } })
    else { return nil }
    var objects: [ObjectPattern] = []
    for object in landed.objects {
      let constant = [object.identity.apiVersion, object.identity.kind]
      let own = [object.identity.name, object.namespace]
      guard !constant.contains(where: areIn), !own.contains(where: OwnValues.areIn) else {
        return nil
      }
      objects.append(ObjectPattern(object, names))
    }
    return Verdict(objects: objects, notes: report.notes)
  }
}

/// What stands of a resource, but for its name, its namespace and values that may be its own.
struct Pattern: Hashable, Sendable {
  struct File: Hashable, Sendable {
    /// Its Destination, and its path below the resource's directory.
    let place: String
    let mode: FileMode
    var bytes: [UInt8]?

    /// Hashes the bytes as a whole: an array hashes each by itself.
    func hash(into hasher: inout Hasher) {
      hasher.combine(place)
      bytes?.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
  }

  let promise: String
  let placements: [String]
  private(set) var files: [File] = []

  /// The same without values that may be the resource's own, and those.
  var withoutValues: (Pattern, OwnValues) {
    var values = OwnValues()
    var rest = self
    for index in files.indices {
      rest.files[index].bytes = files[index].bytes.map { values.take(from: $0) }
    }
    return (rest, values)
  }

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
