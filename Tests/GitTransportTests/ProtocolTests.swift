import Git
import Testing

@testable import GitTransport

@Suite("The protocol as pure values")
struct ProtocolTests {
  private let commit = ObjectID(hexadecimal: Recorded.commit)

  @Test("Packet lines are the same however the bytes arrive", arguments: Recorded.all)
  func pieces(_ bytes: [UInt8]) throws {
    let whole = try packetLines(bytes)
    for size in 1...9 { #expect(try packetLines(bytes, pieces: size) == whole) }
  }

  @Test("Impossible lengths are errors", arguments: ["0003", "fff1xxxx", "-001", "<htm", "00 4"])
  func impossible(_ text: String) {
    #expect(throws: ProtocolFailure.self) { try packetLines(Array(text.utf8)) }
  }

  @Test("A line of text is sent behind its length")
  func encode() {
    #expect(PacketLine.encode("done\n") == Array("0009done\n".utf8))
    #expect(PacketLine.encode(String(repeating: "x", count: 70_000)).count == 65_520)
  }

  private func greeting(_ bytes: [UInt8], limit: Int = 10) throws -> InitialAdvertisement? {
    var parser = AdvertisementParser(referenceLimit: limit)
    var found: InitialAdvertisement?
    for line in try packetLines(bytes) where found == nil { found = try parser.consume(line) }
    return found
  }

  @Test("Version 0 lists references and says what HEAD stands for")
  func version0() throws {
    let prefix = Array("001e# service=git-upload-pack\n0000".utf8)
    for bytes in [Recorded.version0, prefix + Recorded.version0] {
      guard case .references(let references, let capabilities) = try greeting(bytes) else {
        Issue.record("no references")
        return
      }
      #expect(references["refs/heads/main"] == commit)
      #expect(references.head == "refs/heads/main")
      #expect(capabilities.contains("side-band-64k"))
      #expect(!capabilities.contains("side"))
    }
  }

  @Test("Two branches whose names only Swift takes for equal are two", arguments: [0, 2])
  func normalForms(version: Int) throws {
    let names = ["refs/heads/caf\u{e9}", "refs/heads/cafe\u{301}"]
    let ids = ["1", "2"].map { String(repeating: $0, count: 40) }
    var bytes: [UInt8] = []
    for (index, name) in names.enumerated() {
      let capabilities = version == 0 && index == 0 ? "\0side-band-64k" : ""
      bytes += PacketLine.encode("\(ids[index]) \(name)\(capabilities)\n")
    }
    bytes += PacketLine.flushBytes
    let found: ReferenceAdvertisement
    if version == 0, case .references(let references, _)? = try greeting(bytes) {
      found = references
    } else {
      var listing = ReferenceListing(capabilities: nil, referenceLimit: 10)
      found = try #require(
        try packetLines(bytes).lazy.compactMap { try? listing.consume($0) }.first)
    }
    for (name, id) in zip(names, ids) {
      #expect(found[name] == ObjectID(hexadecimal: id))
      #expect(found.keeping(prefixes: [name]).references.count == 1)
    }
  }

  @Test("Over http a lone flush is no empty repository, for it must come behind the service's name")
  func flushWithoutService() throws {
    let flush = try #require(try packetLines(Array("0000".utf8)).first)
    var parser = AdvertisementParser(referenceLimit: 1, namesService: true)
    #expect(throws: ProtocolFailure.self) { try parser.consume(flush) }
    var named = AdvertisementParser(referenceLimit: 1, namesService: true)
    var found: InitialAdvertisement?
    for line in try packetLines(Array("001e# service=git-upload-pack\n00000000".utf8)) {
      found = try named.consume(line)
    }
    #expect(found != nil)
  }

  @Test("Version 2 lists what the server can do")
  func version2() throws {
    let found = try #require(try greeting(Recorded.version2))
    #expect(
      FetchSupport(found) == FetchSupport(shallow: true, filter: true, anyObject: true))
    #expect(found.capabilities.features(of: "ls-refs") == ["unborn"])
  }

  @Test(
    "An empty repository is no error",
    arguments: [
      "0000",
      "004a0000000000000000000000000000000000000000 capabilities^{}\0report-status\n0000",
      "000eversion 1\n0000",
    ])
  func empty(_ text: String) throws {
    let length = text.hasPrefix("004a") ? String(text.utf8.count - 4, radix: 16) : nil
    let fixed = length.map { "00\($0)" + text.dropFirst(4) } ?? text
    guard case .references(let references, _) = try greeting(Array(fixed.utf8)) else {
      Issue.record("no references")
      return
    }
    #expect(references.isEmpty)
  }

  @Test("More references than allowed are an error")
  func tooMany() {
    let error = #expect(throws: ProtocolFailure.self) {
      try greeting(Recorded.version0, limit: 1)
    }
    #expect(error?.code == .limitExceeded)
  }

  @Test(
    "SHA-256 and the server's own errors are told apart from broken answers",
    arguments: [
      ("version 2\n|object-format=sha256\n", TransportError.Code.unsupported),
      ("ERR access denied or repository not exported: /x", .repositoryNotFound),
      ("ERR Repository not found.", .repositoryNotFound),
      ("ERR upload-pack: not our ref 123", .objectNotFound),
      ("ERR want 1234567890123456789012345678901234567890 not valid", .objectNotFound),
      ("ERR Server does not allow request for unadvertised object 123", .objectNotFound),
      ("ERR Client wants invalid object 123", .objectNotFound),
      ("ERR TF401035: The object '123' does not exist.", .objectNotFound),
      ("ERR we are closed", .refused), ("ERR Internal Server Error", .serverFailed),
      ("hello", .protocolViolation),
    ])
  func errors(_ text: String, _ code: TransportError.Code) throws {
    let bytes = text.split(separator: "|").flatMap { PacketLine.encode(String($0)) }
    let error = #expect(throws: ProtocolFailure.self) {
      try greeting(bytes + PacketLine.flushBytes)
    }
    #expect(error?.code == code)
  }

  @Test("ls-refs gives references and HEAD, unborn or not")
  func listing() throws {
    var parser = ReferenceListing(capabilities: nil, referenceLimit: 10)
    var found: ReferenceAdvertisement?
    for line in try packetLines(Recorded.listing) { found = try parser.consume(line) }
    #expect(found?.head == "refs/heads/main")
    #expect(
      found?.keeping(prefixes: ["refs/heads/"]).references.keys.map(\.text).sorted() == [
        "refs/heads/main"
      ])

    var unborn = ReferenceListing(capabilities: nil, referenceLimit: 10)
    _ = try unborn.consume(.data(Array("unborn HEAD symref-target:refs/heads/trunk\n".utf8)[...]))
    #expect(try unborn.consume(.flush)?.head == "refs/heads/trunk")
  }

  @Test("A guessed ls-refs asks for nothing that an old server would not know")
  func guess() {
    let request = String(
      decoding: ReferenceListing.request(
        prefixes: ["refs/heads/main"], capabilities: nil, agent: "statestore/1"), as: UTF8.self)
    #expect(
      request
        == "0014command=ls-refs\n0001000csymrefs\n001fref-prefix refs/heads/main\n0014ref-prefix HEAD\n0000"
    )
  }

  @Test("Version 0 asks for thin-pack where it is offered, and names no commit without a depth")
  func thinPack() throws {
    let id = try #require(ObjectID(hexadecimal: "1234567890123456789012345678901234567890"))
    func text(_ capabilities: [String], depth: Int?) -> String {
      let request = FetchRequest(wants: [id], depth: depth, haves: [id])
      return String(
        decoding: request.version0(capabilities: Capabilities(capabilities), agent: "statestore/1"),
        as: UTF8.self)
    }
    #expect(text(["side-band-64k", "thin-pack", "ofs-delta"], depth: 1).contains(" thin-pack"))
    #expect(text(["side-band-64k", "shallow"], depth: 1).contains("have \(id)"))
    #expect(text(["side-band-64k", "shallow"], depth: 1).contains("shallow \(id)"))
    #expect(!text(["side-band-64k"], depth: nil).contains("thin-pack"))
    #expect(!text(["side-band-64k"], depth: nil).contains("have"))
  }

  @Test("A fetch's answer gives the pack")
  func fetch() throws {
    var parser = FetchResponseParser(isVersion2: true, deepens: true)
    var pack: [UInt8] = []
    var isFinished = false
    for line in try packetLines(Recorded.fetched) {
      switch try parser.consume(line) {
      case .none: break
      case .pack(let bytes): pack += bytes
      case .finished: isFinished = true
      }
    }
    #expect(isFinished)
    #expect(String(decoding: pack, as: UTF8.self) == "PACKpack\nend")
  }

  @Test("A report says accepted, or refused in the server's words")
  func reports() throws {
    func report(_ bytes: [UInt8], sideBand: Bool = true) throws -> PushReport? {
      var parser = PushReportParser(reference: "refs/heads/dev", usesSideBand: sideBand)
      for line in try packetLines(bytes) where try parser.consume(line) { break }
      return parser.report
    }
    #expect(try report(Recorded.accepted) == PushReport(outcome: .accepted))
    #expect(
      try report(Recorded.declined)
        == PushReport(outcome: .refused(reason: "pre-receive hook declined"), messages: ["no"]))
    let plain =
      PacketLine.encode("unpack index-pack abnormal exit\n")
      + PacketLine.encode("ng refs/heads/dev unpacker error\n") + PacketLine.flushBytes
    #expect(
      try report(plain, sideBand: false)?.outcome
        == .refused(reason: "unpacker error (unpack: index-pack abnormal exit)"))
    // Neither an accepted branch without "unpack ok" nor silence about the branch is a success.
    let failed = PacketLine.encode("unpack disk full\n") + PacketLine.encode("ok refs/heads/dev\n")
    #expect(
      try report(failed + PacketLine.flushBytes, sideBand: false)?.outcome
        == .refused(reason: "unpack: disk full"))
    let silent = PacketLine.encode("unpack ok\n") + PacketLine.flushBytes
    #expect(try report(silent, sideBand: false) == nil)
  }

  @Test("A push asks only for what the server offers, and never without a report")
  func request() throws {
    let id = try #require(commit)
    let update = ReferenceUpdate(name: "refs/heads/dev", old: .zero, new: id)
    let bytes = try update.command(
      capabilities: Capabilities(["report-status", "quiet", "agent=git/2"]), agent: "statestore/1")
    #expect(
      String(decoding: bytes.dropFirst(4), as: UTF8.self)
        == "\(ObjectID.zero) \(id) refs/heads/dev\0 report-status agent=statestore/10000")
    #expect(throws: ProtocolFailure.self) {
      try update.command(capabilities: Capabilities(["side-band-64k"]), agent: "a/1")
    }
    for bad in ["main", "refs/heads/a b", "refs/heads/a\nb"] {
      #expect(throws: ProtocolFailure.self) {
        try ReferenceUpdate(name: bad, old: .zero, new: id)
          .command(capabilities: Capabilities(["report-status"]), agent: "a/1")
      }
    }
  }

  @Test(
    "A deletion is only of a scratch reference, where the server lets clients delete",
    arguments: [
      ("refs/heads/a", "delete-refs", false), ("refs/tags/a", "delete-refs", false),
      ("refs/statestore/a", "quiet", false), ("refs/statestore/a", "delete-refs", true),
    ])
  func deletion(name: String, offer: String, isAllowed: Bool) throws {
    let id = try #require(commit)
    let update = ReferenceUpdate(name: name, old: id, new: .zero)
    func command() throws -> [UInt8] {
      try update.command(
        capabilities: Capabilities(["report-status", offer]), agent: "a/1")
    }
    guard isAllowed else {
      #expect(throws: ProtocolFailure.self) { try command() }
      return
    }
    #expect(String(decoding: try command(), as: UTF8.self).contains("\(id) \(ObjectID.zero) "))
  }

  @Test("No bytes make a parser trap", arguments: 0..<8)
  func fuzz(_ seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<2000 {
      var bytes = Recorded.all.randomElement(using: &generator) ?? []
      for _ in 0...Int.random(in: 0...4, using: &generator) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0...3, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.removeSubrange(place...)
        case 2: bytes.insert(contentsOf: bytes[..<place].prefix(40), at: place)
        default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        }
      }
      // An error is an answer; only a trap is a failure.
      let lines = (try? packetLines(bytes, pieces: 7)) ?? []
      var advertisement = AdvertisementParser(referenceLimit: 3)
      var listing = ReferenceListing(capabilities: nil, referenceLimit: 3)
      var version2 = FetchResponseParser(isVersion2: true, deepens: true)
      var version0 = FetchResponseParser(isVersion2: false, deepens: false)
      var report = PushReportParser(reference: "refs/heads/dev", usesSideBand: true)
      var plain = PushReportParser(reference: "refs/heads/dev", usesSideBand: false)
      for line in lines {
        _ = try? advertisement.consume(line)
        _ = try? listing.consume(line)
        _ = try? version2.consume(line)
        _ = try? version0.consume(line)
        _ = try? report.consume(line)
        _ = try? plain.consume(line)
      }
      _ = (report.report, plain.report, SanitizedText.lines(bytes))
    }
  }
}
