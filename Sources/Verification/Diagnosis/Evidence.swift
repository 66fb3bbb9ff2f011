package import Kratix
package import Landing
package import Manifests

/// Whatever is known of one request: the more, the further a diagnosis comes.
package struct Evidence: Sendable {
  /// What a look at the state store gave.
  package enum StoreReading: Sendable {
    /// It was read.
    case read(StoreFacts)
    /// It could not be read.
    case failed(LandingError)
  }

  /// The Promise's name.
  package var promiseName: String
  /// The request's namespace.
  package var namespace: String
  /// The request's name.
  package var name: String
  /// The request, from a file or a dump.
  package var request: ResourceRequest?
  /// Promises, Destinations and state stores.
  package var platform: Platform
  /// What the pipeline wrote; `nil` when that is not known.
  package var output: PipelineOutput?
  /// Its metadata directory; `nil` when that is not known.
  package var metadata: MetadataEvidence?
  /// Objects of the cluster, as kubectl prints them.
  package var dumps: [PlatformObject]
  /// The kinds that were asked for, whether there were any objects or not.
  package var dumpedKinds: Set<String>
  /// Works, from dumps or as Kratix would make them of the output.
  package var works: [Work]
  /// The state store; `nil` when nobody looked.
  package var store: StoreReading?

  /// Evidence of nothing but a name.
  package init(promiseName: String, namespace: String, name: String, platform: Platform) {
    self.promiseName = promiseName
    self.namespace = namespace
    self.name = name
    self.platform = platform
    dumps = []
    dumpedKinds = []
    works = []
  }

  /// Takes the objects of a dump.
  package mutating func add(_ file: ManifestFile) {
    for object in file.objects {
      dumps.append(PlatformObject(object, file: file.name))
      dumpedKinds.insert(object.identity.kind)
    }
  }
}

/// What the state store says, as values.
package struct StoreFacts: Sendable {
  /// The state store's own description.
  package var stateStore: GitStateStore
  /// The commit that was read.
  package var tip: String
  /// What verification says of the request and its Works, with history.
  package var report: Report
  /// The `.gitignore` files on the ways to the placements, by directory.
  package var ignoreFiles: [String: String]
  /// The subjects of the last commits below the resource's directories, by path.
  package var lastSubjects: [String: String]

  /// Puts facts together.
  package init(
    stateStore: GitStateStore, tip: String, report: Report, ignoreFiles: [String: String] = [:],
    lastSubjects: [String: String] = [:]
  ) {
    self.stateStore = stateStore
    self.tip = tip
    self.report = report
    self.ignoreFiles = ignoreFiles
    self.lastSubjects = lastSubjects
  }
}
