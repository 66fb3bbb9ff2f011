import Foundation
import Kratix
import Landing

/// A file that a result is written to, which may hold something already.
///
/// A link that leads out of its directory is refused (`ContainedFile`).
struct ResultFile {
  let path: String
  private let file: ContainedFile

  /// Names a file.
  ///
  /// - Throws: `LandingError` with `unsafe-path` for a link that leads out of its directory.
  init(path: String) throws(LandingError) {
    self.path = path
    do throws(KratixError) {
      file = try ContainedFile(path)
    } catch {
      throw LandingError(error)
    }
  }

  /// Finds what would keep the file from being written.
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

  /// Replaces the file as a whole, so that what was there is not lost to a full disk.
  ///
  /// - Throws: `LandingError` that names it.
  func write(_ text: String) throws(LandingError) {
    try write(text, options: isReplaceable ? .atomic : [])
  }

  /// Writes over what is there: a file that is mounted into a container, as
  /// /dev/termination-log is, cannot be replaced by another.
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
      throw fault(systemWords(for: error))
    }
  }

  /// The file itself, where the path is a link to it.
  private var target: URL { URL(fileURLWithPath: file.target).resolvingSymlinksInPath() }

  private var attributes: [FileAttributeKey: Any]? {
    // What is not there yet has none.
    try? FileManager.default.attributesOfItem(atPath: target.path)
  }

  /// Whether it is a file or not there yet, and no device or pipe.
  private var isReplaceable: Bool {
    guard let type = attributes?[.type] else { return true }
    return type as? FileAttributeType == .typeRegular
  }

  private func fault(_ reason: String) -> LandingError {
    LandingError(.invalidConfiguration, "\(path): cannot be written: \(reason)")
  }
}
