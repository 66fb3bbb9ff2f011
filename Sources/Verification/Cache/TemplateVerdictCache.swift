internal import Git
internal import Kratix
internal import Manifests
internal import Synchronization

/// Shares verdicts between resources that one pipeline rendered from one template for many requests.
///
/// The files of a resource are taken with marks in place of its name and namespace, and judged with
/// placeholder names that occur nowhere else. If there is no finding then, there is none for any other
/// resource with the same marked files: every rule only compares texts with each other, or with known
/// words, and placeholder names keep equal what is equal (`RuleDefinition.dependsOnlyOnEquality`). What
/// could become equal by a name is left to the check of the resource itself: names that YAML does not
/// read as text, keys and kinds that hold a name, anchors, and two objects of one identity. If there
/// are findings, they are shared where their rules ask for no name and no value
/// (`RuleDefinition.ignoresNamesAndValues`).
///
/// Values and comments that differ between resources are treated in the same way, once a second
/// resource shows which ones differ.
final class TemplateVerdictCache: Sendable {
  /// The limits: patterns, variants of each, and bytes of a pattern.
  private static let most = 512
  private static let mostVariants = 64
  private static let largest = 1 << 16

  private struct State {
    var patterns: [Pattern: Verdict] = [:]
    /// By the pattern without its values.
    var variants: [Pattern: [Variant]] = [:]
    var successes = 0
    var failures = 0

    /// If most resources have findings, or are like no other, each would be judged twice.
    var isWorthwhile: Bool { failures < 64 || failures < 4 * successes }
  }

  /// Demands on the values of a pattern under which a verdict holds, the latest first.
  private struct Variant: Sendable {
    let demands: [VariableValues.Demand]
    let verdict: Verdict
  }

  /// What is known of all resources of a pattern.
  fileprivate struct Verdict: Sendable {
    let objects: [ObjectPattern]
    let findings: [FindingPattern]
    let notes: [String]
  }

  /// Judges a resource.
  typealias Check = (RawResource, StandingResource) -> (ResourceReport, LandedResource)?

  private let state = Mutex(State())

  /// A cache for checks with these settings; `nil` if a rule that is not turned off depends on more
  /// than equality, so that the verdict on one resource says nothing about another.
  init?(
    settings: RuleSettings = .default,
    rules: [any RuleDefinition.Type] = Rule.allCases.map(\.definition)
  ) {
    let used = rules.filter { settings[$0.rule] != .off }
    guard used.allSatisfy({ $0.dependsOnlyOnEquality }) else { return nil }
  }

  /// How many verdicts are kept.
  var count: Int { state.withLock { $0.variants.values.reduce(0) { $0 + $1.count } } }

  /// The result for a resource that landed, if a verdict is known for all resources like it, or can be
  /// found; `nil` if the resource must be checked by itself.
  ///
  /// - Parameter basis: What the check depends on besides the resource: verdicts with another one are
  ///   not shared.
  func checked(
    _ raw: RawResource, as resource: StandingResource, basis: String = "", _ check: Check
  ) -> CheckedResource? {
    guard state.withLock({ $0.isWorthwhile }), let names = ResourceNames(resource),
      let pattern = Pattern(raw, names, basis: basis, atMost: Self.largest)
    else { return nil }
    // Compared outside of the lock: patterns are long, and all cores use this.
    let (patterns, variants) = state.withLock { ($0.patterns, $0.variants) }
    if let verdict = patterns[pattern] { return found(verdict, raw, resource, names, []) }
    let (rest, values) = pattern.withoutValues
    let known = variants[rest] ?? []
    if let variant = known.first(where: { values.meet($0.demands) }) {
      return found(variant.verdict, raw, resource, names, values.texts)
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
    return found(variant.verdict, raw, resource, names, values.texts)
  }

  private func found(
    _ verdict: Verdict, _ raw: RawResource, _ resource: StandingResource, _ names: ResourceNames,
    _ values: [ArraySlice<UInt8>]
  ) -> CheckedResource? {
    let objects = verdict.objects.map { ($0, $0.identity(for: names)) }
    guard Set(objects.map(\.1)).count == objects.count else { return nil }
    state.withLock { $0.successes += 1 }
    let report = ResourceReport(
      resource.subject, verdict: .landed, placements: raw.reportedPlacements,
      findings: verdict.findings.map { $0.finding(files: raw.files, names, values) },
      notes: verdict.notes)
    return CheckedResource(
      resource: resource, report: report,
      objects: objects.compactMap { $0.isOwn ? $1 : nil })
  }

  /// First tries demands under which values that differ from a known variant may be anything, then
  /// demands that allow only the values of this resource.
  private func variant(
    of pattern: Pattern, _ values: VariableValues, beside known: [Variant], _ raw: RawResource,
    _ resource: StandingResource, _ check: Check
  ) -> Variant? {
    let loose = known.first.map { values.loosening($0.demands) }
    for demands in [loose, values.asTheyAre].compactMap(\.self) {
      if let verdict = judge(pattern, demands, raw, resource, check) {
        return Variant(demands: demands, verdict: verdict)
      }
    }
    return nil
  }

  /// The verdict on every resource of a pattern whose values meet demands; `nil` if there is none.
  ///
  /// A finding is shared if no name and no value can make it come or go, and if what it says about two
  /// sets of placeholders differs in nothing but these.
  private func judge(
    _ pattern: Pattern, _ demands: [VariableValues.Demand], _ raw: RawResource,
    _ resource: StandingResource, _ check: Check
  ) -> Verdict? {
    guard let verdict = judge(pattern, demands, raw, resource, check, .first) else { return nil }
    if verdict.findings.isEmpty { return verdict }
    let other = judge(pattern, demands, raw, resource, check, .second)
    return other?.findings == verdict.findings ? verdict : nil
  }

  private func judge(
    _ pattern: Pattern, _ demands: [VariableValues.Demand], _ raw: RawResource,
    _ resource: StandingResource, _ check: Check, _ placeholders: TemplatePlaceholders
  ) -> Verdict? {
    guard let promise = resource.subject.promise,
      let filled = raw.filled(pattern, demands, placeholders)
    else { return nil }
    let names = placeholders.names
    let marked = StandingResource(
      subject: .resource(
        .request(promise: promise, namespace: names.namespace, name: names.name)),
      places: resource.places)
    guard let (report, landed) = check(filled, marked) else { return nil }
    return Verdict(report, landed, files: raw.files.map(\.path), placeholders)
  }
}

extension TemplateVerdictCache.Verdict {
  /// What a report on placeholders says of every resource of the pattern; `nil` if it says nothing.
  fileprivate init?(
    _ report: ResourceReport, _ landed: LandedResource, files: [String],
    _ placeholders: TemplatePlaceholders
  ) {
    let areIn = TemplatePlaceholders.areIn
    let objects = landed.objects.compactMap { ObjectPattern($0, placeholders) }
    let findings = report.findings.compactMap {
      FindingPattern($0, files: files, placeholders)
    }
    guard report.verdict == .landed, !report.notes.contains(where: areIn),
      report.findings.allSatisfy({ $0.rule.definition.ignoresNamesAndValues }),
      findings.count == report.findings.count, objects.count == landed.objects.count,
      !landed.objects.contains(where: { areIn($0.identity.apiVersion) || areIn($0.identity.kind) }),
      landed.files.allSatisfy({ $0.documents.allSatisfy { !$0.root.hasKey(where: areIn) } })
    else { return nil }
    self.init(objects: objects, findings: findings, notes: report.notes)
  }
}

extension RawResource {
  /// The files of a pattern with placeholders in place of its names, and texts that meet demands in
  /// place of its values; `nil` if the files hold a placeholder already.
  fileprivate func filled(
    _ pattern: Pattern, _ demands: [VariableValues.Demand], _ placeholders: TemplatePlaceholders
  ) -> RawResource? {
    var filled = self
    var values = VariableValues.texts(for: demands, placeholders)[...]
    for index in files.indices {
      guard let bytes = pattern.files[index].bytes else { continue }
      guard let text = placeholders.names.filled(bytes, &values) else { return nil }
      filled.files[index].bytes = text
    }
    return filled
  }
}

/// The files of a resource without its name, its namespace and the values that may be its own.
struct Pattern: Hashable, Sendable {
  struct File: Hashable, Sendable {
    /// Its Destination, and its path below the resource's directory.
    let place: String
    let mode: FileMode
    var bytes: [UInt8]?

    /// Hashes the bytes in words of eight: files are long, and a dictionary holds few patterns.
    func hash(into hasher: inout Hasher) {
      hasher.combine(place)
      bytes?.withUnsafeBytes { hasher.combine($0.folded) }
    }
  }

  let promise: String?
  /// What its verdict depends on besides the files.
  let basis: String
  let placements: [String]
  private(set) var files: [File] = []

  /// The pattern without the values that may be the resource's own, and those values.
  var withoutValues: (Pattern, VariableValues) {
    var values = VariableValues()
    var rest = self
    for index in files.indices {
      rest.files[index].bytes = files[index].bytes.map { values.take(from: $0) }
    }
    return (rest, values)
  }

  /// Takes the names out; `nil` if that cannot be done, or is not worth it.
  init?(_ raw: RawResource, _ names: ResourceNames, basis: String, atMost largest: Int) {
    promise = raw.subject.promise
    self.basis = basis
    placements = raw.placements.map { "\($0.destination.name) \($0.group)" }
    files.reserveCapacity(raw.files.count)
    var size = 0
    for file in raw.files {
      // In a shared directory a resource is more than its own files.
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

extension UnsafeRawBufferPointer {
  /// A number that follows from all bytes, as in FNV-1a with words in place of bytes.
  fileprivate var folded: UInt64 {
    var folded = UInt64(count)
    var place = 0
    while place + 8 <= count {
      folded = (folded ^ loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* 0x100_0000_01b3
      // Words that differ in their last bytes alone differ in the first bits too.
      folded ^= folded >> 32
      place += 8
    }
    for byte in self[place...] { folded = (folded ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return folded
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
