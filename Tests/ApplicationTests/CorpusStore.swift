import Foundation
import Git
import Kratix
import Logging
import Manifests
import TestSupport

@testable import Application
@testable import Landing
@testable import Verification

/// A state store that holds a case of the corpus, landed as `write` lands it, and read as `verify` reads
/// it.
struct CorpusStore {
  let example: CorpusCase
  private let store: StateStore
  private let verifier: Verifier
  private let deadline = ContinuousClock.now + .seconds(200)

  private var platform: Platform { verifier.platform }

  static func withStore(
    of example: CorpusCase, _ body: (CorpusStore) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { directory in
      try makeRepository(at: directory.appending(path: "state.git"))
      let store = try CorpusStore(example, in: directory)
      try await store.land()
      try await body(store)
      await store.store.close()
    }
  }

  private init(_ example: CorpusCase, in directory: URL) throws {
    self.example = example
    let own = ["promise.yaml", "platform.yaml"].map { example.promise.appending(path: $0).path }
      .filter(FileManager.default.fileExists)
    let fixtures = CorpusCase.root.deletingLastPathComponent().appending(path: "kratix")
    let shared = ["state-store.yaml", "destinations.yaml"].map { fixtures.appending(path: $0).path }
    let settings = PlatformSettings(
      manifestPaths: (own.count == 1 ? shared : [shared[0]]) + own,
      repository: directory.appending(path: "state.git").path, branch: nil, destination: nil,
      credentialsDirectory: nil, authorities: nil, allowsInsecureHTTP: false,
      cacheDirectory: directory.appending(path: "cache").path,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let platform = try settings.loadPlatform()
    let (store, description) = try settings.openStateStores(of: platform).store("default")
    self.store = store
    verifier = try Verifier(platform: platform, stateStore: description)
  }

  /// An empty bare repository.
  private static func makeRepository(at repository: URL) throws {
    for directory in ["objects", "refs/heads"] {
      try FileManager.default.createDirectory(
        at: repository.appending(path: directory), withIntermediateDirectories: true)
    }
    let configuration = """
      [core]
        repositoryformatversion = 0
        bare = true
        fsync = none
      # One file for all objects of a push.
      [receive]
        unpackLimit = 1
        autogc = false

      """
    try Data(configuration.utf8).write(to: repository.appending(path: "config"))
    try Data("ref: refs/heads/main\n".utf8).write(to: repository.appending(path: "HEAD"))
  }
}

// MARK: Landing

extension CorpusStore {
  private func land() async throws {
    let options = LandingOptions(deadline: deadline, createsBranch: true)
    var works = try dependencies()
    for name in example.siblings + [example.name] {
      works += try self.works(of: example.promise.appending(path: name))
    }
    let left = try filesLeftInStore()
    let landed = works
    let promises = platform.promises.values.map(PromisePipelines.init(of:))
    let request = LandingRequest(
      .write(landed), LandingRequest.Steering(allowsUnscheduled: true), in: verifier.stateStore,
      destinations: platform.sortedDestinations, promises: promises)
    var canaries = request
    canaries.intent = .canaries
    // One push for what Kratix, the pipelines and others wrote.
    _ = try await store.queue.land(nil, options: options) { [canaries] snapshot in
      try canaries.changes(on: snapshot) + request.changes(on: snapshot) + left
    }
  }

  /// The Works of one directory: what each pipeline rendered for its request.
  private func works(of directory: URL) throws -> [Work] {
    let request = try request(in: directory)
    return try CorpusCase.directories(in: directory)
      .filter { $0.lastPathComponent != "store" }
      .map { pipeline in
        var source = source(of: pipeline)
        source.workflowType = .resource
        source.promise = platform.promise(of: request)?.name
        source.namespace = request.namespace
        source.name = request.name
        return try source.work(
          for: source.context(), metadata: source.pipelineMetadata(), on: platform)
      }
  }

  /// The Works of the Promise itself: its static dependencies, and what its own pipelines rendered.
  private func dependencies() throws -> [Work] {
    let directory = example.promise.appending(path: "dependencies")
    let names = try platform.promise(of: request(in: example.directory))
    let rendered =
      FileManager.default.fileExists(atPath: directory.path)
      ? try CorpusCase.directories(in: directory) : []
    return try rendered.map { pipeline in
      var source = source(of: pipeline)
      source.workflowType = .promise
      source.promise = names?.name
      return try source.work(
        for: source.context(), metadata: source.pipelineMetadata(), on: platform)
    } + [names.flatMap(Work.staticDependencies(of:))].compactMap(\.self)
  }

  private func source(of pipeline: URL) -> RenderedSource {
    var source = RenderedSource()
    source.output = pipeline.appending(path: "output").path
    source.metadata = pipeline.appending(path: "metadata").path
    source.workflowAction = .configure
    source.pipeline = pipeline.lastPathComponent
    return source
  }

  private func request(in directory: URL) throws -> ResourceRequest {
    let input = try Input(directory.appending(path: "request.yaml").path)
    guard let object = try input.manifests().objects.first else {
      throw CorpusFault("\(input.name) has no request")
    }
    return try ResourceRequest(PlatformObject(object, file: input.name))
  }

  /// The files below `store`, which are in the repository as another writer left them.
  private func filesLeftInStore() throws -> [Change] {
    let directory = example.directory.appending(path: "store")
    guard FileManager.default.fileExists(atPath: directory.path) else { return [] }
    let files = try PipelineOutput(directory: directory.path).workloads
    return [
      Change(name: "by-hand", destination: "", claims: []) { _, edit, objects in
        for file in files {
          let path = try StatePath(file.filepath)
          try edit.write(CheckedFile(path: path, content: file.content), adding: &objects)
        }
      }
    ]
  }
}

// MARK: Verifying

extension CorpusStore {
  /// What `verify` says.
  struct Answer: CustomStringConvertible {
    /// The verdict on the request; `nil` where the report has none.
    let verdict: Verdict?
    let findings: Set<String>
    let description: String
  }

  func verify(asksForAll: Bool) async throws -> Answer {
    var settings = VerificationSettings(rendered: RenderedSource())
    if !asksForAll { settings.requests = [example.request.path] }
    let sources = try VerificationSources(settings, on: platform, destination: nil)
    var check = try sources.check(with: verifier, of: store.description)
    check.isOfAll = asksForAll
    let report = try await check.report(on: store, deadline: deadline).report
    let request = try request(in: example.directory)
    let own = report.resources.first {
      $0.name == request.name && $0.namespace == request.namespace
    }
    return Answer(
      verdict: own?.verdict, findings: Set(report.resources.flatMap(\.findings).map(\.row)),
      description: TextReport().text(of: report))
  }
}

extension Finding {
  /// Severity, rule, and the object or the name of the file.
  fileprivate var row: String {
    let place = object ?? file.map { URL(filePath: $0).lastPathComponent }
    return [severity.rawValue, rule.rawValue, place].compactMap(\.self).joined(separator: " ")
  }
}
