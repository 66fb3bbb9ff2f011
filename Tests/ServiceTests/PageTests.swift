import Foundation
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

  @Test(
    "link to the commit on a forge",
    arguments: [
      ("https://github.com/a/b.git", "https://github.com/a/b/commit/12"),
      ("git@github.com:a/b.git", "https://github.com/a/b/commit/12"),
      (
        "ssh://git@gitlab.example.com:2222/a/b/c.git",
        "https://gitlab.example.com/a/b/c/-/commit/12"
      ),
      ("https://gitea.example.com:3000/a/b", "https://gitea.example.com:3000/a/b/commit/12"),
      ("/srv/state.git", nil), ("file:///srv/state.git", nil), ("http://10.0.0.1/a/b", nil),
    ] as [(String, String?)])
  func links(repository: String, link: String?) {
    #expect(ForgeLink.commit("12", in: repository) == link)
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
