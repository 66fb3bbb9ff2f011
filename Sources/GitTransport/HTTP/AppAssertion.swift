internal import Digests
internal import Foundation

/// What a GitHub App proves itself with: a JSON Web Token that its key has signed (RFC 7519, RS256).
struct AppAssertion {
  /// How long before now it begins, for a clock here that is ahead of GitHub's.
  private static let leeway: TimeInterval = 60
  /// GitHub takes none that ends more than ten minutes from its now.
  private static let lifetime: TimeInterval = 9 * 60

  let text: String

  /// - Throws: `RSASignature.KeyError`.
  init(of app: GitHubApp, at date: Date) throws(RSASignature.KeyError) {
    let now = date.timeIntervalSince1970
    let header = #"{"alg":"RS256","typ":"JWT"}"#
    let claims =
      #"{"iat":\#(Int(now - Self.leeway)),"exp":\#(Int(now + Self.lifetime)),"iss":"\#(app.appID)"}"#
    let signed = [header, claims].map { Self.base64URL($0.utf8) }.joined(separator: ".")
    let signature = try RSASignature.sha256(of: signed.utf8, pem: app.privateKey.revealed)
    text = "\(signed).\(Self.base64URL(signature))"
  }

  /// Base64 with the URL alphabet and without padding (RFC 7515, 2).
  private static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
