import Git
import Kratix
import Manifests
import Verification

@testable import Landing

/// A state store in memory, the platform of the fixtures, and checks of the one by the other.
struct StateStoreSample {
  var platform = Platform()
  var files: [String: [UInt8]] = [:]

  /// The fixtures' platform; in its state store are the canary files of the Destination `platform` alone.
  init() throws {
    for file in ["kratix/destinations.yaml", "kratix/state-store.yaml", "postgresql/promise.yaml"] {
      try add(Fixture.text(file), file: file)
    }
    guard let destination = platform.destinations["platform"] else { return }
    for file in try Canary.files(of: destination, in: stateStore) {
      files[file.path] = file.content
    }
  }

  /// Adds manifests to the platform.
  mutating func add(_ manifests: String, file: String = "platform.yaml") throws {
    try platform.add(ManifestFile(parsing: manifests, name: file))
  }

  /// Puts files into the directory where the default request's pipeline would land them.
  mutating func land(
    _ rendered: [String: String], at destination: String = "worker", group: String = "5058f",
    namespace: String = "default", name: String = "postgres-example"
  ) {
    let directory = "\(destination)/resources/\(namespace)/postgresql/\(name)/instance-configure"
    for (path, text) in rendered { files["\(directory)/\(group)/\(path)"] = Array(text.utf8) }
  }

  var stateStore: GitStateStore {
    platform.stateStores["default"] ?? GitStateStore(name: "default", url: "/tmp/state.git")
  }

  func snapshot() throws -> Snapshot {
    let (id, reader) = try objects()
    return try Snapshot(of: id, reading: reader)
  }

  /// A commit of the files, and where it is read from.
  func objects() throws -> (ObjectID, any ObjectReader) {
    let database = try ObjectDatabase.inMemory()
    var objects = NewObjects()
    var edits = TreeEdits()
    for (path, bytes) in files {
      try edits.write(StatePath(path), objects.add(.blob, bytes))
    }
    let tree = try objects.apply(edits, to: nil, reading: database)
    let author = Signature(name: "kratix", email: "", seconds: 1_795_545_060)
    let commit = Commit(
      tree: tree, parents: [], author: author, committer: author, message: "Update from: test")
    let id = try objects.add(.commit, commit.bytes)
    return (id, Overlay(objects, over: database))
  }

  func verifier(settings: RuleSettings = .default) throws -> Verifier {
    try Verifier(platform: platform, stateStore: stateStore, settings: settings)
  }

  func check(
    _ request: ResourceRequest, promise: String? = nil, settings: RuleSettings = .default
  ) throws -> ResourceReport {
    let reports = try verifier(settings: settings).check(
      requests: [request], promise: promise, in: snapshot())
    return try reports.only
  }
}

/// A request as somebody would make it.
func request(
  _ name: String = "postgres-example", namespace: String = "default", spec: String = "{}",
  kind: String = "postgresql"
) throws -> ResourceRequest {
  try request(
    parsing: """
      apiVersion: marketplace.kratix.io/v1alpha1
      kind: \(kind)
      metadata: {name: \(name), namespace: \(namespace)}
      spec: \(spec)
      """)
}

func request(parsing text: String, file: String = "request.yaml") throws -> ResourceRequest {
  let object = try ManifestFile(parsing: text, name: file).objects.only
  return try ResourceRequest(PlatformObject(object, file: file))
}

/// A collection that should have held one element.
struct NotOne: Error {
  let count: Int
}

extension Collection {
  /// The only element.
  var only: Element {
    get throws {
      guard let first, count == 1 else { throw NotOne(count: count) }
      return first
    }
  }
}

extension ResourceReport {
  var errors: [Finding] { findings.filter { $0.severity == .error } }
  var rules: Set<Rule> { Set(findings.map(\.rule)) }

  func findings(_ rule: Rule) -> [Finding] { findings.filter { $0.rule == rule } }
}
