/// Has the writes of a queue pushed: by this process, or by another one that pushes for both.
protocol BatchRunner: Sendable {
  /// Takes the waiting writes of a queue, and returns when each has its result or was put back.
  func run(_ queue: PushQueue) async
  /// Makes sure that no other process begins to push the write of a caller that has given up.
  func withdraw(_ waiter: LocalWaiter) async
}

extension Pusher: BatchRunner {
  func run(_ queue: PushQueue) async {
    let writes = await queue.takeWaiting()
    let deadline = writes.map(\.options.deadline).max() ?? branch.dependencies.now()
    await queue.putBack(push(writes, until: deadline))
  }

  nonisolated func withdraw(_ waiter: LocalWaiter) async {}
}
