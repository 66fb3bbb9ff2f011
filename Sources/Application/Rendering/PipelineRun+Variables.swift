import Kratix
import Landing

extension PipelineRun {
  /// The variables of a container: Kratix's, those of its manifest, and those that were passed.
  func variables(
    of container: Pipeline.Container, _ title: String
  ) throws -> [String: String] {
    var values = variables
    var missing: [String] = []
    let passed = try passedVariables
    for variable in container.variables where passed[variable.name] == nil {
      switch variable.value {
      case .text(let text):
        values[variable.name] = Pipeline.Container.expand(text, with: values)
      case .reference(let source, let isOptional):
        if !isOptional { missing.append("\(variable.name) (\(source))") }
      }
    }
    guard missing.isEmpty else {
      throw LandingError(
        .invalidConfiguration,
        """
        \(title): the cluster has the values of \(missing.joined(separator: ", ")); set them in this \
        environment, and pass each with --env NAME
        """)
    }
    return values.merging(passed) { $1 }
  }

  private var passedVariables: [String: String] {
    get throws {
      var values: [String: String] = [:]
      for name in settings.passedVariables {
        guard let value = settings.environment[name] else {
          throw LandingError(
            .invalidConfiguration,
            "--env \(name): this environment has no such variable; give its name alone, and set it")
        }
        values[name] = value
      }
      return values
    }
  }

  /// A line of a container without the values that were passed: they may be secret.
  func hidingSecrets(in line: String) -> String {
    let secrets = settings.passedVariables.compactMap { settings.environment[$0] }
      .flatMap { $0.split(whereSeparator: \.isNewline).map(String.init) }
      .filter { $0.count > 3 }.sorted { $0.count > $1.count }
    return secrets.reduce(line) { $0.replacing($1, with: "(redacted)") }
  }
}
