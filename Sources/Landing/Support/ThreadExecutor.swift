internal import Foundation
internal import Synchronization

/// Runs the jobs of one or more actors one after another on its own thread.
///
/// libgit2 blocks and keeps its last error per thread. On the cooperative pool its calls would block
/// all other tasks of the process. Actors that share an executor call each other without a change of
/// threads.
package final class ThreadExecutor: SerialExecutor {
  private let mailbox = Mailbox()

  /// Starts the thread, which ends when the executor is released.
  ///
  /// - Parameter name: The name of the thread in debuggers.
  package init(name: String) {
    // The thread holds the mailbox only: holding the executor would keep it alive forever.
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
    // The job belongs to an actor that holds this executor, so the reference is valid until the job
    // has run.
    let executor = asUnownedSerialExecutor()
    mailbox.post { job.runSynchronously(on: executor) }
  }
}

/// Jobs that wait for the thread; each signal means one job, or the end.
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
