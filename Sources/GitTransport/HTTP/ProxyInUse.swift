import AsyncHTTPClient
import NIOPosix

/// The proxy of a remote, whose failures must not be reported as the server's.
package struct ProxyInUse: Sendable {
  /// The environment variable that names it.
  let variable: String

  /// Its address.
  package let address: ProxyAddress

  /// The proxy of a remote according to the environment; `nil` for a direct connection.
  package init?(
    for remote: RemoteURL, environment: [String: String]
  ) throws(TransportError) {
    guard let found = ProxyEnvironment(environment).proxy(for: remote) else { return nil }
    guard let address = ProxyAddress(found.value) else {
      throw TransportError(
        code: .invalidConfiguration,
        message: "\(found.name) is not the address of a proxy; write http://host:port",
        remote: remote.description)
    }
    self.variable = found.name
    self.address = address
  }

  /// Names the proxy in an error that comes from it, or may.
  ///
  /// - Parameters:
  ///   - failure: The error as converted without regard to the proxy.
  ///   - cause: The original error.
  func explain(_ failure: TransportError, cause: any Error) -> TransportError {
    var failure = failure
    let named: (code: TransportError.Code, message: String)? =
      switch cause {
      case let cause as NIOConnectionError where cause.host == address.host:
        (.unreachable, "\(failure.message) (the proxy of \(variable))")
      case let cause as HTTPClientError where cause == .proxyAuthenticationRequired:
        (
          .authenticationFailed,
          "\(self) asks for credentials; write them into the variable:"
            + " http://USER:PASSWORD@HOST:PORT"
        )
      case let cause as HTTPClientError where cause == .invalidProxyResponse:
        (
          .unreachable,
          "\(self) does not connect us to the server, or is no proxy"
        )
      case let cause as HTTPClientError
      where cause == .httpProxyHandshakeTimeout || cause == .socksHandshakeTimeout:
        (.unreachable, "\(self) does not answer")
      case _ where String(reflecting: type(of: cause)).contains("SOCKS"):
        (
          .unreachable,
          "\(self) does not connect us to the server, or is no SOCKS 5 proxy"
        )
      case _ where [.unreachable, .connectionClosed].contains(failure.code):
        (failure.code, "\(failure.message) (by way of \(self))")
      default: nil
      }
    guard let named else { return failure }
    failure.code = named.code
    failure.message = named.message
    return failure
  }
}

extension ProxyInUse: CustomStringConvertible {
  /// The address, and the variable that names it.
  package var description: String { "the proxy \(address) of \(variable)" }
}
