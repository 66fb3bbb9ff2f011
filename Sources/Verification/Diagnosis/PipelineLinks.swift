internal import Git
internal import Kratix
internal import Manifests

extension Diagnosis {
  static func pipelineLink(_ evidence: Evidence) -> Link {
    if let broken = suspension(evidence) ?? refusedSelectors(evidence) ?? failedRun(evidence) {
      return broken
    }
    let jobs = evidence.runs("Job")
    guard let last = jobs.last else {
      return .unknown(
        .pipeline,
        evidence.output == nil
          ? "no Job of it was given" : "no Job of it was given; its output was",
        decidedBy: [jobsCommand(evidence)])
    }
    if last.text(at: "/status/succeeded") == "1" || last.condition("Complete")?.status == "True" {
      return .ok(.pipeline, "\(last.title) completed", evidence: [last.file])
    }
    return .unknown(
      .pipeline, "\(last.title) has not ended",
      decidedBy: [
        "kubectl logs -n \(evidence.namespace) job/\(last.identity.name) --all-containers"
      ])
  }

  private static func jobsCommand(_ evidence: Evidence) -> String {
    "kubectl get jobs,pods -n \(evidence.namespace) -l "
      + "kratix.io/promise-name=\(evidence.promiseName),kratix.io/resource-name=\(evidence.name) "
      + "-o yaml"
  }

  private static func suspension(_ evidence: Evidence) -> Link? {
    var proof =
      (evidence.metadata?.metadata?.suspension).map { ["workflow-control.yaml: \($0)"] } ?? []
    if let request = evidence.request,
      request.node.value(at: "/metadata/labels")?["kratix.io/workflow-suspended"]?.scalarText
        == "true"
    {
      proof.append("\(request.file): label kratix.io/workflow-suspended=true")
    }
    guard !proof.isEmpty else { return nil }
    return .broken(
      .pipeline, .suspended, .certain, "the pipeline suspended its workflow", evidence: proof,
      next: [
        "kubectl label \(evidence.promise?.kind ?? evidence.promiseName) \(evidence.name) "
          + "-n \(evidence.namespace) kratix.io/manual-reconciliation=true"
      ])
  }

  /// `work-writer` reads the selectors before anything else, and fails on them.
  private static func refusedSelectors(_ evidence: Evidence) -> Link? {
    guard let metadata = evidence.metadata,
      metadata.names.contains(MetadataEvidence.selectorsFile),
      let fault = metadata.fault ?? missingDirectory(metadata, evidence.output)
    else { return nil }
    return .broken(
      .pipeline, .invalidSelectors, .certain,
      "the Job's last step refuses destination-selectors.yaml",
      evidence: [fault],
      next: [
        "kubectl logs -n \(evidence.namespace) -l kratix.io/resource-name=\(evidence.name) "
          + "-c work-writer"
      ])
  }

  private static func missingDirectory(
    _ metadata: MetadataEvidence, _ output: PipelineOutput?
  ) -> String? {
    guard let output, let selectors = metadata.metadata?.selectors else { return nil }
    let missing = selectors.map(\.directory).first { directory in
      directory != WorkloadGroup.defaultDirectory
        && !output.workloads.contains { $0.filepath.begins(with: directory + "/") }
    }
    return missing.map { "it schedules the directory \($0), and the output has no file in it" }
  }

  private static func failedRun(_ evidence: Evidence) -> Link? {
    let job = evidence.runs("Job").last
    let pods = evidence.pods(of: job).map(PodTroubles.init)
    guard let job, job.hasFailed else {
      // A Pod that cannot start leaves its Job active for ever.
      return pods.last.flatMap { stuckRun($0, of: job, evidence) }
    }
    let troubles = pods.last { !$0.failures.isEmpty } ?? pods.last
    let container = troubles?.failures.first?.container
    let command =
      "kubectl logs -n \(evidence.namespace) job/\(job.identity.name) -c \(container ?? "CONTAINER")"
    let proof =
      [
        job.condition("Failed").map { "\(job.title): \($0.text)" }
          ?? "\(job.title) has not ended: status.failed is \(job.text(at: "/status/failed"))"
      ]
      + (troubles?.all ?? [])
    if let writer = troubles?.failures.first(where: { $0.container == "work-writer" }) {
      let words = writer.text.lowercased()
      let isDuplicate =
        words.contains("more than one") || words.contains("multiple work")
        || hasDuplicateWorks(evidence)
      let isOfSelectors = words.contains("selector") || words.contains("directory")
      return .broken(
        .pipeline, isDuplicate ? .duplicateWorks : .invalidSelectors,
        isDuplicate || isOfSelectors ? .certain : .possible,
        "the Job's last step, work-writer, failed", evidence: proof, next: [command])
    }
    let reason =
      troubles?.failures.first?.summary ?? troubles?.obstacle ?? job.reasonOfFailure
    return .broken(
      .pipeline, .pipelineFailed, job.hasEnded ? .certain : .likely,
      "\(job.title) failed\(reason.map { ": \($0)" } ?? "")",
      evidence: proof, next: [command])
  }

  /// A Pod that is there and does not run to its end.
  private static func stuckRun(
    _ pod: PodTroubles, of job: PlatformObject?, _ evidence: Evidence
  ) -> Link? {
    guard job?.text(at: "/status/succeeded") != "1",
      let trouble = pod.obstacle ?? pod.failures.first(where: \.isLast)?.summary
    else { return nil }
    let proof = [job.map { "\($0.title) has not ended" }].compactMap(\.self) + pod.all
    let namespace = pod.pod.identity.namespace ?? evidence.namespace
    return .broken(
      .pipeline, pod.obstacle == nil ? .pipelineFailed : .pipelineStuck, .certain,
      "\(pod.pod.title): \(trouble)", evidence: proof,
      next: ["kubectl describe pod -n \(namespace) \(pod.pod.identity.name)"])
  }

  static func hasDuplicateWorks(_ evidence: Evidence) -> Bool {
    let pipelines = evidence.dumpedWorks.map { $0.label("kratix.io/pipeline-name") }
    return Set(pipelines).count < pipelines.count
  }

  static func outputLink(_ evidence: Evidence) -> Link {
    let workloads =
      evidence.output?.workloads
      ?? (evidence.works.isEmpty
        ? nil : evidence.works.flatMap(\.workloadGroups).flatMap(\.workloads))
    guard let workloads else {
      return .unknown(
        .output, "the output was not given, and no Work has it",
        decidedBy: ["--rendered DIR, or: " + evidence.show("works", in: evidence.namespace)])
    }
    let source =
      evidence.output != nil
      ? "the output" : evidence.works.map { "the Work \($0.name)" }.joined(separator: ", ")
    guard !workloads.isEmpty else {
      return .broken(
        .output, .emptyOutput, .certain, "the pipeline wrote nothing",
        evidence: ["\(source) holds no file"],
        next: [logsCommand(evidence)])
    }
    let objects = workloads.reduce(0) { $0 + objectCount(of: $1) }
    guard objects > 0 else {
      return .broken(
        .output, .noManifest, .certain, "nothing in the output is a manifest",
        evidence: workloads.prefix(10).map { "\($0.filepath) (\($0.content.count) bytes)" }
          + evidence.placements.compactMap(writtenCommit),
        next: [
          logsCommand(evidence), "look at the paths that the pipeline copies to /kratix/output",
        ])
    }
    return .ok(
      .output,
      "\(workloads.count) file\(workloads.count == 1 ? "" : "s") with \(objects) "
        + "object\(objects == 1 ? "" : "s")", evidence: [source])
  }

  private static func logsCommand(_ evidence: Evidence) -> String {
    let run = evidence.runs("Job").last.map { "job/\($0.identity.name)" }
    return "kubectl logs -n \(evidence.promise?.pipelineNamespace ?? evidence.namespace) "
      + (run ?? "-l kratix.io/resource-name=\(evidence.name)") + " --all-containers --prefix"
  }

  /// What Kratix says of a placement that it wrote.
  private static func writtenCommit(_ placement: PlatformObject) -> String? {
    let commit = placement.text(at: "/status/versionID")
    guard placement.condition("WriteSucceeded")?.status == "True", !commit.isEmpty else {
      return nil
    }
    return "\(placement.title): Kratix wrote these files, in commit \(commit.prefix(7))"
  }

  /// A file that does not parse may hold anything: it counts, and its content is judged later.
  private static func objectCount(of workload: Workload) -> Int {
    guard LandedFile.isRead(path: workload.filepath, mode: .file) else { return 0 }
    do {
      return try ManifestFile(parsing: workload.content, name: workload.filepath).objects.count
    } catch {
      return 1
    }
  }
}
