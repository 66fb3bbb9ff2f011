internal import Foundation
internal import Manifests

/// Unpacks the contents of files, and counts what they come to.
struct ContentReader {
  let file: String
  /// How many bytes all of them may have.
  let limit: Int
  private var remaining: Int

  init(file: String, limit: Int) {
    self.file = file
    self.limit = limit
    remaining = limit
  }

  /// The `workloads` of a group, a WorkPlacement or a state file.
  mutating func workloads(of node: Node) throws(ManifestError) -> [Workload] {
    var workloads: [Workload] = []
    for workload in try node.optional(.sequence, at: "/workloads", in: file) ?? [] {
      let path = try workload.require(.nonEmptyString, at: "/filepath", in: file)
      workloads.append(Workload(filepath: path, content: try content(of: workload)))
    }
    return workloads
  }

  private mutating func content(of workload: Node) throws(ManifestError) -> [UInt8] {
    let text = try workload.require(.string, at: "/content", in: file)
    // Go's decoder passes over line breaks, as those of a folded text.
    let base64 = text.utf8.contains(0x0a) ? text.filter { !$0.isNewline } : text
    guard let packed = Data(base64Encoded: base64) else {
      throw fault(.invalidField, "content is no base64, which Kratix writes there", at: workload)
    }
    do throws(Gzip.Fault) {
      let content = try Gzip.decompress(Array(packed), limit: remaining)
      remaining -= content.count
      return content
    } catch {
      switch error {
      case .corrupt:
        throw fault(
          .invalidField, "content is no whole gzip in base64, which Kratix writes there",
          at: workload)
      case .tooLarge:
        throw fault(
          .tooLarge,
          "the files of all Works are more than \(limit >> 20) MiB; give fewer Works at a time",
          at: workload)
      }
    }
  }

  private func fault(
    _ code: ManifestError.Code, _ message: String, at workload: Node
  ) -> ManifestError {
    let name = workload["filepath"]?.string ?? ""
    return ManifestError(
      code: code, file: file, position: (workload["content"] ?? workload).position,
      message: "\(name): \(message)")
  }
}
