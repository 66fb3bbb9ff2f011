import Kratix
import Landing
import Manifests
package import Verification

extension ExpectationDraft {
  /// Drafts an Expectation from requests and the output that was rendered for each.
  ///
  /// - Parameters:
  ///   - samples: Paths of requests, and of directories with their output.
  ///   - promise: The name of the Promise; `nil` to take it from the configuration or the kind.
  /// - Throws: `ManifestError`, `KratixError` or `LandingError`, with the file.
  package init(
    samples: [(request: String, output: String)], promise: String?, settings: PlatformSettings
  ) throws {
    let platform = try settings.loadPlatform()
    let requests = try samples.map { try Input.request(in: $0.request) }
    let known = requests.first.flatMap { platform.promise(of: $0) }
    let contents = try zip(requests, samples).map { request, sample in
      Sample(
        request: known.map { request.defaulted(by: $0) } ?? request,
        objects: try Self.objects(in: sample.output))
    }
    try self.init(
      samples: contents,
      promise: promise ?? known?.name ?? requests.first?.identity.kind.lowercased() ?? "",
      schema: requests.first.flatMap { known?.schema(version: $0.identity.version) })
  }

  private static func objects(in directory: String) throws -> [ManifestObject] {
    let output = try PipelineOutput(directory: directory)
    let manifests = output.workloads.filter { ManifestPaths.isManifest($0.filepath) }
    let objects = try manifests.flatMap { workload in
      let name = "\(directory)/\(workload.filepath)"
      return try ManifestFile(parsing: workload.content, name: name).objects
    }
    guard !objects.isEmpty else {
      throw LandingError(.invalidInput, "\(directory): there is no manifest in it")
    }
    return objects
  }
}
