import Foundation
import Git
import GitTransport
package import Kratix
package import Landing

/// The repositories that `init` makes where a state store's path has none yet.
package struct NewRepositories {
  private struct Place {
    let path: String
    /// Whether the directory existed before, and is kept.
    let isOld: Bool
  }

  private var places: [Place] = []

  /// Makes them.
  ///
  /// - Throws: `LandingError` with `invalid-configuration` if a path is something else; the
  ///   repositories made before are removed again.
  package init(for platform: Platform) throws(LandingError) {
    guard !platform.stateStores.isEmpty else {
      throw LandingError(
        .invalidConfiguration,
        "there is no state store; give --repo, or a GitStateStore in --config")
    }
    do throws(LandingError) {
      for store in platform.stateStores.values {
        // The stores have been opened before, which refuses an invalid URL.
        guard let url = try? RemoteURL(store.url), url.scheme == .file else { continue }
        if let place = try Self.free(url.path) {
          places.append(place)
          try Self.make(at: place.path, branch: store.branch)
        }
      }
    } catch {
      removeUnused()
      throw error
    }
  }

  /// Removes those that have no commit yet.
  package func removeUnused() {
    for place in places {
      // A repository that cannot be read may have content that is needed.
      guard let repository = try? Repository.openBare(at: place.path),
        (try? repository.references().isEmpty) == true
      else { continue }
      let made =
        place.isOld ? Self.entries(of: place.path).map { "\(place.path)/\($0)" } : [place.path]
      // If something cannot be removed, the next init uses it.
      for path in made { try? FileManager.default.removeItem(atPath: path) }
    }
  }

  /// The place for a new repository; `nil` if there is a repository.
  private static func free(_ path: String) throws(LandingError) -> Place? {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      return Place(path: path, isOld: false)
    }
    guard isDirectory.boolValue else {
      throw LandingError(
        .invalidConfiguration, "\(path) is a file; name a directory for the repository")
    }
    let entries = entries(of: path)
    if entries.isEmpty { return Place(path: path, isOld: true) }
    guard entries.contains("HEAD") || entries.contains(".git") else {
      throw LandingError(
        .invalidConfiguration,
        "\(path) has files in it and is no repository; name one that is empty, or none yet")
    }
    return nil
  }

  private static func make(at path: String, branch: String) throws(LandingError) {
    do throws(GitError) {
      _ = try Repository.createBare(at: path, branch: branch)
    } catch {
      throw LandingError(.invalidConfiguration, "\(path): \(error.message)")
    }
  }

  private static func entries(of path: String) -> [String] {
    // A directory that cannot be listed does not count as empty; opening it gives the error.
    (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? ["HEAD"]
  }
}
