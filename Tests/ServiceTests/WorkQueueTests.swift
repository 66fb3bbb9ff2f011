import Testing

@testable import Service

@Suite("The queue of a state store")
struct WorkQueueTests {
  private let start = ContinuousClock.now
  private let keys = (0..<10).map { WorkKey(namespace: "default", name: "work-\($0)") }

  private func queue(_ count: Int, places: Int = 3) -> WorkQueue {
    var queue = WorkQueue(places: places)
    for key in keys.prefix(count) { queue.want(key) }
    return queue
  }

  @Test("begins as many as there are places, in the order in which they came, each once")
  func order() {
    var queue = queue(5)
    queue.want(keys[0])
    #expect(queue.next(at: start) == Array(keys[0..<3]))
    #expect(queue.next(at: start) == [])
    queue.end(keys[1], .done, at: start, randomUnit: 0)
    #expect(queue.next(at: start) == [keys[3]])
    #expect(queue.depth == 4)
  }

  @Test("gives a Work another turn that was wanted again in its turn")
  func wantedAgain() {
    var queue = queue(1)
    _ = queue.next(at: start)
    queue.want(keys[0])
    #expect(queue.next(at: start) == [])
    queue.end(keys[0], .done, at: start, randomUnit: 0)
    #expect(queue.next(at: start) == [keys[0]])
    queue.end(keys[0], .done, at: start, randomUnit: 0)
    #expect(queue.next(at: start) == [])
    #expect(queue.depth == 0)
  }

  @Test("leaves a state store alone that could not be asked, longer each time, and sends one ahead")
  func pauses() {
    var queue = queue(5)
    var now = start
    var begun = queue.next(at: now)
    var pauses: [Duration] = []
    for _ in 0..<8 {
      for key in begun { queue.end(key, .storeFailed, at: now, randomUnit: 1) }
      #expect(queue.isPaused)
      #expect(queue.next(at: now) == [])
      guard let next = queue.nextTime(after: now) else {
        Issue.record("no next time")
        return
      }
      pauses.append(next - now)
      now = next
      begun = queue.next(at: now)
      #expect(begun.count == 1)
      #expect(queue.next(at: now) == [])
    }
    #expect(pauses == [1, 2, 4, 8, 16, 30, 30, 30].map { .seconds($0) })
    queue.end(begun[0], .done, at: now, randomUnit: 1)
    #expect(!queue.isPaused)
    #expect(queue.next(at: now).count == 2)
    #expect(queue.depth == 4)
  }

  @Test("does not call a state store away when what became of a Work could not be kept")
  func notKept() {
    var queue = queue(2, places: 1)
    #expect(queue.next(at: start) == [keys[0]])
    queue.end(keys[0], .notKept, at: start, randomUnit: 1)
    #expect(!queue.isPaused && queue.next(at: start).isEmpty)
    let next = queue.nextTime(after: start)
    #expect(next == start + WorkQueue.firstPause)
    #expect(queue.next(at: next ?? start) == [keys[1]])
    queue.end(keys[1], .storeFailed, at: next ?? start, randomUnit: 1)
    #expect(queue.isPaused)
  }

  @Test("asks less of a state store that does not manage in time, and more with each success")
  func window() {
    var queue = WorkQueue(places: 8)
    var now = ContinuousClock.now
    for number in 0..<64 { queue.want(WorkKey(namespace: "default", name: "\(number)")) }
    func takeTurns(_ ending: WorkQueue.Ending) -> Int {
      let begun = queue.next(at: now)
      for key in begun { queue.end(key, ending, at: now, randomUnit: 1) }
      now = queue.nextTime(after: now) ?? now
      return begun.count
    }
    #expect(takeTurns(.storeFailed) == 8)
    #expect([takeTurns(.done), takeTurns(.done), takeTurns(.done)] == [1, 5, 8])
    #expect(takeTurns(.storeFailed) == 8)
    #expect(takeTurns(.storeFailed) == 1)
    #expect(takeTurns(.storeFailed) == 1)
    #expect([takeTurns(.done), takeTurns(.done), takeTurns(.done)] == [1, 2, 4])
  }

  @Test(
    "asks with another Work when one has found the state store away: it may be that one's fault")
  func rotation() {
    var queue = WorkQueue(places: 2)
    var now = ContinuousClock.now
    let keys = ["a", "b", "c"].map { WorkKey(namespace: "default", name: $0) }
    for key in keys { queue.want(key) }
    for key in queue.next(at: now) { queue.end(key, .storeFailed, at: now, randomUnit: 1) }
    var asked: [String] = []
    for _ in 0..<4 {
      now = queue.nextTime(after: now) ?? now
      for key in queue.next(at: now) {
        asked.append(key.name)
        queue.end(key, .storeFailed, at: now, randomUnit: 1)
      }
    }
    #expect(asked == ["c", "a", "b", "c"])
  }

  @Test("tries a refused Work again later and later, and at once when it has changed")
  func refusals() {
    var queue = queue(1)
    var now = start
    var delays: [Duration] = []
    for _ in 0..<8 {
      #expect(queue.next(at: now) == [keys[0]])
      queue.end(keys[0], .refused, at: now, randomUnit: 1)
      guard let next = queue.nextTime(after: now) else {
        Issue.record("no next time")
        return
      }
      delays.append(next - now)
      now = next
    }
    #expect(delays == [15, 30, 60, 120, 240, 480, 600, 600].map { .seconds($0) })
    queue.want(keys[0])
    #expect(queue.next(at: start) == [keys[0]])
    queue.end(keys[0], .refused, at: now, randomUnit: 1)
    queue.wantAllAgain()
    #expect(queue.next(at: now) == [keys[0]])
  }

  @Test("lets a refused Work hold up no other")
  func others() {
    var queue = queue(2, places: 1)
    #expect(queue.next(at: start) == [keys[0]])
    queue.end(keys[0], .refused, at: start, randomUnit: 0)
    #expect(queue.next(at: start) == [keys[1]])
  }
}
