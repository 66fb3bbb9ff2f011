internal import Hummingbird
internal import Manifests
internal import Support

/// What several requests take in their query.
extension Route.Parameter {
  static var wait: Route.Parameter {
    Route.Parameter(
      name: "wait",
      description:
        "Answer when it has landed or was refused, or after this time: 30s, 2m; 5m at most.",
      schema: OpenAPISchemas.duration)
  }

  static var dryRun: Route.Parameter {
    Route.Parameter(
      name: "dryRun",
      description: "All: change nothing, and answer what would change in the state stores.",
      schema: ["type": "string", "enum": ["All"]])
  }

  static var orphan: Route.Parameter {
    Route.Parameter(
      name: "orphan",
      description:
        "true: leave files in the branch that the configuration no longer names, because their "
        + "Destination has left it; otherwise the Work is kept until they are gone.",
      schema: ["type": "string", "enum": ["true", "false"]])
  }
}

extension Request {
  private static var longestWait: Duration { .seconds(300) }

  /// How long the client waits for the result; `nil` if it does not.
  ///
  /// - Throws: `Problem` with 400.
  var wait: Duration? {
    get throws {
      guard let text = query("wait") else { return nil }
      guard let wait = DurationText.duration(text) else {
        throw Problem.invalid("wait is \(text); write it as 500ms, 30s or 2m")
      }
      return min(wait, Self.longestWait)
    }
  }

  /// Whether the request is to change nothing, in the words of Kubernetes.
  ///
  /// - Throws: `Problem` with 400.
  var isDryRun: Bool {
    get throws {
      guard let text = query("dryRun") else { return false }
      guard text == "All" else { throw Problem.invalid("dryRun is \(text); the one value is All") }
      return true
    }
  }

  /// Whether files that a removal does not find are left.
  ///
  /// - Throws: `Problem` with 400.
  var orphans: Bool {
    get throws {
      guard let text = query("orphan") else { return false }
      guard let orphans = Bool(text) else {
        throw Problem.invalid("orphan is \(text); it is true or false")
      }
      return orphans
    }
  }
}
