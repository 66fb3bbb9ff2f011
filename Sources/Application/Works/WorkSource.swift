package import Kratix
package import Landing
import Manifests

/// What is to land or to be removed: a pipeline's output, or Works of the cluster.
package struct WorkSource: Sendable {
  /// A file of Works, or `-` for standard input.
  package var works: String?
  package var rendered: RenderedSource

  package init(works: String?, rendered: RenderedSource) {
    self.works = works
    self.rendered = rendered
  }

  /// What a write is asked to do.
  package struct Reading {
    package var intent: LandingRequest.Intent
    /// Why Kratix would not write anything this time; `nil` if it would.
    package var suspension: String?
  }

  /// The Promise of the pipeline's output; `nil` for Works, which name it themselves.
  package var promiseName: String? {
    works == nil ? rendered.promise ?? Environment["KRATIX_PROMISE_NAME"] : nil
  }

  /// Whether a flag gives the name under which state files list the Work.
  package var givesWorkName: Bool { works == nil && rendered.workName != nil }

  /// Reads what is to land, or to be removed by a delete workflow.
  ///
  /// - Throws: `LandingError`, `KratixError` or `ManifestError`; `empty-output` unless that is
  ///   allowed.
  package func read(on platform: Platform, allowEmpty: Bool = false) throws -> Reading {
    guard try rendered.action() == .configure else {
      return Reading(intent: try removal(on: platform))
    }
    if let path = works {
      let works = try Work.works(in: Input(path))
      if !allowEmpty { try Self.refuseEmpty(works, in: path) }
      return Reading(intent: .write(works))
    }
    let context = try rendered.context()
    let metadata = try rendered.pipelineMetadata()
    if let suspension = metadata.suspension {
      return Reading(intent: .write([]), suspension: suspension)
    }
    return Reading(
      intent: .write([
        try rendered.work(for: context, metadata: metadata, on: platform, allowEmpty: allowEmpty)
      ]))
  }

  /// Reads what is to be removed: Works, the output of one Pipeline, or everything of a request.
  ///
  /// The output and metadata of a delete workflow are not read, as Kratix ignores them.
  ///
  /// - Throws: `LandingError`, `KratixError` or `ManifestError`.
  package func removal(on platform: Platform) throws -> LandingRequest.Intent {
    if let works { return .remove(try Work.works(in: Input(works))) }
    var source = rendered
    source.workflowAction = .delete
    var work = try source.work(for: source.context(), metadata: PipelineMetadata(), on: platform)
    if source.namesPipeline { return .remove([work]) }
    guard let name = source.workName else { return .removeAll(of: work) }
    guard let pipeline = work.pipelineName(inWorkNamed: name) else {
      throw LandingError(
        .invalidConfiguration,
        "the Work's name \(name) does not tell which Pipeline's it is; name that with --pipeline")
    }
    work.pipelineName = pipeline
    return .remove([work])
  }

  private static func refuseEmpty(_ works: [Work], in path: String) throws(LandingError) {
    guard let empty = works.first(where: { $0.isEmpty && !$0.isBeingDeleted }) else { return }
    throw LandingError(
      .emptyOutput,
      """
      \(path): the Work \(empty.namespace)/\(empty.name) has no workloads, so there is \
      nothing to land and the state store was left as it is; look at the pipeline's containers, or \
      give write --allow-empty to remove what stands of it
      """)
  }
}

extension Work {
  /// The Works of a file.
  ///
  /// - Throws: `ManifestError`, or `LandingError` if there is none in it.
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
}
