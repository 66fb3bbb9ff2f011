internal import Foundation

/// Which file stands at a path: it is another one when it was deleted and made anew.
struct FileIdentity: Sendable, Hashable {
  let path: String
  private let device: dev_t
  private let inode: ino_t

  /// The file at a path, links followed; `nil` where there is none.
  init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.path = path
    device = status.st_dev
    inode = status.st_ino
  }

  /// Whether the path still names this file.
  var isInPlace: Bool { FileIdentity(of: path) == self }
}
