import Foundation
import Git
import TestSupport
import Testing

/// A state store held in the simplest way: paths and what their files hold.
struct FileTree: Equatable {
  var files: [StatePath: String] = [:]

  /// What edits do, file by file; `nil` where a file and a directory meet.
  func after(removing removed: [StatePath], writing written: [StatePath: String]) -> FileTree? {
    var result = self
    result.files = files.filter { file in !removed.contains { file.key.isInside($0) } }
    result.files.merge(written) { _, new in new }
    let paths = Set(result.files.keys)
    for path in paths {
      var directory = path.parent
      while let current = directory {
        if paths.contains(current) { return nil }
        directory = current.parent
      }
    }
    return result
  }
}

extension GitOracle {
  /// The ids of the trees that git makes of file trees, one for each.
  func trees(of versions: [FileTree], in repository: URL) async throws -> [ObjectID] {
    var stream: [UInt8] = []
    for version in versions {
      stream += Array("commit refs/heads/oracle\ncommitter k <k> 1 +0000\ndata 0\ndeleteall\n".utf8)
      for (path, content) in version.files {
        let quoted = path.description.replacingOccurrences(of: "\"", with: "\\\"")
        stream += Array("M 100644 inline \"\(quoted)\"\ndata \(content.utf8.count)\n".utf8)
        stream += Array("\(content)\n".utf8)
      }
      stream += Array("\n".utf8)
    }
    try await self("fast-import", "--quiet", "--force", in: repository, input: stream)
    let log = try await self(
      "log", "--reverse", "--format=%T", "refs/heads/oracle", in: repository)
    return try log.split(separator: "\n").map { try #require(ObjectID(hexadecimal: $0)) }
  }
}

extension ObjectReader {
  /// The ids of a tree and of everything below it, submodules left out.
  func closure(of tree: ObjectID?) throws -> Set<ObjectID> {
    guard let tree else { return [] }
    var found: Set = [tree]
    for entry in try self.tree(tree).entries {
      if entry.mode.isDirectory {
        found.formUnion(try closure(of: entry.id))
      } else if entry.mode != .submodule {
        found.insert(entry.id)
      }
    }
    return found
  }
}
