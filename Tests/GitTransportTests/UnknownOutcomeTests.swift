import Git
import GitTransport
import TestSupport
import Testing

@Suite("What became of a push")
struct UnknownOutcomeTests {
  /// What a server answers to the upload, and what that says about it.
  struct Row: Sendable, CustomTestStringConvertible {
    let answer: String
    let code: TransportError.Code?

    var testDescription: String { answer.split(separator: "\r\n").first.map(String.init) ?? answer }
  }

  private static let report = "000eunpack ok\n0017ok refs/heads/main\n0000"

  private static func result(_ body: String, length: Int? = nil) -> String {
    "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-receive-pack-result\r\n"
      + "Content-Length: \(length ?? body.utf8.count)\r\n\r\n\(body)"
  }

  static let rows = [
    Row(answer: result(report), code: nil),
    Row(answer: result("000eunpack ok\n0000"), code: .outcomeUnknown),
    Row(answer: result("000eunpack ok\n", length: 100), code: .outcomeUnknown),
    Row(answer: result("0017ok refs/heads/main\n0000"), code: .outcomeUnknown),
    Row(answer: result("000eunpack ok\n0016ok refs/heads/dev\n0000"), code: .outcomeUnknown),
    Row(answer: result("000dERR sorry"), code: .outcomeUnknown),
    Row(answer: result("<html>"), code: .outcomeUnknown),
    Row(answer: result(""), code: .outcomeUnknown),
    Row(answer: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", code: .outcomeUnknown),
    Row(answer: "", code: .outcomeUnknown),
    Row(answer: "HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n", code: .authenticationFailed),
    Row(answer: "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", code: .authenticationFailed),
    Row(answer: "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", code: .repositoryNotFound),
    Row(answer: "HTTP/1.1 413 Big\r\nContent-Length: 0\r\n\r\n", code: .refused),
    Row(
      answer: "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n",
      code: .unavailable),
    Row(answer: "HTTP/1.1 203 Page\r\nContent-Length: 0\r\n\r\n", code: .authenticationFailed),
    Row(
      answer: "HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
      code: .insecure),
    Row(answer: "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", code: .outcomeUnknown),
    Row(answer: "HTTP/1.1 504 Late\r\nContent-Length: 0\r\n\r\n", code: .outcomeUnknown),
  ]

  @Test(
    "Only a whole report or a refusing status is definite", .timeLimit(.minutes(1)),
    arguments: rows)
  func answers(_ row: Row) async throws {
    let line =
      "0000000000000000000000000000000000000000 capabilities^{}\0report-status agent=git/2.39.5\n"
    let size = String(line.utf8.count + 4, radix: 16)
    let advertisement =
      "001f# service=git-receive-pack\n0000" + String(repeating: "0", count: 4 - size.count) + size
      + line + "0000"
    let good =
      "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-receive-pack-advertisement\r\n"
      + "Content-Length: \(advertisement.utf8.count)\r\n\r\n\(advertisement)"
    try await RawServer.with(.answering([good, row.answer])) { server in
      let remote = try makeRemote("http://127.0.0.1:\(server.port)/x.git")
      let push = try await remote.openPush(deadline: soon)
      let id = try #require(ObjectID(hexadecimal: String(repeating: "1", count: 40)))
      var report: PushReport?
      let error = await failure {
        report = try await push.push(
          ReferenceUpdate(name: "refs/heads/main", old: .zero, new: id), pack: [1, 2, 3],
          deadline: soon)
      }
      #expect(error?.code == row.code, "\(error as Any)")
      #expect(report?.outcome == (row.code == nil ? .accepted : nil))
      if row.answer.contains("Retry-After") { #expect(error?.retryAfter == .seconds(7)) }
      await remote.close()
    }
  }

  @Test("A log-in page instead of Git is named as one", .timeLimit(.minutes(1)))
  func page() async throws {
    let page =
      "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 6\r\n\r\n<html>"
    try await RawServer.with(.answering([page])) { server in
      let remote = try makeRemote("http://127.0.0.1:\(server.port)/x.git")
      let error = await failure { try await remote.openPush(deadline: soon) }
      #expect(error?.code == .protocolViolation)
      #expect(error?.message.contains("web page") == true)
      await remote.close()
    }
  }
}
