internal import Manifests

extension Work {
  /// Makes the Work that Kratix would make of a pipeline's output
  /// (`work-creator/lib/work_creator.go`, `Execute`).
  ///
  /// - Parameters:
  ///   - output: What the pipeline rendered.
  ///   - context: What it rendered it for.
  ///   - selectors: What its metadata directory asks for.
  ///   - scheduling: What the Promise asks for.
  ///   - pipelineNamespace: Where the Promise wants its pipelines to run, instead of the request's
  ///     namespace; it then takes the request's place in paths.
  ///   - name: The Work's name, where it is known.
  /// - Throws: `KratixError` when the selectors do not fit the output.
  package init(
    output: PipelineOutput, context: WorkflowContext, selectors: [DestinationSelector],
    scheduling: PromiseScheduling, pipelineNamespace: String? = nil, name: String? = nil
  ) throws(KratixError) {
    try DestinationSelector.check(selectors)
    let isResource = context.type == .resource
    let own =
      !isResource || context.namespace.isEmpty ? Work.platformNamespace : context.namespace
    self.init(
      name: name ?? "",
      namespace: pipelineNamespace ?? own,
      promiseName: context.promise,
      resourceName: isResource ? context.name : "",
      pipelineName: context.pipeline,
      resourceNamespace: isResource && pipelineNamespace != nil ? context.namespace : nil,
      isDryRun: context.isDryRun,
      workloadGroups: try Self.groups(
        of: output, workflow: context.type, selectors: selectors, scheduling: scheduling))
    if name == nil { self.name = derivedName }
  }

  private static func groups(
    of output: PipelineOutput, workflow: WorkflowContext.WorkflowType,
    selectors: [DestinationSelector], scheduling: PromiseScheduling
  ) throws(KratixError) -> [WorkloadGroup] {
    let source = "\(workflow.rawValue)-workflow"
    let scheduled = selectors.filter { $0.directory != WorkloadGroup.defaultDirectory }
    var groups: [WorkloadGroup] = []
    for selector in scheduled {
      groups.append(
        WorkloadGroup(
          directory: selector.directory,
          workloads: try workloads(of: output, below: selector.directory),
          destinationSelectors: [
            WorkloadGroupScheduling(source: source, matchLabels: selector.matchLabels)
          ]))
    }
    let taken = Set(scheduled.map(\.directory))
    let rest = output.workloads.filter { !taken.contains($0.topDirectory ?? "") }
    if rest.isEmpty { return groups }
    let asked = selectors.filter { $0.directory == WorkloadGroup.defaultDirectory }
      .map { WorkloadGroupScheduling(source: source, matchLabels: $0.matchLabels) }
    groups.append(
      WorkloadGroup(
        directory: WorkloadGroup.defaultDirectory, workloads: rest,
        destinationSelectors: asked + scheduling.destinationSelectors))
    return groups
  }

  private static func workloads(
    of output: PipelineOutput, below directory: String
  ) throws(KratixError) -> [Workload] {
    let found = output.workloads.filter { $0.topDirectory == directory }
    guard !found.isEmpty || output.emptyDirectories.contains(directory) else {
      throw KratixError(
        .invalidInput,
        """
        destination-selectors.yaml schedules the directory \(directory), and the output has no such \
        directory; render into it, or take the entry out
        """)
    }
    return found
  }
}

extension Workload {
  /// The directory of the output that holds it; `nil` for a file at the top.
  var topDirectory: String? {
    let names = filepath.unicodeScalars.split(separator: "/", maxSplits: 1)
    return names.count == 2 ? String(names[0]) : nil
  }
}

extension Work {
  /// The Work of a Promise's static dependencies: objects that go to every matching Destination,
  /// pipelines or not (`api/v1alpha1/work_types.go`, `NewPromiseDependenciesWork`).
  ///
  /// - Returns: `nil` when the Promise has none.
  package static func staticDependencies(of promise: Promise) -> Work? {
    guard !promise.dependencies.isEmpty else { return nil }
    let text = YAMLWriter(sortsKeys: true).text(of: promise.dependencies)
    let group = WorkloadGroup(
      directory: WorkloadGroup.defaultDirectory,
      workloads: [
        Workload(
          filepath: "static/\(promise.name)-dependencies.yaml", content: Array(text.utf8))
      ],
      destinationSelectors: PromiseScheduling(promise: promise.destinationSelectors)
        .destinationSelectors)
    let work = Work(
      name: "", namespace: platformNamespace, promiseName: promise.name, resourceName: "",
      pipelineName: "", workloadGroups: [group])
    return work.named(work.derivedName)
  }
}
