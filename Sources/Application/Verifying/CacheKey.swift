import Foundation
import Git

/// A digest of everything that findings depend on besides the content of the state store.
struct CacheKey {
  private var bytes: [UInt8] = []

  /// Adds the version of the program and its file, as one version may be built twice.
  mutating func addProgram() {
    add([Program.version])
    let (files, link) = (FileManager.default, "/proc/self/exe")
    // Without /proc only the version distinguishes programs.
    let linkAttributes = try? files.attributesOfItem(atPath: link)
    // After an upgrade the file is gone; the link's attributes are used then, which never repeat.
    let target = try? files.attributesOfItem(atPath: files.destinationOfSymbolicLink(atPath: link))
    let file = target ?? linkAttributes
    add(["\(file?[.size] ?? "")", "\(file?[.modificationDate] ?? "")"])
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
