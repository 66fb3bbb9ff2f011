import Foundation
import TestSupport
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
    // As Azure DevOps and Bitbucket give them.
    Row(
      text: "https://org@dev.azure.com/org/My%20Project/_git/state", scheme: .https,
      host: "dev.azure.com", user: "org", path: "/org/My%20Project/_git/state"),
    Row(
      text: "https://me%40corp@h:8443/x.git", scheme: .https, host: "h", port: 8443,
      user: "me@corp", path: "/x.git"),
    Row(text: "https://@h/x.git", scheme: .https, host: "h", path: "/x.git"),
    Row(
      text: "ssh://git@git.example.com:2222/x.git", scheme: .ssh, host: "git.example.com",
      port: 2222, user: "git", path: "/x.git"),
    Row(text: "ssh://git@h/~me/x", scheme: .ssh, host: "h", user: "git", path: "~me/x"),
    Row(
      text: "git@git.example.com:team/state.git", scheme: .ssh, host: "git.example.com",
      user: "git", path: "team/state.git"),
    Row(text: "host:x", scheme: .ssh, host: "host", path: "x"),
    Row(text: "git@[::1]:x", scheme: .ssh, host: "::1", user: "git", path: "x"),
    Row(
      text: "[git@h:2222]:x/y:z", scheme: .ssh, host: "h", port: 2222, user: "git", path: "x/y:z"),
    Row(text: "[git@::1]:/x", scheme: .ssh, host: "::1", user: "git", path: "/x"),
    Row(text: "host:a[b]:c", scheme: .ssh, host: "host", path: "a[b]:c"),
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
    #expect(try RemoteURL(url.description).description == url.description)
    #expect(url.scheme == .ssh || !url.description.contains("@"), "a user name may be a token")
  }

  @Test(
    "An address of ssh is taken apart as by git",
    arguments: rows.filter { $0.scheme == .ssh }.map(\.text))
  func sameAsGit(_ text: String) async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      var environment = git.environment
      // git connect(1) has no dry run; this shows what ssh would be asked for, and where.
      environment["GIT_SSH_COMMAND"] = "printf '%s\\n' >&2"
      environment["GIT_SSH_VARIANT"] = "ssh"
      let output = try await Program.run("git", ["ls-remote", text], environment: environment)
      let url = try RemoteURL(text)
      var asked = url.port.map { ["-p", String($0)] } ?? []
      asked.append((url.user.map { $0 + "@" } ?? "") + (url.host ?? ""))
      asked.append("git-upload-pack \(SSHCommand.quoted(url.path))")
      let lines = output.errors.split(separator: "\n").map(String.init)
      let start = lines.firstIndex(of: asked[0])
      #expect(start.map { Array(lines[$0...].prefix(asked.count)) } == asked, "\(lines)")
    }
  }

  @Test(
    "What is no address, or a dangerous one, is refused without repeating a secret",
    arguments: [
      "", "https://kratix:hunter2@git.example.com/x.git", "https://hunter2:@git.example.com/x.git",
      "https://:hunter2@h/x.git", "https://u:hunter2@\u{301}h/x.git",
      "https://hunter2@h/x.git?y", " https://h/x.git", "https://h/x.git ",
      "https://a:hunter2@b@git.example.com/x.git", "https://h/x.git?token=hunter2",
      "ssh://git:hunter2@h/x.git", "git:hunter2@h:x.git", "ext::sh -c hunter2", "git://h/x.git",
      "ftp://h/x.git", "ssh://-oProxyCommand=x/y", "git@-oProxyCommand=x:y", "-x", "host:-x",
      // A mark behind the dash makes one character of both, and a dash for ssh and git.
      "-\u{301}x", "host:-\u{301}x", "https://kratix:hunter2@\u{301}h/x.git",
      "ssh://git:hunter2@\u{301}h/x", "git:hunter2@\u{301}h:x.git",
      "https://h/x?\u{301}token=hunter2",
      "https://h\n.example.com/", "https://", "https://h:0/x", "https://h:99999/x",
      "https://h:1a/x",
      "https://[::1/x", "[git@[::1]:2222]:x", "https://h_\u{202E}x/y", "file://elsewhere/x",
      "git@h:", "ssh://git@h",
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
    let lines = SanitizedText.lines(Array(text.utf8))
    #expect(lines.prefix(2) == ["ared", "bc"])
    #expect(lines.last?.count == 501)
    #expect(SanitizedText.lines(Array(repeating: UInt8(ascii: "\n"), count: 9)).isEmpty)
    #expect(SanitizedText.lines(Array(String(repeating: "y\n", count: 900).utf8)).count == 50)
  }

  @Test(
    "The reason that a server gives after all progress is kept",
    arguments: [60, 900, 100_000])
  func lastWords(_ count: Int) {
    var words = ProgressBuffer()
    words.append("first\n".utf8)
    for number in 1...count { words.append("Resolving deltas: \(number)\n".utf8) }
    words.append("fatal: the disk".utf8)
    words.append(" is full\n".utf8)
    #expect(words.lines.last == "fatal: the disk is full")
    #expect(words.lines.count == 50)
  }

  @Test("A secret is struck out of what others say, also where a combining mark follows it")
  func striking() {
    let basic = Credentials.basic(username: "me", password: Secret("hunter22"))
    for said in ["no hunter22", "hunter22\u{301}", "hunter22\u{20dd} hunter22\r\nx"] {
      #expect(
        !basic.redactingSecrets([said])[0].unicodeScalars.contains("hunter22".unicodeScalars),
        "\(said)")
    }
    let key = Credentials.ssh(
      privateKey: Secret("BEGIN KEY\r\nb3BlbnNzaC1rZXk\r\nEND KEY"), knownHosts: "")
    #expect(key.redactingSecrets(["bad b3BlbnNzaC1rZXk"]) == ["bad (redacted)"])
  }

  @Test("A path is quoted for the shell on the server")
  func quoting() {
    #expect(SSHCommand.quoted("/a/it's!.git") == #"'/a/it'\''s'\!'.git'"#)
  }

  static let proxies: [(String, [String: String], String?)] = [
    ("https://git.example.com/x", ["HTTPS_PROXY": "http://p:3128"], "p:3128"),
    ("https://git.example.com/x", ["ALL_PROXY": "socks5://p:1080"], "p:1080"),
    ("http://git.example.com/x", ["HTTPS_PROXY": "http://p:3128"], nil),
    ("https://h/x", ["https_proxy": "", "HTTPS_PROXY": "p:1"], "p:1"),
    ("https://h/x", ["https_proxy": "p:1", "no_proxy": "", "NO_PROXY": "h"], nil),
    ("https://h/x", ["https_proxy": "p:1", "no_proxy": "i", "NO_PROXY": "h"], "p:1"),
    ("https://localhost/x", ["https_proxy": "p:1"], nil),
  ]

  @Test("The proxy comes from the environment, as curl reads it", arguments: proxies)
  func proxy(_ text: String, _ environment: [String: String], _ expected: String?) throws {
    let found = try ProxyInUse(for: try RemoteURL(text), environment: environment)
    #expect(found.map { "\($0.address)" } == expected)
  }

  /// Hosts, values of NO_PROXY, and whether curl 7.88 connects without the proxy.
  static let exceptions: [(host: String, list: String, isDirect: Bool)] = [
    ("git.corp.example", "", false), ("git.corp.example", "corp.example", true),
    ("git.corp.example", ".corp.example", true), ("git.corp.example", "*.corp.example", false),
    ("git.corp.example", "GIT.CORP.EXAMPLE", true), ("GIT.corp.example", "corp.example", true),
    ("git.corp.example.", "git.corp.example", true), ("git.corp.example", "corp.example.", true),
    ("git.svc.cluster.local.", ".cluster.local.,.svc", true),
    ("git.corp.example..", "corp.example", false), ("git.corp.example", "..example", false),
    ("git.corp.example", "git", false), ("git.corp.example", ".", false),
    ("git.corp.example", "x.git.corp.example", false), ("notcorp.example", "corp.example", false),
    ("git.corp.example:8443", "git.corp.example:8443", false),
    ("git.corp.example:8443", "corp.example", true), ("git.corp.example", "corp.example/8", false),
    ("git.corp.example", "*", true), ("git.corp.example", "a,*", false),
    ("git.corp.example", " *", false), ("git.corp.example", "a b, git.corp.example", true),
    ("git.corp.example", "a\tgit.corp.example", true),
    ("git.corp.example", "a;corp.example", false),
    ("10.96.3.4", "10.96.0.0/12", true), ("10.96.3.4", "10.96.3.4", true),
    ("10.96.3.4", "172.16.0.0/12,10.0.0.0/8", true), ("10.96.3.4", "10.*", false),
    ("10.96.3.4", "10.96.3.5/31", true), ("10.96.3.4", "10.96.3.6/31", false),
    ("10.96.3.4", "0.0.0.0/1", true), ("10.96.3.4", "128.0.0.0/1", false),
    ("10.96.3.4", "10.0.0.0/0", false), ("10.96.3.4", "10.96.3.4/0", true),
    ("10.96.3.4", "10.96.3.4/", true), ("10.96.3.4", "10.0.0.0/8x", true),
    ("10.96.3.4", "10.0.0.0/33", false), ("10.96.3.4", "10/8", false), ("10.96.3.4", "3.4", false),
    ("10.96.3.4", "10.96.3.4.", false), ("10.96.3.4.", "10.96.3.4", true),
    ("10.96.3.4.", "10.0.0.0/8", false), ("[fd00::5]", "fd00::5", true),
    ("[fd00::5]", "FD00::5", true), ("[fd00::5]", "[fd00::5]", false),
    ("[fd00::5]", "fd00::/8", false), ("[fd00::5]", "::5", false),
  ]

  @Test("NO_PROXY names what it names for curl", arguments: exceptions)
  func exceptedHosts(_ host: String, _ list: String, _ isDirect: Bool) throws {
    let remote = try RemoteURL("https://\(host)/x.git")
    let environment = ["https_proxy": "p:1", "NO_PROXY": list]
    #expect((ProxyEnvironment(environment).proxy(for: remote) == nil) == isDirect)
  }

  @Test("curl itself agrees with the table", .timeLimit(.minutes(1)))
  func curl() async throws {
    // Two ports of this machine that nobody listens on: the proxy's, and that of all servers.
    for (host, list, isDirect) in Self.exceptions where host.first != "[" {
      let output = try await Program.run(
        "curl", ["-sS", "--connect-to", "::127.0.0.1:2", "https://\(host)/"],
        environment: ["https_proxy": "http://127.0.0.1:1", "NO_PROXY": list])
      #expect(
        output.errors.contains("127.0.0.1 port \(isDirect ? 2 : 1) "),
        "\(host), \(list): \(output.errors)")
    }
  }

  @Test(
    "A failure at the proxy names the proxy, and nobody's password", .timeLimit(.minutes(1)),
    arguments: [
      ("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", TransportError.Code.unreachable),
      ("HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n", .authenticationFailed),
      ("", .connectionClosed),
    ])
  func proxyFailure(_ answer: String, _ code: TransportError.Code) async throws {
    try await RawServer.with(.answering([answer])) { server in
      var options = TransportOptions()
      options.environment = ["https_proxy": "http://me:hunter2@127.0.0.1:\(server.port)"]
      let remote = try makeRemote("https://git.example.com/x.git", options: options)
      let error = await failure { try await remote.openPush(deadline: soon) }
      #expect(error?.code == code, "\(error as Any)")
      #expect(
        error?.message.contains("the proxy 127.0.0.1:\(server.port) of https_proxy") == true,
        "\(error as Any)")
      #expect(error?.message.contains("hunter2") == false)
      await remote.close()
    }
  }

  @Test(
    "A proxy that cannot be reached, or says nothing, is named", .timeLimit(.minutes(1)))
  func silentProxy() async throws {
    try await RawServer.with(.silent) { server in
      for (port, wait) in [(1, Duration.seconds(30)), (server.port, .milliseconds(100))] {
        var options = TransportOptions()
        options.environment = ["https_proxy": "http://127.0.0.1:\(port)"]
        let remote = try makeRemote("https://git.example.com/x.git", options: options)
        let error = await failure { try await remote.openPush(deadline: .now + wait) }
        #expect(error?.code == (port == 1 ? .unreachable : .timedOut))
        #expect(error?.message.contains("127.0.0.1:\(port)") == true, "\(error as Any)")
        #expect(error?.message.contains("proxy of https_proxy") == (port == 1), "\(error as Any)")
        await remote.close()
      }
    }
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
