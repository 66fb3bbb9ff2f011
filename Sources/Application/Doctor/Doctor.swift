import Foundation
import Kratix
import Landing
import Verification

/// Finds out whether a first landing would work: the configuration, each state store, this machine.
package struct Doctor: Sendable {
  private let settings: PlatformSettings
  private let deadline: ContinuousClock.Instant
  private let initialize: String

  /// - Parameter arguments: The command line by which the settings were given, for the commands of
  ///   remedies.
  package init(
    _ settings: PlatformSettings, deadline: ContinuousClock.Instant,
    arguments: [String] = Array(CommandLine.arguments.dropFirst())
  ) {
    self.settings = settings
    self.deadline = deadline
    initialize = NextCommand(arguments: arguments).initialize
  }

  package func report() async -> DoctorReport {
    var report = DoctorReport()
    let platform: Platform
    do {
      platform = try settings.loadPlatform()
      report.add(try PlatformReadiness(platform).checks, to: .configuration)
    } catch {
      report.add([failed(LandingError(error))], to: .configuration)
      return report
    }
    report.add([stores(of: platform)].compactMap(\.self), to: .configuration)
    for facts in await facts(of: platform) {
      let checks =
        ConnectionChecks(facts: facts, now: Date()).all
        + RepositoryChecks(facts: facts, initialize: initialize).all
      report.add(
        checks,
        to: .store(
          name: facts.store.name, branch: facts.store.branch, address: facts.address))
    }
    report.add([CacheCheck(cache: settings.cache).check], to: .machine)
    return report
  }

  private func failed(_ error: LandingError) -> ReadinessCheck {
    ReadinessCheck("manifests", .failed, error.message)
  }

  /// Whether there is a state store at all; `nil` where its own checks say so.
  private func stores(of platform: Platform) -> ReadinessCheck? {
    guard platform.stateStores.isEmpty || platform.destinations.isEmpty else { return nil }
    return ReadinessCheck(
      "state-stores", .failed, platform.reasonForNoStateStore ?? "there is no GitStateStore",
      remedy: "give --config with a GitStateStore and a Destination, or --repo")
  }

  /// What the servers of all state stores with a Destination say; of all where none has one.
  private func facts(of platform: Platform) async -> [ServerFacts] {
    let used = Set(platform.destinations.values.map(\.stateStoreName))
    let stores = platform.stateStores.values.filter { used.isEmpty || used.contains($0.name) }
    return await withTaskGroup(of: ServerFacts.self) { [settings, deadline] group in
      for store in stores {
        group.addTask {
          await ServerProbe(
            settings: settings, platform: platform, store: store, deadline: deadline
          ).facts()
        }
      }
      return await group.reduce(into: []) { $0.append($1) }.sorted { $0.store.name < $1.store.name }
    }
  }
}
