import Foundation
import Kratix
import Landing
import Manifests
import Verification

/// What should be there, from all that the flags name.
struct VerificationSources: Sendable {
  private(set) var works: [Work] = []
  private(set) var requests: [ResourceRequest] = []
  /// The receipt, as it was read.
  private(set) var receiptInput: Input?
  private var receipt: ReceiptFile?
  /// The bytes of all files that were read.
  private(set) var files: [[UInt8]] = []

  /// Reads the sources.
  ///
  /// - Throws: `ManifestError`, `KratixError` or `LandingError`, with the file.
  init(_ command: Verify, platform: Platform) throws {
    for path in command.request { try readRequests(at: path) }
    if let path = command.receipt {
      let input = try Input(path)
      receiptInput = input
      files.append(input.bytes)
      var file = try ReceiptFile(input)
      if let name = command.common.chosenDestination { try file.keepDestination(name) }
      self.receipt = file
    }
    if let path = command.work {
      let input = try Input(path)
      works += try WorkOptions.works(in: input)
      files.append(input.bytes)
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
    let inputs = try Input.all(at: path)
    guard !inputs.isEmpty else {
      throw LandingError(
        .invalidInput, "\(path): there is no request in it: no .yaml, .yml or .json file")
    }
    for input in inputs { try readRequests(input) }
  }

  private mutating func readRequests(_ input: Input) throws {
    files.append(input.bytes)
    let file = try input.manifests()
    // A list of nothing is what kubectl says of a kind that nobody has asked for.
    guard file.documents.contains(where: { $0.object != nil }) else {
      throw LandingError(.invalidInput, "\(input.name): there is no request in it")
    }
    requests += try file.objects.map { try ResourceRequest(PlatformObject($0, file: input.name)) }
  }
}
