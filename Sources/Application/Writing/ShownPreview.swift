import Landing
import Verification

/// What a dry run found in one state store, here or in the service.
package struct ShownPreview {
  let document: Preview.Document
  /// The differences as text.
  let diff: String

  init(_ preview: Preview) {
    document = preview.document
    diff = preview.diff
  }
}

extension ShownPreview: Decodable {
  private enum CodingKeys: CodingKey { case diff }

  package init(from decoder: any Decoder) throws {
    document = try Preview.Document(from: decoder)
    diff =
      try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(
        String.self, forKey: .diff) ?? ""
  }
}
