package import Kratix
package import Manifests

/// What can be said of a platform before any state store is asked: its Destinations, their paths, and
/// its Promises.
package struct PlatformReadiness {
  private let platform: Platform
  private let expectations: Expectations
  private let destinations: [Destination]

  /// - Throws: `ManifestError` for an Expectation that cannot be used.
  package init(_ platform: Platform) throws(ManifestError) {
    self.platform = platform
    expectations = try Expectations(platform.expectations)
    destinations = platform.destinations.values.sorted { $0.name < $1.name }
  }

  package var checks: [ReadinessCheck] {
    destinations.map(check) + [overlap].compactMap(\.self) + promises
  }
}

// MARK: Destinations

extension PlatformReadiness {
  private func check(_ destination: Destination) -> ReadinessCheck {
    let name = "destination/\(destination.name)"
    guard destination.stateStoreKind == "GitStateStore" else {
      return ReadinessCheck(
        name, .warning,
        "it is on the \(destination.stateStoreKind) \(destination.stateStoreName); only"
          + " GitStateStores are written and read")
    }
    do throws(KratixError) {
      let store = try platform.stateStore(of: destination)
      let directory = try destination.directory(in: store)
      return ReadinessCheck(
        name, .passed,
        "\(directory.isEmpty ? "the top" : directory) of \(store.name)"
          + " (\(destination.filepathMode.rawValue))")
    } catch {
      return ReadinessCheck(name, .failed, error.message)
    }
  }

  /// Whether the directories of Destinations are apart; `nil` if there is only one.
  private var overlap: ReadinessCheck? {
    let name = "overlap"
    let places = destinations.compactMap { destination -> (Destination, String, String)? in
      // Those that have no place have a check of their own.
      guard let store = try? platform.stateStore(of: destination),
        let directory = try? destination.directory(in: store)
      else { return nil }
      return (destination, store.name, directory)
    }
    guard places.count > 1 else { return nil }
    // The Destinations above are without fault, so that what is thrown is an overlap.
    if places.count == destinations.count {
      do throws(KratixError) { _ = try platform.usedStateStores() } catch {
        return ReadinessCheck(name, .failed, error.message)
      }
    }
    for (outer, store, directory) in places {
      let inner = places.first {
        $0.0.name != outer.name && $0.1 == store
          && (directory.isEmpty ? !$0.2.isEmpty : $0.2.hasPrefix(directory + "/"))
      }
      guard let inner else { continue }
      return ReadinessCheck(
        name, .warning,
        "the directory of Destination \(inner.0.name) is inside that of \(outer.name): an agent"
          + " that applies \(outer.name) applies both",
        remedy: "give the Destinations directories beside each other")
    }
    return ReadinessCheck(name, .passed, "the directories of the Destinations are apart")
  }
}

// MARK: Promises

extension PlatformReadiness {
  private var promises: [ReadinessCheck] {
    platform.promises.values.sorted { $0.name < $1.name }.map { promise in
      let name = "promise/\(promise.name)"
      if let reason = reasonForNoDestination(of: promise) {
        return ReadinessCheck(
          name, .warning, reason,
          remedy: "change spec.destinationSelectors, or the labels of a Destination")
      }
      guard promise.kind != nil else {
        return ReadinessCheck(name, .passed, "has no API, so there are no requests to check")
      }
      let found = expectations.of(promise, named: promise.name)
      guard found.isEmpty else {
        return ReadinessCheck(
          name, .passed, "has the Expectation \(found.map(\.name).joined(separator: ", "))")
      }
      return ReadinessCheck(
        name, .warning, "has no Expectation: its requests are only compared with each other",
        remedy: "statestore expectation from --rendered OUTPUT --request REQUEST.yaml")
    }
  }

  /// Why the selectors of a Promise choose no Destination.
  private func reasonForNoDestination(of promise: Promise) -> String? {
    guard platform.destinationKnowledge == .complete, !destinations.isEmpty else { return nil }
    let selector = promise.destinationSelectors.reduce(into: [:]) { all, labels in
      all.merge(labels) { first, _ in first }
    }
    // A pipeline can add labels, by which Destinations with strictMatchLabels are chosen.
    let isChosen = destinations.contains {
      $0.reasonToPass(over: selector) == nil || $0.canBeChosenByPipeline(besides: selector)
    }
    guard !isChosen else { return nil }
    let text = selector.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return "no Destination has the labels that it asks for: \(text.joined(separator: ", "))"
  }
}
