internal import Foundation
package import Git
internal import Kratix
internal import Landing

/// What a check of a state store found, kept in a file for the next one (`--state`).
///
/// A state store that has not changed costs no more than asking where its branch stands; one that
/// has changed costs what has changed. Losing the file costs time and nothing else: it is read only
/// if it was written by the same program for the same question, and whole.
package struct CheckMemory: Sendable {
  /// What the check was asked, the program and its configuration included, as one digest.
  package let question: ObjectID
  /// The report, without what is quiet.
  package let report: Report
  let records: [ObjectID: Record]

  /// What was found of one resource.
  struct Record: Sendable {
    let objects: [ObjectKey]
    /// The report of a resource of which there is something to say, as JSON.
    let report: Data?
  }

  init(question: ObjectID, report: Report, records: [ObjectID: Record]) {
    self.question = question
    self.report = report
    self.records = records
  }

  /// Remembers a result.
  ///
  /// - Throws: `GitError` when libgit2 cannot hash.
  package init(_ result: CheckResult, question: ObjectID) throws {
    self.question = question
    report = result.withoutQuiet
    let encoder = JSONEncoder()
    var records: [ObjectID: Record] = [:]
    records.reserveCapacity(result.standing.count)
    for checked in result.standing {
      records[try checked.digest ?? checked.resource.digest] = Record(
        objects: checked.objects,
        report: checked.report.isQuiet ? nil : try encoder.encode(checked.report))
    }
    self.records = records
  }

  /// What was found of a resource, if it stands as it stood then.
  func checked(_ resource: StandingResource) -> CheckedResource? {
    // What has no digest was not kept, and is checked again.
    guard let digest = try? resource.digest, let record = records[digest] else { return nil }
    guard let json = record.report else {
      return CheckedResource(
        resource: resource, report: resource.quietReport, objects: record.objects,
        digest: digest)
    }
    // A report that this program did not write is no report.
    guard let report = try? JSONDecoder().decode(ResourceReport.self, from: json) else {
      return nil
    }
    return CheckedResource(
      resource: resource, report: report, objects: record.objects, digest: digest)
  }
}

extension StandingResource {
  /// Its name, its places and what stands there, as one digest.
  fileprivate var digest: ObjectID {
    get throws {
      var bytes = Array("\(promise)\n\(namespace)\n\(name)\n".utf8)
      for place in places {
        bytes += "\(place.destination.name)\n".utf8
        bytes += place.identityOfContent
      }
      return try ObjectID(of: GitObject(kind: .blob, bytes: bytes))
    }
  }

  /// The report of what stands as it should.
  fileprivate var quietReport: ResourceReport {
    ResourceReport(
      promise: promise, namespace: namespace, name: name, verdict: .landed,
      placements: quietPlacements, findings: [])
  }
}
