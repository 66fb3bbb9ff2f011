internal import Foundation

/// Hears when a file that was open for writing is closed, be it by the end of its process.
final class SpoolBell: Sendable {
  private let descriptor: Int32

  /// Listens to a file; `nil` where the kernel does not tell.
  init?(_ path: String) {
    descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
    guard descriptor >= 0 else { return nil }
    guard inotify_add_watch(descriptor, path, UInt32(IN_CLOSE_WRITE)) >= 0 else {
      close(descriptor)
      return nil
    }
  }

  deinit { close(descriptor) }

  /// Waits until it rings, and not longer than this.
  ///
  /// On a thread of its own: one of those that all tasks share must not be blocked.
  func wait(atMost time: Duration) async {
    let milliseconds =
      Int32(clamping: time.components.seconds * 1_000)
      + Int32(clamping: time.components.attoseconds / 1_000_000_000_000_000)
    await withCheckedContinuation { continuation in
      let thread = Thread { [self] in
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&polled, 1, max(1, milliseconds))
        // What has rung is forgotten.
        var events = [UInt8](repeating: 0, count: 4_096)
        while read(descriptor, &events, events.count) > 0 {}
        continuation.resume()
      }
      thread.stackSize = 128 << 10
      thread.start()
    }
  }
}
