import Testing

@testable import Service

@Suite("Looks that are asked for", .timeLimit(.minutes(1)))
struct PendingLooksTests {
  @Test("are made once, however often they are asked for before they begin")
  func once() async {
    let looks = PendingLooks()
    for store in ["a", "a", "b", "a", "b"] { looks.ask(for: store) }
    var turns = looks.turns().makeAsyncIterator()
    #expect(await turns.next(isolation: nil) == "a")
    // It may have changed since the look began.
    for _ in 0..<3 { looks.ask(for: "a") }
    #expect(await turns.next(isolation: nil) == "b")
    #expect(await turns.next(isolation: nil) == "a")
    looks.ask(for: "c")
    #expect(await turns.next(isolation: nil) == "c")
  }
}
