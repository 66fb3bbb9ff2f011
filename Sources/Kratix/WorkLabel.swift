/// The labels by which Kratix finds its Works (`api/v1alpha1/labels.go`).
enum WorkLabel {
  static let promiseName = "kratix.io/promise-name"
  static let workType = "kratix.io/work-type"
  static let pipelineName = "kratix.io/pipeline-name"
  static let resourceName = "kratix.io/resource-name"
  static let resourceNamespace = "kratix.io/resource-namespace"
  static let dryRun = "kratix.io/dry-run"
}
