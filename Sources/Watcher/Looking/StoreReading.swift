import Application
import Foundation
import Git
import Kratix
import Landing
import Manifests
import Verification
import Web

/// What the state stores hold of some requests.
struct StoreReading: Sendable {
  private let stores: StateStores
  /// The names of the state stores that hold Destinations.
  let names: [String]
  private let verifiers: [String: Verifier]
  private let layouts: [String: [RepositoryLayout]]

  /// - Throws: The errors of state stores, Expectations and Destinations that cannot be used.
  init(_ stores: StateStores, names: [String]) throws {
    self.stores = stores
    self.names = names
    var verifiers: [String: Verifier] = [:]
    var layouts: [String: [RepositoryLayout]] = [:]
    for name in names {
      let (_, description) = try stores.store(name)
      verifiers[name] = try Verifier(platform: stores.platform, stateStore: description)
      verifiers[name]?.isOneOfAll = names.count > 1
      layouts[name] = try stores.platform.destinations(in: description).map {
        try RepositoryLayout(of: $0, in: description)
      }
    }
    self.verifiers = verifiers
    self.layouts = layouts
  }

  /// The tips of all branches, each asked for once.
  func tips(deadline: ContinuousClock.Instant) async -> [String: Result<ObjectID?, LandingError>] {
    await withTaskGroup(of: (String, Result<ObjectID?, LandingError>).self) { group in
      for name in names {
        group.addTask {
          do {
            return (name, .success(try await stores.store(name).0.tip(deadline: deadline)))
          } catch {
            return (name, .failure(LandingError(error)))
          }
        }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
  }

  /// The requests whose files differ between two commits of a branch.
  func moved(
    in name: String, from old: ObjectID, to new: ObjectID, deadline: ContinuousClock.Instant
  ) async -> MovedRequests {
    do {
      let store = try stores.store(name).0
      let tree = try await store.read(old, deadline: deadline) { $0.tree }
      let paths = try await store.read(new, deadline: deadline) { snapshot in
        try snapshot.changedPaths(since: tree)
      }
      return MovedRequests(paths, layouts[name] ?? [])
    } catch {
      return .all
    }
  }

  /// What is said of a request in all state stores together.
  enum Answer: Sendable {
    case report(ResourceReport, store: String)
    /// It is in none that could be read; this one could not.
    case unreadable(store: String, LandingError)
  }

  /// Verifies requests in all state stores whose tip is known.
  ///
  /// - Parameter tips: The tips; a failure is that of the state store.
  func answers(
    to requests: [RequestKey: ResourceRequest], works: [Work],
    tips: [String: Result<ObjectID?, LandingError>],
    deadline: ContinuousClock.Instant
  ) async -> [RequestKey: Answer] {
    var reports: [(store: String, report: Report)] = []
    var failures: [(store: String, error: LandingError)] = []
    let questions = Array(requests.values)
    await withTaskGroup(of: (String, Result<Report, LandingError>).self) { group in
      for name in names {
        switch tips[name] {
        case .failure(let error): failures.append((name, error))
        case .success(let tip):
          group.addTask {
            do {
              let report = try await report(
                on: name, at: tip, requests: questions, works: works, deadline: deadline)
              return (name, .success(report))
            } catch {
              return (name, .failure(LandingError(error)))
            }
          }
        case nil: break
        }
      }
      for await (name, result) in group {
        switch result {
        case .success(let report): reports.append((name, report))
        case .failure(let error): failures.append((name, error))
        }
      }
    }
    reports.sort { $0.store < $1.store }
    if failures.isEmpty {
      let settled = reports.map(\.report)
        .settled(on: questions, promise: nil, platform: stores.platform)
      for index in reports.indices { reports[index].report = settled[index] }
    }
    return Self.answers(requests.keys, reports, failures)
  }

  /// Where the files of a request are, with their pages on the forge.
  func places(of answer: Answer) -> [VerdictBoard.Place] {
    guard case .report(let report, let name) = answer else { return [] }
    // Without a forge the path is shown without a link.
    let forge = try? stores.store(name).1.forge
    return report.placements.map { placement in
      let commit = placement.commit?.id.hexadecimal
      return VerdictBoard.Place(
        path: placement.path,
        pathAddress: commit.flatMap {
          forge?.file(placement.path, at: $0, isDirectory: placement.files == nil)
        },
        commit: commit.map { String($0.prefix(7)) },
        commitAddress: commit.flatMap { forge?.commit($0) })
    }
  }

  /// How many findings of a request are shown with their lines.
  private static let mostExcerpts = 3

  /// The lines that the first findings of a request are about.
  func excerpts(of answer: Answer) -> [VerdictBoard.Excerpt] {
    guard case .report(let report, let name) = answer else { return [] }
    // Without a forge the lines are shown without a link.
    let forge = try? stores.store(name).1.forge
    let commit = report.placements.compactMap { $0.commit?.id.hexadecimal }.first
    let shown = report.findings.lazy.compactMap { finding in
      finding.excerpt.map { (finding, $0) }
    }
    return shown.prefix(Self.mostExcerpts).map { finding, excerpt in
      let file = finding.file ?? ""
      return VerdictBoard.Excerpt(
        finding: finding.sentence,
        address: commit.flatMap { forge?.file(file, at: $0, line: excerpt.marked) },
        lines: MarkedLines(
          excerpt.lines.map { ($0.number, $0.text) }, marked: excerpt.marked,
          of: "\(file):\(excerpt.marked)"))
    }
  }

  private func report(
    on name: String, at tip: ObjectID?, requests: [ResourceRequest], works: [Work],
    deadline: ContinuousClock.Instant
  ) async throws -> Report {
    guard let verifier = verifiers[name] else {
      throw LandingError(.invalidConfiguration, "there is no state store \(name)")
    }
    let store = try stores.store(name).0
    var check = Check(verifier: verifier)
    check.requests = requests
    check.works = works
    return try await check.report(on: store, at: tip, deadline: deadline).report
      .withExcerpts(context: 1, from: store, deadline: deadline)
  }

  private static func answers(
    _ keys: some Sequence<RequestKey>, _ reports: [(store: String, report: Report)],
    _ failures: [(store: String, error: LandingError)]
  ) -> [RequestKey: Answer] {
    var found: [RequestKey: (store: String, report: ResourceReport)] = [:]
    for (store, report) in reports {
      for resource in report.resources {
        let key = RequestKey(
          promise: resource.promise, namespace: resource.namespace, name: resource.name)
        // One that stands in a state store counts before one that says that it does not.
        if let known = found[key], !known.report.placements.isEmpty { continue }
        found[key] = (store, resource)
      }
    }
    var answers: [RequestKey: Answer] = [:]
    for key in keys {
      let (here, failure) = (found[key], failures.first)
      if let here, failure == nil || !here.report.placements.isEmpty {
        answers[key] = .report(here.report, store: here.store)
      } else if let failure {
        answers[key] = .unreadable(store: failure.store, failure.error)
      }
    }
    return answers
  }
}
