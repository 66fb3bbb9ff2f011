import Dispatch
import Glibc

/// Handles SIGTERM and SIGINT: the signals by which Kubernetes or a person ends the process.
///
/// An interrupted command stops, cleans up and prints what it knows, as it does at its deadline. The
/// service installs signal handlers of its own.
///
/// A dispatch source for signals would need them to be ignored, which child processes would inherit.
package struct Interruption {
  private static let signals = [SIGTERM, SIGINT]
  /// How long a command may take to end after the signal; Kubernetes kills after 30 s.
  private static let patience: DispatchTimeInterval = .seconds(5)

  // The reading end and the writing end. A signal handler may do little more than write to a pipe.
  private static let pipe: (Int32, Int32) = {
    var ends: [Int32] = [-1, -1]
    Glibc.pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }()

  private let source: any DispatchSourceRead

  /// Installs the handlers.
  ///
  /// - Parameter interrupted: Called at the first signal.
  package init(_ interrupted: @escaping @Sendable () -> Void) {
    source = DispatchSource.makeReadSource(fileDescriptor: Self.pipe.0, queue: .global())
    source.setEventHandler {
      var number: UInt8 = 0
      guard read(Self.pipe.0, &number, 1) == 1 else { return }
      let status = 128 + Int32(number)
      DispatchQueue.global().asyncAfter(deadline: .now() + Self.patience) { _exit(status) }
      interrupted()
    }
    source.resume()
    for number in Self.signals {
      signal(number) { number in
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(Interruption.pipe.1, &byte, 1)
      }
    }
  }
}
