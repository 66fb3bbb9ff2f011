import Foundation
import Glibc

/// The socket of the control master, by which the `ssh` programs of one remote share a connection
/// (ssh_config(5), "ControlPath").
///
/// If the master has ended, a session connects by itself. The master ends with this process, because
/// its standard input ends then.
final class ControlSocket: Sendable {
  /// The socket's path; `nil` if no directory is this user's alone.
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

  /// Whether a directory exists, or can be made, that only this user can enter, and whose path is
  /// short and plain enough for a socket in it.
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
