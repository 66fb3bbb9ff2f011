internal import Git
internal import GitTransport

/// Which objects to ask a server for while one reading goes on: pure decisions, from the cheapest
/// request to the one that every server answers.
struct ObjectSearch {
  /// How many levels of trees come with a commit unless the caller knows better: the top, the
  /// Destinations, and `resources`.
  static let usualLevels = 3

  /// How many of the branch's newest commits are fetched to find a tip among them that the server
  /// no longer hands out by itself.
  static let branchDepth = 64

  /// How many commits the difference from commits that are here comes with.
  ///
  /// Only one is needed. But where history is cut above the commit that is here, git's
  /// `upload-pack` does not see that the tip follows on it, and goes through all of its trees (120
  /// ms instead of 15 for 20,000 files). With three, two commits by others in between are no more
  /// than that. A larger depth would fetch older commits with files that are not needed.
  private static let differenceDepth = 3

  private enum Kind {
    /// Objects by their ids, with a filter.
    case parts
    /// All of the tip.
    case whole
    /// The newest commits of the branch.
    case branch
  }

  /// The commit that the reading starts from.
  let tip: ObjectID?
  private let reference: String
  private let levels: Int
  private let mustBeNewest: Bool
  /// Whether the packs that were open were looked for again.
  var hasReopened = false
  private var losses = 0
  private var asked: Set<ObjectID> = []
  private var last: (kind: Kind, request: FetchRequest)?
  private var filtersFail = false
  private var mayClaim = true
  private var hasAskedForDifference = false
  private var hasAskedForWhole = false
  private var branchesAsked: Set<FetchFilter> = []
  /// Whether the server has said that it does not hand out the tip.
  private(set) var tipIsWithheld = false

  /// - Parameters:
  ///   - tip: The commit that the reading starts from.
  ///   - reference: The branch that it was read from.
  ///   - levels: How many levels of trees come with it; `nil` for the usual number.
  ///   - mustBeNewest: Whether the reading is useless once the branch names another commit.
  init(tip: ObjectID?, of reference: String, levels: Int?, mustBeNewest: Bool) {
    self.tip = tip
    self.reference = reference
    self.levels = levels ?? Self.usualLevels
    self.mustBeNewest = mustBeNewest
  }

  /// The next request; `nil` when the server was asked in every way and did not give the objects.
  ///
  /// - Parameter tips: Commits that are here, from which the server can send the difference.
  mutating func request(
    for missing: GitError, support: FetchSupport, tips: FetchedTips
  ) -> FetchRequest? {
    let depth = support.shallow ? 1 : nil
    let filters = support.filter && support.anyObject && !filtersFail
    // Servers of all kinds make the difference from a whole commit.
    let differs =
      missing.objects == [tip] && depth != nil && mayClaim && !hasAskedForDifference
      && !(tip.map(tips.whole(for:)) ?? []).isEmpty
    if filters, !differs, asked.isDisjoint(with: missing.objects) {
      asked.formUnion(missing.objects)
      return next(.parts, parts(missing, depth: depth, tips: tips))
    }
    guard let tip else { return nil }
    let claims = mayClaim && depth != nil ? tips.whole(for: tip) : []
    if tipIsWithheld {
      // Where filters work the commits come alone, and what they hold by its ids.
      let filter = filters ? FetchFilter.treeDepth(0) : .none
      guard !mustBeNewest, branchesAsked.insert(filter).inserted else { return nil }
      return next(
        .branch,
        FetchRequest(
          reference: reference, depth: depth.map { _ in Self.branchDepth }, filter: filter,
          haves: filters ? [] : claims))
    }
    guard !hasAskedForWhole else { return nil }
    // If the difference turns out not to be enough, all of it is asked for.
    let haves = hasAskedForDifference ? [] : claims
    hasAskedForDifference = true
    hasAskedForWhole = haves.isEmpty
    return next(
      .whole,
      FetchRequest(
        wants: [tip], depth: haves.isEmpty ? depth : Self.differenceDepth, haves: haves))
  }

  private func parts(
    _ missing: GitError, depth: Int?, tips: FetchedTips
  ) -> FetchRequest {
    // The entries of a directory that may be wide are not wanted with it.
    guard missing.objects == [tip] else {
      return FetchRequest(wants: missing.objects, filter: .treeDepth(missing.levelsBelow))
    }
    let haves = mayClaim && depth != nil ? tips.all(for: tip) : []
    // All directories that differ are few.
    let filter: FetchFilter =
      haves.isEmpty || tips.lackDeltaBases ? .treeDepth(levels) : .blobNone
    return FetchRequest(
      wants: missing.objects, depth: haves.isEmpty ? depth : Self.differenceDepth, filter: filter,
      haves: haves)
  }

  private mutating func next(_ kind: Kind, _ request: FetchRequest) -> FetchRequest {
    last = (kind, request)
    return request
  }

  /// Takes everything back that was asked for: it has gone with the place where it was kept.
  mutating func restart(after losses: Int) {
    guard losses != self.losses else { return }
    self.losses = losses
    asked = []
    (hasAskedForDifference, hasAskedForWhole) = (false, false)
    branchesAsked = []
  }

  /// Whether another request can help after the last one failed.
  ///
  /// - Parameter code: Why it failed; `nil` when what came could not be stored.
  mutating func goesOn(after code: TransportError.Code?) -> Bool {
    guard let (kind, request) = last, code.map(Self.isFinal) != true else { return false }
    if !request.haves.isEmpty, code != .objectNotFound {
      // Less may be here than is recorded, or the server cannot make the difference.
      mayClaim = false
      forgetLast()
      return true
    }
    switch kind {
    case .parts:
      if code == .objectNotFound, request.wants == [tip] {
        tipIsWithheld = true
      } else {
        filtersFail = true
      }
      return true
    case .whole:
      tipIsWithheld = code == .objectNotFound
      return tipIsWithheld
    case .branch: return code == .objectNotFound
    }
  }

  /// Failures that another request would only repeat.
  static func isFinal(_ code: TransportError.Code) -> Bool {
    [
      .timedOut, .cancelled, .authenticationFailed, .untrustedCertificate, .unknownHostKey,
      .repositoryNotFound, .invalidConfiguration, .insecure, .missingProgram,
      .limitExceeded,
    ].contains(code)
  }

  /// Takes back the last request.
  mutating func forgetLast() {
    guard let (kind, request) = last else { return }
    switch kind {
    case .parts: asked.subtract(request.wants)
    case .whole: (hasAskedForDifference, hasAskedForWhole) = (false, false)
    case .branch: branchesAsked.remove(request.filter)
    }
  }

  /// What is to be recorded of the tip after the last request was answered.
  var fetchedTip: FetchedTips.Tip? {
    guard let tip, let (kind, request) = last, request.wants == [tip] else { return nil }
    return FetchedTips.Tip(id: tip, isWhole: kind == .whole)
  }

  func hasAsked(for missing: GitError) -> Bool { !asked.isDisjoint(with: missing.objects) }
}

/// The server does not hand out the commit that a reading starts from: the branch has moved on.
struct TipWithheld: LandingFailure {
  let tip: ObjectID
  let description: StateStoreDescription

  var landingError: LandingError {
    LandingError(
      .conflict,
      """
      \(description.url) does not hand out commit \(tip) any more: \(description.branch) was \
      changed while it was read, and the commit is not among its last \(ObjectSearch.branchDepth); \
      run it again
      """)
  }
}
