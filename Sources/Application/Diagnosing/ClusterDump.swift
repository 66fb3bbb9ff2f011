import Landing
import Manifests

/// What kubectl printed of a cluster's objects.
enum ClusterDump {
  private static let advice =
    "give what \"kubectl get KINDS -n NAMESPACE -o yaml\" prints, or with -o json"

  /// The objects of a dump.
  ///
  /// - Throws: `LandingError` with `invalid-input` for anything else that kubectl prints;
  ///   `ManifestError`.
  static func manifests(_ input: Input) throws -> ManifestFile {
    let firstLine = input.bytes.prefix { $0 != UInt8(ascii: "\n") }
    let words = String(decoding: firstLine, as: UTF8.self).split(separator: " ")
    if let first = words.first, words.count > 1, ["NAME", "NAMESPACE"].contains(first) {
      throw LandingError(
        .invalidInput, "\(input.name): this is the table that kubectl prints for people; \(advice)")
    }
    let file = try input.manifests()
    if let other = file.documents.first(where: { $0.object == nil && !$0.isEmpty }) {
      throw LandingError(
        .invalidInput,
        "\(input.name): document \(other.index) is no Kubernetes object but "
          + "\(other.root.kindDescription); \(advice)")
    }
    return file
  }
}
