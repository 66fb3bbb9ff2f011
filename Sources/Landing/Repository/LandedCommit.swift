internal import Digests
package import Git
internal import Manifests

/// What a commit's subject and trailers say of the placement that it landed or removed, whoever
/// wrote it: Kratix writes the subject alone.
package struct LandedCommit: Sendable, Hashable {
  /// The placement: `<work>.<destination>-<group>`.
  package let placement: String
  /// The Destination; `nil` where no trailer says it.
  package let destination: String?
  /// The Promise; `nil` where no trailer says it.
  package let promise: String?
  /// The Work's namespace and the request's name; `nil` for a dependency.
  package let resource: String?
  /// The Pipeline; `nil` for static dependencies.
  package let pipeline: String?
  /// What `Statestore-Content` says that it landed.
  package let content: String?

  /// Reads a commit's message; `nil` for one that names no placement.
  package init?(_ commit: Commit) {
    guard
      let placement = commit.subject.parts(separatedBy: " ").last(where: Self.isPlacement)
    else { return nil }
    self.placement = String(placement)
    let trailers = CommitTrailers(of: commit.message)
    destination = trailers[.destination]
    promise = trailers[.promise]
    resource = trailers[.resource]
    pipeline = trailers[.pipeline]
    content = trailers[.content]
  }

  /// The five digits of its group.
  package var shortID: String { String(placement.suffix(5)) }

  /// Whether a word is `….<destination>-<five digits>`.
  private static func isPlacement(_ word: Substring) -> Bool {
    let digits = word.utf8.suffix(5)
    return word.utf8.count > 8 && word.contains(".") && word.dropLast(5).last == "-"
      && digits.allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
      }
  }

  /// What `Statestore-Content` says of files: a digest of their paths and blobs.
  package static func digest(of files: some Sequence<(path: String, blob: ObjectID)>) -> String {
    let lines = files.map { "\($0.blob) \($0.path)\n" }.sorted { $0.precedes($1) }.joined()
    return "sha256:" + Digest.sha256(of: lines.utf8).hexadecimal
  }
}
