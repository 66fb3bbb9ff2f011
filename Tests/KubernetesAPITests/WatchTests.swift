import Foundation
import Manifests
import TestSupport
import Testing

@testable import KubernetesAPI

@Suite("A watch")
struct WatchTests {
  private let cluster = TestCluster(TestCluster.kratix)

  /// A word for each update that is not `current`.
  private func word(_ update: WatchUpdate<Node>) -> String? {
    switch update {
    case .listed(let items): "listed " + names(items).sorted().joined(separator: ",")
    case .changed(let item): "changed " + names([item]).joined()
    case .deleted(let item): "deleted " + names([item]).joined()
    case .interrupted(let error): "interrupted \(error.code.rawValue)"
    case .current: nil
    }
  }

  /// Reads updates until one is expected, doing something at some of them.
  private func follow(
    _ client: KubernetesClient, until last: String, _ act: (String) throws -> Void
  ) async throws -> [String] {
    var words: [String] = []
    for await update in client.watch(ObjectQuery(works)) {
      guard let word = word(update) else {
        // The watch is open once the server has it.
        if words.count == 1, cluster.watchCount > 0 { try act("open") }
        continue
      }
      words.append(word)
      try act(word)
      if word == last { break }
    }
    return words
  }

  @Test("lists, and then follows every change", arguments: ServedCluster.Server.available)
  func changes(server: ServedCluster.Server) async throws {
    try await ServedCluster.with(server, [workKind]) { cluster in
      try await cluster.put(cluster.work("a"))
      var words: [String] = []
      for await update in try client(of: cluster).watch(ObjectQuery(cluster.works)) {
        guard let word = word(update) else { continue }
        words.append(word)
        switch word {
        case "listed a": try await cluster.put(cluster.work("b"))
        case "changed b": try await cluster.delete("works", "a")
        default: break
        }
        if word == "deleted a" { break }
      }
      #expect(words == ["listed a", "changed b", "deleted a"])
    }
  }

  @Test("that the server ends goes on where it ended, and lists again after 410")
  func endings() async throws {
    try cluster.put(work("a"))
    try await APIServer.with(cluster) { server in
      let client = try client(of: server, pacing: SkippedTime().pacing())
      let words = try await follow(client, until: "listed a,b,c") { word in
        switch word {
        case "open":
          cluster.endWatches()
          try cluster.put(work("b"))
        case "changed b":
          cluster.endWatches()
          try cluster.put(work("c"))
          cluster.compact()
        default: break
        }
      }
      #expect(words == ["listed a", "changed b", "listed a,b,c"])
      try await until { cluster.watchCount == 0 }
    }
  }

  @Test("says that the server is gone, waits longer each time, and goes on when it is back")
  func interruptions() async throws {
    try cluster.put(work("a"))
    let time = SkippedTime()
    try await APIServer.with(
      cluster, faults: .init { _, number in (1...5).contains(number) ? .close : nil }
    ) { server in
      let client = try client(of: server, pacing: time.pacing())
      var interruptions = 0
      let words = try await follow(client, until: "changed b") { word in
        if word.hasPrefix("interrupted") { interruptions += 1 }
        if interruptions == 5 {
          interruptions = 0
          try cluster.put(work("b"))
        }
      }
      #expect(
        words.dropLast() == ["listed a"] + Array(repeating: "interrupted unreachable", count: 5))
      let pauses = time.pauses
      #expect(pauses == pauses.sorted())
      #expect(pauses.last ?? .zero >= .seconds(4))
    }
  }

  @Test("of lines that are no events is interrupted, and nothing crashes")
  func malformed() async throws {
    let bodies = ["{\n", "\n\n[]\n", "{\"type\":\"ADDED\"}\n", "\u{0}\n"]
    try await APIServer.with(
      cluster,
      faults: .init { _, number in (1...4).contains(number) ? .body(bodies[number - 1]) : nil }
    ) { server in
      let client = try client(of: server, pacing: SkippedTime().pacing())
      var count = 0
      let words = try await follow(client, until: "changed a") { word in
        count += 1
        if count == 5 { try cluster.put(work("a")) }
      }
      #expect(words.filter { $0 == "interrupted malformed" }.count == 4)
    }
  }

  @Test("cuts lines wherever the pieces of the body are cut")
  func lines() throws {
    let text = Array("one\n\ntwo\nthree".utf8)
    for cut in 0...text.count {
      var lines = EventLines(limit: 100)
      let found = try lines.lines(with: text[..<cut]) + lines.lines(with: text[cut...])
      #expect(found.map { String(decoding: $0, as: UTF8.self) } == ["one", "two"])
    }
    var short = EventLines(limit: 3)
    #expect(throws: EventLines.TooLong.self) { try short.lines(with: Array("four".utf8)) }
  }

  @Test("backs off with jitter: between half and the whole of a pause that doubles")
  func backOff() {
    for random in [0.0, 0.5, 0.999] {
      var backOff = BackOff(first: .seconds(1), longest: .seconds(8))
      var whole: [Duration] = [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(8)]
      whole.append(.seconds(8))
      for limit in whole {
        let pause = backOff.pause(atLeast: nil, random: random)
        #expect(pause >= limit / 2 && pause <= limit)
      }
      #expect(backOff.pause(atLeast: .seconds(60), random: random) >= .seconds(60))
    }
  }
}
