import Kratix
import Landing
import Manifests
import NIOHTTP1

/// One Work that the service is asked to land or to remove.
struct WorkRequest {
  enum Kind {
    case landing
    case removal

    var method: HTTPMethod { self == .landing ? .PUT : .POST }
  }

  let kind: Kind
  let work: Work
  private let path: String
  private let query: [String]
  let body: String

  /// The path and query of the request.
  ///
  /// - Parameter more: Further parameters, `name=value`.
  func address(_ more: [String]) -> String {
    path + "?" + (query + more).joined(separator: "&")
  }

  /// The requests for what is intended.
  ///
  /// - Throws: `LandingError` for what a service cannot be asked.
  static func requests(for intent: LandingRequest.Intent) throws -> [WorkRequest] {
    switch intent {
    case .write(let works): return try works.map { try WorkRequest(landing: $0) }
    case .remove(let works): return try works.map { try WorkRequest(removing: $0) }
    case .removeAll(let request): return [try WorkRequest(removing: request, ["pipelines=all"])]
    case .canaries, .cleanUp:
      throw LandingError(
        .invalidConfiguration, "whole Destinations need the state store itself, and not --server")
    }
  }

  private init(landing work: Work) throws {
    kind = .landing
    self.work = work
    path = "/v1/namespaces/\(work.namespace)/works/\(work.name)"
    query = []
    body = try Self.body(of: work)
  }

  private init(removing work: Work, _ query: [String] = []) throws {
    var withoutFiles = work
    withoutFiles.workloadGroups = []
    kind = .removal
    self.work = work
    path = "/v1/namespaces/\(work.namespace)/removals"
    self.query = query
    body = try Self.body(of: withoutFiles)
  }

  private static func body(of work: Work) throws -> String {
    JSONWriter().text(of: try work.manifest())
  }
}
