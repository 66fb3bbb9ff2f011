@preconcurrency import Glibc

/// The three streams that every process begins with.
enum StandardStreams {
  /// Takes the numbers of those that whoever started the program has closed.
  ///
  /// The next file that is opened would have one of them, and be written what is printed. What is
  /// put in their place can be read alone, so that printing fails as it should.
  static func keepNumbers() {
    var number = open("/dev/null", O_RDONLY)
    while (0...STDERR_FILENO).contains(number) { number = open("/dev/null", O_RDONLY) }
    if number > STDERR_FILENO { close(number) }
  }

  /// Writes to standard error.
  ///
  /// When that is full or closed nobody can be told, and that ends nothing.
  static func tell(_ text: String) {
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

  /// Hands over what was printed.
  ///
  /// - Returns: Whether that and all before could be handed over.
  static func flush() -> Bool {
    // What was too much for the buffer is tried at once, and lost where that fails.
    fflush(nil) == 0 && ferror(stdout) == 0
  }

  /// Whether standard output is a pipe that its reader has closed.
  static var isOutputClosed: Bool {
    var output = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
    return poll(&output, 1, 0) > 0 && Int32(output.revents) & POLLERR != 0
  }
}
