package import Foundation
import Manifests
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A server that speaks the Kubernetes API over a `TestCluster`, as kube-apiserver does.
package final class APIServer: Sendable {
  /// What becomes of a request instead of its answer.
  package enum Fault: Sendable {
    /// This status, with a `Status` object, and `Retry-After` in seconds.
    case status(Int, retryAfter: Int? = nil)
    /// This body, as it is, with status 200.
    case body(String)
    /// No answer.
    case silence
    /// The connection is closed.
    case close
  }

  /// Which requests are not answered.
  package struct Faults: Sendable {
    /// Decides about a request from its method and target, such as `GET /api/v1/pods?limit=500`, and the
    /// number of requests before it; `nil` answers it.
    let decision: @Sendable (_ line: String, _ number: Int) -> Fault?

    package init(_ decision: @escaping @Sendable (_ line: String, _ number: Int) -> Fault?) {
      self.decision = decision
    }

    package static let none = Faults { _, _ in nil }
  }

  /// TLS as tests need it: the server's certificate, and the authority of client certificates.
  package struct TLS: Sendable {
    package var certificate: TestAuthority.Certificate
    /// `nil` to ask for no client certificate.
    package var clientAuthority: URL?

    package init(_ certificate: TestAuthority.Certificate, clientAuthority: URL? = nil) {
      self.certificate = certificate
      self.clientAuthority = clientAuthority
    }
  }

  package let cluster: TestCluster
  package let port: Int
  /// `http://127.0.0.1:PORT` or `https://127.0.0.1:PORT`.
  package let address: String
  private let faults: Faults
  private let lines = Mutex<[String]>([])

  private init(_ cluster: TestCluster, port: Int, isTLS: Bool, faults: Faults) {
    self.cluster = cluster
    self.port = port
    self.faults = faults
    address = "\(isTLS ? "https" : "http")://127.0.0.1:\(port)"
  }

  /// Method and target of all requests so far.
  package var requests: [String] { lines.withLock { $0 } }

  /// Runs a body with the server.
  package static func with<Value>(
    _ cluster: TestCluster, tls: TLS? = nil, faults: Faults = .none,
    _ body: (APIServer) async throws -> Value
  ) async throws -> Value {
    let holder = Mutex<APIServer?>(nil)
    let open = OpenChannels()
    let context = try tls.map { try Self.context($0) }
    let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          open.add(channel)
          if let context {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
          }
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(
            APIHandler { holder.withLock { $0 } })
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let server = APIServer(
      cluster, port: channel.localAddress?.port ?? 0, isTLS: tls != nil, faults: faults)
    holder.withLock { $0 = server }
    let outcome: Result<Value, any Error>
    do { outcome = .success(try await body(server)) } catch { outcome = .failure(error) }
    try await channel.close()
    open.closeAll()
    return try outcome.get()
  }

  private static func context(_ tls: TLS) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(tls.certificate.chain.path)
        .map { .certificate($0) },
      privateKey: .privateKey(
        try NIOSSLPrivateKey(file: tls.certificate.key.path, format: .pem)))
    if let authority = tls.clientAuthority {
      configuration.certificateVerification = .noHostnameVerification
      configuration.trustRoots = .file(authority.path)
    }
    return try NIOSSLContext(configuration: configuration)
  }

  /// A kubeconfig for this server, with one context `test`.
  ///
  /// - Parameters:
  ///   - user: More fields of the user, as YAML on one line: `{token: abc}`.
  ///   - cluster: More fields of the cluster, each on a line of its own.
  package func kubeconfig(user: String = "{}", cluster: [String] = []) -> String {
    let fields = (["server: \(address)"] + cluster).map { "    \($0)\n" }.joined()
    return """
      apiVersion: v1
      kind: Config
      current-context: test
      contexts:
      - name: test
        context: {cluster: test, user: test}
      clusters:
      - name: test
        cluster:
      \(fields)users:
      - name: test
        user: \(user)

      """
  }

  fileprivate func fault(for line: String) -> Fault? {
    let number = lines.withLock { lines in
      lines.append(line)
      return lines.count - 1
    }
    return faults.decision(line, number)
  }
}

/// The connections that are open, to be closed with the server.
private final class OpenChannels: Sendable {
  private let channels = Mutex<[any Channel]>([])

  func add(_ channel: any Channel) { channels.withLock { $0.append(channel) } }

  func closeAll() {
    for channel in channels.withLock({ $0 }) { channel.close(promise: nil) }
  }
}

/// One connection.
private final class APIHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let server: () -> APIServer?
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  private var listener: Int?

  init(_ server: @escaping () -> APIServer?) { self.server = server }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
    case .body(let buffer): body += buffer.readableBytesView
    case .end: answer(context)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    if let listener { server()?.cluster.stopListening(listener) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func answer(_ context: ChannelHandlerContext) {
    guard let head, let server = server() else { return }
    switch server.fault(for: "\(head.method.rawValue) \(head.uri)") {
    case .silence: return
    case .close: return context.close(promise: nil)
    case .body(let text): return send(text, status: 200, context)
    case .status(let status, let retryAfter):
      return send(
        APIAnswer.failure(status, reason: "", message: "a fault of the test").text, status: status,
        retryAfter: retryAfter, context)
    case nil: break
    }
    let request = APICall(head, body)
    guard server.cluster.accepts(token: request.token) else {
      let answer = APIAnswer.failure(401, reason: "Unauthorized", message: "Unauthorized")
      return send(answer.text, status: answer.status, context)
    }
    switch request.answer(by: server.cluster) {
    case .answer(let answer): send(answer.text, status: answer.status, context)
    case .watch(let filter, let version): watch(filter, from: version, server.cluster, context)
    }
  }

  private func send(
    _ text: String, status: Int, retryAfter: Int? = nil, _ context: ChannelHandlerContext
  ) {
    var headers: HTTPHeaders = [
      "Content-Type": text.hasPrefix("{") ? "application/json" : "text/plain; charset=utf-8",
      "Content-Length": String(text.utf8.count),
    ]
    if let retryAfter { headers.add(name: "Retry-After", value: String(retryAfter)) }
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  private func watch(
    _ filter: @escaping @Sendable (TestCluster.Change) -> Bool, from version: Int,
    _ cluster: TestCluster, _ context: ChannelHandlerContext
  ) {
    let head = HTTPResponseHead(
      version: .http1_1, status: .ok,
      headers: ["Content-Type": "application/json", "Transfer-Encoding": "chunked"])
    // Flushed once the watch is open: a client that has the head misses nothing.
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    let channel = context.channel
    let send: @Sendable (Node) -> Void = { event in
      let buffer = ByteBuffer(string: JSONWriter().text(of: event) + "\n")
      channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(buffer)), promise: nil)
    }
    listener = cluster.listen(from: version) { change in
      guard let change else {
        channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
        return
      }
      guard filter(change) else { return }
      send(["type": Node(.string(change.type)), "object": change.object])
    }
    context.flush()
    guard listener == nil else { return }
    let status = APIAnswer.failure(
      410, reason: "Expired", message: "too old resource version: \(version)")
    send(["type": "ERROR", "object": status.node])
    channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
  }
}
