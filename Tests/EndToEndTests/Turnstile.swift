import Foundation

/// Lets in only so many at once; the others wait their turn.
///
/// Swift Testing starts all tests together. Each of these runs servers and processes, and all of
/// them at once would measure nothing but how long they wait for each other.
actor Turnstile {
  static let sites = Turnstile(places: ProcessInfo.processInfo.activeProcessorCount * 2)

  private var places: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(places: Int) { self.places = places }

  /// Waits for a place and takes it.
  func enter() async {
    if places > 0 {
      places -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  /// Gives a place to whoever has waited longest.
  func leave() {
    if waiting.isEmpty {
      places += 1
    } else {
      waiting.removeFirst().resume()
    }
  }
}
