import Foundation
import GitTransport
import Kratix
import Landing

/// Runs the containers of one Pipeline, one after another, as Kratix's Job does.
struct PipelineRun: Sendable {
  let pipeline: Pipeline
  let directories: PipelineDirectories
  /// The variables that Kratix sets.
  let variables: [String: String]
  let settings: RenderSettings
  let commands: ContainerCommands
  let engine: ContainerEngine?
  /// Where commands have a `/kratix` of their own; `nil` if the system does not allow it.
  let mount: PrivateMount?
  /// A directory for files that no container sees.
  let scratch: String

  /// Runs them all.
  ///
  /// - Parameter note: Called with a line before each container.
  /// - Returns: What stood for each container, and remarks on what was left out.
  /// - Throws: `LandingError`: `pipeline-failed` if a container fails; `CancellationError`.
  func run(
    note: (String) -> Void
  ) async throws -> (containers: [RenderResult.Container], remarks: [String]) {
    do {
      let result = try await runContainers(note: note)
      await ownFiles()
      return result
    } catch {
      await ownFiles()
      throw error
    }
  }

  private func runContainers(
    note: (String) -> Void
  ) async throws -> (containers: [RenderResult.Container], remarks: [String]) {
    var containers: [RenderResult.Container] = []
    var remarks: [String] = []
    for container in pipeline.containers {
      let title = "\(pipeline.name)/\(container.name)"
      for field in container.fieldsNotFollowed {
        remarks.append("\(title): \(field) is not followed; --env NAME passes a variable")
      }
      let values = try variables(of: container, title)
      let call = try call(for: container, title, values)
      note("running \(title) (\(call.runner))")
      let ending = try await run(call, title)
      for line in ending.output + ending.errors { note("  \(hidingSecrets(in: line))") }
      guard ending.isSuccess else { throw failure(of: call, title, ending) }
      containers.append(
        RenderResult.Container(
          pipeline: pipeline.name, name: container.name, runner: call.runner))
    }
    return (containers, remarks)
  }

  /// Makes this user the owner of what containers left, so that it can be read and removed.
  private func ownFiles() async {
    guard directories.hasFilesOfOthers, let engine,
      let arguments = engine.ownershipArguments(for: directories)
    else { return }
    let program = ChildProgram(
      path: engine.path, arguments: arguments, environment: settings.environment)
    // Not by this task, which may have been cancelled. If it fails, reading the files says why.
    await Task.detached { _ = try? await program.run(until: .now + .seconds(10)) }.value
  }

  /// How a container, or the command in its place, is run.
  private struct Call {
    let program: ChildProgram
    /// For a person: `podman`, or the command.
    let runner: String
    /// Ends and removes the container if the engine's own process is ended before it.
    var removal: [ChildProgram] = []
  }

  private func call(
    for container: Pipeline.Container, _ title: String, _ values: [String: String]
  ) throws -> Call {
    if let command = commands.command(for: container, of: pipeline) {
      return commandCall(command, for: container, values)
    }
    guard let engine else {
      throw LandingError(
        .invalidConfiguration,
        """
        \(title): no container engine was found\(settings.engine.map { " by the name \($0)" } ?? ""); \
        install podman or docker, or give --command '\(container.name)=COMMAND' with the command to \
        run in its place
        """)
    }
    let file = "\(scratch)/\(UUID().uuidString).env"
    let variables = try ContainerEngine.Variables(values, in: file)
    var environment = settings.environment
    for name in variables.inherited { environment[name] = values[name] }
    let name = "statestore-render-\(UUID().uuidString.lowercased())"
    let arguments = engine.arguments(for: container, named: name, in: directories, variables) {
      Pipeline.Container.expand($0, with: values)
    }
    return Call(
      program: ChildProgram(path: engine.path, arguments: arguments, environment: environment),
      runner: "\(engine.name) \(container.image)",
      // `rm --force` alone has podman wait 10 s for the container.
      removal: [["kill", name], ["rm", "--force", name]].map {
        ChildProgram(path: engine.path, arguments: $0, environment: settings.environment)
      })
  }

  private func commandCall(
    _ command: String, for container: Pipeline.Container, _ values: [String: String]
  ) -> Call {
    let root = mount == nil ? directories.root : "/kratix"
    var environment = settings.environment.merging(values) { $1 }
    environment["KRATIX_INPUT_DIR"] = "\(root)/input"
    environment["KRATIX_INPUT_FILE"] = "\(root)/input/object.yaml"
    environment["KRATIX_OUTPUT_DIR"] = "\(root)/output"
    environment["KRATIX_METADATA_DIR"] = "\(root)/metadata"
    let shell =
      ["/bin/sh", "-c", command, container.name]
      + container.arguments.map { Pipeline.Container.expand($0, with: values) }
    let call = mount?.call(shell, for: directories) ?? (shell[0], Array(shell.dropFirst()))
    return Call(
      program: ChildProgram(
        path: call.0, arguments: call.1, environment: environment), runner: command)
  }

  private func run(_ call: Call, _ title: String) async throws -> ChildProgram.Ending {
    do {
      return try await call.program.run(until: settings.deadline)
    } catch {
      // The engine's own process has ended; its container may not have.
      // Not by this task, which may have been cancelled. What goes wrong adds nothing to the error.
      await Task.detached {
        for program in call.removal { _ = try? await program.run(until: .now + .seconds(2)) }
      }.value
      guard let error = error as? LandingError else { throw error }
      throw LandingError(
        error.outcome,
        "\(title) (\(call.runner)) has not ended in time; see what it waits for, or give a longer --timeout"
      )
    }
  }

  private func failure(
    of call: Call, _ title: String, _ ending: ChildProgram.Ending
  ) -> LandingError {
    let lines = (ending.errors.isEmpty ? ending.output : ending.errors).suffix(10)
      .map(hidingSecrets)
    let failure =
      call.removal.isEmpty
      ? ContainerEngine.Failure.container(meaning: nil)
      : ContainerEngine.Failure(status: ending.status, errors: ending.errors)
    let shown = lines.map { "\n  \(title): \($0)" }.joined()
    switch failure {
    case .engine:
      return LandingError(
        .unreachable,
        """
        \(title): the container could not be started (\(call.runner), status \(ending.status)); mend \
        what the engine says, or give --command '\(title)=COMMAND' with the command to run in its place\
        \(shown)
        """)
    case .container(let meaning):
      return LandingError(
        .pipelineFailed,
        """
        the container \(title) (\(call.runner)) failed with exit status \(ending.status)\
        \(meaning.map { ": \($0)" } ?? ""); Kratix would make no Work of this pipeline\(shown)
        """)
    }
  }
}
