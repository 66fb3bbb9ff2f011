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
  /// The bytes of all files that were read.
  private(set) var files: [[UInt8]] = []

  /// Reads the sources.
  ///
  /// - Throws: `ManifestError`, `KratixError` or `LandingError`, with the file.
  init(_ command: Verify, platform: Platform) throws {
    for path in command.request { try readRequests(at: path) }
    if let receipt = command.receipt {
      files.append(try StoreOptions.bytes(of: receipt))
      placements = try Self.placements(in: receipt)
    }
    if let path = command.work {
      works += try WorkOptions.works(in: path)
      files += works.map { Array("\($0)".utf8) }
    }
    if command.options.rendered != nil {
      let context = try command.options.context(for: requests, on: platform)
      let work = try command.options.work(
        for: context, metadata: try command.options.pipelineMetadata(), on: platform)
      files += work.workloadGroups.flatMap(\.workloads).map(\.content)
      works.append(work)
    }
  }

  /// The check of all that was read.
  func check(with verifier: Verifier) -> Check {
    var check = Check(verifier: verifier)
    check.works = works
    check.requests = requests
    check.placements = placements
    return check
  }

  private mutating func readRequests(at path: String) throws {
    guard path != "-" else {
      return try readRequests(
        FileHandle.standardInput.readDataToEndOfFile(), name: "standard input")
    }
    for file in try StoreOptions.manifestFiles(at: path) {
      try readRequests(Data(try StoreOptions.bytes(of: file)), name: file)
    }
  }

  private mutating func readRequests(_ data: Data, name: String) throws {
    let bytes = Array(data)
    files.append(bytes)
    let file = try ManifestFile(parsing: bytes, name: name)
    // A list of nothing is what kubectl says of a kind that nobody has asked for.
    guard file.documents.contains(where: { $0.object != nil }) else {
      throw LandingError(.invalidInput, "\(name): there is no request in it")
    }
    requests += try file.objects.map { try ResourceRequest(PlatformObject($0, file: name)) }
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
