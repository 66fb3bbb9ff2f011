package import Manifests

/// Where workloads go: a directory of a state store, with labels that selectors ask for
/// (`api/v1alpha1/destination_types.go`).
package struct Destination: Sendable, Hashable, Codable {
  /// How files are laid out below the Destination's path.
  package enum FilepathMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// A directory for each placement, named by what it is for.
    case nestedByMetadata
    /// All files directly below the path.
    case none
    /// One file for everything.
    case aggregatedYAML
  }

  /// What becomes of its files when Kubernetes deletes the Destination.
  package enum Cleanup: String, Sendable, Hashable, Codable, CaseIterable {
    /// They stay.
    case none
    /// All placements and the canary files go.
    case all
  }

  /// The name of the one file of the mode `aggregatedYAML` where nothing else is said.
  package static let standardFilename = "aggregated.yaml"

  /// The name, part of every placement's name.
  package var name: String
  /// What selectors look at.
  package var labels: [String: String]
  /// The directory below the state store's path.
  package var path: String
  /// The kind of state store that holds it: `GitStateStore`, or one that is not written here.
  package var stateStoreKind: String
  /// The name of the state store that holds it.
  package var stateStoreName: String
  /// Whether it is passed over by selectors that ask for nothing.
  package var strictMatchLabels: Bool
  /// How files are laid out.
  package var filepathMode: FilepathMode
  /// The one file of the mode `aggregatedYAML`, below the path.
  package var filename: String
  /// Whether canary files are written to it.
  package var hasInitWorkloads: Bool
  /// What becomes of its files when Kubernetes deletes the Destination.
  package var cleanup: Cleanup
  /// Whether Kubernetes is deleting it.
  package var isBeingDeleted: Bool

  /// A Destination; what is left out is as Kratix defaults it.
  package init(
    name: String, labels: [String: String] = [:], path: String,
    stateStoreKind: String = "GitStateStore", stateStoreName: String,
    strictMatchLabels: Bool = false,
    filepathMode: FilepathMode = .nestedByMetadata, filename: String = standardFilename,
    hasInitWorkloads: Bool = true, cleanup: Cleanup = .none, isBeingDeleted: Bool = false
  ) {
    self.name = name
    self.labels = labels
    self.path = path
    self.stateStoreKind = stateStoreKind
    self.stateStoreName = stateStoreName
    self.strictMatchLabels = strictMatchLabels
    self.filepathMode = filepathMode
    self.filename = filename
    self.hasInitWorkloads = hasInitWorkloads
    self.cleanup = cleanup
    self.isBeingDeleted = isBeingDeleted
  }
}

extension Destination {
  /// Reads a `Destination` manifest.
  ///
  /// - Throws: `ManifestError` with file, line and field.
  package init(_ object: PlatformObject) throws(ManifestError) {
    try object.checkMappings(at: "/spec/filepath", "/spec/initWorkloads")
    let mode = try object.optional(
      .oneOf(FilepathMode.allCases.map(\.rawValue)), at: "/spec/filepath/mode")
    let filename = try object.optional(.string, at: "/spec/filepath/filename") ?? ""
    let cleanup = try object.optional(
      .oneOf(Cleanup.allCases.map(\.rawValue)), at: "/spec/cleanup")
    self.init(
      name: try object.requireName(),
      labels: try object.optional(.labels, at: "/metadata/labels") ?? [:],
      path: try object.require(.nonEmptyString, at: "/spec/path"),
      stateStoreKind: try object.require(.nonEmptyString, at: "/spec/stateStoreRef/kind"),
      stateStoreName: try object.require(.nonEmptyString, at: "/spec/stateStoreRef/name"),
      strictMatchLabels: try object.optional(.boolean, at: "/spec/strictMatchLabels") ?? false,
      filepathMode: mode.flatMap(FilepathMode.init) ?? .nestedByMetadata,
      filename: filename.isEmpty ? Self.standardFilename : filename,
      hasInitWorkloads: try object.optional(.boolean, at: "/spec/initWorkloads/enabled") ?? true,
      cleanup: cleanup.flatMap(Cleanup.init) ?? .none,
      isBeingDeleted: try object.optional(.string, at: "/metadata/deletionTimestamp") != nil)
  }
}

extension Destination {
  package func isStored(in store: GitStateStore) -> Bool {
    stateStoreKind == "GitStateStore" && stateStoreName == store.name
  }

  /// - Throws: `KratixError` with the code `invalidConfiguration` where it lives in a state store
  ///   that is not written here.
  package func requireGitStateStore() throws(KratixError) {
    guard stateStoreKind == "GitStateStore" else {
      throw KratixError(
        .invalidConfiguration,
        """
        Destination \(name) is on the \(stateStoreKind) \(stateStoreName); only GitStateStores \
        are written and read here
        """)
    }
  }
}
