import Kratix

/// The requests that changes of a branch concern.
enum MovedRequests: Sendable {
  /// It cannot be told: it may be any of them.
  case all
  /// Those with these names, and all of these Promises.
  case some(Set<Name>, ofPromises: Set<String>)

  /// Promise and name of a request; the namespace of its files may be another one.
  struct Name: Hashable, Sendable {
    let promise: String
    let name: String
  }

  static let none = MovedRequests.some([], ofPromises: [])

  /// - Parameters:
  ///   - paths: The files that have changed.
  ///   - layouts: The Destinations of the state store.
  init(_ paths: [String], _ layouts: [RepositoryLayout]) {
    let tops = layouts.map { $0.top.isEmpty ? [] : Array("\($0.top)/".utf8) }
    var names: Set<Name> = []
    var promises: Set<String> = []
    for path in paths {
      for (layout, top) in zip(layouts, tops) where path.utf8.starts(with: top) {
        // In other modes a path does not tell whose it is.
        guard layout.destination.filepathMode == .nestedByMetadata else {
          self = .all
          return
        }
        switch layout.resource(holding: path)?.resource {
        case .request(let promise, _, let name): names.insert(Name(promise: promise, name: name))
        // Requests refer to what their Promise brings.
        case .dependency(let promise): promises.insert(promise)
        case nil: break
        }
      }
    }
    self = .some(names, ofPromises: promises)
  }

  mutating func add(_ other: MovedRequests) {
    guard case .some(let names, let promises) = self,
      case .some(let otherNames, let otherPromises) = other
    else {
      self = .all
      return
    }
    self = .some(names.union(otherNames), ofPromises: promises.union(otherPromises))
  }

  /// Whether none is concerned.
  var isEmpty: Bool {
    guard case .some(let names, let promises) = self else { return false }
    return names.isEmpty && promises.isEmpty
  }

  func contains(_ key: RequestKey) -> Bool {
    guard case .some(let names, let promises) = self else { return true }
    return promises.contains(key.promise)
      || names.contains(Name(promise: key.promise, name: key.name))
  }
}
