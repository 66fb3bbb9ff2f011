import Foundation
import Kratix
import Landing
import Manifests
package import Verification

/// Collects what the flags, the cluster and the state store say of one request.
package struct EvidenceCollector {
  /// What the flags name.
  package struct Sources: Sendable {
    /// The file of the request.
    package var request: String?
    /// What kubectl printed: files, directories, or `-`.
    package var dumps: [String] = []
    package var rendered: RenderedSource

    package init(request: String?, dumps: [String], rendered: RenderedSource) {
      self.request = request
      self.dumps = dumps
      self.rendered = rendered
    }
  }

  private let rendered: RenderedSource
  private let settings: PlatformSettings
  private let deadline: ContinuousClock.Instant
  private var dumps: [ManifestFile] = []
  private var askedKinds: Set<String> = []
  private let request: ResourceRequest?
  /// The bytes of the request's file and of the dumps, by their names.
  private var files: [String: [UInt8]] = [:]
  private let configuration: Configuration

  /// Reads the files.
  ///
  /// - Throws: `ManifestError` or `LandingError`, with the file.
  package init(
    _ sources: Sources, settings: PlatformSettings, deadline: ContinuousClock.Instant
  ) throws {
    rendered = sources.rendered
    self.settings = settings
    self.deadline = deadline
    let input = try sources.request.map { try Input($0) }
    request = try input?.request()
    let dumped = try sources.dumps.flatMap(Input.all)
    dumps = try dumped.map(ClusterDump.manifests)
    for file in dumped + [input].compactMap(\.self) { files[file.name] = file.bytes }
    configuration = try settings.configuration()
  }

  /// Asks the cluster by `kubectl get`.
  ///
  /// - Parameters:
  ///   - kubeconfig: The kubeconfig; `nil` for the one of the environment.
  ///   - context: The context of the kubeconfig; `nil` for the current one.
  /// - Throws: `LandingError`.
  package mutating func askByKubectl(kubeconfig: String?, context: String?) async throws {
    try await ask(Kubectl(kubeconfig: kubeconfig, context: context, deadline: deadline))
  }

  /// Asks the API server that the settings name, if they name one.
  ///
  /// - Throws: `LandingError` or `KubernetesError`.
  package mutating func askCluster() async throws {
    if let reader = settings.cluster?.reader { try await ask(reader) }
  }

  /// Asks for the evidence on the request.
  ///
  /// - Throws: The errors of the source.
  package mutating func ask(_ source: some EvidenceSource) async throws {
    try await take(source.platform())
    let platform = try platform()
    let identity = try identity(on: platform)
    let promise = platform.promises[identity.promise]
    try await take(source.request(identity, of: promise, in: dumps))
    try await take(
      source.objects(of: identity, in: promise?.pipelineNamespace ?? identity.namespace))
    for answer in await source.agents() { take(answer) }
  }

  private mutating func take(_ answer: ClusterAnswer) {
    if let file = answer.file { dumps.append(file) }
    askedKinds.formUnion(answer.kinds)
  }

  /// All evidence, including that of the state store.
  package func evidence() async throws -> Evidence {
    let platform = try platform()
    let identity = try identity(on: platform)
    var evidence = Evidence(
      promiseName: identity.promise, namespace: identity.namespace, name: identity.name,
      platform: platform)
    evidence.files = files
    for file in dumps { evidence.add(file) }
    evidence.dumpedKinds.formUnion(askedKinds)
    for file in configuration.files { evidence.add(statusOf: file) }
    let live = try dumpedRequest(identity, platform.promises[identity.promise])
    evidence.request = live ?? request
    if let live, let request, live.node["spec"] != request.node["spec"] {
      evidence.differentManifest = request.file
    }
    if let directory = rendered.output {
      evidence.output = try PipelineOutput(directory: directory)
    }
    if rendered.metadata != nil || rendered.output != nil {
      evidence.metadata = MetadataEvidence(
        directory: rendered.metadata ?? RenderedSource.standardMetadata)
    }
    evidence.works = try works(of: identity, evidence: evidence)
    evidence.store = await StateStoreProbe(
      settings: settings, evidence: evidence, deadline: deadline
    ).reading()
    return evidence
  }

  /// The platform: Promises and Destinations as the cluster has them, though the configuration may have
  /// others, and state stores as the configuration says that they are reached from here.
  private func platform() throws -> Platform {
    var known = Platform()
    for file in dumped(["GitStateStore"]) { try known.add(file) }
    return try settings.platform(
      of: configuration, over: known, under: dumped(["Promise", "Destination"]),
      findsDestinations: dumps.isEmpty && rendered.output == nil)
  }

  private func dumped(_ kinds: Set<String>) -> [ManifestFile] {
    dumps.map { file in
      let objects = file.objects.filter { kinds.contains($0.identity.kind) }
      return ManifestFile(name: file.name, documents: objects.map { Document(root: $0.node) })
    }
  }

  private func identity(on platform: Platform) throws -> RequestIdentity {
    let known = request.flatMap { platform.promise(of: $0) }
    let promise =
      rendered.promise ?? known?.name ?? Environment["KRATIX_PROMISE_NAME"]
      ?? request?.identity.kind.lowercased()
    let name = rendered.name ?? request?.name ?? Environment["KRATIX_OBJECT_NAME"]
    guard let promise, let name else {
      throw LandingError(
        .invalidConfiguration, "which request? Give --request, or --promise, --namespace and --name"
      )
    }
    return RequestIdentity(
      promise: promise,
      namespace: rendered.namespace ?? request?.namespace ?? Environment["KRATIX_OBJECT_NAMESPACE"]
        ?? "default", name: name)
  }

  private func dumpedRequest(
    _ identity: RequestIdentity, _ promise: Promise?
  ) throws -> ResourceRequest? {
    for file in dumps {
      let found = file.objects.first { object in
        object.identity.kind == promise?.kind && object.identity.group == promise?.group
          && object.identity.name == identity.name
          && (object.identity.namespace ?? "default") == identity.namespace
      }
      if let found { return try ResourceRequest(PlatformObject(found, file: file.name)) }
    }
    return nil
  }

  /// The Works of the cluster, or the Work that Kratix would make of the output.
  private func works(of identity: RequestIdentity, evidence: Evidence) throws -> [Work] {
    let dumped = try dumps.flatMap { try Work.works(in: $0) }.filter { work in
      work.promiseName == identity.promise && work.resourceName == identity.name
        && (work.resourceNamespace ?? work.namespace) == identity.namespace
    }
    guard dumped.isEmpty, let output = evidence.output else { return dumped }
    let promise = evidence.platform.promises[identity.promise]
    let pipeline = rendered.pipeline ?? promise?.onlyResourcePipeline
    guard let pipeline, let metadata = evidence.metadata,
      metadata.fault == nil || !metadata.names.contains("destination-selectors.yaml")
    else { return [] }
    let context = WorkflowContext(
      type: .resource, promise: identity.promise, pipeline: pipeline,
      namespace: identity.namespace, name: identity.name)
    do throws(KratixError) {
      return [
        try Work(
          output: output, context: context, selectors: metadata.metadata?.selectors ?? [],
          scheduling: PromiseScheduling(promise: promise?.destinationSelectors ?? []),
          pipelineNamespace: promise?.pipelineNamespace)
      ]
    } catch {
      // The pipeline link of the diagnosis reports this error.
      return []
    }
  }
}
