internal import Digests
internal import Kratix
internal import Landing
internal import Manifests

/// A Work as a client sends it: the object that `kubectl get work -o yaml` prints.
struct WorkSubmission: Sendable {
  let key: WorkKey
  /// `metadata.generation`; `nil` when the client leaves counting to the service.
  let generation: Int64?
  /// `metadata.uid`; `nil` when no cluster has seen the object.
  let uid: String?
  /// `metadata.resourceVersion`, where it is one of this service; `nil` without, and for a cluster's.
  let version: String?
  let labels: [String: String]
  /// The object as JSON, without what a cluster adds for itself.
  let document: String
  /// A digest of the spec, which a generation counts the changes of.
  let specDigest: String
  /// A digest of labels and annotations, which may change within a generation.
  let metadataDigest: String
  /// The Promise's name.
  let promise: String
  /// The request's name; empty for a dependency.
  let resource: String
  /// What it is of, whatever it is called: Works of one identity claim the same directories.
  let identity: String

  /// Reads a body, JSON or YAML.
  ///
  /// - Parameters:
  ///   - limit: How many bytes its files may have when they are unpacked.
  ///   - check: Refuses a Work that could not land.
  /// - Throws: `LandingError` with `invalid-input` that names the line and field, `Problem` for a
  ///   Work that is too large, or what the check throws.
  init(
    parsing body: [UInt8], for key: WorkKey, contentLimit limit: Int = Work.contentLimit,
    check: (Work) throws(LandingError) -> Void = { _ in }
  ) throws {
    let work: Work
    do {
      let file = try ManifestFile(parsing: body, name: Self.source)
      let object = try Self.object(of: file, named: key)
      try WorkLimits.check(object, named: key)
      work = try Self.work(in: file, contentLimit: limit)
      let stored = Self.stored(object, of: key)
      self.key = key
      self.generation = try Self.generation(of: object)
      self.uid = try object.optional(.string, at: "/metadata/uid", in: Self.source)
      self.version = try Self.version(of: object, isOfCluster: uid != nil)
      self.labels =
        try object.optional(.stringMapping, at: "/metadata/labels", in: Self.source) ?? [:]
      self.document = JSONWriter(sortsKeys: true).text(of: stored)
      self.specDigest = Self.digest(of: [stored["spec"]])
      self.metadataDigest = Self.digest(
        of: ["labels", "annotations"].map { stored["metadata"]?[$0] })
      self.promise = work.promiseName
      self.resource = work.resourceName
      self.identity = work.identity
    } catch let error as ManifestError {
      throw LandingError(.invalidInput, error.description)
    }
    try check(work)
  }

  private static let source = "request body"
}

extension WorkSubmission {
  /// The one object of a body.
  ///
  /// The address names what is stored; a body that names something else was sent to the wrong one.
  private static func object(
    of file: ManifestFile, named key: WorkKey
  ) throws(ManifestError) -> Node {
    guard let object = file.documents.first?.root, file.documents.count == 1 else {
      throw ManifestError(
        code: .invalidField, file: source, position: nil,
        message: "it must be one Work, as `kubectl get work NAME -o yaml` prints it")
    }
    _ = try object.require(
      .oneOf(["\(PlatformObject.kratixGroup)/v1alpha1"]), at: "/apiVersion", in: source)
    _ = try object.require(.oneOf(["Work"]), at: "/kind", in: source)
    for (pointer, expected) in [
      ("/metadata/name", key.name), ("/metadata/namespace", key.namespace),
    ] {
      let actual = try object.require(.nonEmptyString, at: pointer, in: source)
      guard actual != expected else { continue }
      throw ManifestError(
        code: .invalidField, file: source, position: object.nearestValue(at: pointer).position,
        message: "\(JSONPointer.path(pointer)) is \(actual), and the address says \(expected)")
    }
    return object
  }

  /// Counted from 1, and never so far that nothing comes after it.
  private static func generation(of object: Node) throws(ManifestError) -> Int64? {
    let pointer = "/metadata/generation"
    guard let generation = try object.optional(.integer, at: pointer, in: source) else {
      return nil
    }
    guard (1...1 << 53).contains(generation) else {
      throw ManifestError(
        code: .invalidField, file: source, position: object.nearestValue(at: pointer).position,
        message: "metadata.generation is \(generation); it must be a number from 1 to 2^53")
    }
    return generation
  }

  /// The version of this service that a client has changed.
  ///
  /// What `kubectl get work -o yaml` prints has the cluster's version, and a uid.
  private static func version(
    of object: Node, isOfCluster: Bool
  ) throws(ManifestError) -> String? {
    let pointer = "/metadata/resourceVersion"
    let shape = Shape("a string") { node in node.string ?? node.integer.map { "\($0)" } }
    let version = try object.optional(shape, at: pointer, in: source)
    guard let version, !version.isEmpty else { return nil }
    return isOfCluster && WorkVersion.isOfCluster(version) ? nil : version
  }

  private static func work(
    in file: ManifestFile, contentLimit limit: Int
  ) throws(ManifestError) -> Work {
    if let work = try Work.works(in: file, contentLimit: limit).first { return work }
    throw ManifestError(
      code: .invalidField, file: source, position: nil, message: "there is no Work in it")
  }

  private static func stored(_ object: Node, of key: WorkKey) -> Node {
    var metadata = object["metadata"]?.mapping ?? [:]
    metadata["name"] = Node(.string(key.name))
    metadata["namespace"] = Node(.string(key.namespace))
    for field in ["managedFields", "resourceVersion", "selfLink", "generation", "finalizers"] {
      metadata[field] = nil
    }
    var fields = object.mapping ?? [:]
    fields["metadata"] = Node(.mapping(metadata))
    fields["status"] = nil
    return Node(.mapping(fields))
  }

  private static func digest(of parts: [Node?]) -> String {
    let text = JSONWriter(sortsKeys: true).text(of: Node(.sequence(parts.map { $0 ?? .null })))
    return Digest.sha256(of: text.utf8).hexadecimal
  }
}
