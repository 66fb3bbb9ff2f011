extension RemoteURL {
  /// Reads an address.
  ///
  /// - Throws: `TransportError` with ``TransportError/Code/invalidURL``; its message says what to
  ///   write instead and never repeats a password.
  package init(_ text: String) throws(TransportError) {
    func invalid(_ message: String) -> TransportError {
      TransportError(code: .invalidURL, message: message, remote: Self.scrubbed(text))
    }
    guard !text.isEmpty else { throw invalid("the remote's address is empty") }
    guard text.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) else {
      throw invalid("the remote's address contains a control character; look for a stray line end")
    }
    guard !text.contains("://") || (text.first != " " && text.last != " ") else {
      throw invalid("the remote's address begins or ends with a blank; take it out")
    }
    if let end = Self.rangeOfSchemeEnd(text) {
      let rest = text[end.upperBound...]
      switch text[..<end.lowerBound].lowercased() {
      case "https": self = try Self.web(.https, rest, invalid)
      case "http": self = try Self.web(.http, rest, invalid)
      case "ssh", "git+ssh", "ssh+git": self = try Self.secureShell(rest, invalid)
      case "file": self = try Self.file(rest, invalid)
      case let scheme:
        throw invalid("\(scheme):// is not supported; use https://, ssh://, file:// or a path")
      }
    } else if let remote = try Self.shortSecureShell(text, invalid) {
      self = remote
    } else {
      self = try Self.path(text, description: text, invalid)
    }
  }

  private typealias Failure = (String) -> TransportError

  private static func rangeOfSchemeEnd(_ text: String) -> Range<String.Index>? {
    guard let colon = text.first(":"), text[colon...].utf8.starts(with: "://".utf8),
      text[..<colon].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
      )
    else { return nil }
    return colon..<text.utf8.index(colon, offsetBy: 3)
  }

  private static func web(
    _ scheme: Scheme, _ rest: Substring, _ invalid: Failure
  ) throws(TransportError) -> RemoteURL {
    let (authority, tail) = split(rest)
    let (user, machine) = authority.aroundLast("@")
    guard user?.first(":") == nil else {
      throw invalid(
        "the address contains a password, which would show in logs; take it out, and give it as a Secret"
          + " with username and password")
    }
    guard let name = percentDecoded(user ?? "") else {
      throw invalid(
        "the user name in the address is not valid UTF-8 when its percent signs are decoded")
    }
    guard tail.first("?") == nil, tail.first("#") == nil else {
      throw invalid("the address of a repository has no query (?) and no fragment (#)")
    }
    let (host, port) = try hostAndPort(machine, invalid)
    let path = percentEncoded(tail.trimmingEndSlashes())
    // The user name is not shown: some put a token in its place.
    return RemoteURL(
      scheme: scheme, host: host, port: port, user: name.isEmpty ? nil : name, path: path,
      description: "\(scheme.rawValue)://\(shown(host, port))\(path)")
  }

  private static func secureShell(
    _ rest: Substring, _ invalid: Failure
  ) throws(TransportError) -> RemoteURL {
    let (authority, tail) = split(rest)
    let (user, machine) = try userAndHost(authority, invalid)
    let (host, port) = try hostAndPort(machine, invalid)
    guard var path = percentDecoded(tail), path.count > 1 else {
      throw invalid("the address names no repository; write ssh://user@host/path/to/repository.git")
    }
    // As Git has it: ssh://host/~name/x is relative to a home directory.
    if path.hasPrefix("/~") { path.removeFirst() }
    return try checked(
      RemoteURL(
        scheme: .ssh, host: host, port: port, user: user, path: path,
        description: "ssh://\(user.map { $0 + "@" } ?? "")\(shown(host, port))\(tail)"), invalid)
  }

  /// Reads `user@host:path` and `[user@host:port]:path`; a `/` before the first `:` makes it a plain
  /// path instead.
  private static func shortSecureShell(
    _ text: String, _ invalid: Failure
  ) throws(TransportError) -> RemoteURL? {
    guard let colon = colonBeforePath(text), text[..<colon].first("/") == nil else { return nil }
    guard !text[colon...].hasPrefix("::") else {
      throw invalid(
        "remote helpers (name::address) are not supported; use https://, ssh:// or a path")
    }
    var place = text[..<colon]
    let isBracketed = place.hasPrefix("[") && place.hasSuffix("]")
    if isBracketed { place = place.dropFirst().dropLast() }
    let (user, machine) = try userAndHost(place, invalid)
    // An IPv6 address has the brackets that were around all of it.
    let isAddress = isBracketed && machine.unicodeScalars.count { $0 == ":" } > 1
    let (host, port) = try hostAndPort(isAddress ? "[\(machine)]" : machine, invalid)
    let path = String(text[text.index(after: colon)...])
    guard path[..<(path.first("/") ?? path.endIndex)].first("@") == nil else {
      throw invalid("the part before the @ looks like a password; remove it from the address")
    }
    guard !path.isEmpty else {
      throw invalid("the address names no repository; write user@host:path/to/repository.git")
    }
    return try checked(
      RemoteURL(
        scheme: .ssh, host: host, port: port, user: user, path: path,
        description: String(text[..<colon]) + ":" + path), invalid)
  }

  /// The colon that ends the name of the machine, which brackets may hold others in.
  private static func colonBeforePath(_ text: String) -> String.Index? {
    guard let colon = text.first(":"), let open = text.first("["), open < colon,
      let close = text[open..<(text.first("/") ?? text.endIndex)].first("]")
    else { return text.first(":") }
    return text[close...].first(":")
  }

  private static func file(
    _ rest: Substring, _ invalid: Failure
  ) throws(TransportError) -> RemoteURL {
    let (authority, tail) = split(rest)
    guard authority.isEmpty || authority == "localhost" else {
      throw invalid("file:// reaches this machine only; write file:///path with three slashes")
    }
    guard let decoded = percentDecoded(tail) else {
      throw invalid("the path is not valid UTF-8 when its percent signs are decoded")
    }
    return try path(decoded, description: "file://\(tail)", invalid)
  }

  private static func path(
    _ text: String, description: String, _ invalid: Failure
  ) throws(TransportError) -> RemoteURL {
    guard !text.isEmpty else { throw invalid("the address names no path") }
    return try checked(
      RemoteURL(
        scheme: .file, host: nil, port: nil, user: nil, path: text, description: description),
      invalid)
  }

  /// Refuses what a command line would take for an option (CVE-2017-1000117).
  private static func checked(
    _ remote: RemoteURL, _ invalid: Failure
  ) throws(TransportError) -> RemoteURL {
    for part in [remote.user, remote.host] where part?.utf8.first == UInt8(ascii: "-") {
      throw invalid("a user or host that begins with - would be taken for an option")
    }
    guard remote.path.utf8.first != UInt8(ascii: "-") else {
      throw invalid(
        "a path that begins with - would be taken for an option; write ./\(remote.path)")
    }
    guard remote.path.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) else {
      throw invalid("the path contains a control character")
    }
    return remote
  }

  private static func split(_ rest: Substring) -> (authority: Substring, path: Substring) {
    let slash = rest.unicodeScalars.firstIndex { ["/", "?", "#"].contains($0) } ?? rest.endIndex
    return (rest[..<slash], rest[slash...])
  }

  private static func userAndHost(
    _ authority: Substring, _ invalid: Failure
  ) throws(TransportError) -> (user: String?, host: Substring) {
    let (user, machine) = authority.aroundLast("@")
    guard let user else { return (nil, machine) }
    guard user.first(":") == nil else {
      throw invalid(
        "the address contains a password, which would show in logs; take it out, and give an ssh key as a Secret"
      )
    }
    guard !user.isEmpty,
      user.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._+".contains($0)) })
    else { throw invalid("the user name in the address is empty or has unusual characters") }
    return (String(user), machine)
  }

  private static func hostAndPort(
    _ authority: Substring, _ invalid: Failure
  ) throws(TransportError) -> (host: String, port: Int?) {
    var host = authority
    var digits: Substring?
    if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
      host = authority[authority.index(after: authority.startIndex)..<close]
      let rest = authority[authority.index(after: close)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { throw invalid("the host is not valid") }
      digits = rest.isEmpty ? nil : rest.dropFirst()
      guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || ":.".contains($0) }) else {
        throw invalid("between [ and ] there must be an IPv6 address")
      }
    } else {
      if let colon = authority.lastIndex(of: ":") {
        host = authority[..<colon]
        digits = authority[authority.index(after: colon)...]
      }
      guard !host.isEmpty,
        host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) })
      else { throw invalid("the host is empty or has characters that no host name has") }
    }
    guard let digits, !digits.isEmpty else { return (String(host), nil) }
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(digits),
      (1...65_535).contains(port)
    else { throw invalid("the port must be a number from 1 to 65535") }
    return (String(host), port)
  }

  private static func shown(_ host: String, _ port: Int?) -> String {
    (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
  }
}
