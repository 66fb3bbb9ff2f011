import Foundation
import Kratix
import Landing
import Manifests
import Verification

/// Everything that the flags, the cluster and the state store say of one request.
struct EvidenceGathering {
  private let command: Diagnose
  private var dumps: [ManifestFile] = []
  private var askedKinds: Set<String> = []
  private let request: ResourceRequest?
  private let configuration: Configuration

  /// Reads what the flags name.
  ///
  /// - Throws: `ManifestError` or `LandingError`, with the file.
  init(_ command: Diagnose) throws {
    self.command = command
    request = try command.request.map(Input.request)
    for path in command.dump {
      dumps += try Input.all(at: path).map { try $0.manifests() }
    }
    configuration = try Configuration(command.common)
  }

  /// Asks the cluster.
  ///
  /// - Throws: `LandingError`.
  mutating func ask(_ kubectl: Kubectl) async throws {
    try await take(kubectl.platform())
    let platform = try platform()
    let identity = try identity(on: platform)
    let promise = platform.promises[identity.promise]
    try await take(kubectl.request(identity, of: promise, in: dumps))
    try await take(
      kubectl.objects(of: identity, in: promise?.pipelineNamespace ?? identity.namespace))
    for answer in await kubectl.agents() { take(answer) }
  }

  private mutating func take(_ answer: Kubectl.Answer) {
    if let file = answer.file { dumps.append(file) }
    askedKinds.formUnion(answer.kinds)
  }

  /// All of it, and a look at the state store.
  func finished() async throws -> Evidence {
    let platform = try platform()
    let identity = try identity(on: platform)
    var evidence = Evidence(
      promiseName: identity.promise, namespace: identity.namespace, name: identity.name,
      platform: platform)
    for file in dumps { evidence.add(file) }
    evidence.dumpedKinds.formUnion(askedKinds)
    evidence.request = try request ?? dumpedRequest(identity, platform.promises[identity.promise])
    if let directory = command.options.rendered {
      evidence.output = try PipelineOutput(directory: directory)
    }
    if command.options.metadata != nil || command.options.rendered != nil {
      evidence.metadata = MetadataEvidence(
        directory: command.options.metadata ?? "/kratix/metadata")
    }
    evidence.works = try works(of: identity, evidence: evidence)
    evidence.store = await StoreLook(common: command.common, evidence: evidence).reading()
    return evidence
  }

  /// The platform of the configuration, over the one that the cluster has.
  private func platform() throws -> Platform {
    var platform = Platform()
    for file in dumps {
      for object in file.objects
      where ["Promise", "Destination", "GitStateStore"].contains(object.identity.kind) {
        let document = Document(root: object.node)
        try platform.add(ManifestFile(name: file.name, documents: [document]))
      }
    }
    return try command.common.platform(of: configuration, over: platform)
  }

  private func identity(on platform: Platform) throws -> RequestIdentity {
    let options = command.options
    let known = request.flatMap { platform.promise(of: $0) }
    let promise =
      options.promise ?? known?.name ?? Environment["KRATIX_PROMISE_NAME"]
      ?? request?.identity.kind.lowercased()
    let name = options.name ?? request?.name ?? Environment["KRATIX_OBJECT_NAME"]
    guard let promise, let name else {
      throw LandingError(
        .invalidConfiguration, "which request? Give --request, or --promise, --namespace and --name"
      )
    }
    return RequestIdentity(
      promise: promise,
      namespace: options.namespace ?? request?.namespace ?? Environment["KRATIX_OBJECT_NAMESPACE"]
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

  /// The cluster's own Works, or what Kratix would make of the output.
  private func works(of identity: RequestIdentity, evidence: Evidence) throws -> [Work] {
    let dumped = try dumps.flatMap { try Work.works(in: $0) }.filter { work in
      work.promiseName == identity.promise && work.resourceName == identity.name
        && (work.resourceNamespace ?? work.namespace) == identity.namespace
    }
    guard dumped.isEmpty, let output = evidence.output else { return dumped }
    let promise = evidence.platform.promises[identity.promise]
    let pipelines = promise?.resourcePipelines ?? []
    let pipeline = command.options.pipeline ?? (pipelines.count == 1 ? pipelines.first : nil)
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
          pipelineNamespace: promise?.pipelineNamespace,
          name: Self.beginning(of: context, namesNamespace: promise?.pipelineNamespace != nil))
      ]
    } catch {
      // The pipeline link says what work-writer would say.
      return []
    }
  }
}

extension EvidenceGathering {
  /// What the Work's name begins with: its end only Kratix draws, and a long one is cut.
  fileprivate static func beginning(
    of context: WorkflowContext, namesNamespace: Bool
  ) -> String {
    let names =
      [context.promise, context.name] + (namesNamespace ? [context.namespace] : [])
      + [context.pipeline]
    return String(names.joined(separator: "-").prefix(50))
  }
}

/// Which request is meant.
struct RequestIdentity {
  let promise: String
  let namespace: String
  let name: String
}
