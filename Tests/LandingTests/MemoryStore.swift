import Foundation
import Git
import Kratix
import Testing

@testable import Landing

/// A state store without a remote: plans are made and taken for pushed.
final class MemoryStore {
  let description: GitStateStore
  let destinations: [Destination]
  private(set) var tip: ObjectID?
  /// The tree after each commit, the first one first.
  private(set) var trees: [ObjectID] = []
  private let draft: StagedObjectReader

  init(_ destinations: [Destination], path: String = "") throws {
    description = GitStateStore(name: "default", url: "unused", path: path)
    self.destinations = destinations
    draft = StagedObjectReader(over: try ObjectDatabase.inMemory())
  }

  var snapshot: Snapshot { get throws { try Snapshot(of: tip, reading: draft) } }

  /// Does what is intended, and gives the subjects of the commits that it took.
  @discardableResult
  func land(
    _ intent: LandingRequest.Intent, _ steering: LandingRequest.Steering = .init()
  ) throws -> [String] {
    let request = LandingRequest(
      intent, steering, in: description, destinations: destinations)
    return try land(try changes(of: request))
  }

  private func changes(of request: LandingRequest) throws -> [Change] {
    var history = KnownHistory()
    while true {
      do {
        return try request.changes(on: Snapshot(of: tip, reading: draft, history: history))
      } catch let need as HistoryNeeded {
        guard let tip else { throw need }
        let found = try CommitLog(from: tip, atMost: .max, reading: draft)
          .histories(of: Array(need.paths), reading: draft)
        history.add(found.compactMapValues { $0.lastChange?.commit }, for: need.paths)
      }
    }
  }

  private func land(_ changes: [Change]) throws -> [String] {
    let authorship = Plan.Authorship(
      name: "kratix", email: "", date: Date(timeIntervalSince1970: 1_795_000_000))
    let plan = try Plan(changes, on: tip, by: authorship, to: draft)
    tip = plan.tip
    return try plan.steps.compactMap { step in
      guard let id = step.commit else { return nil }
      let commit = try draft.commit(id)
      trees.append(commit.tree)
      return commit.subject
    }
  }

  /// Writes files as somebody would who knows nothing of state files; `nil` removes one.
  func commitAsSomebody(_ files: [String: String?]) throws {
    let change = Change(name: "by hand", destination: "", claims: []) { _, edit, objects in
      for (path, text) in files {
        let path = try StatePath(path)
        if let text {
          try edit.write(
            CheckedFile(path: path, content: Array(text.utf8)), adding: &objects)
        } else {
          edit.edits.remove(path)
        }
      }
    }
    _ = try land([change])
  }

  /// All files as text, but for the packed state files of the mode `aggregatedYAML`.
  func texts() throws -> [String: String] {
    try files().filter { !$0.key.hasSuffix(".placement") }
      .mapValues { String(decoding: $0, as: UTF8.self) }
  }

  /// All files.
  func files() throws -> [String: [UInt8]] {
    let entries = try snapshot.files(below: .root)
    let blobs = try snapshot.blobs(Set(entries.values.map(\.id)))
    return Dictionary(
      uniqueKeysWithValues: entries.compactMap { path, entry in
        blobs[entry.id].map { (path.text, $0) }
      })
  }
}

/// A Destination with a label of its own name, in the default state store.
func destination(
  _ name: String, _ mode: Destination.FilepathMode, path: String? = nil,
  filename: String = Destination.standardFilename
) -> Destination {
  Destination(
    name: name, labels: ["name": name], path: path ?? name, stateStoreName: "default",
    filepathMode: mode, filename: filename, hasInitWorkloads: false)
}

/// A Work of one request whose groups each ask for one Destination.
///
/// - Parameter groups: For each directory the Destination and the files.
func work(
  _ resource: String, named name: String? = nil, _ groups: [(String, at: String, [String: String])]
) -> Work {
  let work = Work(
    name: name ?? "", namespace: "default", promiseName: "promise", resourceName: resource,
    pipelineName: "configure",
    workloadGroups: groups.map { directory, destination, files in
      WorkloadGroup(
        directory: directory,
        workloads: files.sorted { $0.key < $1.key }
          .map { Workload(filepath: $0.key, content: Array($0.value.utf8)) },
        destinationSelectors: [
          WorkloadGroupScheduling(source: "promise", matchLabels: ["name": destination])
        ])
    })
  return name == nil ? work.named(work.derivedName) : work
}

/// A Work with files in its default group alone.
func work(
  _ resource: String, named name: String? = nil, at destination: String, _ files: [String: String]
) -> Work {
  work(resource, named: name, [(".", at: destination, files)])
}

/// The error that a body throws, as an outcome with a message.
func refusal(of body: () throws -> Void) -> LandingError? {
  do {
    try body()
    return nil
  } catch {
    return LandingError(error)
  }
}
