import Foundation
import Landing

/// The command to type after a failure: the one that was given, corrected.
struct NextCommand {
  /// The arguments of this process, without its name.
  let arguments: [String]

  /// The flags that say where the state stores are, which every command takes; whether they have a
  /// value.
  private static let places = [
    "--config": true, "--cluster": false, "--kubeconfig": true, "--context": true, "--repo": true,
    "--branch": true, "--destination": true, "--credentials": true, "--ca-file": true,
    "--allow-insecure-http": false,
  ]

  init(arguments: [String] = Array(CommandLine.arguments.dropFirst())) {
    self.arguments = arguments
  }

  /// - Returns: `nil` where nothing is known that would help.
  func text(after failure: LandingError) -> String? {
    guard let corrections = failure.corrections, !corrections.isEmpty else {
      return isOfServer(failure) ? Self.text(of: ["doctor"] + placeFlags) : nil
    }
    if corrections.contains(.initialize) { return initialize }
    var corrected = arguments
    for case .flag(let name, let value) in corrections {
      corrected = Self.setting(name, to: value, in: corrected)
    }
    return Self.text(of: corrected)
  }

  /// Commands that ask Git servers themselves, unless flags let another program or server do it.
  private static let asking: Set = [
    "init", "write", "remove", "diff", "verify", "diagnose", "status",
  ]
  private static let others: Set = ["--cluster", "--kubectl", "--server"]

  /// Whether a Git server could not be used, of which `statestore doctor` tells more.
  private func isOfServer(_ failure: LandingError) -> Bool {
    let outcomes: Set<Outcome> = [.authenticationFailed, .unreachable, .repositoryMissing]
    guard outcomes.contains(failure.outcome), let command = arguments.first else { return false }
    let names = arguments.map { String($0.prefix { $0 != "=" }) }
    return Self.asking.contains(command) && Self.others.isDisjoint(with: names)
      && Environment["STATESTORE_SERVER"] == nil
  }

  /// The command that makes the branch in the same place.
  var initialize: String { Self.text(of: ["init"] + placeFlags) }

  private static func text(of arguments: [String]) -> String {
    (["statestore"] + arguments)
      // Some put a token before the host, which must not get into logs.
      .map { $0.replacing(/(https?:\/\/)[^\/@]*@/, with: { $0.1 }).quotedForShell }
      .joined(separator: " ")
  }

  private var placeFlags: [String] {
    var kept: [String] = []
    var keepsValues = false
    for argument in arguments {
      if argument.hasPrefix("-"), argument != "-" {
        let hasValue = Self.places[String(argument.prefix { $0 != "=" })]
        if hasValue != nil { kept.append(argument) }
        keepsValues = hasValue == true && !argument.contains("=")
      } else if keepsValues {
        kept.append(argument)
      }
    }
    return kept
  }

  private static func setting(
    _ name: String, to value: String, in arguments: [String]
  ) -> [String] {
    var arguments = arguments
    if let index = arguments.firstIndex(of: name), index + 1 < arguments.count {
      arguments[index + 1] = value
    } else if let index = arguments.firstIndex(where: { $0.hasPrefix(name + "=") }) {
      arguments[index] = "\(name)=\(value)"
    } else {
      arguments += [name, value]
    }
    return arguments
  }
}

extension String {
  /// The text as one word of a shell.
  var quotedForShell: String {
    let plain = Set("-_./:@%+=,~".unicodeScalars)
    let isPlain = unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil || plain.contains($0)
    }
    guard !isPlain || isEmpty else { return self }
    return "'" + replacing("'", with: "'\\''") + "'"
  }
}
