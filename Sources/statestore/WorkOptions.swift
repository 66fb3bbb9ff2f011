import ArgumentParser
import Foundation
import Kratix
import Landing
import Manifests

/// What is to land: a pipeline's output, or Works as the cluster has them.
struct WorkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Works as \"kubectl get work -o yaml|json\" prints them, single or a List, instead of rendered output; - reads standard input.",
      valueName: "file|-"))
  var work: String?

  @OptionGroup var rendered: RenderedOptions

  func validate() throws {
    guard work == nil || rendered.rendered == nil else {
      throw ValidationError("Give --work or --rendered, not both.")
    }
  }

  /// The Promise whose output is to land; `nil` for Works, which say all by themselves.
  var promiseName: String? {
    work == nil ? rendered.promise ?? Environment["KRATIX_PROMISE_NAME"] : nil
  }

  /// What is to become of the state stores.
  struct Source {
    var intent: LandingRequest.Intent
    /// Why nothing is to be written this time; `nil` to go on.
    var suspension: String?
  }

  /// Reads what is to land, or to go.
  ///
  /// - Throws: `LandingError`, `KratixError` or `ManifestError`; `empty-output` unless that is
  ///   allowed.
  func source(on platform: Platform, allowEmpty: Bool = false) throws -> Source {
    guard try rendered.action() == .configure else {
      return Source(intent: try removal(on: platform))
    }
    if let work {
      let works = try Self.works(in: work)
      try Self.refuseEmpty(works, in: work, unless: allowEmpty)
      return Source(intent: .write(works))
    }
    let context = try rendered.context()
    let metadata = try rendered.pipelineMetadata()
    if let suspension = metadata.suspension {
      return Source(intent: .write([]), suspension: suspension)
    }
    return Source(
      intent: .write([
        try rendered.work(for: context, metadata: metadata, on: platform, allowEmpty: allowEmpty)
      ]))
  }

  /// Whether a flag says by what name state files know the Work.
  var namesAreGiven: Bool { work == nil && rendered.workName != nil }

  /// What is to go: Works, one Pipeline's part of a request, or all of the request.
  ///
  /// Neither what a delete workflow renders nor its metadata counts: Kratix does not look at them.
  ///
  /// - Throws: `LandingError`, `KratixError` or `ManifestError`.
  func removal(on platform: Platform) throws -> LandingRequest.Intent {
    if let work { return .remove(try Self.works(in: work)) }
    var options = rendered
    options.workflowAction = .delete
    var work = try options.work(
      for: options.context(), metadata: PipelineMetadata(), on: platform)
    if options.namesPipeline { return .remove([work]) }
    guard let name = options.workName else { return .removeAll(of: work) }
    guard let pipeline = work.pipelineName(inWorkNamed: name) else {
      throw LandingError(
        .invalidConfiguration,
        "the Work's name \(name) does not tell which Pipeline's it is; name that with --pipeline")
    }
    work.pipelineName = pipeline
    return .remove([work])
  }

  /// The Works of a file, or of standard input for `-`.
  ///
  /// - Throws: `ManifestError` or `LandingError` with the file.
  static func works(in path: String) throws -> [Work] {
    try works(in: Input(path))
  }

  /// The Works of something that was read.
  ///
  /// - Throws: `ManifestError` or `LandingError` with the file.
  static func works(in input: Input) throws -> [Work] {
    let works = try Work.works(in: input.manifests())
    guard !works.isEmpty else {
      throw LandingError(
        .invalidInput,
        """
        \(input.name): there is no Work of platform.kratix.io in it; print some with \
        \"kubectl get works --namespace NAMESPACE --output yaml\"
        """)
    }
    return works
  }

  private static func refuseEmpty(
    _ works: [Work], in path: String, unless isAllowed: Bool
  ) throws(LandingError) {
    guard !isAllowed,
      let empty = works.first(where: { $0.isEmpty && !$0.isBeingDeleted })
    else { return }
    throw LandingError(
      .emptyOutput,
      """
      \(path): the Work \(empty.namespace)/\(empty.name) has no workloads, so there is \
      nothing to land and the state store was left as it is; look at the pipeline's containers, or \
      give write --allow-empty to remove what stands of it
      """)
  }
}
