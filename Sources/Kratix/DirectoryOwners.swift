internal import Foundation
internal import Manifests

/// Whose the directories of a platform's repositories are.
struct DirectoryOwners {
  private struct Owner {
    let destination: Destination
    let store: GitStateStore
  }

  /// By branch, state store and directory.
  private var owners: [String: [String: [String: Owner]]] = [:]

  /// Takes a Destination's directory.
  ///
  /// Two state stores may be names for one branch, and then each would be written without a look at
  /// what the other has.
  ///
  /// - Throws: `KratixError` with the code `invalidConfiguration` when another has it, however it is
  ///   spelled, or one of two state stores has a directory in the other's.
  mutating func add(
    _ destination: Destination, in store: GitStateStore
  ) throws(KratixError) {
    let branch = "\(store.repository) \(store.branch)"
    let directory = try destination.directory(in: store)
    let new = Owner(destination: destination, store: store)
    for (name, taken) in owners[branch] ?? [:] {
      let owner =
        name == store.name
        ? taken[directory]
        : taken.first { contains($0.key, directory) || contains(directory, $0.key) }?.value
      if let owner { throw refusal(of: new, besides: owner) }
    }
    owners[branch, default: [:]][store.name, default: [:]][directory] = new
  }

  private func contains(_ directory: String, _ other: String) -> Bool {
    directory.isEmpty || directory == other || other.begins(with: directory + "/")
  }

  private func refusal(of new: Owner, besides owner: Owner) -> KratixError {
    guard new.store.name == owner.store.name else {
      return KratixError(
        .invalidConfiguration,
        """
        GitStateStores \(owner.store.name) and \(new.store.name) are one branch, and the path \
        \"\(new.destination.path)\" of Destination \(new.destination.name) on the one and \
        \"\(owner.destination.path)\" of \(owner.destination.name) on the other are not apart; put \
        both Destinations on one GitStateStore, or give them paths beside each other
        """)
    }
    return KratixError(
      .invalidConfiguration,
      """
      Destinations \(owner.destination.name) and \(new.destination.name) have the same path \
      \"\(new.destination.path)\" on GitStateStore \(new.store.name); give them different ones
      """)
  }
}

extension GitStateStore {
  /// Whether both are names for one branch of one repository.
  package func isSameBranch(as other: GitStateStore) -> Bool {
    repository == other.repository && branch == other.branch
  }

  /// The repository's address in one of the spellings that mean it.
  ///
  /// git-fetch(1) "GIT URLS": `host:path` is short for ssh, `file://` for a path. Whether it is asked
  /// over TLS makes no other repository; links and relative paths are not followed.
  var repository: String {
    var text = url
    while text.ends(with: "/") { text = text.dropping(suffix: "/") }
    if text.ends(with: ".git") { text = text.dropping(suffix: ".git") }
    guard let scheme = text.unicodeScalars.firstRange(of: "://".unicodeScalars) else {
      guard let colon = text.unicodeScalars.firstIndex(of: ":"), !text[..<colon].includes("/")
      else {
        return JoinedPath.clean(text)
      }
      return "ssh://" + host(text[..<colon], of: "ssh")
        + path(text[text.unicodeScalars.index(after: colon)...])
    }
    let name = text[..<scheme.lowerBound].lowercased()
    let rest = text[scheme.upperBound...]
    let slash = rest.unicodeScalars.firstIndex(of: "/") ?? rest.endIndex
    guard name != "file" else { return path(rest[slash...]) }
    var machine = rest[..<slash]
    let isWeb = name == "http" || name == "https"
    // Over https a user name says who asks, and nothing of the repository.
    if isWeb, let at = machine.unicodeScalars.lastIndex(of: "@") {
      machine = machine[machine.unicodeScalars.index(after: at)...]
    }
    return "\(isWeb ? "https" : name)://\(host(machine, of: name))\(path(rest[slash...]))"
  }

  private func host(_ text: Substring, of scheme: String) -> String {
    let host = text.lowercased()
    let port = ["https": ":443", "http": ":80", "ssh": ":22"][scheme] ?? ""
    return host.ends(with: port) ? host.dropping(suffix: port) : host
  }

  private func path(_ text: Substring) -> String {
    JoinedPath.clean("/" + (text.removingPercentEncoding ?? String(text)))
  }
}
