import Foundation
import Kratix
import Landing
import Logging
import Manifests
import TestSupport
import Testing

@testable import Application

@Suite("A mistake in flags or files")
struct MistakeTests {
  private static let promise = """
    {kind: Promise, apiVersion: platform.kratix.io/v1alpha1, metadata: {name: web},
     spec: {api: {spec: {group: example.com, names: {kind: Web, plural: webs}}}}}
    """
  private static let work = """
    {kind: Work, apiVersion: platform.kratix.io/v1alpha1, metadata: {name: web-a}}
    """

  @Test(
    "of an object of the platform in the place of a request says what takes it",
    arguments: [
      (promise, "this is the Promise web"), (promise, "kubectl get webs.example.com -A -o yaml"),
      (work, "give it with --work"),
    ])
  func requests(text: String, words: String) async throws {
    try await withTemporaryDirectory { directory in
      let file = directory.appending(path: "a.yaml")
      try Data(text.utf8).write(to: file)
      let error = failure { _ = try Input.request(in: file.path) }
      #expect(error?.outcome == .invalidInput && error?.message.contains(words) == true)
      var settings = VerificationSettings(rendered: RenderedSource())
      settings.requests = [directory.path]
      let other = failure {
        _ = try VerificationSources(settings, on: Platform(), destination: nil)
      }
      #expect(other == error)
    }
  }

  @Test("of missing flags names all of them, and the variables that can give them")
  func missingFlags() {
    let rows: [(RenderedSource, String)] = [
      (RenderedSource(), "--promise, --name and --pipeline are missing; give them, or set"),
      (source(promise: "web", name: "a"), "--pipeline is missing; give it, or set KRATIX_PIPELINE"),
    ]
    for (source, words) in rows {
      let error = failure { _ = try source.context() }
      #expect(error?.message.hasPrefix(words) == true, "\(error as Any)")
      #expect(error?.corrections?.contains(.flag("--pipeline", "PIPELINE")) == true)
    }
  }

  @Test("of a name that is like one in the configuration names both")
  func misspelt() async throws {
    try await withTemporaryDirectory { directory in
      let destinations = ["worker", "other"].map {
        """
        {kind: Destination, apiVersion: platform.kratix.io/v1alpha1, metadata: {name: \($0)},
         spec: {path: \($0), stateStoreRef: {kind: GitStateStore, name: default}}}
        """
      }
      let manifests = directory.appending(path: "platform.yaml")
      try Data((destinations + [Self.promise]).joined(separator: "\n---\n").utf8).write(
        to: manifests)
      var settings = self.settings([manifests.path])
      let platform = try settings.loadPlatform()
      settings.destination = "wroker"
      let destination = failure { _ = try settings.loadPlatform() }
      #expect(destination?.corrections == [.flag("--destination", "worker")])
      let output = directory.appending(path: "output")
      try FileManager.default.createDirectory(at: output, withIntermediateDirectories: false)
      try Data("a: b".utf8).write(to: output.appending(path: "a.yaml"))
      var rendered = source(promise: "wbe", name: "a", pipeline: "p")
      rendered.output = output.path
      let context = try rendered.context()
      let promise = failure {
        _ = try rendered.work(
          for: context, metadata: try PipelineMetadata(directory: directory.path), on: platform)
      }
      #expect(promise?.corrections == [.flag("--promise", "web")], "\(promise as Any)")
      #expect(promise?.message.contains("which has web") == true)
    }
  }

  @Test("of a directory without manifests is named once, in the error")
  func emptyConfiguration() async throws {
    try await withTemporaryDirectory { directory in
      let error = failure { _ = try self.settings([directory.path]).configuration() }
      #expect(error?.message.contains("no .yaml, .yml or .json file is in it") == true)
      var settings = self.settings([directory.path])
      settings.repository = "./state.git"
      let configuration = try settings.configuration()
      #expect(configuration.passedOver.count == 1)
    }
  }

  private func source(
    promise: String, name: String, pipeline: String? = nil
  ) -> RenderedSource {
    var source = RenderedSource()
    source.promise = promise
    source.name = name
    source.pipeline = pipeline
    return source
  }

  private func settings(_ paths: [String]) -> PlatformSettings {
    PlatformSettings(
      manifestPaths: paths, repository: nil, branch: nil, destination: nil,
      credentialsDirectory: nil, authorities: nil, allowsInsecureHTTP: false, cacheDirectory: nil,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func failure(of body: () throws -> Void) -> LandingError? {
    do {
      try body()
      return nil
    } catch {
      return LandingError(error)
    }
  }
}
