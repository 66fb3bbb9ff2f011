internal import Digests
internal import HTTPTypes
internal import Hummingbird
internal import Web

/// The buttons of the pages.
///
/// A browser sends a password by itself, also with a form of another site. So a form counts only
/// with a proof that this process put into its own page for the same token, and only if the browser
/// says that the page is of this site.
struct PageForm: Sendable {
  /// Random, and of this process.
  let key: [UInt8]

  static let body = Route.Body(
    types: ["application/x-www-form-urlencoded"], description: "The proof that the page has.")

  static func newKey() -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
  }

  func action(_ address: String, for identity: Identity?) -> OverviewPage.Action {
    OverviewPage.Action(address: address, proof: proof(of: address, for: identity))
  }

  /// - Throws: `Problem` with 403.
  func requireProof(
    in request: Request, _ context: ServiceContext, reading body: RequestBodyReader
  ) async throws {
    let expected = "proof=" + proof(of: request.uri.path, for: context.identity)
    let isProven = try await body.read(request, context, as: .event) { bytes in
      ConstantTime.areEqual(bytes, Array(expected.utf8))
    }
    guard isProven else {
      throw Problem(
        .forbidden, "forbidden", "this page is of an earlier run of the service; load it again")
    }
  }

  private func proof(of address: String, for identity: Identity?) -> String {
    Digest.hmacSHA256(of: "\(identity?.name ?? "")\n\(address)".utf8, key: key).hexadecimal
  }
}

extension Response {
  /// Sends a browser to a page after a form.
  static func seeOther(_ address: String) -> Response {
    Response(status: .seeOther, headers: [.location: address])
  }
}
