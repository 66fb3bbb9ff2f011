import Foundation
import Kratix
import Landing
import Manifests
import Verification

/// What should be in the state stores, read from everything that the flags name.
struct VerificationSources: Sendable {
  private(set) var works: [Work] = []
  private(set) var requests: [ResourceRequest] = []
  /// The receipt as it was read.
  private(set) var receiptInput: Input?
  private var receipt: ReceiptFile?
  /// The bytes of all files that were read.
  private(set) var files: [[UInt8]] = []

  /// Reads the sources.
  ///
  /// - Parameter destination: The only Destination to check.
  /// - Throws: `ManifestError`, `KratixError` or `LandingError`, with the file.
  init(_ settings: VerificationSettings, on platform: Platform, destination: String?) throws {
    for path in settings.requests { try readRequests(at: path) }
    if let path = settings.receipt {
      let input = try Input(path)
      receiptInput = input
      files.append(input.bytes)
      var file = try ReceiptFile(input)
      if let destination { try file.keepDestination(destination) }
      self.receipt = file
    }
    if let path = settings.works {
      let input = try Input(path)
      works += try Work.works(in: input)
      files.append(input.bytes)
    }
    if settings.rendered.output != nil {
      let context = try settings.rendered.context(for: requests, on: platform)
      let work = try settings.rendered.work(
        for: context, metadata: try settings.rendered.pipelineMetadata(), on: platform)
      files += work.workloadGroups.flatMap(\.workloads).map(\.content)
      works.append(work)
    }
  }

  /// Checks that the receipt concerns only these state stores.
  ///
  /// - Throws: `LandingError`.
  func require(in stores: [StateStoreDescription]) throws { try receipt?.require(in: stores) }

  /// The check of everything that was read and concerns one state store.
  ///
  /// - Throws: `LandingError`.
  func check(with verifier: Verifier, of store: StateStoreDescription) throws -> Check {
    var check = Check(verifier: verifier)
    check.works = works
    check.requests = requests
    check.placements = try receipt?.placements(in: store, on: check.verifier.platform) ?? []
    return check
  }

  /// Adds what a cluster has.
  mutating func add(_ cluster: ClusterRequests) {
    requests += cluster.requests
    works += cluster.works
    files += cluster.texts
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
    // An empty List is accepted: kubectl prints it for a kind without requests.
    guard file.documents.contains(where: { $0.object != nil }) else {
      throw LandingError(.invalidInput, "\(input.name): there is no request in it")
    }
    requests += try file.objects.map { try input.request($0) }
  }
}
