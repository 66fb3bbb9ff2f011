import Glibc

/// An entry of passwd(5) for a user who has none, as `ssh` insists on.
///
/// OpenShift, and `runAsUser` anywhere, start a container under a user id that its `/etc/passwd` does
/// not know. OpenSSH then ends with "No user exists for uid" before it looks at any option (ssh.c,
/// `main`). `/etc/passwd` cannot be written to, a user namespace in which it could be replaced is
/// forbidden to most pods, and nss_wrapper is not installed. What always works is what nss_wrapper
/// does: a shared object with a `getpwuid` of its own, loaded before the C library (`LD_PRELOAD`,
/// ld.so(8)). This one holds a single entry and the two instructions that return its address, so it
/// is written here, byte by byte, and needs neither a compiler nor a second file beside the program.
struct PasswordEntry: Sendable, Hashable {
  /// The user's id.
  var user: UInt32

  /// The id of the user's group.
  var group: UInt32

  /// The user's name on this machine.
  var name = "statestore"

  /// The user's home directory.
  var home = "/"

  /// The entry for the user of this process; `nil` where the machine has one.
  static func ofUnknownUser(home: String?) -> PasswordEntry? {
    guard !isKnown(getuid()) else { return nil }
    var entry = PasswordEntry(user: getuid(), group: getgid())
    if let home, home.utf8.first == UInt8(ascii: "/") { entry.home = home }
    return entry
  }

  private static func isKnown(_ user: UInt32) -> Bool {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var text = [CChar](repeating: 0, count: 64 << 10)
    let status = getpwuid_r(user, &entry, &text, text.count, &found)
    // An entry that is too long for the buffer is one all the same.
    return found != nil || status == ERANGE
  }
}
