import Foundation
import Kratix
import Landing
import Manifests
import Verification

/// What should be there, from all that the flags name.
struct VerificationSources: Sendable {
  private(set) var works: [Work] = []
  private(set) var requests: [ResourceRequest] = []
  private var receipt: ReceiptFile?
  /// The bytes of all files that were read.
  private(set) var files: [[UInt8]] = []

  /// Reads the sources.
  ///
  /// - Throws: `ManifestError`, `KratixError` or `LandingError`, with the file.
  init(_ command: Verify, platform: Platform) throws {
    for path in command.request { try readRequests(at: path) }
    if let receipt = command.receipt {
      files.append(try CommonOptions.bytes(of: receipt))
      var file = try ReceiptFile(path: receipt)
      if let name = command.common.chosenDestination { try file.keepDestination(name) }
      self.receipt = file
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

  /// Makes sure that what was read stands nowhere but in the state stores that are checked.
  ///
  /// - Throws: `LandingError`.
  func require(in stores: [StateStoreDescription]) throws { try receipt?.require(in: stores) }

  /// The check of all that was read and concerns one state store.
  ///
  /// - Throws: `LandingError`.
  func check(with verifier: Verifier, of store: StateStoreDescription) throws -> Check {
    var check = Check(verifier: verifier)
    check.works = works
    check.requests = requests
    check.placements = try receipt?.placements(in: store) ?? []
    return check
  }

  private mutating func readRequests(at path: String) throws {
    guard path != "-" else {
      return try readRequests(
        FileHandle.standardInput.readDataToEndOfFile(), name: "standard input")
    }
    let files = try CommonOptions.manifestFiles(at: path)
    guard !files.isEmpty else {
      throw LandingError(
        .invalidInput, "\(path): there is no request in it: no .yaml, .yml or .json file")
    }
    for file in files {
      try readRequests(Data(try CommonOptions.bytes(of: file)), name: file)
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
}
