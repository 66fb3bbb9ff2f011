internal import Manifests

extension Platform {
  /// What a Work is of, by its namespace and name.
  ///
  /// - Returns: `nil` when no Promise of the platform gives such a name, when a request's namespace
  ///   is part of the name, and when the name is cut to Kratix's length.
  package func owner(ofWork name: String, in namespace: String) -> ResourceID? {
    owner(ofQualifiedWork: "\(namespace)-\(name)") { $0 == namespace }
  }

  /// What a Work is of, by its namespace and name with a dash between, as state files have them.
  ///
  /// Where they may be split in several ways the first of `owners(ofQualifiedWork:)` counts.
  ///
  /// - Returns: `nil` when the name does not tell.
  package func owner(ofQualifiedWork name: String) -> ResourceID? {
    owner(ofQualifiedWork: name) { _ in true }
  }

  private func owner(
    ofQualifiedWork name: String, where isNamespace: (String) -> Bool
  ) -> ResourceID? {
    owners(ofQualifiedWork: name).first { isNamespace($0.workNamespace) }
  }

  /// What a Work may be of, the likeliest first.
  package func owners(ofQualifiedWork name: String) -> [ResourceID] {
    promises.values.map(PromisePipelines.init(of:)).owners(ofQualifiedWork: name)
  }
}

/// The Pipelines of a Promise, from which Kratix builds names of Works.
package struct PromisePipelines: Sendable, Hashable, Codable {
  /// The Promise's name.
  package let promise: String
  /// The names of its configure Pipelines for requests.
  package let resourcePipelines: [String]
  /// The names of its own configure Pipelines.
  package let promisePipelines: [String]
  /// The namespace in which it runs all Pipelines; `nil` for that of the request.
  package let pipelineNamespace: String?

  /// The Pipelines of a Promise.
  package init(of promise: Promise) {
    self.promise = promise.name
    resourcePipelines = promise.resourcePipelines
    promisePipelines = promise.promisePipelines
    pipelineNamespace = promise.pipelineNamespace
  }
}

extension Collection<PromisePipelines> {
  /// What a Work may be of: all ways to split its name into namespace, Promise, request and
  /// Pipeline, the likeliest first.
  package func owners(ofQualifiedWork name: String) -> [ResourceID] {
    guard let base = WorkName.base(in: name) else { return [] }
    // The longest name first: one Promise's name may begin with another's.
    let promises = sorted { ($1.promise.count, $0.promise) < ($0.promise.count, $1.promise) }
    return promises.flatMap { $0.dependencyOwners(of: base) + $0.requestOwners(of: base) }
  }
}

extension PromisePipelines {
  fileprivate func dependencyOwners(of base: Substring) -> [ResourceID] {
    let names = ["static-deps"] + promisePipelines
    let isOwn = names.contains { base == "\(Work.platformNamespace)-\(promise)-\($0)" }
    return isOwn
      ? [.dependency(promise: promise)] : []
  }

  fileprivate func requestOwners(of base: Substring) -> [ResourceID] {
    // Where pipelines run in a namespace of their own, the request's is part of the name.
    guard pipelineNamespace == nil else { return [] }
    return resourcePipelines.filter { base.ends(with: "-\($0)") }.flatMap { pipeline in
      let rest = base.dropping(suffix: "-\(pipeline)")
      return rest.unicodeScalars.ranges(of: "-\(promise)-".unicodeScalars).compactMap { match in
        let namespace = String(rest[..<match.lowerBound])
        let resource = String(rest[match.upperBound...])
        return namespace.isEmpty || resource.isEmpty
          ? nil : ResourceID.request(promise: promise, namespace: namespace, name: resource)
      }
    }
  }
}

extension ResourceRequest {
  /// The Works that a Promise's pipelines make of the request, without what they render.
  package func works(of promise: Promise) -> [Work] {
    promise.resourcePipelines.map { pipeline in
      let work = Work(
        name: "", namespace: promise.pipelineNamespace ?? namespace, promiseName: promise.name,
        resourceName: name, pipelineName: pipeline,
        resourceNamespace: promise.pipelineNamespace == nil ? nil : namespace, workloadGroups: [])
      return work.named(work.derivedName)
    }
  }
}
