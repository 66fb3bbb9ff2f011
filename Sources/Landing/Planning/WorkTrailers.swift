internal import Kratix

/// Whose a placement is, as the trailers of our commits say it.
struct WorkTrailers: Sendable, Hashable, Codable, CustomStringConvertible {
  let promise: String
  let resource: String
  let pipeline: String

  init(of work: Work) {
    promise = work.promiseName
    resource = work.isDependency ? "" : "\(work.requestNamespace)/\(work.resourceName)"
    pipeline = work.pipelineName
  }

  /// The request, or the Promise whose workflows it is of.
  var description: String { resource.isEmpty ? promise : "\(promise) \(resource)" }

  /// Whether they name the request of a Work, or its Promise's workflows, whatever the Pipeline.
  func isOfRequest(of work: Work) -> Bool {
    let other = WorkTrailers(of: work)
    return promise == other.promise && resource == other.resource && !pipeline.isEmpty
  }

  /// Reads a commit's message; `nil` for one without our trailers.
  init?(of message: String) {
    let trailers = CommitTrailers(of: message)
    guard let promise = trailers[.promise] else { return nil }
    self.promise = promise
    resource = trailers[.resource] ?? ""
    pipeline = trailers[.pipeline] ?? ""
  }
}
