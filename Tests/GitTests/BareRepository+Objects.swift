import Foundation
import Git
import TestSupport

extension ObjectDatabase {
  /// Stores one object and returns its id.
  @discardableResult
  func store(_ object: GitObject) throws -> ObjectID {
    var new = NewObjects()
    let id = try new.add(object.kind, object.bytes)
    try store(new)
    return id
  }
}

extension FileMode {
  static let executable = FileMode(rawValue: 0o100755)
  static let symbolicLink = FileMode(rawValue: 0o120000)
  static let submodule = FileMode(rawValue: 0o160000)
}

extension BareRepository {
  /// The repository's objects, read and written by us.
  func objects() throws -> ObjectDatabase {
    try ObjectDatabase.open(objects: directory.appendingPathComponent("objects").path)
  }
}
