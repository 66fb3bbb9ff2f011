internal import Foundation
internal import Synchronization

/// Runs an actor's jobs one after another on a thread of its own.
///
/// libgit2's calls block, and its last error belongs to the thread that made it; on the
/// cooperative pool they would starve everything else in the process.
package final class ThreadExecutor: SerialExecutor {
  private let mailbox = Mailbox()

  /// Starts the thread, which ends with the value.
  ///
  /// - Parameter name: What debuggers call the thread.
  package init(name: String) {
    // The thread holds the mailbox and not the executor, which would otherwise never be freed.
    let mailbox = mailbox
    let thread = Thread {
      while let job = mailbox.next() { job() }
    }
    thread.name = name
    thread.stackSize = 4 << 20
    thread.start()
  }

  deinit { mailbox.close() }

  /// Runs a job after all that were enqueued before.
  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    // The job belongs to an actor that holds this executor, so the reference is good until the
    // job has run.
    let executor = asUnownedSerialExecutor()
    mailbox.post { job.runSynchronously(on: executor) }
  }
}

/// Jobs on their way to a thread; each signal stands for one job, or for the end.
private final class Mailbox: Sendable {
  private let jobs = Mutex<[@Sendable () -> Void]>([])
  private let arrived = DispatchSemaphore(value: 0)

  func post(_ job: @escaping @Sendable () -> Void) {
    jobs.withLock { $0.append(job) }
    arrived.signal()
  }

  func close() {
    arrived.signal()
  }

  /// The next job, when there is one; `nil` after the last.
  func next() -> (@Sendable () -> Void)? {
    arrived.wait()
    return jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
  }
}
