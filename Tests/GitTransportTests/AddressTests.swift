import Testing

@testable import GitTransport

@Suite("Addresses, secrets and words")
struct AddressTests {
  /// An address and what is read from it.
  struct Row: Sendable, CustomTestStringConvertible {
    let text: String
    let scheme: RemoteURL.Scheme
    var host: String?
    var port: Int?
    var user: String?
    let path: String

    var testDescription: String { text }
  }

  static let rows = [
    Row(
      text: "https://git.example.com/team/state.git", scheme: .https, host: "git.example.com",
      path: "/team/state.git"),
    Row(
      text: "HTTPS://git.example.com:8443/a b/", scheme: .https, host: "git.example.com",
      port: 8443, path: "/a%20b"),
    Row(text: "http://[::1]:80/x", scheme: .http, host: "::1", port: 80, path: "/x"),
    Row(
      text: "ssh://git@git.example.com:2222/x.git", scheme: .ssh, host: "git.example.com",
      port: 2222, user: "git", path: "/x.git"),
    Row(text: "ssh://git@h/~me/x", scheme: .ssh, host: "h", user: "git", path: "~me/x"),
    Row(
      text: "git@git.example.com:team/state.git", scheme: .ssh, host: "git.example.com",
      user: "git", path: "team/state.git"),
    Row(text: "host:x", scheme: .ssh, host: "host", path: "x"),
    Row(text: "git@[::1]:x", scheme: .ssh, host: "::1", user: "git", path: "x"),
    Row(text: "file:///srv/a%20b.git", scheme: .file, path: "/srv/a b.git"),
    Row(text: "/srv/x:y.git", scheme: .file, path: "/srv/x:y.git"),
    Row(text: "./x:y", scheme: .file, path: "./x:y"),
  ]

  @Test("An address is read as Git reads it", arguments: rows)
  func good(_ row: Row) throws {
    let url = try RemoteURL(row.text)
    #expect(url.scheme == row.scheme)
    #expect(url.host == row.host)
    #expect(url.port == row.port)
    #expect(url.user == row.user)
    #expect(url.path == row.path)
    #expect(try RemoteURL(url.description) == url)
  }

  @Test(
    "What is no address, or a dangerous one, is refused without repeating a secret",
    arguments: [
      "", "https://kratix:hunter2@git.example.com/x.git", "https://hunter2@git.example.com/x.git",
      "https://a:hunter2@b@git.example.com/x.git", "https://h/x.git?token=hunter2",
      "ssh://git:hunter2@h/x.git", "git:hunter2@h:x.git", "ext::sh -c hunter2", "git://h/x.git",
      "ftp://h/x.git", "ssh://-oProxyCommand=x/y", "git@-oProxyCommand=x:y", "-x", "host:-x",
      // A mark behind the dash makes one character of both, and a dash for ssh and git.
      "-\u{301}x", "host:-\u{301}x", "https://kratix:hunter2@\u{301}h/x.git",
      "ssh://git:hunter2@\u{301}h/x", "git:hunter2@\u{301}h:x.git",
      "https://h/x?\u{301}token=hunter2",
      "https://h\n.example.com/", "https://", "https://h:0/x", "https://h:99999/x",
      "https://h:1a/x",
      "https://[::1/x", "https://h_\u{202E}x/y", "file://elsewhere/x", "git@h:", "ssh://git@h",
      "file:///a%0Ab",
    ])
  func bad(_ text: String) {
    let error = #expect(throws: TransportError.self) { try RemoteURL(text) }
    #expect(error?.code == .invalidURL)
    #expect(error.map { String(describing: $0).contains("hunter2") } == text.hasPrefix("ext"))
  }

  @Test(
    "This machine is known by its names",
    arguments: [
      ("http://localhost/x", true), ("http://127.9.9.9/x", true), ("http://[::1]/x", true),
      ("http://127.0.0.1.example.com/x", false), ("http://127.0.0.999/x", false),
      ("http://localhost.example.com/x", false), ("/srv/x", true),
    ])
  func loopback(_ text: String, _ expected: Bool) throws {
    #expect(try RemoteURL(text).isLoopback == expected)
  }

  @Test("A secret does not show, however it is printed")
  func secret() {
    let secret = Secret("hunter2 \n\n")
    let credentials = Credentials.basic(username: "kratix", password: secret)
    var dumped = ""
    dump(credentials, to: &dumped)
    for text in ["\(secret)", "\(credentials)", String(reflecting: credentials), dumped] {
      #expect(!text.contains("hunter2"))
    }
    #expect(secret.revealed == "hunter2")
    #expect(Secret(" \n").isEmpty)
  }

  @Test("A server's words are harmless: no control characters, no end of length or lines")
  func words() {
    let text = "a\u{1B}[31mred\u{1B}[0m\u{7}\r\nb\u{202E}c\n\n" + String(repeating: "x", count: 900)
    let lines = ServerText.lines(Array(text.utf8))
    #expect(lines.prefix(2) == ["ared", "bc"])
    #expect(lines.last?.count == 501)
    #expect(ServerText.lines(Array(repeating: UInt8(ascii: "\n"), count: 9)).isEmpty)
    #expect(ServerText.lines(Array(String(repeating: "y\n", count: 900).utf8)).count == 50)
  }

  @Test("A secret is struck out of what others say, also where a combining mark follows it")
  func striking() {
    let basic = Credentials.basic(username: "me", password: Secret("hunter22"))
    for said in ["no hunter22", "hunter22\u{301}", "hunter22\u{20dd} hunter22\r\nx"] {
      #expect(
        !basic.striking([said])[0].unicodeScalars.contains("hunter22".unicodeScalars), "\(said)")
    }
    let key = Credentials.ssh(
      privateKey: Secret("BEGIN KEY\r\nb3BlbnNzaC1rZXk\r\nEND KEY"), knownHosts: "")
    #expect(key.striking(["bad b3BlbnNzaC1rZXk"]) == ["bad (redacted)"])
  }

  @Test("A path is quoted for the shell on the server")
  func quoting() {
    #expect(SecureShell.quoted("/a/it's!.git") == #"'/a/it'\''s'\!'.git'"#)
  }

  static let proxies: [(String, [String: String], String?)] = [
    ("https://git.example.com/x", ["HTTPS_PROXY": "http://p:3128"], "p:3128"),
    ("https://git.example.com/x", ["ALL_PROXY": "socks5://p:1080"], "p:1080"),
    ("http://git.example.com/x", ["HTTPS_PROXY": "http://p:3128"], nil),
    ("https://git.example.com/x", ["https_proxy": "p:1", "NO_PROXY": "a,.example.com"], nil),
    ("https://git.example.com:8/x", ["https_proxy": "p:1", "NO_PROXY": "example.com:9"], "p:1"),
    ("https://badexample.com/x", ["https_proxy": "p:1", "NO_PROXY": "example.com"], "p:1"),
    ("https://git.example.com/x", ["https_proxy": "p:1", "no_proxy": "*"], nil),
    ("https://localhost/x", ["https_proxy": "p:1"], nil),
  ]

  @Test("The proxy comes from the environment, as curl reads it", arguments: proxies)
  func proxy(_ text: String, _ environment: [String: String], _ expected: String?) throws {
    let found = ProxyEnvironment(environment).proxy(for: try RemoteURL(text))
    let address = found.flatMap { ProxyAddress($0.value) }
    #expect(address.map { "\($0.host):\($0.port)" } == expected)
  }

  @Test(
    "A redirect goes where credentials may go, and nowhere else",
    arguments: [
      ("https://h/b.git", true, true), ("/b.git", true, true), ("https://other/b.git", true, false),
      ("https://other/b.git", false, true), ("http://h/b.git", false, false),
      ("https://h:8443/b.git", true, false), ("https://u:p@h/b.git", true, false),
    ])
  func redirect(_ place: String, _ hasCredentials: Bool, _ isFollowed: Bool) throws {
    let redirect = HTTPRedirect(
      from: try RemoteURL("https://h/a.git"), hasCredentials: hasCredentials,
      options: TransportOptions())
    let target = try? redirect.target(
      location: "\(place)/info/refs?service=git-upload-pack", service: .uploadPack, count: 1)
    #expect((target != nil) == isFollowed)
    #expect(throws: TransportError.self) {
      try redirect.target(location: "https://h/login", service: .uploadPack, count: 1)
    }
  }
}
