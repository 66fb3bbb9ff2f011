import Foundation
import Kratix
import Manifests
import Verification

@testable import GitTransport

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
    var reader = PacketLineReader()
    // In two pieces, as a network cuts them.
    let cut = bytes.isEmpty ? 0 : Int(bytes[0]) % bytes.count
    for piece in [bytes[..<cut], bytes[cut...]] {
      reader.append(Array(piece))
      while let line = try? reader.next() { _ = line.text }
    }
  }

  private func readExpectation(_ bytes: [UInt8]) {
    guard let file = try? ManifestFile(parsing: bytes, name: "fuzz") else { return }
    for object in file.objects { _ = try? Expectation(PlatformObject(object, file: "fuzz")) }
  }

  private func readSelectors(_ bytes: [UInt8]) {
    let directory = "/dev/shm/statestore-fuzz-\(getpid())"
    try? FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    try? Data(bytes).write(to: URL(fileURLWithPath: "\(directory)/destination-selectors.yaml"))
    _ = try? PipelineMetadata(directory: directory)
  }
}
