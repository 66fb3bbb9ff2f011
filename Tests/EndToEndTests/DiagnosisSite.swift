import Foundation
import TestSupport
import Testing

/// A state repository with the fixtures' platform, and dumps as kubectl would print them.
struct DiagnosisSite: Sendable {
  let site: Site
  let configuration: String

  init(_ site: Site) throws {
    self.site = site
    configuration = try site.configuration()
  }

  var directory: URL { site.directory }
  var repository: URL { site.repository }
  var address: String { site.address }
  var rendered: [String] { ["--rendered", Fixture.path("postgresql/rendered/small")] }

  let manifest = "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: default}}\n"
  let written = "{type: WriteSucceeded, status: \"True\"}"

  /// The request as the cluster has it.
  let request = """
    apiVersion: marketplace.kratix.io/v1alpha1
    kind: postgresql
    metadata: {name: postgres-example, namespace: default, uid: 0b5c}
    spec: {size: small}
    """

  /// Changes one of the platform's manifests.
  func replace(_ old: String, with new: String, in file: String) {
    let url = URL(filePath: configuration).appending(path: file)
    guard let text = try? String(contentsOf: url, encoding: .utf8) else { return }
    // Nothing to change is a case that will not happen as it should, and fails.
    try? Data(text.replacing(old, with: new).utf8).write(to: url)
  }

  /// Lets the Destinations keep their files beside each other.
  func useModeNone() {
    replace("mode: nestedByMetadata", with: "mode: none", in: "destinations.yaml")
  }

  /// Lands an output.
  func land(_ fixture: String) async throws {
    var rendering = Rendering.small
    rendering.directory = Fixture.directory(fixture)
    try await site.runConfigured(
      "write", ["--config", configuration] + rendering.flags)
  }

  /// Writes a dump, and gives the flags that name it.
  func dump(_ name: String, _ text: String) throws -> [String] {
    ["--dump", try directory.write(text, to: name).path]
  }

  /// The Work of the small request, with the files of a fixture or with none at all.
  func work(of size: String?) throws -> String {
    let head = """
      apiVersion: platform.kratix.io/v1alpha1
      kind: Work
      metadata:
        name: postgresql-postgres-example-instance-configure-12b21
        namespace: default
        labels:
          kratix.io/promise-name: postgresql
          kratix.io/resource-name: postgres-example
          kratix.io/pipeline-name: instance-configure
          kratix.io/work-type: resource
      spec:
        promiseName: postgresql
        resourceName: postgres-example

      """
    guard let size else { return head }
    let path = "postgresql/rendered/\(size)/postgresql-instance.yaml"
    let content = try Self.packed(Data(Fixture.text(path).utf8))
    return head + """
        workloadGroups:
          - directory: .
            id: 5058f1af8388633f609cadb75a75dc9d
            destinationSelectors: [{source: promise, matchLabels: {environment: dev}}]
            workloads: [{filepath: postgresql-instance.yaml, content: \(content)}]

      """
  }

  /// Gzip in base64, the bytes stored as they are (RFC 1951, 3.2.4; RFC 1952).
  private static func packed(_ data: Data) -> String {
    var bytes: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
    let length = UInt16(data.count)
    bytes += [
      1, UInt8(length & 255), UInt8(length >> 8), UInt8(~length & 255), UInt8(~length >> 8),
    ]
    bytes += data
    var checksum: UInt32 = 0xffff_ffff
    for byte in data {
      checksum ^= UInt32(byte)
      for _ in 0..<8 { checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0xedb8_8320 : checksum >> 1 }
    }
    for number in [~checksum, UInt32(data.count)] {
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
    return Data(bytes).base64EncodedString()
  }

  /// The WorkPlacement of that Work, with this status.
  func placement(_ status: String) -> String {
    """
    apiVersion: platform.kratix.io/v1alpha1
    kind: WorkPlacement
    metadata:
      name: postgresql-postgres-example-instance-configure-12b21.worker-5058f
      namespace: default
      labels: {kratix.io/work: postgresql-postgres-example-instance-configure-12b21}
    spec: {targetDestinationName: worker, promiseName: postgresql, resourceName: postgres-example}
    status: {\(status)}
    """
  }

  /// The Job of the pipeline.
  func job(status: String) -> String {
    """
    apiVersion: batch/v1
    kind: Job
    metadata:
      name: kratix-postgresql-instance-configure-1
      namespace: default
      labels: {kratix.io/promise-name: postgresql, kratix.io/resource-name: postgres-example}
    status: \(status)
    """
  }

  /// The platform's manifests without its Secret, as the cluster would print them.
  func platform() throws -> String {
    try ["promise.yaml", "destinations.yaml", "state-store.yaml"].map { name in
      let url = URL(filePath: configuration).appending(path: name)
      let text = try String(contentsOf: url, encoding: .utf8)
      let secret =
        "  secretRef:\n    name: state-store-credentials\n    namespace: default\n"
      return text.replacing(secret, with: "")
    }.joined(separator: "\n---\n")
  }

  /// Puts a program on a PATH of its own that prints an answer to arguments that hold a text, and
  /// fails on all others.
  func standIn(for name: String, answers: [(arguments: String, output: String)]) throws -> String {
    var script = "#!/bin/sh\ncase \"$*\" in\n"
    for (index, answer) in answers.enumerated() {
      let file = try directory.write(answer.output, to: "answers/\(index).yaml")
      script += "  *'\(answer.arguments)'*) exec /bin/cat '\(file.path)' ;;\n"
    }
    script += "esac\necho 'the server could not be reached' >&2\nexit 1\n"
    let file = try directory.write(script, to: "bin/\(name)")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    return file.deletingLastPathComponent().path
      + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
  }
}
