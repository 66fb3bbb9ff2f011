internal import Foundation
internal import Git
internal import Landing
internal import Support
internal import Web

// What the templates show. Texts alone: whatever can be decided is decided here.

/// A state, in a word and a colour; the word says it all.
struct StateView {
  var word: String
  /// `good`, `bad` or `wait`.
  var kind: String

  init(_ word: String, _ kind: String) {
    self.word = word
    self.kind = kind
  }

  /// How a Work stands, by its conditions.
  init(of conditions: [Condition]) {
    guard let ready = conditions.first(where: { $0.type == .ready }) else {
      self.init("pending", "wait")
      return
    }
    switch (ready.status, ready.reason) {
    case (.true, _): self.init("landed", "good")
    case (_, "Pending"): self.init("pending", "wait")
    default: self.init(Self.words(ready.reason), "bad")
    }
  }

  /// Whether a state store can be used.
  init(of status: StoreHealth.Status?) {
    guard let status else {
      self.init("not looked at yet", "wait")
      return
    }
    self =
      status.problem.map { StateView(Self.words($0.outcome.reason), "bad") }
      ?? StateView("reachable", "good")
  }

  /// `NoDestination` as a person reads it: no destination.
  private static func words(_ reason: String) -> String {
    reason.reduce(into: "") { text, character in
      if character.isUppercase, !text.isEmpty { text += " " }
      text += character.lowercased()
    }
  }
}

/// A commit, with the page that a forge has of it.
struct CommitView {
  var short: String
  var link: String?
  var time: String
  var age: String

  init(_ id: String, on forge: Forge?, time: String, at now: Date) {
    short = String(id.prefix(7))
    link = forge?.commit(id)
    self.time = time
    age = RelativeAge.text(since: time, at: now) ?? ""
  }
}

/// A row of the table of Works.
struct WorkRowView {
  var namespace: String
  var name: String
  var resource: String
  var promise: String
  /// Where all Works of the Promise are listed.
  var ofPromise: String
  var state: StateView
  var places: [PlaceView]
  var message: String?

  /// Where it stands.
  struct PlaceView {
    var destination: String
    var path: String
    /// The directory on the forge.
    var link: String?
    var commit: CommitView
  }

  init(_ work: DesiredWork, forge: (String) -> Forge?, at now: Date) {
    namespace = work.key.namespace
    name = work.key.name
    resource = work.resource.isEmpty ? "(dependencies)" : "\(work.key.namespace)/\(work.resource)"
    promise = work.promise
    ofPromise = OverviewQuery(promise: work.promise).address()
    state =
      work.isBeingRemoved ? StateView("being removed", "wait") : StateView(of: work.conditions)
    places = work.results.flatMap { result in
      let forge = result.receipt.flatMap { forge($0.stateStore.url) }
      return result.standing.map { placement, landing in
        PlaceView(
          destination: placement.destination, path: placement.path,
          link: forge?.file(
            placement.path, at: landing.commit, isDirectory: placement.tree != nil),
          commit: CommitView(landing.commit, on: forge, time: landing.time, at: now))
      }
    }
    let ready = work.conditions.first { $0.type == .ready }
    message = ready?.status == .true ? nil : ready?.message
  }
}

/// A state store with its Destinations.
struct StoreView {
  var name: String
  var url: String
  var branch: String
  var state: StateView
  /// Why it cannot be used, and for how long.
  var problem: String?
  /// The commit that the last look read.
  var lastLook: CommitView?
  /// The newest commit that a landing made.
  var lastPush: CommitView?
  var waiting: Int
  /// What happens to changes by others.
  var drift: String
  /// Looks at it now; `nil` for who may not.
  var look: OverviewPage.Action?
  var destinations: [DestinationView]

  /// A Destination, with how what belongs there stands.
  struct DestinationView {
    var name: String
    /// Where its Works are listed.
    var works: String
    var path: String
    var counts: String
    var state: StateView
    var commit: CommitView?
  }
}
