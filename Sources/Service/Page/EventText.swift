internal import Landing
internal import ServiceLifecycle

/// Server-sent events (HTML, "Server-sent events").
enum EventText {
  /// No two events come closer together.
  private static let pause: Duration = .milliseconds(500)
  /// A line now and then, so that nobody on the way takes the connection for dead.
  private static let heartbeat: Duration = .seconds(15)

  /// The texts that tell of changes, until the service stops or nobody reads them.
  static func stream(of changes: AsyncStream<Changes.Change>) -> AsyncStream<String> {
    let (texts, text) = AsyncStream.makeStream(
      of: String.self, bufferingPolicy: .bufferingNewest(2))
    let task = Task {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          for await _ in changes {
            text.yield("event: change\ndata: \n\n")
            // Cancelled: nobody reads on.
            guard (try? await CancellableTimer.sleep(for: pause)) != nil else { return }
          }
        }
        group.addTask {
          // Cancelled: nobody reads on.
          while (try? await CancellableTimer.sleep(for: heartbeat)) != nil {
            text.yield(": still here\n\n")
          }
        }
        group.addTask {
          // Cancelled: nobody reads on.
          try? await gracefulShutdown()
        }
        await group.next()
        group.cancelAll()
      }
      text.finish()
    }
    text.onTermination = { _ in task.cancel() }
    return texts
  }
}
