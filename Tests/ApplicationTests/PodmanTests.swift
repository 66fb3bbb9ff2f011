import Foundation
import Landing
import TestSupport
import Testing
import Verification

@testable import Application

@Suite(
  "Rendering with podman", .timeLimit(.minutes(5)),
  .enabled("podman is not installed, or cannot run a container here") {
    await PodmanImage.isUsable
  })
struct PodmanTests {
  private static let configMap = """
    printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: a, namespace: default}\\n'
    """

  /// A container that runs a script with the shell of an image.
  private func container(
    _ name: String, _ image: PodmanImage, _ script: String, _ fields: String = ""
  ) -> String {
    let quoted = script.replacing("'", with: "''").replacing("\n", with: "; ")
    return
      "{name: \(name), image: '\(image.name)', command: [sh, -c], args: ['\(quoted)']\(fields)}"
  }

  private func render(
    _ containers: String..., inSite body: (RenderSite) async throws -> Void
  ) async throws {
    let workflow = RenderSite.resource(containers.joined(separator: ", "))
    try await RenderSite.withSite(workflow) { site in
      try await body(site)
      #expect(site.isTidy)
    }
  }

  private func result(_ site: RenderSite) async throws -> RenderResult {
    try await site.render(environment: PodmanImage.environment) { $0.engine = "podman" }
  }

  private func failure(_ site: RenderSite) async throws -> LandingError {
    do {
      throw TestFailure("it did not fail: \(try await result(site).text(isColoured: false))")
    } catch let failure as TestFailure {
      throw failure
    } catch {
      return LandingError(error)
    }
  }

  @Test("hands the output of a container to the next one, with what Kratix gives to both")
  func twoContainers() async throws {
    try await PodmanImage.withImage { image in
      let first = container(
        "first", image,
        """
        case $(cat /kratix/input/object.yaml) in *"name: blog"*) ;; *) exit 9;; esac
        test "$TEXT" = "$(printf ' a  # "\\r\\nb')" || exit 8
        \(Self.configMap) >/kratix/output/a.yaml
        """, ", env: [{name: TEXT, value: \" a  # \\\"\\r\\nb\"}]")
      let second = container(
        "second", image,
        """
        test "$KRATIX_OBJECT_NAME" = blog || exit 7
        (: >/kratix/input/more) 2>/dev/null && exit 6
        mkdir /kratix/output/more
        cat /kratix/output/a.yaml >/kratix/output/more/b.yaml
        printf 'message: done' >/kratix/metadata/status.yaml
        """)
      try await render(first, second) { site in
        let result = try await result(site)
        #expect(result.containers.map(\.name) == ["first", "second"])
        #expect(result.containers.allSatisfy { $0.runner == "podman \(image.name)" })
        let path = "worker/resources/default/website/blog/instance/5058f"
        #expect(
          result.placements.flatMap(\.files).map(\.path)
            == ["\(path)/a.yaml", "\(path)/more/b.yaml"])
        #expect(result.remarks.contains { $0.contains("status.yaml sets message") })
      }
    }
  }

  @Test("reads and removes what a container wrote as a user of its own, for that user alone")
  func otherUser() async throws {
    try await PodmanImage.withImage(user: "65532:65532") { image in
      let script = """
        test "$(id -u):$(id -g)" = 65532:65532 || exit 9
        mkdir /kratix/output/own
        \(Self.configMap) >/kratix/output/own/a.yaml
        chmod 0600 /kratix/output/own/a.yaml
        chmod 0700 /kratix/output/own
        """
      try await render(container("first", image, script)) { site in
        let result = try await result(site)
        #expect(result.exitStatus(failingOn: .error) == 0, "\(result.text(isColoured: false))")
        #expect(result.placements.flatMap(\.files).count == 1)
      }
    }
  }

  private static let faults: [(script: String, outcome: Outcome, message: String)] = [
    ("echo 'no such template' >&2; exit 7", .pipelineFailed, "first: no such template"),
    ("nosuch", .pipelineFailed, "was not found in the image"),
    ("exec /kratix/input/object.yaml", .pipelineFailed, "cannot be executed"),
    ("ln -s /etc/passwd /kratix/output/a.yaml", .unsafePath, "a link"),
    ("ln -s /kratix/input/object.yaml /kratix/output/a.yaml", .unsafePath, "a link"),
  ]

  @Test("says what is wrong with a container, and leaves none behind", arguments: faults)
  func fault(script: String, outcome: Outcome, message: String) async throws {
    try await PodmanImage.withImage { image in
      try await render(container("first", image, script)) { site in
        let failure = try await failure(site)
        #expect(failure.outcome == outcome)
        #expect(failure.message.contains(message), "\(failure)")
      }
      #expect(try await image.containers.isEmpty)
    }
  }

  @Test("tells an image that cannot be had, or has no such program, from a container that fails")
  func engineFailures() async throws {
    try await render("{name: first, image: 'localhost:1/nosuch:1'}") { site in
      let failure = try await failure(site)
      #expect(failure.outcome == .unreachable)
      #expect(failure.message.contains("could not be started (podman localhost:1/nosuch:1"))
      #expect(failure.message.contains("first: Error: "), "\(failure)")
    }
    try await PodmanImage.withImage { image in
      try await render("{name: first, image: '\(image.name)', command: [/bin/nosuch]}") { site in
        let failure = try await failure(site)
        #expect(failure.outcome == .pipelineFailed)
        #expect(failure.message.contains("was not found in the image"), "\(failure)")
      }
    }
  }

  @Test("finds that a container wrote a README only, or beside the output")
  func emptyOutput() async throws {
    try await PodmanImage.withImage { image in
      try await render(container("first", image, "echo web >/kratix/output/README.md")) { site in
        let findings = try await result(site).answer?.reports.flatMap(\.resources)
          .flatMap(\.findings)
        #expect(findings?.map(\.rule) == [.notAManifest])
      }
      try await render(container("first", image, "echo a >/kratix/metadata/a.yaml")) { site in
        let messages = try await result(site).messages.joined()
        #expect(messages.contains("it wrote /kratix/metadata/a.yaml, where Kratix does not look"))
      }
    }
  }

  @Test("ends and removes the container when it is cancelled")
  func cancelled() async throws {
    try await PodmanImage.withImage { image in
      let script = ": >/kratix/output/started; exec sleep 600"
      try await render(container("first", image, script)) { site in
        let run = Task { try await failure(site) }
        let output = "pipelines/instance/output/started"
        try await until {
          let runs = try FileManager.default.contentsOfDirectory(atPath: site.temporary.path)
          return runs.contains { run in
            FileManager.default.fileExists(
              atPath: site.temporary.appending(path: "\(run)/\(output)").path)
          }
        }
        run.cancel()
        #expect(try await run.value.outcome == .timedOut)
        #expect(try await image.containers.isEmpty)
      }
    }
  }
}
