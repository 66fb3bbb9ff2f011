import Foundation
import TestSupport
import Testing

@testable import Service

/// Chromium without a window, where it is installed: `apt-get install chromium-headless-shell`.
private let browser = try? Program.path(of: "chromium-headless-shell")

@Suite(
  "In a browser, the pages",
  .enabled(if: browser != nil, "chromium-headless-shell is not installed"), .timeLimit(.minutes(5)))
struct BrowserTests {
  @Test(
    "are drawn, and break no rule of their own",
    arguments: [("phone", "390,844"), ("desktop", "1280,800")], ["light", "dark"])
  func drawn(window: (name: String, size: String), scheme: String) async throws {
    let (name, size) = window
    try await withStation { station in
      try await station.put(WorkText("example"))
      for (page, path) in [("overview", "/"), ("work", "/works/default/example")] {
        let picture = station.directory.appending(path: "\(page)-\(name).png")
        let flags = [
          "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr",
          "--window-size=\(size)",
          "--blink-settings=preferredColorScheme=\(scheme == "dark" ? 0 : 1)",
          "--user-data-dir=\(station.directory.path)/profile",
        ]
        let drawing = try await Program.run(
          "chromium-headless-shell",
          flags + ["--screenshot=\(picture.path)", station.base + path])
        #expect(!drawing.errors.contains("Refused to"), "\(drawing.errors)")
        #expect(!drawing.errors.contains("Content Security Policy"), "\(drawing.errors)")
        #expect(!drawing.errors.contains("Uncaught"), "\(drawing.errors)")
        let bytes = try Data(contentsOf: picture)
        #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        // An empty page is a few kilobytes.
        #expect(bytes.count > 15_000, "\(bytes.count)")
      }
    }
  }
}
