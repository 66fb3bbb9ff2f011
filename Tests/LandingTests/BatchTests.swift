import TestSupport
import Testing

@testable import Landing

@Suite("A batch")
struct BatchTests {
  private let start = ContinuousClock.now

  private func batch(_ count: Int, seconds: Int = 60) -> Batch {
    Batch(count: count, deadline: start + .seconds(seconds))
  }

  @Test("goes out whole at first, without a pause")
  func first() {
    #expect(batch(3).first == .attempt([0, 1, 2], after: .zero, pushes: 0))
  }

  @Test("that is refused is split until the refused write is alone, in the order of the writes")
  func split() {
    var batch = batch(4)
    var action = batch.first
    var pushed: [[Int]] = []
    var refused: [Int] = []
    while action != .finish {
      var event = Batch.Event.answered
      switch action {
      case .attempt(let writes, _, _):
        pushed.append(writes)
        if writes.contains(2) { event = .refused(writes) }
      case .refuse(let write): refused.append(write)
      default: Issue.record("\(action)")
      }
      action = batch.next(after: event, now: start, randomUnit: 0)
    }
    #expect(pushed == [[0, 1, 2, 3], [0, 1], [2, 3], [2], [3]])
    #expect(refused == [2])
  }

  @Test("that is lost goes out again after a pause, without those that were answered")
  func lost() {
    var batch = batch(3)
    let action = batch.next(after: .lost([0, 2], .moved), now: start, randomUnit: 1)
    #expect(action == .attempt([0, 2], after: RetryPolicy.firstPause, pushes: 1))
    #expect(batch.next(after: .answered, now: start, randomUnit: 1) == .finish)
  }

  @Test("whose time is up gives up what is under way and goes on with the rest")
  func givesUp() {
    var batch = batch(2, seconds: 0)
    #expect(
      batch.next(after: .refused([0, 1]), now: start, randomUnit: 0)
        == .attempt([0], after: .zero, pushes: 1))
    #expect(batch.next(after: .lost([0], .locked), now: start, randomUnit: 1) == .giveUp([0]))
    #expect(
      batch.next(after: .answered, now: start, randomUnit: 1)
        == .attempt([1], after: .zero, pushes: 1))
  }

  @Test("among others loses nothing and lands nothing twice, however they come between each other")
  func interleavings() {
    for seed in 0..<3_000 {
      var world = World(seed: UInt64(seed))
      world.run()
      #expect(world.fault == nil, "seed \(seed): \(world.fault ?? "")")
    }
  }
}

/// Some batches and a stranger on one branch, taking turns by chance; a push may be refused, lost,
/// or break off before or after it landed.
private struct World {
  struct Writer {
    var batch: Batch
    var action: Batch.Action
    let writes: [Int]
    /// The version that the next push expects.
    var base: Int?
    var answers: [Int: [Answer]] = [:]
  }

  enum Answer {
    case landed
    case refused
    case conflict
  }

  private var random: SeededGenerator
  private var now = ContinuousClock.now
  private var version = 0
  /// How often each write is on the branch.
  private var branch: [Int: Int] = [:]
  private var bad: Set<Int> = []
  private var writers: [Writer] = []

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    var next = 0
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let writes = (0..<Int.random(in: 1...9, using: &random)).map { next + $0 }
      next += writes.count
      let deadline = now + .milliseconds(Int.random(in: 50...4_000, using: &random))
      let batch = Batch(count: writes.count, deadline: deadline)
      writers.append(Writer(batch: batch, action: batch.first, writes: writes))
    }
    bad = Set((0..<next).filter { _ in chance(0.15) })
  }

  private mutating func chance(_ likelihood: Double) -> Bool {
    Double.random(in: 0..<1, using: &random) < likelihood
  }

  mutating func run() {
    for _ in 0..<10_000 {
      guard writers.contains(where: { $0.action != .finish }) else { return }
      if chance(0.1) { version += 1 }
      let index = Int.random(in: writers.indices, using: &random)
      var writer = writers[index]
      step(&writer)
      writers[index] = writer
    }
  }

  private mutating func step(_ writer: inout Writer) {
    var event = Batch.Event.answered
    switch writer.action {
    case .finish: return
    case .refuse(let number): writer.answers[number, default: []].append(.refused)
    case .giveUp(let numbers):
      for number in numbers { writer.answers[number, default: []].append(.conflict) }
    case .attempt(let numbers, let pause, _):
      guard let base = writer.base else {
        // Reads the branch; what is there already is answered, as a plan finds it unchanged.
        now += pause
        for number in numbers where branch[writer.writes[number]] != nil {
          writer.answers[number, default: []].append(.landed)
        }
        writer.base = version
        return
      }
      writer.base = nil
      event = push(numbers.filter { writer.answers[$0] == nil }, on: base, &writer)
    }
    writer.action = writer.batch.next(
      after: event, now: now, randomUnit: Double.random(in: 0...1, using: &random))
  }

  private mutating func push(
    _ numbers: [Int], on base: Int, _ writer: inout Writer
  ) -> Batch.Event {
    if numbers.isEmpty { return .answered }
    if version != base { return .lost(numbers, .moved) }
    if chance(0.05) { return .lost(numbers, .locked) }
    if chance(0.05) { return .lost(numbers, .brokenOff) }
    let writes = numbers.map { writer.writes[$0] }
    if !bad.isDisjoint(with: writes) { return .refused(numbers) }
    for write in writes { branch[write, default: 0] += 1 }
    version += 1
    // It landed, the connection broke, and somebody pushed before the branch was read again.
    if chance(0.05) {
      version += 1
      return .lost(numbers, .moved)
    }
    for number in numbers { writer.answers[number, default: []].append(.landed) }
    return .answered
  }

  var fault: String? {
    for writer in writers {
      if writer.action != .finish { return "a batch does not end" }
      for (number, write) in writer.writes.enumerated() {
        let answers = writer.answers[number] ?? []
        guard answers.count == 1, let answer = answers.first else {
          return "write \(write) has \(answers.count) answers"
        }
        let count = branch[write] ?? 0
        switch answer {
        case .landed where count != 1: return "write \(write) landed \(count) times"
        case .refused where count != 0 || !bad.contains(write): return "write \(write) was refused"
        case .conflict where count > 1: return "write \(write) landed \(count) times"
        default: break
        }
      }
    }
    return nil
  }
}
