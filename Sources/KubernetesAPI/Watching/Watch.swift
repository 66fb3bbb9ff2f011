internal import AsyncHTTPClient
package import Manifests
internal import NIOCore

/// What a watch says of objects, each as the reader keeps it.
package enum WatchUpdate<Object: Sendable>: Sendable {
  /// All objects that there are; those that were known before and are missing here are gone.
  case listed([Object])
  /// An object is new or has changed.
  case changed(Object)
  /// An object was deleted; as it was last.
  case deleted(Object)
  /// The server was asked and answered: what is known is current. It comes after a list, after each
  /// connection, and with bookmarks.
  case current
  /// The server cannot be asked now; it is asked again after a pause.
  case interrupted(KubernetesError)
}

/// The objects of a query as they change: a list, and then a watch that goes on for ever.
///
/// A watch that ends is begun again where it ended; where that is too long ago (410), everything is
/// listed again.
struct Watch<Object: Sendable>: Sendable {
  let client: KubernetesClient
  let query: ObjectQuery
  /// Makes of each object, as soon as it is read, what is kept of it.
  let keep: @Sendable (Node) -> Object

  /// Passes on every update until the task is cancelled.
  func run(_ pass: @Sendable (WatchUpdate<Object>) -> Void) async {
    var backOff = BackOff()
    // A server may end each watch at once; what happens in between is not lost.
    var endings = BackOff(longest: .seconds(2))
    // From where to watch; `nil` to list first.
    var version: String?
    while !Task.isCancelled {
      do throws(KubernetesError) {
        if let known = version {
          let hadEvents = try await follow(from: known, &version, pass)
          backOff.reset()
          if hadEvents { endings.reset() }
          try await sleep(endings.pause(atLeast: nil, random: client.pacing.random()))
        } else {
          version = try await list(pass)
        }
      } catch {
        if Task.isCancelled { return }
        // Nothing is lost by 410: the next list says what there is. A resource that is not installed may
        // be installed again later, with other objects.
        if error.code == .gone || error.code == .notInstalled { version = nil }
        if error.code != .gone { pass(.interrupted(error)) }
        let pause = backOff.pause(atLeast: error.retryAfter, random: client.pacing.random())
        // Cancelled: the loop ends.
        try? await sleep(pause)
      }
    }
  }

  private func sleep(_ pause: Duration) async throws(KubernetesError) {
    do { try await client.pacing.sleep(pause) } catch { throw client.connection.failure(error) }
  }

  private func list(_ pass: (WatchUpdate<Object>) -> Void) async throws(KubernetesError) -> String {
    let found = try await client.list(
      query, deadline: client.pacing.now() + client.limits.requestTime * 4, keeping: keep)
    pass(.listed(found.items))
    pass(.current)
    return found.resourceVersion
  }

  /// Watches until the server ends it.
  ///
  /// - Returns: Whether there were events.
  private func follow(
    from start: String, _ version: inout String?, _ pass: (WatchUpdate<Object>) -> Void
  ) async throws(KubernetesError) -> Bool {
    var request = query.request("watch")
    // The server ends the watch after this time; `ConnectionConfiguration.readLimit` is longer.
    let seconds = 120 + Int(120 * client.pacing.random())
    request.query += [
      ("watch", "1"), ("resourceVersion", start), ("allowWatchBookmarks", "true"),
      ("timeoutSeconds", String(seconds)),
    ]
    let body = try await client.connection.stream(
      of: request, headWithin: client.limits.requestTime)
    pass(.current)
    var lines = EventLines(limit: client.limits.eventBytes)
    var hadEvents = false
    do {
      for try await piece in body {
        for line in try lines.lines(with: piece.readableBytesView) {
          let event = try event(line)
          if let update = event.update { pass(update) }
          version = event.resourceVersion ?? version
          hadEvents = true
        }
      }
      return hadEvents
    } catch is EventLines.TooLong {
      throw KubernetesError(
        .tooLarge, "\(client.server): an event of a watch is larger than this program accepts")
    } catch {
      throw client.connection.failure(error)
    }
  }

  private struct Event {
    var update: WatchUpdate<Object>?
    var resourceVersion: String?
  }

  /// The meaning of one line.
  private func event(_ line: [UInt8]) throws(KubernetesError) -> Event {
    guard let node = try? JSONReader.node(of: line, name: client.server),
      let type = node["type"]?.string, let object = node["object"]
    else {
      throw KubernetesError(
        .malformed, "\(client.server): a line of a watch is not an event of the Kubernetes API")
    }
    let version = object.value(at: "/metadata/resourceVersion")?.string
    switch type {
    case "ADDED", "MODIFIED":
      return Event(
        update: .changed(keep(object.asObject(of: query.resource))), resourceVersion: version)
    case "DELETED":
      return Event(
        update: .deleted(keep(object.asObject(of: query.resource))), resourceVersion: version)
    case "BOOKMARK": return Event(update: .current, resourceVersion: version)
    case "ERROR":
      throw AnswerFailure(of: query.request("watch"), server: client.server, status: object).error
    default: return Event(update: nil, resourceVersion: version)
    }
  }
}

extension KubernetesClient {
  /// The objects of a query, and every change of them, until the reader stops or is cancelled.
  ///
  /// - Parameter keep: Makes of each object what is kept of it, while a long list is still being read.
  package func watch<Object: Sendable>(
    _ query: ObjectQuery, keeping keep: @escaping @Sendable (Node) -> Object
  ) -> AsyncStream<WatchUpdate<Object>> {
    let watch = Watch(client: self, query: query, keep: keep)
    return AsyncStream { continuation in
      let task = Task {
        await watch.run { continuation.yield($0) }
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// The same with whole objects.
  package func watch(_ query: ObjectQuery) -> AsyncStream<WatchUpdate<Node>> {
    watch(query) { $0 }
  }
}
