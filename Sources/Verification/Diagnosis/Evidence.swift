package import Foundation
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
  /// The file of a request that asks for something else than the cluster's own.
  package var differentManifest: String?
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
  /// Whether a dump was given that would have a Work, if there was one.
  private(set) var mayLackWorks = false
  /// Works, from dumps or as Kratix would make them of the output.
  package var works: [Work]
  /// The state store; `nil` when it was not read.
  package var store: StoreReading?
  /// The bytes of files that were given, by the names that findings have for them.
  package var files: [String: [UInt8]] = [:]
  /// When the evidence was collected.
  package var now: Date
  /// How many seconds something new may be on its way: Kratix writes within seconds, and tries again
  /// after 15.
  package var patience: Double = 60

  /// Evidence of nothing but a name.
  package init(
    promiseName: String, namespace: String, name: String, platform: Platform, now: Date = Date()
  ) {
    self.now = now
    self.promiseName = promiseName
    self.namespace = namespace
    self.name = name
    self.platform = platform
    dumps = []
    dumpedKinds = []
    works = []
  }

  /// Adds the objects of a dump.
  ///
  /// A dump with objects of the pipeline, or with none at all, is one of the request's namespace: it
  /// would have a Work, if there was one.
  package mutating func add(_ file: ManifestFile) {
    for object in file.objects {
      dumps.append(PlatformObject(object, file: file.name))
      dumpedKinds.insert(object.identity.kind)
    }
    let kinds = Set(file.objects.map(\.identity.kind))
    if file.documents.contains(where: { $0.object != nil }),
      kinds.isSubset(of: Self.namespacedKinds)
    {
      mayLackWorks = true
    }
  }

  /// Adds what the cluster said of objects that stand in the configuration, where no dump has them.
  package mutating func add(statusOf file: ManifestFile) {
    for object in file.objects where object.node["status"] != nil {
      let identity = object.identity
      let isKnown = dumps.contains {
        $0.identity.kind == identity.kind && $0.identity.name == identity.name
          && $0.identity.namespace == identity.namespace
      }
      if !isKnown { dumps.append(PlatformObject(object, file: file.name)) }
    }
  }

  private static let namespacedKinds: Set<String> = ["Job", "Pod", "WorkPlacement"]
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
