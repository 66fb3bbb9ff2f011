package import Git

/// Which of the reachable objects a server leaves out of a pack.
///
/// git-rev-list(1) `--filter`. Only servers with `uploadpack.allowFilter` support it.
package enum FetchFilter: Sendable, Hashable {
  /// Nothing is left out.
  case none

  /// Every blob is left out, except blobs asked for by id.
  case blobNone

  /// Trees and blobs this many levels or more below the wanted objects are left out.
  case treeDepth(Int)
}

/// What to fetch: objects by id, how much history, and what to leave out.
///
/// There is no negotiation, and without a depth no object that is here is named to the server.
package struct FetchRequest: Sendable, Hashable {
  /// The objects asked for: commits, and on servers that allow it trees and blobs.
  package var wants: [ObjectID]

  /// A reference whose object is asked for as well, as it is when the request is made.
  ///
  /// Over ssh and on a path the reference is read in the session that fetches, so that no push can
  /// come in between.
  package var reference: String?

  /// Commits that are here, against which the server sends the difference.
  ///
  /// Their parents are not assumed to be here. The pack is thin: deltas may be based on objects of
  /// these commits. Used only together with a depth.
  package var haves: [ObjectID]

  /// How many commits of history, counting the wanted ones; `nil` for all of it.
  package var depth: Int?

  /// What to leave out.
  package var filter: FetchFilter

  /// A request for objects by id.
  package init(
    wants: [ObjectID], depth: Int? = nil, filter: FetchFilter = .none, haves: [ObjectID] = []
  ) {
    self.wants = wants
    self.depth = depth
    self.filter = filter
    self.haves = haves
  }

  /// A request for the object that a reference names when the request is made.
  package init(
    reference: String, depth: Int? = nil, filter: FetchFilter = .none, haves: [ObjectID] = []
  ) {
    self.init(wants: [], depth: depth, filter: filter, haves: haves)
    self.reference = reference
  }
}

/// What a server supports in a fetch, according to its advertisement.
package struct FetchSupport: Sendable, Hashable {
  /// Whether history can be cut (`deepen`).
  package var shallow: Bool

  /// Whether objects can be left out (`filter`).
  package var filter: Bool

  /// Whether any object can be asked for by id, reference or not.
  package var anyObject: Bool

  package init(shallow: Bool, filter: Bool, anyObject: Bool) {
    self.shallow = shallow
    self.filter = filter
    self.anyObject = anyObject
  }
}

extension FetchSupport {
  init(_ advertisement: InitialAdvertisement) {
    switch advertisement {
    case .version2(let capabilities):
      let features = capabilities.features(of: "fetch")
      // gitprotocol-v2(5): "Wants can be anything and are not limited to advertised objects."
      self.init(
        shallow: features.contains("shallow"), filter: features.contains("filter"),
        anyObject: true)
    case .references(_, let capabilities):
      self.init(
        shallow: capabilities.contains("shallow"), filter: capabilities.contains("filter"),
        anyObject: capabilities.contains("allow-reachable-sha1-in-want"))
    }
  }
}
