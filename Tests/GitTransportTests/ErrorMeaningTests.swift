import Foundation
import Testing

@testable import GitTransport

@Suite("The words of servers")
struct ErrorMeaningTests {
  static let rows: [(reason: String, messages: [String], cause: PushReport.Cause)] = [
    ("incorrect old value provided", [], .movedReference),
    ("cannot lock ref 'refs/heads/main': is at 74291c but expected 473aff", [], .movedReference),
    ("failed to update ref", [], .movedReference),
    ("failed to lock", [], .movedReference),
    ("Unable to create '/srv/s.git/refs/heads/main.lock': File exists.", [], .movedReference),
    ("reference already exists", [], .movedReference),
    ("fetch first", [], .movedReference),
    ("non-fast-forward", [], .movedReference),
    ("failed to update reference: reference has changed concurrently", [], .movedReference),
    ("lock error", [], .movedReference),
    ("TF401028: The reference has already been updated by another client", [], .movedReference),
    ("no reason given", ["error: cannot lock ref 'refs/heads/main'"], .movedReference),
    ("Internal Server Error", [], .serverFailure),
    ("internal error", [], .serverFailure),
    ("unpacker error", [], .serverFailure),
    ("unpacker error (unpack: index-pack abnormal exit)", ["fatal: early EOF"], .serverFailure),
    ("missing necessary objects", [], .serverFailure),
    ("command aborted", [], .serverFailure),
    ("object not found", [], .serverFailure),
    ("deadline exceeded", [], .serverFailure),
    ("pre-receive hook declined", ["GitLab: Internal API unreachable"], .serverFailure),
    ("pre-receive hook declined", [], .hook),
    ("pre-receive hook declined", ["cannot lock ref", "internal error"], .hook),
    ("protected branch hook declined", [], .hook),
    ("unpacker error", ["fatal: fsck error in packed object"], .refusal),
    ("unpacker error", ["fatal: pack exceeds maximum allowed size (1 MiB)"], .refusal),
    ("push declined due to repository rule violations", [], .refusal),
    ("TF402455: Pushes to this branch are not permitted; use a pull request", [], .refusal),
    ("push declined", ["an internal error message must not have a name"], .refusal),
  ]

  @Test("tell a lost race and a failure of the server from a refusal", arguments: rows)
  func refusals(reason: String, messages: [String], cause: PushReport.Cause) {
    let report = PushReport(outcome: .refused(reason: reason), messages: messages)
    #expect(report.cause == cause)
  }

  @Test("say nothing of a push that was accepted")
  func accepted() {
    #expect(PushReport(outcome: .accepted, messages: ["failed to lock"]).cause == nil)
  }

  @Test("that come after much progress are kept", arguments: [60, 20_000])
  func reasonAfterProgress(lines: Int) {
    var words = ProgressBuffer()
    for number in 0..<lines { words.append(Array("checking rule \(number) ... ok\n".utf8)) }
    words.append(Array("the label team is missing\n".utf8))
    #expect(words.lines.last == "the label team is missing")
    #expect(words.lines.count == SanitizedText.lineCount)
  }

  @Test(
    "are shown without what steers a terminal",
    arguments: [
      ("No\u{1B}]0;title\u{07} way", "No way"),
      ("\u{1B}]8;;http://evil\u{1B}\\link\u{1B}]8;;\u{1B}\\.", "link."),
      ("\u{9D}0;title\u{9C}x", "x"), ("\u{9B}31mred", "red"), ("\u{1B}[1;31mred\u{1B}[0m", "red"),
      ("\u{1B}]0;never ended\nnext", "next"), ("\u{1B}P1$r\u{1B}\\x", "x"),
    ])
  func steering(said: String, shown: String) {
    #expect(SanitizedText.lines(Array(said.utf8)) == [shown])
  }

  @Test(
    "about when to come back are seconds or a date",
    arguments: [
      ("7", 7), ("0", 0), (" 5 ", 5), ("999999999999999999999", 86_400),
      ("Sat, 28 Nov 2026 06:00:30 GMT", 30), ("Sat, 28 Nov 2026 05:00:00 GMT", 0),
      ("Sun, 29 Nov 2037 06:00:30 GMT", 86_400), ("soon", nil), ("-1", nil), ("", nil),
      ("Sat, 28 Foo 2026 06:00:30 GMT", nil),
    ])
  func retryAfter(header: String, seconds: Int?) throws {
    let now = try Date("2026-11-28T06:00:00Z", strategy: .iso8601)
    #expect(HTTPFailure.retryAfter(header, now: now) == seconds.map { .seconds($0) })
  }
}
