import Foundation
import Kratix
import Landing
import Manifests
import Verification

/// What should be there, from all that the flags name.
struct VerificationSources: Sendable {
  private(set) var works: [Work] = []
  private(set) var requests: [ResourceRequest] = []
  private var placements: [ExpectedPlacement] = []

  /// Reads the sources.
  ///
  /// - Throws: `ManifestError`, `KratixError` or `LandingError`, with the file.
  init(_ command: Verify, platform: Platform) throws {
    for path in try command.request.flatMap(CommonOptions.manifestFiles) {
      requests += try Self.requests(in: path)
    }
    if let receipt = command.receipt {
      placements = try Self.placements(in: receipt)
    }
    if command.options.rendered != nil {
      let context = try command.options.context(for: requests, on: platform)
      let work = try command.options.work(
        for: context, metadata: try command.options.pipelineMetadata(), on: platform)
      works.append(work)
    }
  }

  /// Holds all sources against a snapshot.
  func check(with verifier: Verifier, in snapshot: Snapshot) throws -> [ResourceReport] {
    try works.flatMap { try verifier.check($0, in: snapshot) }
      + verifier.check(rendered: placements, in: snapshot)
      + verifier.check(requests: requests, in: snapshot)
  }

  private static func requests(in path: String) throws -> [ResourceRequest] {
    let file = try ManifestFile(parsing: try CommonOptions.bytes(of: path), name: path)
    guard !file.objects.isEmpty else {
      throw LandingError(.invalidInput, "\(path): there is no request in it")
    }
    return try file.objects.map { try ResourceRequest(PlatformObject($0, file: path)) }
  }

  private static func placements(in path: String) throws -> [ExpectedPlacement] {
    let bytes = try CommonOptions.bytes(of: path)
    do {
      let document = try JSONDecoder().decode(WriteResult.Document.self, from: Data(bytes))
      return try document.receipts.flatMap(\.placements).map { try ExpectedPlacement($0) }
    } catch {
      throw LandingError(
        .invalidInput, "\(path): this is no receipt of statestore write: \(Self.words(for: error))")
    }
  }

  private static func words(for error: any Error) -> String {
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
