import Foundation
import Git
import GitTransport
package import Kratix
import Landing
package import Logging
import Manifests
import Support

/// Where the platform's manifests, state stores and credentials are: flags and environment.
package struct PlatformSettings: Sendable {
  /// Files and directories of manifests.
  package var manifestPaths: [String]
  /// The URL or path that replaces the one of the only GitStateStore.
  package var repository: String?
  /// The branch that replaces the one of the only GitStateStore.
  package var branch: String?
  /// The only Destination to use.
  package var destination: String?
  /// A directory with one file for each key of the state store's Secret.
  package var credentialsDirectory: String?
  /// A file of certificate authorities to trust besides the system's.
  package var authorities: String?
  package var allowsInsecureHTTP: Bool
  /// The directory for fetched objects; `nil` for the standard one.
  package var cacheDirectory: String?
  package var logger: Logger
  /// What signs commits, and whose signatures count.
  package var signing = SigningSettings()
  /// A directory with a repository for each GitStateStore, by name, which is used instead; `nil` for none.
  var repositoriesDirectory: String?
  /// The cluster whose objects are below those of the manifests; `nil` for none.
  var cluster: ClusterView?

  package init(
    manifestPaths: [String], repository: String?, branch: String?, destination: String?,
    credentialsDirectory: String?, authorities: String?, allowsInsecureHTTP: Bool,
    cacheDirectory: String?, logger: Logger
  ) {
    self.manifestPaths = manifestPaths
    self.repository = repository
    self.branch = branch
    self.destination = destination
    self.credentialsDirectory = credentialsDirectory
    self.authorities = authorities
    self.allowsInsecureHTTP = allowsInsecureHTTP
    self.cacheDirectory = cacheDirectory
    self.logger = logger
  }

  /// All files and directories from which the platform and its credentials are read.
  package var configurationPaths: [String] {
    manifestPaths + [credentialsDirectory, authorities].compactMap { $0 } + signing.paths
  }
}

extension PlatformSettings {
  /// Reads the platform from the files, and applies the flags to it.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  package func loadPlatform() throws -> Platform { try platform(of: configuration()) }

  /// The same for a command that only reads: where nothing names a Destination, those that the
  /// repository's layout shows are taken.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  package func loadPlatformToRead() throws -> Platform {
    try platform(of: configuration(), findsDestinations: true)
  }

  /// Reads the files, without the flags.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  package func configuration() throws -> Configuration {
    let configuration = try Configuration(manifestPaths, above: cluster?.objects)
    if let first = configuration.passedOver.first, repository == nil, cluster == nil,
      configuration.isEmpty
    {
      throw LandingError(
        .invalidConfiguration,
        "\(first); put the manifests of GitStateStore and Destination there, or give --repo")
    }
    for remark in configuration.passedOver + configuration.remarks { logger.warning("\(remark)") }
    return configuration
  }

  /// The platform of files that have been read, with the flags applied to it.
  ///
  /// - Parameters:
  ///   - known: Objects that are known from elsewhere; those of the files replace them.
  ///   - newer: Objects that replace those of the files.
  ///   - findsDestinations: Whether Destinations are looked for in the repository, where nothing names
  ///     one.
  /// - Throws: `LandingError` with `invalid-configuration`, or `ManifestError`.
  func platform(
    of configuration: Configuration, over known: Platform = Platform(),
    under newer: [ManifestFile] = [], findsDestinations: Bool = false
  ) throws -> Platform {
    var platform = try configuration.platform(over: known)
    for file in newer { try platform.add(file) }
    try overrideStateStore(of: &platform)
    replaceRepositories(of: &platform)
    if findsDestinations, destination == nil, platform.destinations.isEmpty {
      platform.leaveDestinationsToFind()
    } else {
      try chooseDestination(of: &platform)
    }
    return platform
  }

  private func overrideStateStore(of platform: inout Platform) throws {
    guard repository != nil || branch != nil else { return }
    guard platform.stateStores.count <= 1 else {
      let names = platform.stateStores.keys.sorted().joined(separator: ", ")
      throw LandingError(
        .invalidConfiguration,
        "--repo and --branch are for one GitStateStore, and the configuration has \(names)")
    }
    guard
      var store = platform.stateStores.values.first
        ?? repository.map({ GitStateStore(name: "default", url: $0) })
    else {
      throw LandingError(
        .invalidConfiguration, "--branch needs --repo, or a GitStateStore in --config")
    }
    if let repository, repository != store.url {
      store.url = repository
      // The Secret is for the other server.
      store.secretReference = nil
    }
    // git push accepts the full name of a branch too.
    if let branch {
      store.branch = branch.hasPrefix("refs/heads/") ? String(branch.dropFirst(11)) : branch
    }
    platform.add(store)
  }

  private func replaceRepositories(of platform: inout Platform) {
    guard let directory = repositoriesDirectory else { return }
    if platform.stateStores.isEmpty { platform.add(GitStateStore(name: "default", url: "")) }
    for var store in platform.stateStores.values {
      store.url = "\(directory)/\(store.name).git"
      store.secretReference = nil
      platform.add(store)
    }
  }

  private func chooseDestination(of platform: inout Platform) throws {
    if let destination { try RenderedSource.checkName(destination, "--destination") }
    if platform.destinations.isEmpty, let store = platform.stateStores.values.first,
      platform.stateStores.count == 1
    {
      let name = destination ?? "worker"
      platform.choose(Destination(name: name, path: name, stateStoreName: store.name))
    } else if let destination {
      do throws(KratixError) {
        try platform.keepDestination(destination)
      } catch {
        let meant = nearest(to: destination, in: platform.destinations.keys)
        throw LandingError(
          .invalidConfiguration, error.message,
          corrections: meant.map { [.flag("--destination", $0)] })
      }
    }
  }
}

extension PlatformSettings {
  /// The revision to read: the one that was asked for; in a clone whose `HEAD` is no branch, as CI makes
  /// it, what is checked out.
  func revision(_ asked: String?) -> String? {
    // An address that is none is reported when the repository is opened.
    guard asked == nil, branch == nil, let repository, let url = try? RemoteURL(repository),
      url.scheme == .file,
      // What is no repository is reported when it is read.
      let local = try? Repository.open(at: url.path), local.isDetachedWorkTree
    else { return asked }
    return "HEAD"
  }
}
