import Glibc

/// An entry of passwd(5) for a user without one, because `ssh` requires it.
///
/// OpenShift, and `runAsUser` anywhere, start a container with a user id that is not in its
/// `/etc/passwd`. OpenSSH then ends with "No user exists for uid" before it reads any option (ssh.c,
/// `main`). `/etc/passwd` is not writable, most pods may not make a user namespace in which it could
/// be replaced, and nss_wrapper is not installed. What works is what nss_wrapper does: a shared
/// object with a `getpwuid` of its own, loaded before the C library (`LD_PRELOAD`, ld.so(8)). This
/// one has a single entry and two instructions that return its address, so it is written here byte
/// by byte, without a compiler or a second file beside the program.
struct PasswordEntry: Sendable, Hashable {
  /// The user's id.
  var user: UInt32

  /// The id of the user's group.
  var group: UInt32

  /// The user's name on this machine.
  var name = "statestore"

  /// The user's home directory.
  var home = "/"

  /// An entry for the user of this process; `nil` if the machine has one.
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
    // An entry that does not fit the buffer exists too.
    return found != nil || status == ERANGE
  }
}
