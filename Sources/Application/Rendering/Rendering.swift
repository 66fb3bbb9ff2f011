import Foundation
import Kratix
import Landing
import Manifests

/// The Pipelines of one workflow, run one after another, and the Works that Kratix would make.
struct Rendering {
  private let trigger: WorkflowTrigger
  private let settings: RenderSettings
  private let scratch: String
  private let pipelines: [Pipeline]
  private let commands: ContainerCommands

  /// - Throws: `LandingError` with `invalid-configuration`, or `ManifestError`.
  init(_ trigger: WorkflowTrigger, _ settings: RenderSettings, in scratch: String) throws {
    self.trigger = trigger
    self.settings = settings
    self.scratch = scratch
    let all = try trigger.promise.pipelines(of: trigger.type, settings.action)
    pipelines = all.filter { settings.pipeline == nil || $0.name == settings.pipeline }
    let workflow =
      "the \(trigger.type.rawValue) \(settings.action.rawValue) workflow of the Promise"
    guard !pipelines.isEmpty || (all.isEmpty && trigger.hasDependencies) else {
      throw LandingError(
        .invalidConfiguration,
        all.isEmpty
          ? "\(workflow) \(trigger.promise.name) has no pipeline"
          : "\(workflow) \(trigger.promise.name) has no pipeline \(settings.pipeline ?? ""); there are: "
            + all.map(\.name).joined(separator: ", "))
    }
    commands = try ContainerCommands(settings.commands, for: pipelines)
  }

  /// Runs the Pipelines.
  ///
  /// - Returns: The Works; those of a delete workflow and of a pipeline without output are left out.
  /// - Throws: `LandingError` and the errors that convert to it.
  func run(
    on platform: Platform, note: (String) -> Void, _ result: inout RenderResult
  ) async throws -> [Work] {
    var works: [Work] = []
    for pipeline in pipelines {
      let directories = try directories(of: pipeline)
      try await run(pipeline, in: directories, note: note, &result)
      var source = trigger.source(of: pipeline.name)
      source.output = directories.output
      source.metadata = directories.metadata
      let metadata = try readMetadata(of: source, directories, &result)
      if settings.action == .delete {
        let files = try PipelineOutput(directory: directories.output).workloads.count
        if files > 0 {
          result.remarks.append(
            "\(pipeline.name): Kratix ignores what a delete workflow writes to /kratix/output")
        }
        continue
      }
      if let suspension = metadata.suspension {
        result.remarks.append(
          "\(pipeline.name): Kratix would make no Work, and run no further pipeline: \(suspension)")
        return works
      }
      let work = try source.work(
        for: source.context(), metadata: metadata, on: platform, allowEmpty: true)
      if work.isEmpty {
        noteEmptiness(of: pipeline, directories, &result)
      } else {
        works.append(work)
      }
    }
    if settings.pipeline == nil, trigger.hasDependencies,
      let dependencies = Work.staticDependencies(of: trigger.promise)
    {
      works.append(dependencies)
    }
    return works
  }

  private func run(
    _ pipeline: Pipeline, in directories: PipelineDirectories, note: (String) -> Void,
    _ result: inout RenderResult
  ) async throws {
    let usesCommands = pipeline.containers.contains {
      commands.command(for: $0, of: pipeline) != nil
    }
    var mount: PrivateMount?
    if usesCommands {
      mount = try await PrivateMount(
        in: scratch, for: directories, environment: settings.environment,
        deadline: settings.deadline)
      if mount == nil {
        result.remarks.append(
          """
          \(pipeline.name): this system lets no command have a /kratix of its own; it finds its \
          directories in KRATIX_INPUT_DIR, KRATIX_OUTPUT_DIR and KRATIX_METADATA_DIR
          """)
      }
    }
    let run = PipelineRun(
      pipeline: pipeline, directories: directories,
      variables: trigger.variables(of: pipeline, settings.action), settings: settings,
      commands: commands,
      engine: ContainerEngine(settings.engine, environment: settings.environment), mount: mount,
      scratch: scratch)
    let (containers, remarks) = try await run.run(note: note)
    result.containers += containers
    result.remarks += remarks
  }

  private func directories(of pipeline: Pipeline) throws -> PipelineDirectories {
    // An engine takes no relative path.
    let parent = settings.directory.map { URL(fileURLWithPath: $0).path }
    let root = "\(parent ?? "\(scratch)/pipelines")/\(pipeline.name)"
    guard !FileManager.default.fileExists(atPath: root) else {
      throw LandingError(
        .invalidConfiguration,
        "\(root) is there already, and its files would be mixed with new ones; remove it, or give another --keep"
      )
    }
    return try PipelineDirectories(at: root, object: YAMLWriter().text(of: trigger.object))
  }

  /// Reads what the pipeline left in its metadata: the selectors, the control file and the status.
  private func readMetadata(
    of source: RenderedSource, _ directories: PipelineDirectories, _ result: inout RenderResult
  ) throws -> PipelineMetadata {
    let metadata = try source.pipelineMetadata()
    let path = "\(directories.metadata)/status.yaml"
    let status = try StatusFile(path: path).existing()
    guard status["kratix"] == nil else {
      throw LandingError(
        .invalidInput, "\(path): Kratix refuses the key kratix in a status; use another")
    }
    let keys = status.entries.map(\.key)
    if !keys.isEmpty {
      result.remarks.append(
        "\(source.pipeline ?? ""): status.yaml sets \(keys.joined(separator: ", "))"
          + (trigger.type == .promise && keys != ["message"]
            ? "; of a Promise's status Kratix keeps only message" : ""))
    }
    return metadata
  }

  private func noteEmptiness(
    of pipeline: Pipeline, _ directories: PipelineDirectories, _ result: inout RenderResult
  ) {
    let strays = directories.strays
    let elsewhere =
      strays.isEmpty
      ? "" : "; it wrote \(strays.joined(separator: ", ")), where Kratix does not look"
    let message = """
      \(pipeline.name): the pipeline completed but wrote nothing to /kratix/output\(elsewhere). Kratix \
      would report success, and no commit would appear
      """
    guard !settings.allowsEmpty else { return result.remarks.append(message) }
    result.refusals.append(
      LandingError(
        .emptyOutput,
        "\(message): write the manifests to /kratix/output, or give --allow-empty if this is meant")
    )
  }
}

extension WorkflowTrigger {
  /// Whether the Promise has objects that go to every Destination without a pipeline.
  fileprivate var hasDependencies: Bool { type == .promise && !promise.dependencies.isEmpty }

  /// What `write` would be asked for the output of a pipeline.
  func source(of pipeline: String) -> RenderedSource {
    var source = RenderedSource()
    source.promise = promise.name
    source.namespace = request?.namespace
    source.name = request?.name
    source.pipeline = pipeline
    source.workflowType = type
    source.workflowAction = .configure
    return source
  }
}
