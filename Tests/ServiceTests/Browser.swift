import Foundation
import Manifests
import Subprocess
import SystemPackage
import TestSupport

/// Chromium without a window, spoken to by its DevTools protocol over a pipe: each message is JSON
/// and ends with a NUL.
final class Browser {
  private let write: ([UInt8]) async throws -> Void
  private let read: () async throws -> [UInt8]?
  private var received: [UInt8] = []
  private var lastID: Int64 = 0
  private var session: String?
  private var loads = 0
  /// What pages did against their own rules, or failed at.
  private(set) var complaints: [String] = []

  private init(
    write: @escaping ([UInt8]) async throws -> Void, read: @escaping () async throws -> [UInt8]?
  ) {
    self.write = write
    self.read = read
  }

  /// Asks for something, and waits for the answer.
  @discardableResult
  func call(_ method: String, _ parameters: Node = [:]) async throws -> Node {
    lastID += 1
    var message: Mapping = [
      "id": Node(.integer(lastID)), "method": Node(.string(method)), "params": parameters,
    ]
    if let session { message["sessionId"] = Node(.string(session)) }
    try await write(Array(JSONWriter().text(of: Node(.mapping(message))).utf8) + [0])
    while true {
      let answer = try await next()
      guard answer["id"]?.integer == lastID else {
        note(answer)
        continue
      }
      if let error = answer["error"] {
        throw TestFailure("\(method): \(JSONWriter().text(of: error))")
      }
      return answer["result"] ?? .null
    }
  }

  /// Goes to a page, and waits until all of it is there.
  func open(_ address: String) async throws {
    let before = loads
    try await call("Page.navigate", ["url": Node(.string(address))])
    while loads == before { note(try await next()) }
  }

  /// What a script comes to; it may be a promise.
  func evaluate(_ script: String) async throws -> Node {
    let answer = try await call(
      "Runtime.evaluate",
      ["expression": Node(.string(script)), "returnByValue": true, "awaitPromise": true])
    if let fault = answer["exceptionDetails"] {
      throw TestFailure("\(JSONWriter().text(of: fault))")
    }
    return answer.value(at: "/result/value") ?? .null
  }

  /// Presses a key and lets it go.
  func press(_ key: String, code: Int64, text: String = "") async throws {
    for type in ["keyDown", "keyUp"] {
      try await call(
        "Input.dispatchKeyEvent",
        [
          "type": Node(.string(type)), "key": Node(.string(key)), "code": Node(.string(key)),
          "windowsVirtualKeyCode": Node(.integer(code)), "text": Node(.string(text)),
        ])
    }
  }

  /// How wide the window is, and which colours the person prefers.
  func draw(width: Int64, scheme: String, media: String = "") async throws {
    try await call(
      "Emulation.setDeviceMetricsOverride",
      [
        "width": Node(.integer(width)), "height": 844, "deviceScaleFactor": 1,
        "mobile": Node(.boolean(width < 500)),
      ])
    try await call(
      "Emulation.setEmulatedMedia",
      [
        "media": Node(.string(media)),
        "features": [["name": "prefers-color-scheme", "value": Node(.string(scheme))]],
      ])
  }

  private func note(_ event: Node) {
    switch event["method"]?.string {
    case "Page.loadEventFired": loads += 1
    case "Log.entryAdded", "Runtime.exceptionThrown":
      complaints.append(JSONWriter().text(of: event["params"] ?? .null))
    default: break
    }
  }

  private func next() async throws -> Node {
    while true {
      if let end = received.firstIndex(of: 0) {
        let message = Array(received[..<end])
        received.removeSubrange(...end)
        return try ManifestFile(parsing: message, name: "browser").documents.first?.root ?? .null
      }
      guard let bytes = try await read() else { throw TestFailure("the browser has ended") }
      received += bytes
    }
  }
}

extension Browser {
  private static let program = "chromium-headless-shell"

  /// Runs a body with a browser that has one empty page.
  static func run(
    in directory: URL, _ body: (Browser) async throws -> Void
  ) async throws {
    // Its pipe is the third and fourth of its files.
    let script = """
      exec \(try Program.path(of: program)) --no-sandbox --disable-gpu --hide-scrollbars \
      --remote-debugging-pipe --user-data-dir="$1" 3<&0 4>&1 1>/dev/null 2>&1
      """
    _ = try await Subprocess.run(
      .path(.init(try Program.path(of: "bash"))),
      arguments: ["-c", script, "bash", directory.path + "/profile"],
      input: .inputWriter, output: .sequence, error: .discarded
    ) { execution in
      var output = execution.standardOutput.makeAsyncIterator()
      let browser = Browser(
        write: { _ = try await execution.standardInputWriter.write($0) },
        read: { try await output.next().map { $0.withUnsafeBytes { Array($0) } } })
      let outcome: Result<Void, any Error>
      do {
        try await browser.attach()
        outcome = .success(try await body(browser))
      } catch {
        outcome = .failure(error)
      }
      browser.session = nil
      // One that has ended by itself needs no telling.
      _ = try? await browser.call("Browser.close")
      try await execution.standardInputWriter.finish()
      try outcome.get()
    }
  }

  private func attach() async throws {
    let target = try await call("Target.createTarget", ["url": "about:blank"])
    let attached = try await call(
      "Target.attachToTarget", ["targetId": target["targetId"] ?? .null, "flatten": true])
    session = attached["sessionId"]?.string
    for domain in ["Page", "Runtime", "Log", "Accessibility"] {
      try await call("\(domain).enable")
    }
    // A window that nobody looks at has no keyboard.
    try await call("Emulation.setFocusEmulationEnabled", ["enabled": true])
  }
}
