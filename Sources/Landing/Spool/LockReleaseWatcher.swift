internal import Foundation

/// Waits until a file that was open for writing is closed, also by the end of its process.
final class LockReleaseWatcher: Sendable {
  private let descriptor: Int32

  /// Begins to watch a file; `nil` when inotify is not available.
  init?(_ path: String) {
    descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
    guard descriptor >= 0 else { return nil }
    guard inotify_add_watch(descriptor, path, UInt32(IN_CLOSE_WRITE)) >= 0 else {
      close(descriptor)
      return nil
    }
  }

  deinit { close(descriptor) }

  /// Waits for the file to be closed, but not longer than this.
  ///
  /// It blocks a thread of its own: those of the cooperative pool must not be blocked.
  func wait(atMost time: Duration) async {
    let milliseconds =
      Int32(clamping: time.components.seconds * 1_000)
      + Int32(clamping: time.components.attoseconds / 1_000_000_000_000_000)
    await withCheckedContinuation { continuation in
      let thread = Thread { [self] in
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&polled, 1, max(1, milliseconds))
        // The events themselves say nothing more.
        var events = [UInt8](repeating: 0, count: 4_096)
        while read(descriptor, &events, events.count) > 0 {}
        continuation.resume()
      }
      thread.stackSize = 128 << 10
      thread.start()
    }
  }
}
