internal import Git
internal import Kratix
internal import Landing
internal import Manifests

/// A check of a resource with more files than are held in memory, in parts.
///
/// Every object is judged by itself. Rules that need all objects, missing objects and dangling
/// references, are left out, with a note if they could have had findings.
struct LargeResource {
  /// How many files of one resource are held in memory.
  static let mostFiles = 5_000
  /// How many findings are reported: that many have one cause.
  private static let mostFindings = 100

  private let mostFiles: Int
  private let resource: StandingResource
  private let search: ResourceSearch
  private let expectations: Expectations
  private let settings: RuleSettings
  private var placements: [LandedPlacement] = []
  private var knownPlacements: Set<String> = []
  private var findings = BoundedFindings(most: mostFindings)
  private var notes: [String] = []
  private var keys: [ObjectKey] = []
  private var fileCount = 0
  private var hasObjects = false
  private var hasUnreadableFile = false
  private var hasReferences = false

  /// - Parameter mostFiles: How many files of one resource are held in memory.
  init(
    _ resource: StandingResource, found search: ResourceSearch, expectations: Expectations,
    settings: RuleSettings, mostFiles: Int
  ) {
    self.mostFiles = mostFiles
    self.resource = resource
    self.search = search
    self.expectations = expectations
    self.settings = settings
  }

  /// Checks all of it.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first.
  mutating func checked(in snapshot: Snapshot) throws -> CheckedResource {
    for place in resource.places {
      guard case .directory(_, let tree?) = place.content else {
        try take(RawResource.read([], of: resource.subject, at: place, in: snapshot))
        continue
      }
      try snapshot.forEachSlice(of: max(1, mostFiles / 10), below: tree) { files in
        try take(RawResource.read(files, of: resource.subject, at: place, in: snapshot))
      }
    }
    return CheckedResource(resource: resource, report: report(), objects: keys)
  }

  private mutating func take(_ raw: RawResource) throws {
    fileCount += raw.files.count
    for placement in raw.placements where knownPlacements.insert(placement.path).inserted {
      placements.append(placement)
    }
    let landed = LandedResource(raw, found: search)
    let draft = RequestCheck(landed: landed, expectations: expectations, isPart: true).draft()
    findings.add(settings.applied(to: draft.findings))
    for note in draft.notes where !notes.contains(note) { notes.append(note) }
    hasObjects = hasObjects || !landed.objects.isEmpty
    hasUnreadableFile = hasUnreadableFile || landed.hasUnreadableFile
    hasReferences = hasReferences || landed.objects.contains { !$0.podReferences.isEmpty }
    keys += landed.objects.compactMap(ObjectKey.init)
  }

  private mutating func report() -> ResourceReport {
    keys.sort { $0.rawValue < $1.rawValue }
    addDuplicates()
    let landed = LandedResource(search: search, placements: placements, files: [])
    let check = RequestCheck(landed: landed, expectations: expectations)
    var draft = check.draft()
    draft.isApplicable = hasObjects
    draft.isUndecided = draft.isUndecided || hasUnreadableFile
    let unjudged = [
      check.hasExpectations ? "missing objects" : nil, hasReferences ? "dangling references" : nil,
    ].compactMap(\.self)
    if !unjudged.isEmpty {
      draft.isUndecided = true
      draft.notes.append(
        "it has \(fileCount) files, more than the \(mostFiles) that are compared with each "
          + "other: \(unjudged.joined(separator: " and ")) were not judged")
    }
    draft.notes += notes.filter { !draft.notes.contains($0) }
    if let note = check.noteOfMissingExpectation { draft.notes.append(note) }
    if findings.dropped > 0 { draft.notes.append("\(findings.dropped) more findings are left out") }
    // Settings are applied to these twice, which changes nothing.
    draft.findings += findings.kept
    return ResourceReport(draft, settings: settings)
  }

  /// Adds a finding for objects that it holds more than once.
  private mutating func addDuplicates() {
    let count = zip(keys, keys.dropFirst()).count { $0 == $1 }
    guard count > 0 else { return }
    findings.add(
      settings.applied(to: [
        DuplicateResource.finding(count: count, in: placements.first?.path)
      ]))
  }
}

/// The first findings of each severity; the others are counted.
private struct BoundedFindings {
  let most: Int
  private var errors: [Finding] = []
  private var others: [Finding] = []
  private(set) var dropped = 0

  init(most: Int) { self.most = most }

  var kept: [Finding] { errors + others }

  mutating func add(_ findings: [Finding]) {
    for finding in findings {
      if finding.severity == .error, errors.count < most {
        errors.append(finding)
      } else if finding.severity != .error, others.count < most {
        others.append(finding)
      } else {
        dropped += 1
      }
    }
  }
}
