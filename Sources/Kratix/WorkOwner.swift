internal import Manifests

/// What a Work is for, told by its name: the way back from what Kratix builds names of.
package struct WorkOwner: Sendable, Hashable {
  /// The Work's namespace.
  package let namespace: String
  /// The Promise's name.
  package let promise: String
  /// The request's name; empty for a dependency.
  package let resource: String
}

extension WorkOwner {
  /// What a Work is for.
  package init(of work: Work) {
    self.init(
      namespace: work.namespace, promise: work.promiseName, resource: work.resourceName)
  }
}

extension Platform {
  /// Whose a Work of the mode `aggregatedYAML` is, where namespace and name are told apart.
  ///
  /// - Returns: `nil` when no Promise of the platform gives such a name, and where a request's
  ///   namespace is part of it or the name is cut: then nobody can tell.
  package func owner(ofWork name: String, in namespace: String) -> WorkOwner? {
    owner(ofQualifiedWork: "\(namespace)-\(name)") { $0 == namespace }
  }

  /// Whose a Work of the mode `none` is, where the name follows the namespace after a dash.
  ///
  /// Of several ways to tell them apart the one with the shortest namespace is taken.
  ///
  /// - Returns: `nil` when nobody can tell.
  package func owner(ofQualifiedWork name: String) -> WorkOwner? {
    owner(ofQualifiedWork: name) { _ in true }
  }

  private func owner(
    ofQualifiedWork name: String, where isNamespace: (String) -> Bool
  ) -> WorkOwner? {
    owners(ofQualifiedWork: name).first { isNamespace($0.namespace) }
  }

  /// Whose a Work of the mode `none` may be, the likeliest first.
  package func owners(ofQualifiedWork name: String) -> [WorkOwner] {
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
  /// Whose a Work of the mode `none` may be: all ways to tell namespace, Promise, request and
  /// Pipeline apart, the likeliest first.
  package func owners(ofQualifiedWork name: String) -> [WorkOwner] {
    guard let base = WorkName.base(in: name) else { return [] }
    // The longer name is tried first: one Promise's may begin with another's.
    let promises = sorted { ($1.promise.count, $0.promise) < ($0.promise.count, $1.promise) }
    return promises.flatMap { $0.dependencyOwners(of: base) + $0.requestOwners(of: base) }
  }
}

extension PromisePipelines {
  fileprivate func dependencyOwners(of base: Substring) -> [WorkOwner] {
    let names = ["static-deps"] + promisePipelines
    let isOwn = names.contains { base == "\(Work.platformNamespace)-\(promise)-\($0)" }
    return isOwn
      ? [WorkOwner(namespace: Work.platformNamespace, promise: promise, resource: "")] : []
  }

  fileprivate func requestOwners(of base: Substring) -> [WorkOwner] {
    // Where pipelines run in a namespace of their own, the request's is part of the name.
    guard pipelineNamespace == nil else { return [] }
    return resourcePipelines.filter { base.ends(with: "-\($0)") }.flatMap { pipeline in
      let rest = base.dropping(suffix: "-\(pipeline)")
      return rest.unicodeScalars.ranges(of: "-\(promise)-".unicodeScalars).compactMap { match in
        let namespace = String(rest[..<match.lowerBound])
        let resource = String(rest[match.upperBound...])
        return namespace.isEmpty || resource.isEmpty
          ? nil : WorkOwner(namespace: namespace, promise: promise, resource: resource)
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

extension StateFileName {
  /// Whether it may be that of a Work whose name is cut, and of another one as well.
  package func isPossibly(of work: Work) -> Bool {
    guard work.hasCutBaseName, name(ifOf: work) == nil else { return false }
    let start = "\(work.namespace)-\(work.baseName)-"
    return qualifiedWork.begins(with: start)
      && WorkName.isDigits(qualifiedWork.dropping(prefix: start))
  }
}
