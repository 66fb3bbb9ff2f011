import Foundation
import Kratix
import Landing
import Verification

/// The result of a write, read to check that what landed is still there.
struct ReceiptFile {
  private static let schemaVersion = 1

  private let path: String
  private var receipts: [Receipt]

  /// Reads the result of a write that succeeded.
  ///
  /// - Throws: `LandingError` with the file.
  init(_ input: Input) throws {
    path = input.name
    let document: WriteResult.Document
    do {
      document = try JSONDecoder().decode(WriteResult.Document.self, from: Data(input.bytes))
    } catch {
      throw LandingError(
        .invalidInput, "\(path): this is no receipt of statestore write: \(Self.reason(for: error))"
      )
    }
    receipts = document.receipts
    guard document.schemaVersion == Self.schemaVersion else {
      throw LandingError(
        .invalidInput,
        "\(path): the receipt has schemaVersion \(document.schemaVersion), and this program reads "
          + "\(Self.schemaVersion); use the version of statestore that wrote it")
    }
    guard document.outcome.isSuccess else {
      throw LandingError(
        .invalidInput,
        "\(path): this write ended with \(document.outcome.rawValue); give the receipt of one that "
          + "landed")
    }
    guard !receipts.flatMap(\.placements).isEmpty else {
      let reason = document.message.map { ": \($0)" } ?? ""
      throw LandingError(
        .invalidInput, "\(path): the receipt names no placement, so nothing can be checked\(reason)"
      )
    }
  }

  /// Removes the placements at other Destinations.
  ///
  /// - Throws: `LandingError` if no placement is left.
  mutating func keepDestination(_ name: String) throws {
    let names = Set(receipts.flatMap(\.placements).map(\.destination)).sorted()
    for index in receipts.indices {
      receipts[index].placements.removeAll { $0.destination != name }
    }
    receipts.removeAll { $0.placements.isEmpty }
    guard !receipts.isEmpty else {
      throw LandingError(
        .invalidInput,
        "\(path): the receipt has no placement at the Destination \(name), only at "
          + names.joined(separator: ", "))
    }
  }

  /// Checks that the receipt concerns only state stores that are checked.
  ///
  /// - Throws: `LandingError` that names the state stores.
  func require(in stores: [StateStoreDescription]) throws {
    for store in receipts.map(\.stateStore) where !stores.contains(where: store.isSameBranch) {
      throw LandingError(
        .invalidInput,
        "\(path): the receipt is for \(store.place), and what is checked is "
          + stores.map(\.place).joined(separator: " and "))
    }
  }

  /// The placements that must be in a state store.
  ///
  /// - Parameter platform: Tells the directories of Destinations, below which paths are read.
  /// - Throws: `LandingError` with the file.
  func placements(
    in store: StateStoreDescription, on platform: Platform
  ) throws -> [ExpectedPlacement] {
    do {
      return try receipts.filter { store.isSameBranch($0.stateStore) }
        .flatMap { receipt in
          try receipt.placements.map {
            try ExpectedPlacement($0, readBackAt: receipt.commit, on: platform)
          }
        }
    } catch {
      throw LandingError(.invalidInput, "\(path): this is no receipt of statestore write: \(error)")
    }
  }

  private static func reason(for error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    switch error {
    case .keyNotFound(let key, let context):
      return "\(path(context)) has no \(key.stringValue)"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      return "\(path(context)): \(context.debugDescription)"
    @unknown default: return "it cannot be read"
    }
  }

  private static func path(_ context: DecodingError.Context) -> String {
    let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
    return path.isEmpty ? "the file" : path.joined(separator: ".")
  }
}

extension StateStoreDescription {
  fileprivate var place: String { "\(branch) of \(url)" }
}
