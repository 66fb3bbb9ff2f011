import Foundation
import Git
import TestSupport

extension BareRepository {
  /// The repository's objects, read and written by us.
  func objects() throws -> ObjectDatabase {
    try ObjectDatabase.open(objects: directory.appendingPathComponent("objects").path)
  }
}
