internal import Landing

/// Which Works a state store is to be told of next, and when.
///
/// A pure state machine of events and actions. It holds names alone; what is wanted is looked up
/// when its turn comes.
struct WorkQueue: Sendable {
  typealias Instant = ContinuousClock.Instant

  /// How a turn ended.
  enum Ending: Sendable, Hashable {
    /// The state store agrees with what is wanted.
    case done
    /// It was refused, and will be again unless somebody changes something.
    case refused
    /// Others were faster each time.
    case lost
    /// The state store could not be asked; so it is with every other Work.
    case storeFailed
    /// What became of it could not be kept; so it is with every other Work.
    case notKept
  }

  /// How long a state store that could not be asked is left alone: this at first, doubled each time.
  static let firstPause: Duration = .seconds(1)
  /// No pause of a state store is longer.
  static let longestPause: Duration = .seconds(30)
  /// How long a refused Work waits: this at first, doubled each time.
  static let firstDelay: Duration = .seconds(15)
  /// No refused Work waits longer.
  static let longestDelay: Duration = .seconds(600)

  /// How many turns there may be at once, as long as all goes well.
  let places: Int
  /// How many turns there may be at once now: what a slow state store cannot take in time is asked of
  /// it in smaller groups, half as large each time, and in larger ones with each success.
  private(set) var window: Int

  private var ready = Line()
  private var later: [WorkKey: Instant] = [:]
  /// When the first of the later ones may be due.
  private var earliest: Instant?
  private var failures: [WorkKey: Int] = [:]
  /// Works whose turn it is, and whether they were wanted again meanwhile.
  private var running: [WorkKey: Bool] = [:]
  private var pause: (until: Instant, failures: Int, reason: Ending)?

  init(places: Int) {
    self.places = places
    window = places
  }

  /// How many Works wait for their turn, those that wait for a later one included.
  var depth: Int { ready.count + later.count + running.count }
  var isIdle: Bool { running.isEmpty }
  /// Whether the state store could not be asked the last time.
  var isPaused: Bool { pause?.reason == .storeFailed }

  /// Something about a Work has changed: it is its turn as soon as can be.
  mutating func want(_ key: WorkKey) {
    if running[key] != nil {
      running[key] = true
    } else {
      later[key] = nil
      ready.append(key)
    }
  }

  /// Something about the state store has changed: nothing has to wait any longer.
  mutating func wantAllAgain() {
    pause = nil
    for key in later.keys.sorted() { ready.append(key) }
    later = [:]
    earliest = nil
  }

  /// Begins the turns that are due.
  mutating func next(at now: Instant) -> [WorkKey] {
    if let earliest, earliest <= now { takeDue(at: now) }
    var free = window - running.count
    if let pause {
      // One asks for all, to see whether the state store is back.
      free = pause.until <= now && running.isEmpty ? 1 : 0
    }
    var begun: [WorkKey] = []
    while begun.count < free, let key = ready.popFirst() {
      running[key] = false
      begun.append(key)
    }
    return begun
  }

  /// Ends a turn.
  ///
  /// - Parameter randomUnit: A number from 0 to 1, so that not all come back together.
  mutating func end(_ key: WorkKey, _ ending: Ending, at now: Instant, randomUnit: Double) {
    let isWantedAgain = running.removeValue(forKey: key) ?? false
    switch ending {
    case .done:
      pause = nil
      window = min(places, window + 1)
      failures[key] = nil
      if isWantedAgain { ready.append(key) }
    case .refused, .lost:
      pause = nil
      let count = failures[key, default: 0]
      failures[key] = count + 1
      let first = ending == .lost ? Self.firstPause : Self.firstDelay
      if isWantedAgain {
        ready.append(key)
      } else {
        let due = now + Self.delay(first, count, atMost: Self.longestDelay, randomUnit)
        later[key] = due
        earliest = min(earliest ?? due, due)
      }
    case .storeFailed, .notKept:
      // Another one asks next: this one may be what the state store cannot take.
      ready.append(key)
      guard pause.map({ $0.until <= now }) ?? true else { return }
      window = max(1, window / 2)
      let count = pause?.failures ?? 0
      let length = Self.delay(Self.firstPause, count, atMost: Self.longestPause, randomUnit)
      pause = (now + length, count + 1, ending)
    }
  }

  /// When there will be something to begin; `nil` when only an event can bring it.
  func nextTime(after now: Instant) -> Instant? {
    let paused = ready.isEmpty || !running.isEmpty ? nil : pause?.until
    return [paused, earliest].compactMap { $0 }.min()
  }

  private mutating func takeDue(at now: Instant) {
    for (key, due) in later where due <= now {
      later[key] = nil
      ready.append(key)
    }
    earliest = later.values.min()
  }

  private static func delay(
    _ first: Duration, _ count: Int, atMost longest: Duration, _ randomUnit: Double
  ) -> Duration {
    min(first * (1 << min(count, 20)), longest) * (0.5 + randomUnit / 2)
  }
}

extension WorkQueue {
  /// Works in the order in which they came, each once.
  private struct Line: Sendable {
    private var keys: [WorkKey] = []
    private var first = 0
    private var members: Set<WorkKey> = []

    var count: Int { members.count }
    var isEmpty: Bool { members.isEmpty }

    mutating func append(_ key: WorkKey) {
      if members.insert(key).inserted { keys.append(key) }
    }

    mutating func popFirst() -> WorkKey? {
      guard first < keys.count else { return nil }
      let key = keys[first]
      first += 1
      members.remove(key)
      if first > 1024, first * 2 > keys.count {
        keys.removeFirst(first)
        first = 0
      }
      return key
    }
  }
}

extension WorkQueue.Ending {
  /// What an outcome means for the turns to come.
  init(_ outcome: Outcome) {
    switch outcome.meaning.remedy {
    case .none: self = .done
    case .change: self = .refused
    case .tryAgain: self = .lost
    case .askLater: self = .storeFailed
    }
  }
}
