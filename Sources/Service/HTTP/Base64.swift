internal import Foundation

/// Base64, as it stands in headers and page tokens.
enum Base64 {
  static func text(_ encoded: String) -> String? {
    Data(base64Encoded: encoded).flatMap { String(data: $0, encoding: .utf8) }
  }

  static func encode(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}
