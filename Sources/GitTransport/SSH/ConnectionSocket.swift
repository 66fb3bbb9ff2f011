import Foundation
import Glibc

/// The place where the `ssh` programs of one remote find each other's connection
/// (ssh_config(5), "ControlPath").
///
/// One conversation holds the connection; others go through it, and connect by themselves where it
/// is gone. It ends with this process, whose end is the end of that conversation's input.
final class ConnectionSocket: Sendable {
  /// The socket's path; `nil` where there is no place that is this user's alone.
  let path: String?

  init() {
    let name = String(UUID().uuidString.prefix(8))
    let directory = ["/dev/shm", FileManager.default.temporaryDirectory.path].lazy
      .map { "\($0)/statestore-ssh-\(geteuid())" }
      .first { Self.isUsable($0) }
    path = directory.map { "\($0)/\(name)" }
  }

  deinit {
    // ssh removes it at its end, unless it was killed.
    if let path { unlink(path) }
  }

  /// Whether a directory is there, or can be made, that nobody else can enter, and whose name is
  /// short and plain enough for a socket below it.
  private static func isUsable(_ directory: String) -> Bool {
    // A socket's path has 107 bytes (unix(7)), of which ssh itself adds 17 while it binds.
    guard directory.utf8.count <= 80, !directory.contains("%") else { return false }
    mkdir(directory, 0o700)
    var status = stat()
    guard lstat(directory, &status) == 0 else { return false }
    return status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid()
      && status.st_mode & 0o777 == 0o700
  }
}
