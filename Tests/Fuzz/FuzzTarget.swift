import Foundation
import Kratix
import Manifests

@testable import GitTransport
@testable import Verification

/// The readers of what others write.
enum FuzzTarget: String, CaseIterable {
  case yaml
  case packets
  case expectations
  case selectors

  /// The one that the environment names.
  static let chosen: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["STATESTORE_FUZZ"] ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
      let names = allCases.map(\.rawValue).joined(separator: ", ")
      FileHandle.standardError.write(Data("STATESTORE_FUZZ must be one of \(names)\n".utf8))
      exit(2)
    }
    return target
  }()

  func read(_ bytes: [UInt8]) {
    switch self {
    case .yaml: readYAML(bytes)
    case .packets: readPackets(bytes)
    case .expectations: readExpectation(bytes)
    case .selectors: readSelectors(bytes)
    }
  }

  private func readYAML(_ bytes: [UInt8]) {
    guard let file = try? ManifestFile(parsing: bytes, name: "fuzz") else { return }
    for document in file.documents {
      // What was read can be written, and reads as the same again.
      let text = YAMLWriter().text(of: document.root)
      let again = try? ManifestFile(parsing: text, name: "again").documents.first?.root
      precondition(document.root.isNull || again == document.root, "written otherwise: \(text)")
    }
  }

  private func readPackets(_ bytes: [UInt8]) {
    // The first byte says who reads, and where a network cuts.
    let mark = Int(bytes.first ?? 0)
    var advertisement = AdvertisementParser(referenceLimit: 100, namesService: mark & 8 != 0)
    var report = PushReportParser(reference: "refs/heads/main", usesSideBand: mark & 8 != 0)
    var fetch = FetchResponseParser(isVersion2: mark & 8 != 0, deepens: mark & 4 != 0)
    var reader = PacketLineReader()
    let cut = bytes.count < 2 ? bytes.count : 1 + mark % (bytes.count - 1)
    do {
      for piece in [bytes.prefix(cut).dropFirst(), bytes.dropFirst(cut)] {
        reader.append(Array(piece))
        while let line = try reader.next() {
          switch mark & 3 {
          case 0: if try advertisement.consume(line) != nil { return }
          case 1: if try report.consume(line) { return }
          case 2: if try fetch.consume(line) == .finished { return }
          default: _ = line.text
          }
        }
      }
    } catch {
      // A refusal, in words that can be printed.
      precondition(!"\(error)".unicodeScalars.contains("\u{1b}"), "\(error)")
    }
  }

  private func readExpectation(_ bytes: [UInt8]) {
    guard let file = try? ManifestFile(parsing: bytes, name: "fuzz") else { return }
    for object in file.objects {
      guard let expectation = try? Expectation(PlatformObject(object, file: "fuzz")) else {
        continue
      }
      _ = try? expectation.objects(for: Self.request, promise: "postgresql")
    }
  }

  private static let request: ResourceRequest = {
    let text = """
      apiVersion: marketplace.kratix.io/v1alpha1
      kind: postgresql
      metadata: {name: postgres-example, namespace: default}
      spec: {size: large, database: app}
      """
    guard let object = try? ManifestFile(parsing: text, name: "request").objects.first,
      let request = try? ResourceRequest(PlatformObject(object, file: "request"))
    else { preconditionFailure("the request cannot be read") }
    return request
  }()

  private func readSelectors(_ bytes: [UInt8]) {
    let directory = "/dev/shm/statestore-fuzz-\(getpid())"
    try? FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    try? Data(bytes).write(to: URL(fileURLWithPath: "\(directory)/destination-selectors.yaml"))
    let metadata = try? PipelineMetadata(directory: directory)
    precondition(
      metadata?.selectors.contains { $0.directory.split(separator: "/").contains("..") } != true,
      "a directory outside of the output")
  }
}
