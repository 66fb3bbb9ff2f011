@preconcurrency import Glibc
import Synchronization

/// Standard input, output and error.
package enum StandardStreams {
  /// Opens `/dev/null` on closed descriptors 0-2, so that later files do not get these numbers.
  ///
  /// Output would be written into such a file. `/dev/null` is opened for reading only, so that
  /// printing fails as it should.
  package static func reserveDescriptors() {
    var number = open("/dev/null", O_RDONLY)
    while (0...STDERR_FILENO).contains(number) { number = open("/dev/null", O_RDONLY) }
    if number > STDERR_FILENO { close(number) }
  }

  /// Writes to standard error; a failure is ignored, as there is no other place to report it.
  static func writeError(_ text: String) {
    clearLine()
    writeAll(text)
  }

  /// Shows a line that the next one replaces; only for a terminal.
  static func showLine(_ text: String) {
    hasLine.withLock { $0 = true }
    writeAll("\r\u{1b}[K\(text)")
  }

  /// Removes the line that `showLine` shows.
  static func clearLine() {
    let isShown = hasLine.withLock { hasLine in
      defer { hasLine = false }
      return hasLine
    }
    if isShown { writeAll("\r\u{1b}[K") }
  }

  private static let hasLine = Mutex(false)

  private static func writeAll(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if count > 0 {
        bytes = bytes.dropFirst(count)
      } else if errno != EINTR {
        return
      }
    }
  }

  /// How wide standard output is, by `COLUMNS` or its terminal; `nil` if it is no terminal.
  package static var outputWidth: Int? {
    guard isatty(STDOUT_FILENO) == 1 else { return nil }
    if let columns = Environment["COLUMNS"].flatMap(Int.init), columns > 0 { return columns }
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Flushes standard output.
  ///
  /// - Returns: Whether all output so far could be written.
  static func flush() -> Bool {
    // Output that did not fit the buffer was written at once; `ferror` tells whether that failed.
    fflush(nil) == 0 && ferror(stdout) == 0
  }

  /// Whether standard output is a pipe that its reader has closed.
  package static var isOutputClosed: Bool {
    var output = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
    return poll(&output, 1, 0) > 0 && Int32(output.revents) & POLLERR != 0
  }
}
