import Foundation
import GitTransport
import Kratix
import Landing

/// podman or docker, which take the same arguments here.
struct ContainerEngine: Sendable {
  let path: String

  var name: String { URL(filePath: path).lastPathComponent }

  /// The engine that a flag names, or the first that is installed.
  init?(_ name: String?, environment: [String: String]) {
    let candidates = name.map { [$0] } ?? ["podman", "docker"]
    guard
      let path = candidates.lazy.compactMap({ ProgramPath.find($0, in: environment["PATH"]) })
        .first
    else { return nil }
    self.path = path
  }

  /// The arguments to run a container.
  ///
  /// - Parameters:
  ///   - name: The name under which it can be removed.
  ///   - variables: Where its variables are.
  func arguments(
    for container: Pipeline.Container, named name: String, in directories: PipelineDirectories,
    _ variables: Variables, expand: (String) -> String
  ) -> [String] {
    let command = container.command.map(expand)
    // SELinux would deny access to directories that have no label for containers.
    return ["run", "--rm", "--name", name, "--security-opt", "label=disable"]
      + Self.mount(directories.input, at: "/kratix/input", isReadOnly: true)
      + Self.mount(directories.output, at: "/kratix/output")
      + Self.mount(directories.metadata, at: "/kratix/metadata")
      + ["--env-file", variables.file] + variables.inherited.sorted().flatMap { ["--env", $0] }
      + (command.first.map { ["--entrypoint", $0] } ?? [])
      + [container.image] + command.dropFirst() + container.arguments.map(expand)
  }

  /// The variables of a container: in a file, because arguments can be read by all users of the machine.
  struct Variables {
    let file: String
    /// Names of those with line breaks, which a file cannot hold: the engine takes them from its own
    /// environment.
    let inherited: [String]

    /// - Throws: `LandingError` with `invalid-configuration` if the file cannot be written.
    init(_ values: [String: String], in file: String) throws {
      self.file = file
      inherited = values.filter { Self.hasLineBreak($0.value) }.map(\.key)
      let lines = values.filter { !Self.hasLineBreak($0.value) }
        .sorted { $0.key < $1.key }.map { "\($0)=\($1)\n" }.joined()
      try mapToConfigurationError(file) {
        try Data(lines.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
      }
    }

    private static func hasLineBreak(_ value: String) -> Bool {
      value.unicodeScalars.contains { $0 == "\n" || $0 == "\r" }
    }
  }

  /// The option for a mount: a line of CSV, and not `--volume`, which divides at colons.
  private static func mount(_ source: String, at target: String, isReadOnly: Bool = false)
    -> [String]
  {
    let field = "source=\(source)"
    let quoted =
      field.contains { $0 == "," || $0 == "\"" }
      ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
    return ["--mount", "type=bind,\(quoted),target=\(target)" + (isReadOnly ? ",readonly" : "")]
  }

  /// The arguments to make this user the owner of what rootless podman's containers wrote as other
  /// users (podman-unshare(1)); `nil` if the engine cannot do that, or root runs it.
  func ownershipArguments(for directories: PipelineDirectories) -> [String]? {
    guard name == "podman", geteuid() != 0 else { return nil }
    return ["unshare", "chown", "--recursive", "0:0", directories.output, directories.metadata]
  }

  /// Whose failure a status of `run` is (docker-run(1), podman-run(1)).
  enum Failure: Equatable {
    /// The engine could not start the container.
    case engine
    /// The container failed; with the meaning of statuses that shells and engines agree on.
    case container(meaning: String?)

    /// - Parameter errors: The lines of standard error, where containers and engines both write.
    init(status: Int32, errors: [String]) {
      let said = errors.last { $0.hasPrefix("Error: ") || $0.hasPrefix("docker: ") } ?? ""
      // The runtime speaks of the container's command; without it, of what the engine needs itself.
      let isAboutCommand = said.isEmpty || said.contains("OCI") && said.contains("exec")
      self =
        switch status {
        case 125: .engine
        case 126 where isAboutCommand: .container(meaning: "its command cannot be executed")
        case 127 where isAboutCommand:
          .container(meaning: "its command, or one that it runs, was not found in the image")
        case 126, 127: .engine
        default: .container(meaning: nil)
        }
    }
  }
}
