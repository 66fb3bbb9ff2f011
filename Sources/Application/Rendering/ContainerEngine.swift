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
    /// Names of those with line breaks, which no file can have: the engine takes them from its own
    /// environment.
    let inherited: [String]

    /// - Throws: `LandingError` with `invalid-configuration` if the file cannot be written.
    init(_ values: [String: String], in file: String) throws {
      self.file = file
      inherited = values.filter { $0.value.unicodeScalars.contains("\n") }.map(\.key)
      let lines = values.filter { !$0.value.unicodeScalars.contains("\n") }
        .sorted { $0.key < $1.key }.map { "\($0)=\($1)\n" }.joined()
      try mapToConfigurationError(file) {
        try Data(lines.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
      }
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

  /// The status when the engine itself fails (docker-run(1), podman-run(1)).
  static let ownFailure: Int32 = 125

  /// What a status of the engine means for a container; `nil` for the container's own.
  static func meaning(of status: Int32) -> String? {
    switch status {
    case 126: "its command cannot be executed"
    case 127: "its command was not found in the image"
    default: nil
    }
  }
}
