import Foundation
import Glibc
import Landing

/// Looks up the addresses of a host, as programs of this machine do (getaddrinfo(3)).
enum NameResolution {
  enum Answer: Sendable {
    case found([String])
    case failed(String)
    /// The name servers did not answer in time.
    case late
  }

  static func addresses(
    of host: String, until deadline: ContinuousClock.Instant
  ) async -> Answer {
    let (answers, continuation) = AsyncStream.makeStream(of: Answer.self)
    // It blocks for as long as name servers are silent.
    Thread.detachNewThread {
      continuation.yield(lookUp(host))
      continuation.finish()
    }
    return await withTaskGroup(of: Answer.self) { group in
      group.addTask { await answers.first { _ in true } ?? .late }
      group.addTask {
        // Cancelled when there is an answer.
        try? await CancellableTimer.sleep(for: ContinuousClock.now.duration(to: deadline))
        return .late
      }
      defer { group.cancelAll() }
      return await group.next() ?? .late
    }
  }

  private static func lookUp(_ host: String) -> Answer {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, nil, &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    switch status {
    case 0: break
    case EAI_AGAIN: return .late
    default: return .failed(String(cString: gai_strerror(status)))
    }
    var addresses: [String] = []
    var next = list
    while let entry = next?.pointee {
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let result = getnameinfo(
        entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
      let address = String(
        decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      if result == 0, !addresses.contains(address) { addresses.append(address) }
      next = entry.ai_next
    }
    return .found(addresses)
  }
}
