import Foundation
import Kratix
package import Landing

/// A file that a result is written to; it may exist already.
///
/// A symbolic link that leads out of its directory is refused (`ContainedFile`).
package struct ResultFile {
  package let path: String
  private let file: ContainedFile

  /// - Throws: `LandingError` with `unsafe-path` for a link that leads out of its directory.
  package init(path: String) throws(LandingError) {
    self.path = path
    do throws(KratixError) {
      file = try ContainedFile(path)
    } catch {
      throw LandingError(error)
    }
  }

  /// Checks that the file can be written.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  func check() throws(LandingError) {
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: target.path, isDirectory: &isDirectory),
      isDirectory.boolValue
    {
      throw fault("it is a directory")
    }
    let place = isReplaceable ? target.deletingLastPathComponent().path : target.path
    guard FileManager.default.fileExists(atPath: place) else {
      throw fault("there is no directory \(place)")
    }
    guard FileManager.default.isWritableFile(atPath: place) else {
      throw fault("\(place) may not be written to")
    }
  }

  /// Replaces the file atomically, so that a full disk does not destroy its old content.
  ///
  /// - Throws: `LandingError` that names it.
  package func write(_ text: String) throws(LandingError) {
    try write(text, options: isReplaceable ? .atomic : [])
  }

  /// Writes into the existing file: one that is mounted into a container, such as
  /// /dev/termination-log, cannot be replaced.
  ///
  /// - Throws: `LandingError` that names it.
  func overwrite(_ text: String) throws(LandingError) { try write(text, options: []) }

  private func write(_ text: String, options: Data.WritingOptions) throws(LandingError) {
    let permissions = attributes?[.posixPermissions]
    do {
      try Data(text.utf8).write(to: target, options: options)
      if let permissions, options.contains(.atomic) {
        try FileManager.default.setAttributes(
          [.posixPermissions: permissions], ofItemAtPath: target.path)
      }
    } catch {
      throw fault(posixMessage(for: error))
    }
  }

  /// The file that the path names, symbolic links resolved.
  private var target: URL { URL(fileURLWithPath: file.target).resolvingSymlinksInPath() }

  private var attributes: [FileAttributeKey: Any]? {
    // A file that does not exist yet has none.
    try? FileManager.default.attributesOfItem(atPath: target.path)
  }

  /// Whether it is a regular file or does not exist yet, and not a device or pipe.
  private var isReplaceable: Bool {
    guard let type = attributes?[.type] else { return true }
    return type as? FileAttributeType == .typeRegular
  }

  private func fault(_ reason: String) -> LandingError {
    LandingError(.invalidConfiguration, "\(path): cannot be written: \(reason)")
  }
}
