import Foundation
import Git
import Kratix
import Landing
import Verification

/// The file in which `verify --state` keeps what was verified, for each state store.
struct VerificationCacheFile: Sendable {
  let path: String
  /// The digest of the question to each state store (`CacheKey`).
  let keys: [ObjectID]

  /// Refuses a symbolic link that leads out of its directory, before anything is read from it.
  ///
  /// - Throws: `KratixError` with the code `unsafePath`.
  func check() throws { _ = try ContainedFile(path) }

  /// The entry of one state store.
  func entry(at index: Int) -> Entry { Entry(file: self, key: keys[index]) }

  /// What is kept for one state store.
  struct Entry: Sendable {
    fileprivate let file: VerificationCacheFile
    fileprivate let key: ObjectID

    /// The report on a commit, read without the entries of single resources; `nil` if there is none.
    func report(of commit: ObjectID?) -> Report? {
      guard let commit, let report = VerificationCache.peekReport(at: file.path, for: key),
        report.commit?.id == commit
      else { return nil }
      return report
    }

    /// Everything that was kept for the same question.
    func load() -> VerificationCache? { VerificationCache(path: file.path, question: key) }

    /// Keeps a result; entries of the other state stores are left in the file.
    ///
    /// - Throws: `LandingError` with `invalid-configuration` if the file cannot be written.
    func save(_ result: CheckResult) throws {
      try ResultFile(path: file.path).check()
      try mapToConfigurationError("\(file.path): what was checked cannot be kept") {
        try VerificationCache.write(
          result, for: key, to: file.path, beside: Set(file.keys))
      }
    }
  }
}
