internal import Foundation
internal import GRDB
internal import Kratix
internal import Landing
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
    let object = Document(root: try object())
    let file = ManifestFile(name: key.description, documents: [object])
    if let work = try Work.works(in: file).first { return work }
    throw ManifestError(
      code: .missingField, file: file.name, position: nil, message: "there is no Work in it")
  }

  /// What is to land, as it was put.
  ///
  /// - Throws: `ManifestError`, which would mean that something else is stored.
  func object() throws(ManifestError) -> Node {
    try Node(json: Array(document.utf8), name: key.description)
  }

  /// What is to land, read off the cooperative pool where it is large.
  ///
  /// - Throws: `ManifestError`, as above; `CancellationError`.
  func read() async throws -> Work {
    try await HeavyWork.run(on: byteCount) { try kratixWork() }
  }

  /// About how many bytes have to be gone through to show it.
  var byteCount: Int {
    let files = results.reduce(0) { count, result in
      count + (result.receipt?.placements.reduce(0) { $0 + $1.files.count } ?? 0)
    }
    return document.utf8.count + files * Self.bytesOfListedFile
  }

  /// What a file takes in a receipt: its path, the name of its blob, its size.
  private static let bytesOfListedFile = 150
}

extension DesiredWork {
  /// Reads a row; conditions that cannot be read are unknown, and say so.
  init(_ row: Row) {
    self.init(
      key: WorkKey(namespace: row["namespace"], name: row["name"]),
      revision: row["revision"], generation: row["generation"], uid: row["uid"],
      version: WorkVersion.text(of: row),
      promise: row["promise"], resource: row["resource"], document: row["document"],
      createdAt: Date(timeIntervalSince1970: row["created_at"]),
      removalRequestedAt: (row["removal_requested_at"] as Double?)
        .map { Date(timeIntervalSince1970: $0) },
      conditions: [])
    do {
      conditions = try JSONText.decode(row["conditions"])
    } catch {
      let finding = Condition.Finding(
        status: .unknown, reason: Self.unreadable,
        message: """
          the conditions of \(key) in the desired state cannot be read; they are found out again \
          when the service is started or the Work is put
          """)
      conditions = Condition.updated(
        [], with: Condition.Kind.allCases.map { ($0, finding) }, generation: generation,
        at: createdAt)
    }
  }
}

extension DesiredWork {
  private static let unreadable = "Unreadable"

  /// Whether the stored conditions could not be read.
  var hasUnreadableConditions: Bool { conditions.contains { $0.reason == Self.unreadable } }
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
