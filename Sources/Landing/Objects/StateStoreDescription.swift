/// Identifies a state store: a branch of a repository.
package struct StateStoreDescription: Sendable, Hashable, Codable {
  /// The GitStateStore's name.
  package var name: String
  /// The remote's address, without credentials.
  package var url: String
  package var branch: String

  package init(name: String, url: String, branch: String) {
    self.name = name
    self.url = url
    self.branch = branch
  }

  /// Whether both are the same branch of the same repository, whatever their GitStateStores are
  /// called.
  package func isSameBranch(_ other: StateStoreDescription) -> Bool {
    url == other.url && branch == other.branch
  }
}
