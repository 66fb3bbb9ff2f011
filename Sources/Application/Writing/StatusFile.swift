import Git
import Kratix
import Landing
import Manifests

/// A pipeline's `/kratix/metadata/status.yaml`, which Kratix merges into the request's status.
struct StatusFile {
  let path: String

  /// The file's text with the landing under `stateStore`; other keys are kept.
  ///
  /// - Throws: `LandingError` if the file has something other than a mapping.
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

  /// The present content of the file.
  ///
  /// Errors do not quote it: other programs wrote it, and it may be secret.
  ///
  /// - Throws: `LandingError` if it is not a mapping, `KratixError` if it cannot be read.
  func existing() throws -> Mapping {
    let file = try ContainedFile(path)
    guard file.exists else { return [:] }
    let bytes = try file.bytes(onlyRegular: true)
    do throws(ManifestError) {
      let manifests = try ManifestFile(parsing: bytes, name: path)
      guard let root = manifests.documents.first?.root, !root.isNull else { return [:] }
      return try root.require(.mapping, at: "", in: path)
    } catch {
      let place = error.position.map { "\(path):\($0)" } ?? path
      throw LandingError(
        .invalidInput,
        "\(place): the status file is no YAML mapping; mend or remove it before the write")
    }
  }
}
