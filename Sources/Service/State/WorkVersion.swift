internal import Digests
internal import Foundation
internal import GRDB

/// `metadata.resourceVersion` of a Work, and its entity tag: another one for every change of what is
/// wanted, and the same whatever becomes of it in the state stores.
///
/// It begins with a letter: clusters count with numbers, and a Work that was read from one has the
/// cluster's own version, which says nothing here.
enum WorkVersion {
  /// The version of a row of the table of Works.
  static func text(of row: Row) -> String {
    let created: Double = row["created_at"]
    let removal: Double? = row["removal_requested_at"]
    let generation: Int64 = row["generation"]
    let (spec, metadata): (String, String) = (row["spec_digest"], row["metadata_digest"])
    let facts = [
      // Two Works of one name, one after the other, may be the same but for their times.
      "\(created.bitPattern)", "\(generation)", spec, metadata,
      removal.map { "\($0.bitPattern)" } ?? "",
    ]
    return "w" + Digest.sha256(of: facts.joined(separator: " ").utf8).bytes.prefix(10).hexadecimal
  }

  /// Whether a text may be a version that a cluster has given.
  static func isOfCluster(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
