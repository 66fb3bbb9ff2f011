import Foundation
import Manifests
import TestSupport
import Testing

@testable import Service

@Suite("In a browser, the pages", .timeLimit(.minutes(5)))
struct BrowserTests {
  @Test(
    "are drawn on phone and desktop, light and dark, and can be read, and break no rule of theirs")
  func drawn() async throws {
    try await withPages { browser, pages in
      for page in pages {
        for width: Int64 in [320, 1280, 2560] {
          for scheme in width == 2560 ? ["light"] : ["light", "dark"] {
            try await browser.draw(width: width, scheme: scheme)
            try await browser.open(page)
            let place = "\(page), \(width), \(scheme)"
            let picture = try await browser.call("Page.captureScreenshot", ["format": "png"])
            // An empty page is a few kilobytes.
            #expect((picture["data"]?.string?.count ?? 0) > 15_000, "\(place)")
            let faint = try await browser.evaluate(Self.faintTexts)
            #expect(faint["seen"]?.integer ?? 0 > 20, "\(place)")
            #expect(faint["faint"]?.sequence?.compactMap(\.string) == [], "\(place)")
            let overflow = try await browser.evaluate(
              "document.documentElement.scrollWidth - document.documentElement.clientWidth")
            #expect(overflow.integer == 0, "\(place)")
          }
        }
      }
      for page in pages {
        try await browser.draw(width: 794, scheme: "dark", media: "print")
        try await browser.open(page)
        let faint = try await browser.evaluate(Self.faintTexts)
        #expect(faint["faint"]?.sequence?.compactMap(\.string) == [], "\(page) on paper")
        let forms = try await browser.evaluate(
          "[...document.forms].filter(form => form.checkVisibility()).length")
        #expect(forms.integer == 0, "\(page) on paper")
      }
      #expect(browser.complaints.isEmpty, "\(browser.complaints)")
    }
  }

  @Test("tell a screen reader what everything is", arguments: [390, 1280] as [Int64])
  func accessible(width: Int64) async throws {
    try await withPages { browser, pages in
      try await browser.draw(width: width, scheme: "light")
      for page in pages {
        try await browser.open(page)
        let tree = try await AccessibilityTree(of: browser)
        for element in tree.elements where Self.namedRoles.contains(element.role) {
          #expect(!element.name.isEmpty, "\(page): a \(element.role) has no name")
        }
        for role in ["banner", "main", "contentinfo", "status"] {
          #expect(tree.elements.count { $0.role == role } == 1, "\(page): \(role)")
        }
        let levels = tree.elements.filter { $0.role == "heading" }.compactMap(\.level)
        #expect(levels.first == 1 && levels.count { $0 == 1 } == 1, "\(page): \(levels)")
        for (level, next) in zip(levels, levels.dropFirst()) {
          #expect(next <= level + 1, "\(page): \(levels)")
        }
        let tables = tree.tables
        #expect(!tables.isEmpty, "\(page)")
        for table in tables {
          #expect(table.headers.count >= 3 && !table.headers.contains(""), "\(page): \(table)")
          for row in table.rows {
            #expect(row.first == "rowheader", "\(page): \(row)")
            #expect(row.count == table.headers.count, "\(page): \(row)")
          }
        }
        if page.hasSuffix("/") {
          for role in ["search", "navigation"] {
            #expect(tree.elements.contains { $0.role == role }, "\(page): \(role)")
          }
        }
      }
    }
  }

  @Test("are gone through by keyboard: all in order, nothing hidden, with a way past the beginning")
  func keyboard() async throws {
    try await withPages { browser, pages in
      for (page, scheme) in zip(pages, ["light", "dark"]) {
        try await browser.draw(width: 390, scheme: scheme)
        try await browser.open(page)
        _ = try await browser.evaluate(Self.ready)
        let count = try #require(try await browser.evaluate(Self.stops).integer)
        #expect(count > 3, "\(page)")
        for number in 0..<count {
          try await browser.press("Tab", code: 9)
          let stop = try await browser.evaluate(Self.stop)
          #expect(stop["number"]?.integer == number, "\(page): \(JSONWriter().text(of: stop))")
          #expect(stop["fault"]?.string == "", "\(page): \(JSONWriter().text(of: stop))")
        }
        try await browser.open(page)
        _ = try await browser.evaluate(Self.ready)
        try await browser.press("Tab", code: 9)
        try await browser.press("Enter", code: 13, text: "\r")
        #expect(try await browser.evaluate("document.activeElement.id").string == "main")
        try await browser.press("Tab", code: 9)
        let isInside = try await browser.evaluate(
          "document.getElementById('main').contains(document.activeElement)")
        #expect(isInside.boolean == true, "\(page)")
      }
    }
  }

  @Test("keep the keyboard on a button or link that is replaced")
  func replaced() async throws {
    try await withStation { station in
      try await station.put(WorkText("example"))
      try await Browser.run(in: station.directory) { browser in
        try await browser.open(station.base + "/")
        _ = try await browser.evaluate(Self.ready)
        let stops = ["#main button", #"a[href="/works/default/example"]"#]
        for (number, selector) in stops.enumerated() {
          _ = try await browser.evaluate("document.querySelector('\(selector)').focus()")
          _ = try await browser.evaluate(
            "document.getElementById('works').dataset.old = 'yes'")
          try await station.put(WorkText("later-\(number)"))
          _ = try await browser.evaluate(
            Self.until("!document.getElementById('works').dataset.old"))
          let isKept = try await browser.evaluate(
            "document.activeElement === document.querySelector('\(selector)')")
          #expect(isKept.boolean == true, "\(selector)")
        }
      }
    }
  }

  @Test("show what has landed meanwhile, and leave the keyboard where it was")
  func live() async throws {
    try await withStation { station in
      try await station.put(WorkText("example"))
      try await Browser.run(in: station.directory) { browser in
        try await browser.open(station.base + "/")
        _ = try await browser.evaluate(
          Self.until("document.getElementById('live').textContent == 'live'"))
        _ = try await browser.evaluate("document.querySelector('th a').focus()")
        try await station.put(WorkText("later"))
        _ = try await browser.evaluate(
          Self.until("document.body.innerText.includes('all 2 Works have landed')"))
        let focused = try await browser.evaluate("document.activeElement.getAttribute('href')")
        #expect(focused.string == "/works/default/example")
        #expect(browser.complaints.isEmpty, "\(browser.complaints)")
      }
    }
  }

  /// Runs a body with the pages of a service that has landed and refused something.
  private func withPages(_ body: (Browser, [String]) async throws -> Void) async throws {
    var options = StationOptions()
    // What has been found stays found, so that the pages keep their order.
    options.change = { $0.drift = .report }
    try await withStation(options) { station in
      var refused = WorkText("refused")
      refused.selector = ["in": "nowhere"]
      try await station.put(refused)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<OverviewQuery.pageSize {
          group.addTask { try await station.put(WorkText("example-\(number)")) }
        }
        try await group.waitForAll()
      }
      try await station.repository.setBranch(
        "main", to: try await station.repository.commit(["a": "b"], message: "By hand"))
      _ = try await station.request("POST", "/v1/stores/default/sync?wait=30s")
      try await Browser.run(in: station.directory) { browser in
        try await body(browser, ["/", "/works/default/example-7"].map { station.base + $0 })
      }
    }
  }

  private static let namedRoles: Set<String> = [
    "link", "button", "searchbox", "textbox", "checkbox", "heading", "navigation", "RootWebArea",
  ]
}
