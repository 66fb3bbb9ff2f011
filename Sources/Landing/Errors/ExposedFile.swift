internal import Foundation
package import Logging
internal import Synchronization

/// Files with credentials or tokens that other users of the machine can read.
package enum ExposedFile {
  /// What was remarked on in this process: files are read again and again, and once is enough.
  private static let remarked = Mutex<Set<String>>([])

  /// Remarks on those of some files that every user can read, each once in the life of the process.
  ///
  /// Links are followed. Secrets that Kubernetes mounts are passed over: no other user is in the
  /// Pod, and its files can be read by all unless `defaultMode` says otherwise.
  package static func remark(on paths: [String], _ logger: Logger) {
    let exposed = paths.filter { isExposed($0) && !isMountedSecret($0) }
    let new = remarked.withLock { remarked in exposed.filter { remarked.insert($0).inserted } }
    guard !new.isEmpty else { return }
    let names = new.joined(separator: ", ")
    let files = new.count == 1 ? "the file" : "the files"
    logger.warning(
      "\(names): every user of this machine can read \(files); take that away with chmod o-r")
  }

  private static func isExposed(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IROTH != 0
      && status.st_mode & S_IFMT == S_IFREG
  }

  /// Kubernetes keeps what it mounts behind the link `..data`.
  private static func isMountedSecret(_ path: String) -> Bool {
    let directory = URL(filePath: path).deletingLastPathComponent().appending(path: "..data")
    return (try? FileManager.default.destinationOfSymbolicLink(atPath: directory.path)) != nil
  }
}
