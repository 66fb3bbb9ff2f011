public import Kratix
public import Landing
public import Manifests

/// Whatever is known of one request: the more, the further a diagnosis comes.
public struct Evidence: Sendable {
  /// What a look at the state store gave.
  public enum StoreReading: Sendable {
    /// It was read.
    case read(StoreFacts)
    /// It could not be read.
    case failed(LandingError)
  }

  /// The Promise's name.
  public var promiseName: String
  /// The request's namespace.
  public var namespace: String
  /// The request's name.
  public var name: String
  /// The request, from a file or a dump.
  public var request: ResourceRequest?
  /// Promises, Destinations and state stores.
  public var platform: Platform
  /// What the pipeline wrote; `nil` when that is not known.
  public var output: PipelineOutput?
  /// Its metadata directory; `nil` when that is not known.
  public var metadata: MetadataEvidence?
  /// Objects of the cluster, as kubectl prints them.
  public var dumps: [PlatformObject]
  /// The kinds that were asked for, whether there were any objects or not.
  public var dumpedKinds: Set<String>
  /// Works, from dumps or as Kratix would make them of the output.
  public var works: [Work]
  /// The state store; `nil` when nobody looked.
  public var store: StoreReading?

  /// Evidence of nothing but a name.
  public init(promiseName: String, namespace: String, name: String, platform: Platform) {
    self.promiseName = promiseName
    self.namespace = namespace
    self.name = name
    self.platform = platform
    dumps = []
    dumpedKinds = []
    works = []
  }

  /// Takes the objects of a dump.
  public mutating func add(_ file: ManifestFile) {
    for object in file.objects {
      dumps.append(PlatformObject(object, file: file.name))
      dumpedKinds.insert(object.identity.kind)
    }
  }
}

/// What the state store says, as values.
public struct StoreFacts: Sendable {
  /// The state store's own description.
  public var stateStore: GitStateStore
  /// The commit that was read.
  public var tip: String
  /// What verification says of the request and its Works, with history.
  public var report: Report
  /// The `.gitignore` files on the ways to the placements, by directory.
  public var ignoreFiles: [String: String]
  /// The subjects of the last commits below the resource's directories, by path.
  public var lastSubjects: [String: String]

  /// Puts facts together.
  public init(
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
