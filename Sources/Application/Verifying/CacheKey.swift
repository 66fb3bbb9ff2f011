import Foundation
import Git

/// A digest of everything that findings depend on besides the content of the state store.
struct CacheKey {
  private var bytes: [UInt8] = []

  /// Adds the version of the program and its file, as one version may be built twice.
  mutating func addProgram() {
    add([Program.version])
    // Without /proc only the version distinguishes programs.
    var file = stat()
    guard stat("/proc/self/exe", &file) == 0 else { return }
    add(["\(file.st_size)", "\(file.st_mtim.tv_sec).\(file.st_mtim.tv_nsec)"])
  }

  /// Adds texts, each with its length.
  mutating func add(_ texts: [String]) {
    for text in texts { add(Array(text.utf8)) }
  }

  /// Adds bytes with their length.
  mutating func add(_ more: [UInt8]) {
    bytes += "\(more.count)\n".utf8
    bytes += more
  }

  var digest: ObjectID {
    get throws { try ObjectID(of: GitObject(kind: .blob, bytes: bytes)) }
  }
}
