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
    mailbox.startThread(name: name)
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

/// Runs the jobs of one task on a thread of its own, where it may block.
///
/// The cooperative pool has one thread for each core: a task that waits for one of libgit2's locks there
/// leaves its core idle.
final class TaskThread: TaskExecutor {
  private let mailbox = Mailbox()

  /// Starts the thread, which ends when the executor is released.
  init() {
    mailbox.startThread(name: "statestore-task")
  }

  deinit { mailbox.close() }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    // The task that the job belongs to holds this executor until it has run.
    let executor = asUnownedTaskExecutor()
    mailbox.post { job.runSynchronously(on: executor) }
  }
}

/// Jobs that wait for the thread; each signal means one job, or the end.
private final class Mailbox: Sendable {
  private let jobs = Mutex<[@Sendable () -> Void]>([])
  private let arrived = DispatchSemaphore(value: 0)

  /// Starts a thread that runs the jobs until the mailbox is closed.
  ///
  /// It holds the mailbox only: holding the executor would keep it alive forever.
  func startThread(name: String) {
    let thread = Thread {
      while let job = self.next() { job() }
    }
    thread.name = name
    thread.stackSize = 4 << 20
    thread.start()
  }

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
