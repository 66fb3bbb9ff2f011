internal import Foundation

/// A file in a directory that others may write to, as the volumes that containers of a pipeline
/// share.
///
/// A link to a file in or below the same directory is read as that file, as in a mounted ConfigMap.
/// A link that leads out of the directory is refused: it would have us read or overwrite a file
/// that only we may. The links in `/dev` and `/proc` belong to the system (`/dev/stdin`).
package struct ContainedFile: Sendable {
  /// The path as it was given.
  package let path: String
  /// The path to open: without a link, except for those of the system.
  package let target: String
  private let isOfSystem: Bool

  /// Resolves a path; the file itself need not be there.
  ///
  /// - Throws: `KratixError` with the code `unsafePath` for a link that leads out of its directory,
  ///   or to nothing.
  package init(_ path: String) throws(KratixError) {
    self.path = path
    let directory = Self.resolved(Self.directory(of: path)) ?? "/"
    isOfSystem = directory == "/dev" || directory.utf8.starts(with: "/proc/".utf8)
    var status = stat()
    guard !isOfSystem, lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else {
      target = path
      return
    }
    guard let target = Self.resolved(path) else {
      throw KratixError(
        .unsafePath, "\(path): a link to a file that does not exist; put the file itself there")
    }
    guard target.utf8.starts(with: (directory == "/" ? "/" : directory + "/").utf8) else {
      throw KratixError(
        .unsafePath, "\(path): a link that leads out of its directory; put the file itself there")
    }
    self.target = target
  }

  /// Whether there is something at the path.
  package var exists: Bool { access(target, F_OK) == 0 }

  /// The content.
  ///
  /// - Parameter onlyRegular: Whether a pipe or a device is refused, which could block for ever.
  /// - Throws: `KratixError` with the code `invalidInput`.
  package func bytes(onlyRegular: Bool = false) throws(KratixError) -> [UInt8] {
    let flags = (isOfSystem ? 0 : O_NOFOLLOW) | (onlyRegular ? O_NONBLOCK : 0)
    let descriptor = open(target, O_RDONLY | O_CLOEXEC | flags)
    guard descriptor >= 0 else { throw failure(Self.systemMessage) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      throw failure(String(cString: strerror(EISDIR)))
    }
    guard !onlyRegular || status.st_mode & S_IFMT == S_IFREG else {
      throw failure("this is no regular file; put one there")
    }
    guard let bytes = FileBytes.all(of: descriptor) else { throw failure(Self.systemMessage) }
    return bytes
  }

  private func failure(_ reason: String) -> KratixError {
    KratixError(.invalidInput, "\(path): \(reason)")
  }

  private static var systemMessage: String { String(cString: strerror(errno)) }

  // By bytes: a slash before a combining mark is a slash to the system.
  private static func directory(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(decoding: path.utf8[..<slash], as: UTF8.self)
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
