internal import Glibc

/// Signs with a key that ssh-agent has (draft-ietf-sshm-ssh-agent).
struct SSHAgent: Sendable {
  /// The path of its socket, as SSH_AUTH_SOCK has it.
  let socket: String

  private enum Number {
    static let signRequest: UInt8 = 13
    static let signResponse: UInt8 = 14
    /// For RSA keys: SHA-512 instead of SHA-1.
    static let sha512 = 4
  }

  /// More than any signature.
  private static let mostBytes = 1 << 16

  /// A signature as it is sent.
  ///
  /// - Throws: `SigningError`.
  func sign(
    _ message: [UInt8], with key: SSHPublicKey, until deadline: ContinuousClock.Instant
  ) throws(SigningError) -> [UInt8] {
    var request = SSHWireWriter()
    request.raw([Number.signRequest])
    request.string(key.blob)
    request.string(message)
    request.uint32(Number.sha512)
    let answer = try exchange(request.bytes, until: deadline)
    do throws(MalformedBytes) {
      var reader = SSHWireReader(answer)
      guard try reader.bytes(1) == [Number.signResponse] else { throw MalformedBytes() }
      return try reader.string()
    } catch {
      throw SigningError(
        .failed,
        "ssh-agent does not sign with the key \(key.fingerprint): it does not have it, is locked, or "
          + "the request was refused; ssh-add -l lists its keys")
    }
  }

  private func exchange(
    _ request: [UInt8], until deadline: ContinuousClock.Instant
  ) throws(SigningError) -> [UInt8] {
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw unreachable }
    defer { close(descriptor) }
    try connect(descriptor, until: deadline)
    var message = SSHWireWriter()
    message.string(request)
    try send(message.bytes, to: descriptor)
    var header = SSHWireReader(try receive(4, from: descriptor, until: deadline))
    guard let count = try? header.uint32(), (1...Self.mostBytes).contains(count) else {
      throw unreachable
    }
    return try receive(count, from: descriptor, until: deadline)
  }

  private func connect(
    _ descriptor: Int32, until deadline: ContinuousClock.Instant
  ) throws(SigningError) {
    setLimit(of: descriptor, until: deadline)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = Array(socket.utf8)
    // With the zero byte at its end.
    guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { throw unreachable }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, size)
      }
    }
    guard status == 0 else { throw unreachable }
  }

  private func send(_ bytes: [UInt8], to descriptor: Int32) throws(SigningError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw unreachable }
      rest = rest.dropFirst(count)
    }
  }

  private func receive(
    _ count: Int, from descriptor: Int32, until deadline: ContinuousClock.Instant
  ) throws(SigningError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      guard ContinuousClock.now < deadline else { throw late }
      setLimit(of: descriptor, until: deadline)
      var buffer = [UInt8](repeating: 0, count: count - bytes.count)
      let received = recv(descriptor, &buffer, buffer.count, 0)
      if received < 0, errno == EINTR { continue }
      if received < 0, errno == EAGAIN { throw late }
      guard received > 0 else { throw unreachable }
      bytes += buffer.prefix(received)
    }
    return bytes
  }

  /// Lets no call on the socket take longer than there is time.
  private func setLimit(of descriptor: Int32, until deadline: ContinuousClock.Instant) {
    let left = max(.milliseconds(1), ContinuousClock.now.duration(to: deadline)).components
    // No agent takes a day.
    var limit = timeval(
      tv_sec: Int(min(left.seconds, 86_400)), tv_usec: Int(left.attoseconds / 1_000_000_000_000))
    let size = socklen_t(MemoryLayout<timeval>.size)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      // Without the limit the call still ends when the agent answers or ends.
      _ = setsockopt(descriptor, SOL_SOCKET, option, &limit, size)
    }
  }

  private var unreachable: SigningError {
    SigningError(
      .failed,
      "ssh-agent does not answer at \(socket) (SSH_AUTH_SOCK): ssh-add -l shows whether it runs")
  }

  private var late: SigningError {
    SigningError(
      .timedOut,
      "ssh-agent has not signed in time; it may wait for a confirmation, or for a touch of the key")
  }
}
