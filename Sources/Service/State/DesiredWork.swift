internal import Foundation
internal import GRDB
internal import Kratix
internal import Manifests

/// A Work as it is stored: what a client wants, and what became of it.
struct DesiredWork: Sendable {
  let key: WorkKey
  /// Counts what was accepted for this name, so that nothing that was found out about an earlier
  /// one is taken for this one.
  let revision: Int64
  /// `metadata.generation`.
  let generation: Int64
  let uid: String?
  /// `metadata.resourceVersion`, and the entity tag.
  let version: String
  let promise: String
  let resource: String
  /// The object as JSON, without generation and status.
  let document: String
  let createdAt: Date
  /// When its removal was asked for.
  let removalRequestedAt: Date?
  var conditions: [Condition]
  var results: [StoreResult] = []

  var isBeingRemoved: Bool { removalRequestedAt != nil }

  /// Whether it was to go, and no state store holds anything of it.
  func isGone(from stores: [String]) -> Bool {
    isBeingRemoved
      && stores.allSatisfy { store in
        results.contains { $0.store == store && $0.isDone(revision) }
      } && left(stores).isEmpty
  }

  /// What became of it in state stores that have left the configuration, and still hold some of it.
  func left(_ stores: [String]) -> [StoreResult] {
    results.filter { !stores.contains($0.store) && !$0.standing.isEmpty }
  }

  /// The state stores that hold it and where it has not been verified.
  var unverified: [String] {
    results.filter { result in
      result.isDone(revision) && !result.standing.isEmpty && result.verification == nil
    }.map(\.store)
  }

  /// What is to land.
  ///
  /// - Throws: `ManifestError`, which would mean that it was stored without having been read.
  func kratixWork() throws(ManifestError) -> Work {
    let file = try ManifestFile(parsing: document, name: key.description)
    if let work = try Work.works(in: file).first { return work }
    throw ManifestError(
      code: .missingField, file: file.name, position: nil, message: "there is no Work in it")
  }
}

extension DesiredWork {
  init(_ row: Row) throws {
    self.init(
      key: WorkKey(namespace: row["namespace"], name: row["name"]),
      revision: row["revision"], generation: row["generation"], uid: row["uid"],
      version: WorkVersion.text(of: row),
      promise: row["promise"], resource: row["resource"], document: row["document"],
      createdAt: Date(timeIntervalSince1970: row["created_at"]),
      removalRequestedAt: (row["removal_requested_at"] as Double?)
        .map { Date(timeIntervalSince1970: $0) },
      conditions: try JSONText.decode(row["conditions"]))
  }
}

/// Values that are stored as JSON.
enum JSONText {
  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func decode<Value: Decodable>(_ text: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }
}
