/// One http request to a Git service.
struct HTTPCall: Sendable {
  var service: Service

  /// The message; `nil` for the GET request that asks for the initial advertisement.
  var body: RequestBody?

  /// Whether protocol version 2 is asked for.
  var version2: Bool
}
