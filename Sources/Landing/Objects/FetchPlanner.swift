internal import Git
internal import GitTransport

/// Decides which objects to request from a server during one reading: from the cheapest request to
/// the one that every server answers.
struct FetchPlanner {
  /// How many levels of trees are fetched with a commit by default: the root, the Destinations, and
  /// `resources`.
  static let usualLevels = 3

  /// How many of the branch's newest commits are fetched when the server no longer hands out a
  /// former tip by its id.
  static let branchDepth = 64

  /// The depth of a fetch that names local commits as haves.
  ///
  /// One would do. But when the shallow history does not reach the have, git's `upload-pack` does not
  /// see that the tip is its descendant, and walks all of its trees (120 ms instead of 15 for 20,000
  /// files). With three, two commits by others in between are covered. A larger depth would fetch
  /// older commits with files that are not needed.
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
  /// Whether the database was reopened.
  var hasReopened = false
  private var losses = 0
  private var asked: Set<ObjectID> = []
  private var last: (kind: Kind, request: FetchRequest)?
  private var filtersFail = false
  private var mayClaim = true
  private var hasAskedForDifference = false
  private var hasAskedForWhole = false
  private var branchesAsked: Set<FetchFilter> = []
  /// Whether the server has answered that it does not hand out the tip.
  private(set) var tipIsWithheld = false

  /// - Parameters:
  ///   - tip: The commit that the reading starts from.
  ///   - reference: The branch that pointed to it.
  ///   - levels: How many levels of trees are fetched with it; `nil` for the default.
  ///   - mustBeNewest: Whether the reading is useless once the branch has moved.
  init(tip: ObjectID?, of reference: String, levels: Int?, mustBeNewest: Bool) {
    self.tip = tip
    self.reference = reference
    self.levels = levels ?? Self.usualLevels
    self.mustBeNewest = mustBeNewest
  }

  /// The next request; `nil` when every kind of request has failed.
  ///
  /// - Parameter tips: Local commits, from which the server can send the difference.
  mutating func request(
    for missing: GitError, support: FetchSupport, tips: FetchedTips
  ) -> FetchRequest? {
    let depth = support.shallow ? 1 : nil
    let filters = support.filter && support.anyObject && !filtersFail
    // Every server can send the difference from a whole commit.
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
      // Where filters work, the commits are fetched without their trees, and those by their ids.
      let filter = filters ? FetchFilter.treeDepth(0) : .none
      guard !mustBeNewest, branchesAsked.insert(filter).inserted else { return nil }
      return next(
        .branch,
        FetchRequest(
          reference: reference, depth: depth.map { _ in Self.branchDepth }, filter: filter,
          haves: filters ? [] : claims))
    }
    guard !hasAskedForWhole else { return nil }
    // If the difference is not enough, the whole commit is requested next.
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
    // The entries of a directory are not fetched with it, because it may have many.
    guard missing.objects == [tip] else {
      return FetchRequest(wants: missing.objects, filter: .treeDepth(missing.levelsBelow))
    }
    let haves = mayClaim && depth != nil ? tips.all(for: tip) : []
    // Few directories differ.
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

  /// Forgets what was fetched after it was lost with the place where it was stored.
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
      // Local objects may be missing, or the server cannot compute the difference.
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

  /// Whether another request would fail in the same way.
  static func isFinal(_ code: TransportError.Code) -> Bool {
    [
      .timedOut, .cancelled, .authenticationFailed, .untrustedCertificate, .unknownHostKey,
      .repositoryNotFound, .invalidConfiguration, .insecure, .missingProgram,
      .limitExceeded,
    ].contains(code)
  }

  /// Forgets the last request.
  mutating func forgetLast() {
    guard let (kind, request) = last else { return }
    switch kind {
    case .parts: asked.subtract(request.wants)
    case .whole: (hasAskedForDifference, hasAskedForWhole) = (false, false)
    case .branch: branchesAsked.remove(request.filter)
    }
  }

  /// The record of the tip after the last request was answered.
  var fetchedTip: FetchedTips.Tip? {
    guard let tip, let (kind, request) = last, request.wants == [tip] else { return nil }
    return FetchedTips.Tip(id: tip, isWhole: kind == .whole)
  }

  func hasAsked(for missing: GitError) -> Bool { !asked.isDisjoint(with: missing.objects) }
}

/// The server does not hand out the commit that a reading starts from: the branch has moved.
struct TipWithheld: LandingFailure {
  let tip: ObjectID
  let description: StateStoreDescription

  var landingError: LandingError {
    LandingError(
      .conflict,
      """
      \(description.url) does not hand out commit \(tip) any more: \(description.branch) was \
      changed while it was read, and the commit is not among its last \(FetchPlanner.branchDepth); \
      run it again
      """)
  }
}
