import Foundation
import Kratix
import Landing
import Manifests
import Verification

/// Runs a workflow on this machine, and finds where its output would land and what is wrong with it.
///
/// The output is landed in empty repositories that are removed afterwards, by the same planner that
/// `write` uses, and verified there. Nothing is written to the platform's state stores.
package struct RenderRun {
  private let settings: RenderSettings
  private let platformSettings: PlatformSettings
  private let note: (String) -> Void

  /// - Parameter note: Called with lines about what is being done.
  package init(
    _ settings: RenderSettings, of platformSettings: PlatformSettings,
    note: @escaping (String) -> Void
  ) {
    self.settings = settings
    self.platformSettings = platformSettings
    self.note = note
  }

  /// - Throws: `LandingError` and the errors that convert to it.
  package func result() async throws -> RenderResult {
    let scratch = "\(settings.temporaryDirectory)/statestore-render-\(UUID().uuidString)"
    try mapToConfigurationError(scratch) {
      try FileManager.default.createDirectory(
        atPath: scratch, withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o700])
    }
    defer { remove(scratch) }
    return try await result(in: scratch)
  }

  private func remove(_ scratch: String) {
    do {
      try FileManager.default.removeItem(atPath: scratch)
    } catch {
      Output.notice(
        "\(scratch) could not be removed: a container made files as another user; as root: rm -r \(scratch)"
      )
    }
  }

  private func result(in scratch: String) async throws -> RenderResult {
    var result = RenderResult()
    let platform = try platformSettings.loadPlatform()
    let trigger = try WorkflowTrigger(settings, on: platform)
    let rendering = try Rendering(trigger, settings, in: scratch)
    let works = try await rendering.run(on: platform, note: note, &result)
    if settings.showsDifference { result.previews = try await differences(of: works, trigger) }
    guard settings.action == .configure, !works.isEmpty else { return result }
    var store = platformSettings
    store.repositoriesDirectory = "\(scratch)/repositories"
    store.cacheDirectory = "\(scratch)/cache"
    if try platformSettings.configuration().platform().destinations.isEmpty {
      let file = "\(scratch)/destination.yaml"
      let destination = try assumedDestination(for: works)
      try mapToConfigurationError(file) {
        try Data(destination.utf8).write(to: URL(filePath: file))
      }
      store.manifestPaths.append(file)
      result.remarks.append(
        "the configuration has no Destination: this is for one with all labels that are asked for")
    }
    result.placements = try await land(works, in: store)
    result.answer = try await verify(works, trigger, in: store, scratch)
    return result
  }

  /// What would change in the state stores of the platform.
  private func differences(
    of works: [Work], _ trigger: WorkflowTrigger
  ) async throws -> [ShownPreview] {
    let platform = try platformSettings.loadPlatform()
    let intent: LandingRequest.Intent =
      settings.action == .configure
      ? .write(works) : .removeAll(of: try trigger.removal(on: platform))
    let stores = try platformSettings.openStateStores(of: platform)
    return try await stores.preview(intent, options: LandingOptions(deadline: settings.deadline))
      .map(ShownPreview.init)
  }

  /// The manifest of a Destination that has all labels that Works ask for.
  private func assumedDestination(for works: [Work]) throws -> String {
    let selectors = works.flatMap(\.workloadGroups).flatMap(\.destinationSelectors)
    let labels = selectors.map(\.matchLabels).reduce(into: [:]) {
      $0.merge($1) { first, _ in first }
    }
    let name = platformSettings.destination ?? "worker"
    let stores = try platformSettings.configuration().platform().stateStores.keys.sorted()
    let destination: Node = [
      "apiVersion": "platform.kratix.io/v1alpha1", "kind": "Destination",
      "metadata": [
        "name": Node(.string(name)),
        "labels": Node(.mapping(Mapping(labels.map { ($0.key, Node(.string($0.value))) }))),
      ],
      "spec": [
        "path": Node(.string(name)),
        "stateStoreRef": [
          "kind": "GitStateStore", "name": Node(.string(stores.first ?? "default")),
        ],
      ],
    ]
    return YAMLWriter().text(of: destination)
  }

  private func land(
    _ works: [Work], in store: PlatformSettings
  ) async throws -> [Receipt.LandedPlacement] {
    let platform = try store.loadPlatform()
    let stores = try store.openStateStores(of: platform)
    _ = try NewRepositories(for: platform)
    var placements: [Receipt.LandedPlacement] = []
    try await stores.land(
      .write(works), options: LandingOptions(deadline: settings.deadline, createsBranch: true)
    ) { placements += $0.placements }
    await stores.close()
    return placements
  }

  private func verify(
    _ works: [Work], _ trigger: WorkflowTrigger, in store: PlatformSettings, _ scratch: String
  ) async throws -> VerifyAnswer {
    let file = "\(scratch)/works.yaml"
    let manifests = try works.map { YAMLWriter().text(of: try $0.manifest()) }
    try mapToConfigurationError(file) {
      try Data(manifests.joined(separator: "---\n").utf8).write(to: URL(filePath: file))
    }
    var question = VerificationSettings(rendered: RenderedSource())
    question.works = file
    if let path = settings.request {
      let read = "\(scratch)/request.yaml"
      if path == "-" {
        try Data(YAMLWriter().text(of: trigger.object).utf8).write(to: URL(filePath: read))
      }
      question.requests = [path == "-" ? read : path]
    }
    let run = VerificationRun(
      question, of: store, deadline: settings.deadline, timeLimit: settings.deadline - .now)
    var answer = try await run.answer()
    let real = try platformSettings.loadPlatform().stateStores
    for index in answer.reports.indices {
      answer.reports[index].describeRendering(for: real[answer.reports[index].stateStore.name])
    }
    return answer
  }
}

extension WorkflowTrigger {
  /// The Work that stands for everything of the request or Promise.
  fileprivate func removal(on platform: Platform) throws -> Work {
    var source = source(of: "")
    source.workflowAction = .delete
    source.pipeline = nil
    return try source.work(
      for: source.context(), metadata: PipelineMetadata(), on: platform)
  }
}

extension Report {
  /// Names the real state store, and leaves out commits that are removed with the repositories of this run.
  fileprivate mutating func describeRendering(for store: GitStateStore?) {
    revision = "rendered output"
    if let store { stateStore.url = store.url }
    for resource in resources.indices {
      for finding in resources[resource].findings.indices {
        resources[resource].findings[finding].introduced = nil
        resources[resource].findings[finding].landed = nil
      }
    }
  }
}
