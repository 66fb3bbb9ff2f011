internal import Glibc

/// Lets a write to a program that has ended be an error, and not the end of this process.
///
/// NIO does the same for sockets.
package enum BrokenPipes {
  /// Reading it does it, once for the process.
  package static let areErrors: Void = { signal(SIGPIPE, SIG_IGN) }()
}
