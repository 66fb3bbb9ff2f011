import Kratix
import Landing
import Manifests

/// The commands of `--command` by the container whose place they take.
struct ContainerCommands: Sendable {
  private let commands: [String: String]

  /// - Throws: `LandingError` with `invalid-configuration`.
  init(_ texts: [String], for pipelines: [Pipeline]) throws(LandingError) {
    let containers = pipelines.flatMap { pipeline in
      pipeline.containers.map { (pipeline: pipeline.name, container: $0.name) }
    }
    var commands: [String: String] = [:]
    func add(_ command: String, for found: [(pipeline: String, container: String)], _ text: String)
      throws(LandingError)
    {
      let names = containers.map { Self.key($0.pipeline, $0.container) }
      guard let only = found.first, found.count == 1 else {
        throw LandingError(
          .invalidConfiguration,
          """
          --command \(text): write CONTAINER=COMMAND, to say which container's place it takes; \
          there are: \(names.joined(separator: ", "))
          """)
      }
      let key = Self.key(only.pipeline, only.container)
      guard commands.updateValue(command, forKey: key) == nil else {
        throw LandingError(.invalidConfiguration, "--command is given twice for \(key)")
      }
    }
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let found = containers.filter {
        parts[0] == $0.container || parts[0] == Self.key($0.pipeline, $0.container)
      }
      // `NAME=VALUE COMMAND` is a command too; names of variables are rarely those of containers.
      let names = parts.count == 2 && Shape.objectName.read(Node(.string(String(parts[0])))) != nil
      if names || !found.isEmpty && parts.count == 2 {
        try add(String(parts[1]), for: found, text)
      } else {
        try add(text, for: containers, text)
      }
    }
    self.commands = commands
  }

  /// The command for a container; `nil` to run the container itself.
  func command(for container: Pipeline.Container, of pipeline: Pipeline) -> String? {
    commands[Self.key(pipeline.name, container.name)]
  }

  private static func key(_ pipeline: String, _ container: String) -> String {
    "\(pipeline)/\(container)"
  }
}
