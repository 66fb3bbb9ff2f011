package import Git

/// Which of the reachable objects a server leaves out of a pack.
///
/// git-rev-list(1) `--filter`. Only servers with `uploadpack.allowFilter` know it.
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
/// Nothing is negotiated: the server is told of no object that is here already.
package struct FetchRequest: Sendable, Hashable {
  /// The objects asked for: commits, and on servers that allow it trees and blobs.
  package var wants: [ObjectID]

  /// A reference whose object is asked for as well, whatever it names when the request is made.
  ///
  /// Over ssh and on a path the reference is read in the conversation that fetches, so that no push
  /// can come in between.
  package var reference: String?

  /// Commits that are here, from which the server is to send the difference.
  ///
  /// Their parents are not counted as being here. The pack is thin: deltas may be based on objects
  /// of these commits. Used only together with a depth.
  package var haves: [ObjectID]

  /// How many commits of history, counting the wanted ones; `nil` for all of it.
  package var depth: Int?

  /// What to leave out.
  package var filter: FetchFilter

  /// Asks for these objects.
  package init(
    wants: [ObjectID], depth: Int? = nil, filter: FetchFilter = .none, haves: [ObjectID] = []
  ) {
    self.wants = wants
    self.depth = depth
    self.filter = filter
    self.haves = haves
  }

  /// Asks for what a reference names when the request is made.
  package init(
    reference: String, depth: Int? = nil, filter: FetchFilter = .none, haves: [ObjectID] = []
  ) {
    self.init(wants: [], depth: depth, filter: filter, haves: haves)
    self.reference = reference
  }
}

/// What a fetch brought, apart from the pack's bytes.
package struct FetchResult: Sendable, Hashable {
  /// The commits whose parents the server left out.
  package var shallow: [ObjectID]

  /// How many bytes of pack were handed to the caller.
  package var packBytes: Int

  /// The server's own words, control characters removed, bounded.
  package var messages: [String]

  /// Joins the parts of a result.
  package init(shallow: [ObjectID] = [], packBytes: Int = 0, messages: [String] = []) {
    self.shallow = shallow
    self.packBytes = packBytes
    self.messages = messages
  }
}

/// What a server offers to somebody who fetches, as far as it says so.
package struct FetchSupport: Sendable, Hashable {
  /// Whether history can be cut (`deepen`).
  package var shallow: Bool

  /// Whether objects can be left out (`filter`).
  package var filter: Bool

  /// Whether any object can be asked for by id, reference or not.
  package var anyObject: Bool

  /// Joins the parts.
  package init(shallow: Bool, filter: Bool, anyObject: Bool) {
    self.shallow = shallow
    self.filter = filter
    self.anyObject = anyObject
  }
}
