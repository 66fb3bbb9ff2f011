import Foundation
import Git
import Landing
import Manifests

/// What a pipeline tells the requester: `/kratix/metadata/status.yaml`, which Kratix merges into
/// the request's status.
struct StatusFile {
  let path: String

  /// The file's text with the landing under `stateStore`; what else is there stays.
  ///
  /// - Throws: `ManifestError` when what is there is no mapping.
  func merged(with receipts: [Receipt]) throws -> String {
    var status = try existing()
    let landed = receipts.flatMap { receipt in receipt.placements.map { (receipt, $0) } }
    let destinations = landed.filter { $0.1.outcome != .removed }.map(\.1.destination)
    let first = receipts.first
    status["stateStore"] = [
      "commit": Node(.string(first?.commit.hexadecimal ?? "")),
      "branch": Node(.string(first?.stateStore.branch ?? "")),
      "landedAt": Node(.string(first?.verifiedAt ?? "")),
      "destinations": Node(.sequence(destinations.map { Node(.string($0)) })),
      "message": Node(.string(message(for: receipts))),
    ]
    return YAMLWriter().text(of: Node(.mapping(status)))
  }

  private func message(for receipts: [Receipt]) -> String {
    let places = receipts.map { "\($0.outcome.rawValue) at \($0.commit.abbreviated)" }
    return places.joined(separator: ", ") + ", read back from the remote"
  }

  /// What is there already.
  ///
  /// - Throws: `ManifestError` when it is no mapping.
  func existing() throws -> Mapping {
    guard FileManager.default.fileExists(atPath: path) else { return [:] }
    let file = try ManifestFile(parsing: try CommonOptions.bytes(of: path), name: path)
    guard let root = file.documents.first?.root, !root.isNull else { return [:] }
    return try root.require(.mapping, at: "", in: path)
  }
}
