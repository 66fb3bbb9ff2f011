package import Kratix
internal import Manifests

/// What one state store is to hold: everything that a plan depends on besides the snapshot, as a
/// value that another process can be handed.
package struct LandingRequest: Sendable, Hashable, Codable {
  /// What is to be done.
  package enum Intent: Sendable, Hashable, Codable {
    /// The state store is to hold these Works and nothing else of them; what Kubernetes is
    /// deleting goes.
    case write([Work])
    /// The state store is to hold nothing of these Works.
    case remove([Work])
    /// The state store is to hold nothing of this one's request, or of its Promise's workflows,
    /// whatever their Pipelines: its own Pipeline does not count.
    case removeAll(of: Work)
    /// Its Destinations are to have their canary files, or not, as each says.
    case canaries
    /// All placements of the Destination of that name are to go, and its canary files: what
    /// `cleanup: all` means.
    case cleanUp(destination: String)
  }

  /// How it is to be done.
  package struct Steering: Sendable, Hashable, Codable {
    /// Whether what is misplaced moves to where the selectors want it, which Kratix never does.
    package var relocates: Bool
    /// Whether a removal also takes what is in directories that no Destination has any more.
    package var removesEverywhere: Bool
    /// Whether groups land although others of their Work have no Destination, as with Kratix;
    /// otherwise nothing of the Work does.
    package var allowsUnscheduled: Bool
    /// Whether a file that placements share is made again from their state files when it holds
    /// what none of them accounts for; otherwise nothing is written.
    package var restoresSharedFiles: Bool
    /// Whether the names by which state files know the Works were given.
    package var namesAreGiven: Bool
    /// The style of the commits.
    package var style: CommitStyle

    /// All or nothing, and commits as Kratix's, by default.
    package init(
      relocates: Bool = false, removesEverywhere: Bool = false, allowsUnscheduled: Bool = false,
      restoresSharedFiles: Bool = false, namesAreGiven: Bool = false,
      style: CommitStyle = CommitStyle()
    ) {
      self.relocates = relocates
      self.removesEverywhere = removesEverywhere
      self.allowsUnscheduled = allowsUnscheduled
      self.restoresSharedFiles = restoresSharedFiles
      self.namesAreGiven = namesAreGiven
      self.style = style
    }
  }

  /// The directories of all Destinations on the branch; `nil` to leave what is in others.
  ///
  /// What is in other directories with Kratix's layout goes too: a Destination had them before it was
  /// moved or removed.
  var knownDirectories: [String: Destination.FilepathMode]?
  package var intent: Intent
  package var steering: Steering
  package var stateStore: GitStateStore
  /// All Destinations of the platform, those of other state stores too.
  package var destinations: [Destination]
  /// What other state stores hold of the Works.
  package var elsewhere: Elsewhere
  /// The Promises of the platform, by which the plan finds the names and the Pipelines of Works.
  ///
  /// `nil` where the Works are known by the names that they have, as in the service.
  package var promises: [PromisePipelines]?

  /// Puts a request together.
  package init(
    _ intent: Intent, _ steering: Steering = Steering(), in stateStore: GitStateStore,
    destinations: [Destination], elsewhere: Elsewhere = Elsewhere(),
    promises: [PromisePipelines]? = nil,
    knownDirectories: [String: Destination.FilepathMode]? = nil
  ) {
    self.knownDirectories = knownDirectories
    self.intent = intent
    self.steering = steering
    self.stateStore = stateStore
    self.destinations = destinations
    self.elsewhere = elsewhere
    self.promises = promises
  }

  /// The Destinations of this state store.
  var here: [Destination] { destinations.filter { $0.isStored(in: stateStore) } }

  /// How many levels of trees, the top included, lie above the directories of the Promises, where
  /// all that is wide begins.
  var levelsAbovePromises: Int {
    let levels = here.compactMap { destination in
      // A path that is no good is refused when something is written there.
      (try? destination.directory(in: stateStore)).map { directory in
        directory.parts(separatedBy: "/").count
          // The top and, in the nested layout, resources and the namespaces.
          + (destination.filepathMode == .nestedByMetadata ? 3 : 1)
      }
    }
    return levels.min() ?? 1
  }
}

extension LandingRequest.Intent {
  /// The Works that it is about.
  package var works: [Work] {
    switch self {
    case .write(let works), .remove(let works): works
    case .removeAll(let work): [work]
    case .canaries, .cleanUp: []
    }
  }

  /// Whether nothing of a Work is to be left.
  func removes(_ work: Work) -> Bool { isRemoval || work.isBeingDeleted || work.isEmpty }

  package var isRemoval: Bool {
    switch self {
    case .remove, .removeAll: true
    case .write, .canaries, .cleanUp: false
    }
  }
}
