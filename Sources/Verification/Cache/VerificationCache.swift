internal import Foundation
package import Git
internal import Kratix
internal import Landing

/// The result of a check of a state store, kept in a file for the next check (`--state`).
///
/// An unchanged state store then costs no more than asking for the tip of its branch; a changed one
/// costs what has changed. Losing the file costs only time. It is used only if it is complete and was
/// written by the same program for the same question.
package struct VerificationCache: Sendable {
  /// A digest of the question, the program and its configuration.
  package let question: ObjectID
  /// The report without clean resources.
  package let report: Report
  let records: [ObjectID: Record]

  /// The result for one resource.
  struct Record: Sendable {
    let objects: [ObjectKey]
    /// The report as JSON; `nil` for a clean resource.
    let report: Data?
  }

  /// The result for a resource whose files are the same as at the last check.
  ///
  /// - Parameter basis: What the check depends on besides the resource.
  func checked(_ resource: StandingResource, basis: String = "") -> CheckedResource? {
    // A resource without a digest was not kept, and is checked again.
    guard let digest = try? resource.digest(basis: basis), let record = records[digest] else {
      return nil
    }
    guard let json = record.report else {
      return CheckedResource(
        resource: resource, report: resource.cleanReport, objects: record.objects, basis: basis,
        digest: digest)
    }
    // A report that this program did not write is no report.
    guard let report = try? JSONDecoder().decode(ResourceReport.self, from: json) else {
      return nil
    }
    return CheckedResource(
      resource: resource, report: report, objects: record.objects, basis: basis, digest: digest)
  }
}

extension StandingResource {
  /// A digest of its name, its locations and the files there, and of what else a check depends on.
  func digest(basis: String) throws -> ObjectID {
    let (promise, namespace, name) = subject.names
    var bytes = Array("\(promise)\n\(namespace)\n\(name)\n\(basis)\n".utf8)
    for place in places {
      bytes += "\(place.destination.name)\n".utf8
      bytes += place.identityOfContent
    }
    return try ObjectID(of: GitObject(kind: .blob, bytes: bytes))
  }

  /// The report of a resource without findings.
  fileprivate var cleanReport: ResourceReport {
    ResourceReport(subject, verdict: .landed, placements: cleanPlacements, findings: [])
  }
}
