import Dispatch
import Glibc

/// The wish of Kubernetes or a person that the process ends: SIGTERM, SIGINT.
///
/// A command that is told so stops what it does, cleans up behind it and says what it knows, as at
/// its deadline. A service takes the signals over and ends in its own way.
struct Interruption {
  private static let signals = [SIGTERM, SIGINT]
  /// How long a command has to end in order; Kubernetes kills after 30 s.
  private static let patience: DispatchTimeInterval = .seconds(5)

  // Reading end first. A handler may do little more than write to it.
  private static let pipe: (Int32, Int32) = {
    var ends: [Int32] = [-1, -1]
    Glibc.pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }()

  private let source: any DispatchSourceRead

  /// Listens from now on; child processes do not inherit it.
  ///
  /// - Parameter interrupted: Called at the first signal.
  init(_ interrupted: @escaping @Sendable () -> Void) {
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
