internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Web

// What has the watcher look at the branches before its interval is over.

extension WatchServer {
  /// How many bytes an event may have.
  private static let mostEventBytes = 2 << 20
  private static let mostFormBytes = 16 << 10
  private static let standby =
    "this replica is on standby; the one that acts looks at its interval"

  /// A push that a Git server reports.
  func pushed(_ request: Request) async throws -> Response {
    let plain = "text/plain; charset=utf-8"
    guard let secret = settings.webhookSecret?() else {
      return Self.text(
        "this watcher takes no webhooks; give it --webhook-secret\n", plain, status: .unauthorized)
    }
    let refusal = Self.text(
      "the signature of the webhook is missing, or made with another secret\n", plain,
      status: .unauthorized)
    guard let signature = WebhookSignature(request.headers), signature.isPossible(with: secret)
    else { return refusal }
    let body = try await request.body.collect(upTo: Self.mostEventBytes)
    guard signature.isValid(for: Array(body.readableBytesView), secret: secret) else {
      return refusal
    }
    guard health.acts else {
      return Self.text(Self.standby + "\n", plain, status: .serviceUnavailable)
    }
    pushes.note()
    return Self.text("the branches are looked at now\n", plain, status: .accepted)
  }

  private struct LookForm: Decodable {
    let secret: String
  }

  /// The button of the page: a look for who knows the secret of the webhooks.
  ///
  /// A page of another site does not know it, so its forms do nothing.
  func look(_ request: Request) async throws -> Response {
    let body = try await request.body.collect(upTo: Self.mostFormBytes)
    // What is no form has no secret.
    let form = try? URLEncodedFormDecoder().decode(LookForm.self, from: String(buffer: body))
    guard let secret = settings.webhookSecret?(), let given = form?.secret,
      WebhookSignature.secret(given).isPossible(with: secret)
    else {
      return try Self.error(
        .forbidden,
        ErrorPage(
          title: "Forbidden", detail: "This is not the secret of the webhooks.",
          advice: "It is in the file that --webhook-secret names."))
    }
    guard health.acts else {
      return try Self.error(
        .serviceUnavailable, ErrorPage(title: "On standby", detail: Self.standby + "."))
    }
    pushes.note()
    return Response(status: .seeOther, headers: [.location: "/"])
  }
}
