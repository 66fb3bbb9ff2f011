internal import Git
package import Kratix
package import Landing
internal import Manifests

extension Verifier {
  /// The resources of each Promise without an expectation that are learned from.
  func siblings(in listing: StoreListing) -> [(promise: String, resources: [StandingResource])] {
    guard settings[.unlikeSiblings] != .off else { return [] }
    var parts: [(promise: String, resources: [StandingResource])] = []
    // Resources are in the order of their Promises.
    var promise: String?
    var isLearned = false
    for resource in listing.resources where resource.isRequestInDirectories {
      if promise != resource.subject.promise {
        promise = resource.subject.promise
        isLearned = promise.map(isWithoutExpectation) ?? false
        if isLearned { parts.append((promise ?? "", [])) }
      }
      if isLearned { parts[parts.count - 1].resources.append(resource) }
    }
    return parts.filter { $0.resources.count > SiblingTemplate.fewestSiblings }
      .map { ($0.promise, Siblings.chosen(from: $0.resources, subject: \.subject)) }
  }

  /// Learns from what landed of other requests of a Promise.
  ///
  /// - Parameter compared: The resources that are compared; `nil` for all.
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first.
  func learned(
    from resources: [StandingResource], of promise: String, for compared: Set<Subject>? = nil,
    in snapshot: Snapshot
  ) throws -> Siblings.OfPromise? {
    try Siblings.OfPromise(
      candidates(among: resources, in: snapshot), promise: promise, compared: compared)
  }

  /// The siblings of resources whose requests are known: each other, or what the state store holds if
  /// they are too few.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first.
  func siblings(of requested: [LandedResource], in snapshot: Snapshot) throws -> Siblings {
    // Nothing is shown that the client may not see.
    guard settings[.unlikeSiblings] != .off, !showsOnlyOwn else { return .none }
    let landed = requested.filter { !$0.objects.isEmpty }
    var promises: [String: Siblings.OfPromise] = [:]
    for (promise, landed) in Dictionary(grouping: landed, by: \.search.promiseName)
    where isWithoutExpectation(promise) {
      let known = landed.filter { !$0.hasUnreadableFile }
        .map { Siblings.Candidate($0, request: $0.search.request.node) }
      if known.count > SiblingTemplate.fewestSiblings {
        promises[promise] = try Siblings.OfPromise(known, promise: promise)
      } else {
        let directories = try SiblingDirectories(
          of: promise, beside: Set(landed.compactMap(\.search.directoryOfNamespace)),
          at: landed.first?.search.surroundings.nestedLayouts() ?? [], snapshot)
        promises[promise] = try learned(
          from: directories.resources, of: promise, for: Set(landed.map(\.search.subject)),
          in: snapshot)
      }
    }
    return Siblings(promises)
  }

  /// Samples for an Expectation of a Promise, from what landed of its requests.
  ///
  /// - Parameter requests: Requests that are known, with the defaults of the Promise; if there are any,
  ///   only these are samples.
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first.
  package func samples(
    of promise: String, requests: [ResourceRequest], in snapshot: Snapshot
  ) throws -> [Sample] {
    let resources = try listing(of: snapshot).resources.filter { resource in
      guard case .resource(.request(promise, let namespace, let name)) = resource.subject else {
        return false
      }
      return requests.isEmpty || requests.contains { $0.name == name && $0.namespace == namespace }
    }
    let chosen =
      requests.isEmpty ? Siblings.chosen(from: resources, subject: \.subject) : resources
    return try candidates(among: chosen, in: snapshot).map { candidate in
      let (_, namespace, name) = candidate.subject.names
      let request = requests.first { $0.name == name && $0.namespace == namespace }
      return candidate.sample(of: request?.node)
    }
  }

  private func isWithoutExpectation(_ promise: String) -> Bool {
    !promise.isEmpty && expectations.of(platform.promises[promise], named: promise).isEmpty
  }

  private func candidates(
    among resources: [StandingResource], in snapshot: Snapshot
  ) throws -> [Siblings.Candidate] {
    let surroundings = ResourceSearch.Surroundings(platform: platform, stateStore: stateStore)
    let raw = try RawResource.read(resources, in: snapshot, atMost: mostFilesOfResource)
    return zip(raw, resources).compactMap { raw, resource in
      guard !raw.isLarge, let search = try? ResourceSearch(resource, in: surroundings) else {
        return nil
      }
      let landed = LandedResource(raw, found: search)
      guard !landed.hasUnreadableFile, !landed.objects.isEmpty else { return nil }
      return Siblings.Candidate(landed, request: nil)
    }
  }
}

extension StandingResource {
  /// Whether it is a request's, in directories of its own.
  fileprivate var isRequestInDirectories: Bool {
    guard case .resource(.request) = subject else { return false }
    return places.allSatisfy { if case .directory = $0.content { true } else { false } }
  }
}

extension Siblings.Candidate {
  /// - Parameter request: The request, if it is known.
  fileprivate init(_ landed: LandedResource, request: Node?) {
    subject = landed.search.subject
    let (_, namespace, name) = landed.search.subject.names
    sample = Sample(
      name: name, namespace: namespace, request: request, objects: landed.objects.map(\.node))
  }
}

extension ResourceSearch {
  /// The namespace by which the directory of a request's resource is named.
  fileprivate var directoryOfNamespace: String? {
    guard case .request(_, let namespace, _) = resource else { return nil }
    return namespace
  }
}

/// The resources of a Promise's other requests, found by their directories.
private struct SiblingDirectories {
  /// In how many directories of other namespaces they are looked for.
  private static let mostNamespaces = 64

  /// A directory in that of a Destination.
  private struct Directory {
    let layout: RepositoryLayout
    let path: StatePath
    let tree: ObjectID
  }

  private(set) var resources: [StandingResource] = []

  /// - Parameters:
  ///   - namespaces: The namespaces to look in; others follow if these have too few.
  ///   - layouts: The Destinations to look at.
  init(
    of promise: String, beside namespaces: Set<String>, at layouts: [RepositoryLayout],
    _ snapshot: Snapshot
  ) throws {
    let own = layouts.flatMap { layout in namespaces.map { (layout, $0) } }
    var found = try Self.resources(of: promise, in: own, snapshot)
    if found.count <= SiblingTemplate.fewestSiblings {
      let others = try Self.directories(
        in: layouts.map { ($0, Array(NestedPath.roots.prefix(1))) }, snapshot
      ).prefix(Self.mostNamespaces).compactMap { directory in
        directory.path.components.last.map { (directory.layout, $0) }
      }
      found = try Self.resources(
        of: promise, in: own + others.filter { !namespaces.contains($0.1) }, snapshot)
    }
    resources = Siblings.chosen(from: found, subject: \.subject)
  }

  private static func resources(
    of promise: String, in namespaces: [(RepositoryLayout, String)], _ snapshot: Snapshot
  ) throws -> [StandingResource] {
    let parents = namespaces.map { layout, namespace in
      let resource = ResourceID.request(promise: promise, namespace: namespace, name: "")
      return (layout, Array(NestedPath.names(of: resource).dropLast()))
    }
    var places: [ResourceID: [ResourceLocation]] = [:]
    for directory in try directories(in: parents, snapshot) {
      let names = directory.path.components.suffix(NestedPath.depthOfRequest)
      guard let resource = NestedPath.resource(in: names)?.resource else { continue }
      places[resource, default: []].append(
        ResourceLocation(
          destination: directory.layout.destination,
          content: .directory(directory.path, tree: directory.tree)))
    }
    return places.map { StandingResource(subject: .resource($0.key), places: $0.value) }
  }

  /// The directories that are in directories, by their paths.
  private static func directories(
    in parents: [(layout: RepositoryLayout, names: [String])], _ snapshot: Snapshot
  ) throws -> [Directory] {
    let parents = try parents.map { layout, names in
      (layout, path: try StatePath(layout.path(below: names)))
    }.sorted { $0.path.description < $1.path.description }
    let trees = try snapshot.trees(at: parents.map(\.path))
    var found: [Directory] = []
    for (layout, path) in parents {
      trees[path]?.forEachEntry { child in
        if child.mode.isDirectory, let path = try? path.appending(name: child.name) {
          found.append(Directory(layout: layout, path: path, tree: child.id))
        }
        return true
      }
    }
    return found
  }
}
