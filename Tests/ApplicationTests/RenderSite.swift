import Foundation
import Kratix
import Logging
import Manifests
import TestSupport

@testable import Application

/// A Promise with Pipelines in a directory of its own, to be rendered there.
struct RenderSite {
  let directory: URL
  /// Where temporary files have to be gone afterwards.
  var temporary: URL { directory.appending(path: "tmp") }
  /// What the stand-in for a container engine was given, one argument a line.
  var engineLog: String {
    (try? String(contentsOf: directory.appending(path: "engine.log"), encoding: .utf8)) ?? ""
  }

  static func withSite(
    _ pipelines: String, destinations: String = Self.worker,
    _ body: (RenderSite) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { directory in
      let site = RenderSite(directory: directory)
      for name in ["tmp", "bin"] {
        try FileManager.default.createDirectory(
          at: directory.appending(path: name), withIntermediateDirectories: false)
      }
      try site.write(promise(pipelines) + destinations, to: "platform.yaml")
      try site.write(request, to: "request.yaml")
      try await body(site)
    }
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: directory.appending(path: name))
  }

  /// Renders the request, or with `nil` the Promise itself.
  func render(
    _ commands: [String] = [], environment: [String: String] = [:],
    timeout: Duration = .seconds(60),
    request: String? = "request.yaml", _ change: (inout RenderSettings) -> Void = { _ in }
  ) async throws -> RenderResult {
    let inherited = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    var settings = RenderSettings(
      environment: [
        "PATH": directory.appending(path: "bin").path + ":" + inherited,
        "SITE": directory.path,
      ].merging(environment) { $1 },
      deadline: .now + timeout)
    settings.request = request.map { directory.appending(path: $0).path }
    settings.promise = request == nil ? "website" : nil
    settings.commands = commands
    settings.temporaryDirectory = temporary.path
    change(&settings)
    let platform = PlatformSettings(
      manifestPaths: [directory.appending(path: "platform.yaml").path], repository: nil,
      branch: nil, destination: nil, credentialsDirectory: nil, authorities: nil,
      allowsInsecureHTTP: false, cacheDirectory: directory.appending(path: "cache").path,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    return try await RenderRun(settings, of: platform, note: { _ in }).result()
  }

  /// Whether nothing was left in the directory for temporary files.
  var isTidy: Bool {
    (try? FileManager.default.contentsOfDirectory(atPath: temporary.path).isEmpty) == true
  }

  /// Installs a program that stands in for podman: it records its arguments, and runs `body` with the
  /// directories that were mounted, and the variables of the container.
  func installEngine(_ body: String) throws {
    try install(
      "podman",
      """
      printf '%s\\n' "$@" >>"$SITE/engine.log"
      [ "$1" = run ] || exit 0
      while [ $# -gt 0 ]; do
        case $1 in
          --mount)
            source=${2#*source=}
            source=${source%%,*}
            case $2 in
              *target=/kratix/input,readonly) input=$source ;;
              *target=/kratix/output) output=$source ;;
              *target=/kratix/metadata) metadata=$source ;;
            esac ;;
          --env-file)
            stat -c %a "$2" >>"$SITE/engine.log"
            while IFS= read -r line; do export "$line"; done <"$2" ;;
        esac
        shift
      done
      \(body)
      """)
  }

  /// Installs a program that comes first in PATH.
  func install(_ name: String, _ body: String) throws {
    let path = directory.appending(path: "bin/\(name)")
    try Data("#!/bin/sh\n\(body)\n".utf8).write(to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.path)
  }

  static let worker = """
    ---
    apiVersion: platform.kratix.io/v1alpha1
    kind: GitStateStore
    metadata: {name: default}
    spec: {url: https://git.example.com/state.git, branch: main}
    ---
    apiVersion: platform.kratix.io/v1alpha1
    kind: Destination
    metadata: {name: worker, labels: {environment: dev}}
    spec: {path: worker, stateStoreRef: {kind: GitStateStore, name: default}}

    """

  private static let request = """
    apiVersion: platform.example.com/v1
    kind: website
    metadata: {name: blog}
    spec: {}
    """

  private static func promise(_ workflows: String) -> String {
    """
    apiVersion: platform.kratix.io/v1alpha1
    kind: Promise
    metadata: {name: website}
    spec:
      destinationSelectors: [{matchLabels: {environment: dev}}]
      api:
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: websites.platform.example.com}
        spec:
          group: platform.example.com
          names: {kind: website, plural: websites}
          versions:
          - name: v1
            schema:
              openAPIV3Schema:
                properties: {spec: {properties: {size: {default: small}}}}
      workflows: \(workflows)

    """
  }

  /// A workflow of a request with one Pipeline.
  static func resource(_ containers: String, action: String = "configure") -> String {
    "{resource: {\(action): [{metadata: {name: instance}, spec: {containers: [\(containers)]}}]}}"
  }
}
