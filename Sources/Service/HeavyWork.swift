internal import Landing

/// Computations that take long, such as reading a body of 16 MiB, on a thread of their own.
///
/// The cooperative pool has as many threads as there are cores: two such computations there would
/// keep all other requests waiting, `/livez` among them.
actor HeavyWork {
  private static let shared = HeavyWork()
  /// What is smaller takes less time than the way to another thread and back is worth.
  private static let leastBytes = 64 << 10

  private let executor = ThreadExecutor(name: "heavy work")

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// Runs a computation: a small one at once, a large one when those before it have ended.
  ///
  /// - Parameters:
  ///   - bytes: How many bytes it has to go through.
  ///   - body: The computation.
  /// - Throws: What the body throws; `CancellationError` when the task is cancelled before it begins.
  static func run<Value: Sendable>(
    on bytes: Int, _ body: @Sendable () throws -> Value
  ) async throws -> Value {
    guard bytes >= leastBytes else { return try body() }
    return try await shared.perform(body)
  }

  private func perform<Value: Sendable>(_ body: @Sendable () throws -> Value) throws -> Value {
    try Task.checkCancellation()
    return try body()
  }
}
