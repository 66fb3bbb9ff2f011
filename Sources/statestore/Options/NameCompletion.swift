import Application
import ArgumentParser
import Kratix
import KubernetesAPI
import Logging
import Verification

/// Completion of names: those that are fixed, and those that the command line being typed leads to.
enum NameCompletion {
  static let rules = CompletionKind.list(Rule.allCases.map(\.rawValue))
  static let severities = CompletionKind.list(Rule.allCases.map { "\($0.rawValue)=" })
  static let destinations = ofPlatform { $0.destinations.keys.sorted() }
  static let promises = ofPlatform { $0.promises.keys.sorted() }
  static let pipelines = ofPlatform { platform in
    Set(platform.promises.values.flatMap { $0.resourcePipelines + $0.promisePipelines }).sorted()
  }
  static let expectations = ofPlatform { platform in
    // A shell completes nothing where the configuration cannot be read.
    (try? Expectations(platform.expectations).all.map(\.name)) ?? []
  }
  static let contexts = CompletionKind.custom { words, _, _ in
    AccessSettings(kubeconfig: values(of: "--kubeconfig", in: words).first).contextNames
  }

  /// Names that are in the manifests of `--config`; what cannot be read completes nothing.
  private static func ofPlatform(
    _ names: @escaping @Sendable (Platform) -> [String]
  ) -> CompletionKind {
    .custom { words, _, _ in
      let given = values(of: "--config", in: words)
      let paths =
        given.isEmpty
        ? (Environment["STATESTORE_CONFIG"] ?? "").split(separator: ":").map(String.init) : given
      let settings = PlatformSettings(
        manifestPaths: paths, repository: nil, branch: nil, destination: nil,
        credentialsDirectory: nil, authorities: nil, allowsInsecureHTTP: false,
        cacheDirectory: nil, logger: Logger(label: "completion") { _ in SwiftLogNoOpLogHandler() })
      // The same where it cannot be read.
      let platform = try? settings.configuration().platform()
      return names(platform ?? Platform())
    }
  }

  /// The values of an option in the words of a command line, which a shell passes with their quotes.
  private static func values(of option: String, in words: [String]) -> [String] {
    var values: [String] = []
    var isValue = false
    for word in words {
      if word.hasPrefix("-") {
        isValue = word == option
        if word.hasPrefix(option + "=") { values.append(String(word.dropFirst(option.count + 1))) }
      } else if isValue {
        values.append(word)
      }
    }
    return values.map { $0.filter { $0 != "'" && $0 != "\"" && $0 != "\\" } }
  }
}
