import Digests
import Foundation
import Kratix
import Manifests
import TestSupport
import Testing
import Web

@testable import Service

@Suite("The pages", .timeLimit(.minutes(5)))
struct PageTests {
  @Test("say whether it landed, where, and why not, without a script")
  func overview() async throws {
    try await withStation { station in
      try await station.put(WorkText("example"))
      var refused = WorkText("refused")
      refused.selector = ["in": "<b>nowhere</b>"]
      try await station.put(refused)
      let page = try await station.request("GET", "/")
      #expect(page.headers["content-type"] == "text/html; charset=utf-8")
      #expect(page.headers["content-security-policy"]?.hasPrefix("default-src 'none';") == true)
      for text in [
        "1 of 2 Works is not ready.", "default/example", "default/refused",
        directory(of: WorkText("example")), "no destination", "&lt;b&gt;nowhere",
        #"<html lang="en">"#, #"<label for="q">"#, "all landed", "reachable",
      ] {
        #expect(page.text.contains(text), "\(text)")
      }
      for text in ["<b>nowhere", "http://", "https://", " style=", "onclick", "{{"] {
        #expect(!page.text.contains(text), "\(text)")
      }
      let found = try await station.request("GET", "/?q=exam").text
      #expect(found.contains("default/example") && !found.contains("default/refused"))
      let shouted = try await station.request("GET", "/?q=%20EXAM+").text
      #expect(shouted.contains("default/example") && !shouted.contains("default/refused"))
      let failing = try await station.request("GET", "/?not=landed").text
      #expect(!failing.contains("default/example") && failing.contains("default/refused"))
      for page in ["-5", "0", "9223372036854775807", "99999999999999999999"] {
        #expect(try await station.request("GET", "/?page=\(page)").status == 200, "\(page)")
      }
      let quoted = try await station.request("GET", "/?q=%22%3E%3Cscript%3E").text
      #expect(quoted.contains("&quot;&gt;&lt;script&gt;"), "\(quoted)")
      // A quote and the combining mark behind it are one character for Swift, two for a browser.
      let marked = try await station.request("GET", "/?q=%22%CC%81%20autofocus%20x=%22%E2%83%9D")
      #expect(
        marked.text.utf8.firstRange(of: "&quot;\u{301} autofocus x=&quot;\u{20dd}".utf8) != nil)
    }
  }

  @Test("say that the service can store nothing while that is so")
  func full() throws {
    for (problem, isTold) in [("database or disk is full", true), (nil, false)] as [(String?, Bool)]
    {
      let page = try PageTemplates.render(
        OverviewPage(
          Overview(), OverviewQuery(), stores: [], problem: problem, version: "test", at: Date()),
        with: "overview")
      #expect(page.contains("cannot store anything: database or disk is full.") == isTold)
      #expect(page.contains("No Work is taken") == isTold)
    }
  }

  @Test("show a resource with its conditions, findings, files and history")
  func resource() async throws {
    var options = StationOptions()
    options.change = { $0.drift = .report }
    try await withStation(options) { station in
      let text = WorkText.plain("example", file: "other.yaml")
      try await station.put(.plain("example"))
      try await station.put(text)
      let page = try await station.request("GET", "/works/default/example").text
      for text in [
        "Scheduled", "WriteSucceeded", "Verified", "verification has no finding",
        "No findings.",
        "\(directory(of: text))/other.yaml", "\(text.files["other.yaml"]?.utf8.count ?? 0) bytes",
      ] {
        #expect(page.contains(text), "\(text)\n\(page)")
      }
      #expect(page.components(separatedBy: "Update from: example.worker-5058f").count == 3)
      let repository = try station.repository
      let tip = try await station.git.id("main", in: repository.directory)
      try await repository.setBranch(
        "main",
        to: try await repository.commit(
          ["\(directory(of: text))/other.yaml": "kind: B\n"], parent: tip, message: "By hand"))
      let touched = try await station.request("GET", "/works/default/example").text
      #expect(touched.contains("By hand <small>by "), "\(touched)")
      #expect(!page.contains("</span> <span class=\"state bad\">"))
      #expect(touched.contains("error"), "\(touched)")
      try await repository.setBranch("main", to: try await repository.commit(["a": "b"]))
      let broken = try await station.request("GET", "/works/default/example").text
      for text in ["missing-file", "Remedy", "not-landed"] where !broken.contains(text) {
        // Which of both rules says it is verification's to choose.
        #expect(broken.contains("missing-file") || broken.contains("not-landed"), "\(broken)")
      }
      #expect(try await station.request("GET", "/works/default/nothing").status == 404)
    }
  }

  /// Texts and what they stand on.
  static let pairs = [
    ("text", "back"), ("text", "card"), ("soft", "back"), ("soft", "card"), ("link", "back"),
    ("link", "card"), ("good", "good-back"), ("bad", "bad-back"), ("wait", "wait-back"),
  ]

  @Test(
    "can be read in either scheme: contrast is at least 4.5 to 1 (WCAG 2.2, 1.4.3)",
    arguments: pairs)
  func contrast(text: String, back: String) throws {
    let schemes = PageStyle.css.components(separatedBy: ":root {").dropFirst()
    #expect(schemes.count == 2)
    for scheme in schemes {
      func luminance(_ name: String) throws -> Double {
        let digits = try #require(
          scheme.components(separatedBy: "--\(name): #").dropFirst().first?.prefix(6))
        let number = try #require(Int(digits, radix: 16))
        let parts = [16, 8, 0].map { shift -> Double in
          let value = Double(number >> shift & 255) / 255
          return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
      }
      let values = [try luminance(text), try luminance(back)].sorted()
      #expect((values[1] + 0.05) / (values[0] + 0.05) >= 4.5)
    }
  }

  @Test("tell a reader of the screen what is what, and let the keyboard go everywhere")
  func structure() async throws {
    try await withStation { station in
      try await station.put(.plain("example"))
      for path in ["/", "/works/default/example"] {
        let page = try await station.request("GET", path).text
        for landmark in [
          "<header>", "<main id=\"main\"", "<footer>", "class=\"skip\"", "role=\"status\"",
        ] {
          #expect(page.contains(landmark), "\(path): \(landmark)")
        }
        #expect(page.components(separatedBy: "<h1>").count == 2)
        #expect(!page.contains("tabindex=\"1"))
        for (element, role) in [("<table", "table"), ("<tr", "row"), ("<td", "cell")] {
          let count = page.components(separatedBy: element + " ").count
          #expect(count == page.components(separatedBy: "\(element) role=\"\(role)\"").count)
          #expect(!page.contains(element + ">"))
        }
        for name in page.components(separatedBy: "aria-labelledby=\"").dropFirst() {
          #expect(page.contains("id=\"\(name.prefix { $0 != "\"" })\""))
        }
      }
      #expect(try await station.request("GET", "/").text.contains("<label for=\"q\">"))
    }
  }

  /// A repository's address, and where its commit `12` and line 3 of the file `a b/c.yaml` are.
  static let forges: [(String, String?, String?)] = [
    (
      "https://github.com/a/b.git", "https://github.com/a/b/commit/12",
      "https://github.com/a/b/blob/12/a%20b/c.yaml#L3"
    ),
    (
      "git@github.com:a/b.git", "https://github.com/a/b/commit/12",
      "https://github.com/a/b/blob/12/a%20b/c.yaml#L3"
    ),
    (
      "ssh://git@gitlab.example.com:2222/a/b/c.git",
      "https://gitlab.example.com/a/b/c/-/commit/12",
      "https://gitlab.example.com/a/b/c/-/blob/12/a%20b/c.yaml#L3"
    ),
    (
      "https://user:password@gitea.example.com:3000/a/b",
      "https://gitea.example.com:3000/a/b/commit/12",
      "https://gitea.example.com:3000/a/b/src/commit/12/a%20b/c.yaml#L3"
    ),
    (
      "https://codeberg.org/a/b.git", "https://codeberg.org/a/b/commit/12",
      "https://codeberg.org/a/b/src/commit/12/a%20b/c.yaml#L3"
    ),
    (
      "https://user@bitbucket.org/a/b.git", "https://bitbucket.org/a/b/commits/12",
      "https://bitbucket.org/a/b/src/12/a%20b/c.yaml#lines-3"
    ),
    (
      "https://bitbucket.example.com/scm/key/b.git",
      "https://bitbucket.example.com/projects/key/repos/b/commits/12",
      "https://bitbucket.example.com/projects/key/repos/b/browse/a%20b/c.yaml?at=12#3"
    ),
    (
      "ssh://git@bitbucket.example.com:7999/~me/b.git",
      "https://bitbucket.example.com/users/me/repos/b/commits/12",
      "https://bitbucket.example.com/users/me/repos/b/browse/a%20b/c.yaml?at=12#3"
    ),
    (
      "https://org@dev.azure.com/org/my%20project/_git/b",
      "https://dev.azure.com/org/my%20project/_git/b/commit/12",
      "https://dev.azure.com/org/my%20project/_git/b?path=/a%20b/c.yaml&version=GC12"
        + "&line=3&lineEnd=4&lineStartColumn=1&lineEndColumn=1"
    ),
    (
      "git@ssh.dev.azure.com:v3/org/project/b",
      "https://dev.azure.com/org/project/_git/b/commit/12",
      "https://dev.azure.com/org/project/_git/b?path=/a%20b/c.yaml&version=GC12"
        + "&line=3&lineEnd=4&lineStartColumn=1&lineEndColumn=1"
    ),
    ("https://git.example.com/a/b.git", "https://git.example.com/a/b/commit/12", nil),
    ("/srv/state.git", nil, nil), ("file:///srv/state.git", nil, nil),
    ("http://10.0.0.1/a/b", nil, nil), ("https://git.example.com/b.git", nil, nil),
  ]

  @Test("link to commits and files on a forge", arguments: forges)
  func links(repository: String, commit: String?, file: String?) {
    let forge = Forge(repository: repository)
    #expect(forge?.commit("12") == commit)
    #expect(forge?.file("a b/c.yaml", at: "12", line: 3) == file)
  }

  @Test("link by templates of the GitStateStore, which can only be addresses of pages")
  func templates() throws {
    func store(_ annotations: String) throws -> GitStateStore? {
      var platform = Platform()
      try platform.add(
        ManifestFile(
          parsing: """
            apiVersion: platform.kratix.io/v1alpha1
            kind: GitStateStore
            metadata: {name: default, annotations: {\(annotations)}}
            spec: {url: /srv/state.git}
            """, name: "store.yaml"))
      return platform.stateStores["default"]
    }
    let forge = try store(
      "statestore/commit-url: 'https://x/c/{commit}', "
        + "statestore/file-url: 'https://x/{commit}?f={path}&l={line}'")?.forge
    #expect(forge?.commit("12") == "https://x/c/12")
    #expect(forge?.file("a&b", at: "12", line: 3) == "https://x/12?f=a%26b&l=3")
    #expect(throws: ManifestError.self) { try store("statestore/file-url: 'javascript:alert(1)'") }
  }

  @Test("list what the address filters, in the order that it names")
  func filters() async throws {
    try await withStation { station in
      try await station.put(WorkText("a"))
      var (other, elsewhere, refused) = (WorkText("b"), WorkText("c"), WorkText("refused"))
      other.namespace = "team"
      other.files = other.files.mapValues {
        $0.replacing("namespace: default", with: "namespace: team")
      }
      elsewhere.promise = "other"
      refused.selector = ["in": "nowhere"]
      for work in [other, elsewhere, refused] { try await station.put(work) }
      for (query, names) in [
        ("", "refused a c b"), ("?state=landed", "a c b"), ("?state=failed", "refused"),
        ("?state=not-landed", "refused"), ("?state=pending", ""), ("?state=removing", ""),
        ("?promise=other", "c"), ("?namespace=team", "b"), ("?destination=nowhere", ""),
        ("?destination=worker&promise=plain", "a b"), ("?sort=name", "a c refused b"),
        ("?sort=promise", "c a refused b"), ("?sort=newest&state=landed&promise=other", "c"),
        ("?state=nonsense&q=ref", "refused"),
      ] {
        let page = try await station.request("GET", "/\(query)").text
        let rows = page.components(separatedBy: "rowheader\"><a href=\"/works/").dropFirst()
        let found = rows.map { $0.prefix { $0 != "\"" }.split(separator: "/")[1] }
        #expect(found.joined(separator: " ") == names, "\(query)")
      }
    }
  }

  @Test("are found missing, forbidden or without a token as pages, and by programs as problems")
  func errors() async throws {
    var options = StationOptions()
    let digest = Digest.sha256(of: "secret-of-tenant".utf8).hexadecimal
    options.tokens = "tokens: [{name: a, sha256: \"\(digest)\", role: read, namespace: tenant}]\n"
    try await withStation(options) { station in
      var known = station
      known.token = "secret-of-tenant"
      for (client, path, status) in [
        (station, "/", 401), (known, "/works/tenant/nothing", 404), (known, "/nothing", 404),
        (known, "/works/default/example", 403), (known, "/<b>", 404),
      ] {
        let page = try await client.request("GET", path, headers: ["Accept": "text/html,*/*"])
        #expect(page.status == status, "\(path)")
        #expect(page.headers["content-type"] == "text/html; charset=utf-8")
        #expect(page.headers["content-security-policy"]?.contains("sha256-") == true)
        #expect(page.text.contains("<h1>") && !page.text.contains("<b>"), "\(page)")
        let problem = try await client.request("GET", path)
        #expect(problem.headers["content-type"] == "application/problem+json")
      }
    }
  }

  @Test("have buttons for a token that may, which count only from the page itself")
  func buttons() async throws {
    var options = StationOptions()
    let lines = [("writer", "write"), ("reader", "read")].map { name, role in
      "  - {name: \(name), sha256: \"\(Digest.sha256(of: name.utf8).hexadecimal)\", role: \(role)}\n"
    }
    options.tokens = "tokens:\n" + lines.joined()
    try await withStation(options) { station in
      func browser(_ name: String) -> [String: String] {
        let password = Data("me:\(name)".utf8).base64EncodedString()
        return ["Authorization": "Basic \(password)", "Accept": "text/html"]
      }
      var writer = station
      writer.token = "writer"
      try await writer.put(WorkText("example"))
      for (page, action) in [
        ("/", "/stores/default/look"), ("/works/default/example", "/works/default/example/land"),
      ] {
        let read = try await station.request("GET", page, headers: browser("reader")).text
        #expect(!read.contains("method=\"post\""), "\(read)")
        let text = try await station.request("GET", page, headers: browser("writer")).text
        let form = try #require(text.components(separatedBy: "action=\"\(action)\"").last)
        let proof = form.components(separatedBy: "name=\"proof\" value=\"")[1].prefix { $0 != "\"" }
        let own = browser("writer").merging(["Sec-Fetch-Site": "same-origin"]) { $1 }
        for (headers, body, status) in [
          (own, "proof=\(proof)", 200), (own, "proof=0", 403), (own, "", 403),
          (browser("writer"), "proof=\(proof)", 403),
          (own.merging(["Sec-Fetch-Site": "cross-site"]) { $1 }, "proof=\(proof)", 403),
          (
            browser("reader").merging(["Sec-Fetch-Site": "same-origin"]) { $1 }, "proof=\(proof)",
            403
          ),
        ] {
          // The client follows the way back to the page.
          let answer = try await station.request("POST", action, body: body, headers: headers)
          #expect(answer.status == status, "\(action) \(headers) \(body)")
          if status == 200 { #expect(answer.text.contains("was asked for")) }
        }
      }
    }
  }

  @Test("are told of changes as they happen")
  func events() async throws {
    let changes = Changes()
    let texts = EventText.stream(of: changes.changes())
    changes.tell(of: WorkKey(namespace: "default", name: "example"))
    let first = await texts.first { _ in true }
    #expect(first == "event: change\ndata: \n\n")
  }
}
