/// Why a pipeline completes and no commit appears, or not the right one.
package enum Fault: String, Sendable, Hashable, Codable, CaseIterable {
  /// There is no such request.
  case noRequest = "no-request"
  /// The Promise's schema refuses it.
  case invalidRequest = "invalid-request"
  /// A container of the pipeline failed.
  case pipelineFailed = "pipeline-failed"
  /// A Pod of the pipeline does not start, or does not run on.
  case pipelineStuck = "pipeline-stuck"
  /// The pipeline wrote nothing.
  case emptyOutput = "empty-output"
  /// It wrote nothing that Kubernetes can apply.
  case noManifest = "no-manifest"
  /// It asked Kratix to wait.
  case suspended
  /// No Destination has the labels.
  case noDestination = "no-destination"
  /// The file with its selectors has another name than Kratix reads.
  case misnamedSelectors = "misnamed-selectors"
  /// Kratix cannot use the state store.
  case storeNotReady = "store-not-ready"
  /// Kratix, or we, cannot read the remote.
  case remoteUnreadable = "remote-unreadable"
  /// A path leads out of the repository.
  case pathTraversal = "path-traversal"
  /// A path has a component `.git`.
  case gitPath = "git-path"
  /// The server does not take the credentials of the state store's Secret.
  case credentialsRefused = "credentials-refused"
  /// The remote refused the push.
  case pushRejected = "push-rejected"
  /// The repository's `.gitignore` covers a path.
  case ignoredPath = "ignored-path"
  /// The branch held it already.
  case identicalContent = "identical-content"
  /// It stays at a Destination that the selectors no longer choose.
  case misplaced
  /// It landed, and somebody removed it.
  case removedLater = "removed-later"
  /// It landed, and Kratix removed it itself.
  case workDeleted = "work-deleted"
  /// Another placement wrote the same paths.
  case overwritten
  /// Kratix could not schedule it, and does not try again.
  case schedulerError = "scheduler-error"
  /// Two Works carry the same labels.
  case duplicateWorks = "duplicate-works"
  /// The selectors are not what Kratix takes, and the Job's last step fails.
  case invalidSelectors = "invalid-selectors"
  /// It landed, and a commit that is not Kratix's changed it.
  case changedByOthers = "changed-by-others"
  /// It landed, and is not what was asked for.
  case wrongContent = "wrong-content"
  /// It landed where Flux or Argo CD does not look.
  case notWatched = "not-watched"
  /// There is no Work.
  case noWork = "no-work"
  /// There is no WorkPlacement.
  case noPlacement = "no-placement"
  /// Nothing of it was ever on the branch.
  case neverCommitted = "never-committed"

  /// How it comes about.
  package var cause: String {
    switch self {
    case .noRequest: "there is no request, or it was deleted"
    case .invalidRequest: "the API server does not take the request, so no pipeline runs"
    case .pipelineFailed: "a container ended with an error, so Kratix made no Work of the output"
    case .pipelineStuck:
      "the Pod waits for a node, an image, a volume or a Secret: Kratix waits with it, and says so "
        + "nowhere"
    case .emptyOutput:
      "nothing was in /kratix/output when the pipeline ended: Kratix makes a Work without groups of "
        + "that, and every status is green"
    case .noManifest:
      "the output holds only files that Kubernetes cannot apply: a commit appears, and nothing runs"
    case .suspended:
      "workflow-control.yaml asks Kratix to wait: it neither makes nor changes the Work"
    case .noDestination: "the selectors ask for labels that no Destination has: the Work waits"
    case .misnamedSelectors:
      "Kratix reads /kratix/metadata/destination-selectors.yaml and nothing else: it schedules as if "
        + "there were no selectors"
    case .storeNotReady:
      "Kratix could not clone the repository with the Secret and branch it has: placements wait "
        + "without any condition"
    case .credentialsRefused:
      "the server does not take the credentials in the state store's Secret: Kratix tries again "
        + "every 15 seconds"
    case .remoteUnreadable:
      "the remote cannot be reached: Kratix tries again every 15 seconds"
    case .pathTraversal:
      "a path leads out of the repository: Kratix passes over it and reports success"
    case .gitPath: "git never stages a path with .git in it: Kratix reports success"
    case .pushRejected: "the server refuses the push: Kratix tries again every 15 seconds"
    case .ignoredPath:
      "a .gitignore in the repository covers the path, and git add refuses it each time"
    case .identicalContent: "the branch held the same bytes: there is nothing to commit"
    case .misplaced:
      "labels or selectors changed after it was scheduled: Kratix goes on writing to the old "
        + "Destination and never moves it"
    case .removedLater: "a commit removed it: Kratix writes it again only when it must"
    case .workDeleted:
      "the Work was deleted, or no longer asks for this Destination: Kratix deletes the files with "
        + "the WorkPlacement"
    case .overwritten: "two placements have one path: each write erases the other's files"
    case .schedulerError:
      "the API server answered the scheduler with an error, which is not retried"
    case .duplicateWorks:
      "Kratix looks for the Work by labels and gives up when it finds more than one"
    case .invalidSelectors:
      "the last step of the Job, work-writer, refuses destination-selectors.yaml"
    case .changedByOthers:
      "another author than the state store's committed it: Kratix writes it again only when it must"
    case .wrongContent: "the pipeline rendered something else than was asked for"
    case .notWatched: "Flux or Argo CD reads another branch or another path"
    case .noWork: "the pipeline's last step, which makes the Work, did not run"
    case .noPlacement: "the scheduler has not run for this Work, or its placement was deleted"
    case .neverCommitted: "no write of it reached the branch"
    }
  }
}
