import Foundation
import Kratix
import Landing
import TestSupport
import Testing
import Verification

@testable import Application

@Suite("Rendering a pipeline on this machine", .timeLimit(.minutes(2)))
struct RenderTests {
  private static let one = RenderSite.resource("{name: render, image: web}")
  /// Renders a ConfigMap; the directories are named as they are without a private mount.
  private static let configMap = """
    printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: %s, namespace: default}\\ndata: {a: b}\\n' \
    "$KRATIX_OBJECT_NAME" >"$KRATIX_OUTPUT_DIR/map.yaml"
    """

  private func failure(
    _ body: () async throws -> RenderResult
  ) async throws -> LandingError {
    do {
      let result = try await body()
      throw TestFailure("it did not fail: \(result.text(isColoured: false))")
    } catch let failure as TestFailure {
      throw failure
    } catch {
      return LandingError(error)
    }
  }

  @Test("shows where the output would land, and what verification says of it")
  func landing() async throws {
    try await RenderSite.withSite(Self.one) { site in
      let result = try await site.render([Self.configMap])
      let path = "worker/resources/default/website/blog/instance/5058f"
      #expect(result.placements.map(\.path) == [path])
      #expect(result.placements.flatMap(\.files).map(\.path) == ["\(path)/map.yaml"])
      #expect(result.exitStatus(failingOn: .warning) == 0)
      let text = result.text(isColoured: false)
      #expect(text.contains("would land  "), "\(text)")
      #expect(text.contains("  worker: \(path)\n    map.yaml\nnote: there is no Expectation"))
      #expect(text.hasSuffix("\nverification: no findings\n"))
      #expect(!text.contains("\nlanded "), "\(text)")
      #expect(result.answer?.reports.map(\.stateStore.url) == ["https://git.example.com/state.git"])
      #expect(site.isTidy)
    }
  }

  @Test(
    "gives commands what Kratix gives to containers, and carries the output from one to the next")
  func contract() async throws {
    let containers = """
      {name: first, image: a, args: ["$(SIZE)-$(NONE)-$$(SIZE)"], env: [{name: SIZE, value: small}]},
      {name: second, image: b, env: [{name: WHO, value: "of $(KRATIX_OBJECT_NAME)"}]}
      """
    try await RenderSite.withSite(RenderSite.resource(containers)) { site in
      let result = try await site.render([
        "first=\(Self.configMap); echo \"$1\" >$KRATIX_METADATA_DIR/args",
        """
        instance/second=test -s $KRATIX_OUTPUT_DIR/map.yaml && cat $KRATIX_METADATA_DIR/args \
        >"$SITE/seen" && cp "$KRATIX_INPUT_FILE" "$SITE/object.yaml" && echo "$WHO" >>"$SITE/seen" \
        && env | grep ^KRATIX_ | grep -v _DIR= | grep -v _FILE= | sort >>"$SITE/seen"
        """,
      ])
      #expect(result.containers.map(\.name) == ["first", "second"])
      let seen = try String(contentsOf: site.directory.appending(path: "seen"), encoding: .utf8)
      #expect(
        seen == """
          small-$(NONE)-$(SIZE)
          of blog
          KRATIX_CLUSTER_SCOPED=false
          KRATIX_CRD_PLURAL=websites
          KRATIX_OBJECT_GROUP=platform.example.com
          KRATIX_OBJECT_KIND=website
          KRATIX_OBJECT_NAME=blog
          KRATIX_OBJECT_NAMESPACE=default
          KRATIX_OBJECT_VERSION=v1
          KRATIX_PIPELINE_NAME=instance
          KRATIX_PROMISE_NAME=website
          KRATIX_WORKFLOW_ACTION=configure
          KRATIX_WORKFLOW_TYPE=resource

          """)
      let object = try String(
        contentsOf: site.directory.appending(path: "object.yaml"), encoding: .utf8)
      #expect(object.contains("namespace: default") && object.contains("size: small"))
    }
  }

  @Test("runs several Pipelines in order, each with directories of its own")
  func pipelines() async throws {
    let workflows = """
      {resource: {configure: [{metadata: {name: a}, spec: {containers: [{name: c, image: x}]}},
      {metadata: {name: b}, spec: {containers: [{name: c, image: x}]}}]}}
      """
    try await RenderSite.withSite(workflows) { site in
      let result = try await site.render([
        "a/c=\(Self.configMap)", "b/c=test ! -e $KRATIX_OUTPUT_DIR/map.yaml; \(Self.configMap)",
      ])
      #expect(
        result.placements.map(\.path)
          == ["a", "b"].map { "worker/resources/default/website/blog/\($0)/5058f" })
      let only = try await site.render(["b/c=\(Self.configMap)"]) { $0.pipeline = "b" }
      #expect(only.placements.count == 1)
    }
  }

  @Test("runs the workflow of the Promise itself, with its dependencies")
  func promise() async throws {
    let workflows = """
      {promise: {configure: [{metadata: {name: setup}, spec: {containers: [{name: c, image: x}]}}]}}
        dependencies: [{apiVersion: v1, kind: Namespace, metadata: {name: web}}]
      """
    try await RenderSite.withSite(workflows) { site in
      let result = try await site.render(
        [
          """
          test "$KRATIX_WORKFLOW_TYPE$KRATIX_OBJECT_KIND$KRATIX_OBJECT_NAMESPACE" = promisePromise
          grep -q 'kind: Promise' "$KRATIX_INPUT_FILE" && \(Self.configMap)
          printf 'message: ready\\nurl: x\\n' >$KRATIX_METADATA_DIR/status.yaml
          """
        ], request: nil)
      #expect(
        result.placements.map(\.path).sorted()
          == ["worker/dependencies/website/5058f", "worker/dependencies/website/setup/5058f"])
      #expect(
        result.remarks.contains { $0.contains("status.yaml sets message, url; of a Promise") })
    }
  }

  @Test("shows one Destination with the labels that are asked for, if the configuration has none")
  func noDestination() async throws {
    try await RenderSite.withSite(Self.one, destinations: "") { site in
      let result = try await site.render([Self.configMap])
      #expect(result.placements.map(\.destination) == ["worker"])
      #expect(result.remarks.contains { $0.contains("no Destination") })
    }
  }

  /// A pipeline that goes wrong, and what is said of it.
  struct Fault: CustomTestStringConvertible {
    let testDescription: String
    let command: String
    let outcome: Outcome
    let message: String
  }

  private static let faults = [
    Fault(
      testDescription: "a container that fails",
      command: "echo starting; echo 'no such template' >&2; exit 7", outcome: .pipelineFailed,
      message: "instance/render: no such template"),
    Fault(
      testDescription: "a container that a signal ends", command: "kill -TERM $$; exit 143",
      outcome: .pipelineFailed, message: "failed with exit status 143"),
    Fault(
      testDescription: "a link out of the output",
      command: "ln -s /etc/passwd $KRATIX_OUTPUT_DIR/a",
      outcome: .unsafePath, message: "a: a link that leads out of the output"),
    Fault(
      testDescription: "a directory of Git",
      command: "mkdir $KRATIX_OUTPUT_DIR/.git; echo x >$KRATIX_OUTPUT_DIR/.git/config",
      outcome: .unsafePath, message: ".git"),
    Fault(
      testDescription: "selectors that no Destination has",
      command: """
        echo '[{matchLabels: {zone: north}}]' >$KRATIX_METADATA_DIR/destination-selectors.yaml
        \(configMap)
        """, outcome: .noDestination, message: "zone=north"),
    Fault(
      testDescription: "selectors in a file that Kratix does not read",
      command: "echo '[]' >$KRATIX_METADATA_DIR/destination_selectors.yaml", outcome: .invalidInput,
      message: "with a hyphen"),
    Fault(
      testDescription: "a status that Kratix refuses",
      command: "echo 'kratix: {}' >$KRATIX_METADATA_DIR/status.yaml", outcome: .invalidInput,
      message: "Kratix refuses the key kratix"),
  ]

  @Test("says what is wrong with", arguments: faults)
  func fault(fault: Fault) async throws {
    try await RenderSite.withSite(Self.one) { site in
      let failure = try await failure { try await site.render([fault.command]) }
      #expect(failure.outcome == fault.outcome)
      #expect(failure.message.contains(fault.message), "\(failure)")
      #expect(site.isTidy)
    }
  }

  @Test("says that a pipeline completed and wrote nothing, and where it wrote instead")
  func emptyOutput() async throws {
    try await RenderSite.withSite(Self.one) { site in
      let command = "echo x >$KRATIX_METADATA_DIR/map.yaml"
      let result = try await site.render([command])
      #expect(result.exitStatus(failingOn: .error) == 1)
      let message = result.messages.joined()
      #expect(message.contains("the pipeline completed but wrote nothing to /kratix/output"))
      #expect(message.contains("it wrote /kratix/metadata/map.yaml, where Kratix does not look"))
      let allowed = try await site.render([command]) { $0.allowsEmpty = true }
      #expect(allowed.exitStatus(failingOn: .error) == 0)
      #expect(allowed.remarks.contains { $0.contains("wrote nothing") })
    }
  }

  @Test("finds that there is only a README")
  func readme() async throws {
    try await RenderSite.withSite(Self.one) { site in
      let result = try await site.render(["echo '# Web' >$KRATIX_OUTPUT_DIR/README.md"])
      #expect(result.exitStatus(failingOn: .error) == 1)
      let findings = result.answer?.reports.flatMap(\.resources).flatMap(\.findings) ?? []
      #expect(findings.map(\.rule) == [.notAManifest])
    }
  }

  @Test(
    "says what Kratix would not write: a suspended workflow, and the output of a delete workflow")
  func nothingToLand() async throws {
    try await RenderSite.withSite(Self.one) { site in
      let suspended = try await site.render([
        "\(Self.configMap); echo 'suspend: true' >$KRATIX_METADATA_DIR/workflow-control.yaml"
      ])
      #expect(suspended.placements.isEmpty && suspended.exitStatus(failingOn: .error) == 0)
      #expect(suspended.remarks.contains { $0.contains("the workflow is suspended") })
    }
    try await RenderSite.withSite(
      RenderSite.resource("{name: render, image: web}", action: "delete")
    ) { site in
      let deleted = try await site.render([Self.configMap]) { $0.action = .delete }
      #expect(deleted.placements.isEmpty)
      #expect(deleted.remarks.contains { $0.contains("ignores what a delete workflow writes") })
    }
  }

  @Test("keeps the directories where that is asked, and does not mix them with older ones")
  func keeping() async throws {
    try await RenderSite.withSite(Self.one) { site in
      let kept = site.directory.appending(path: "kept")
      _ = try await site.render([Self.configMap]) { $0.directory = kept.path }
      #expect(
        FileManager.default.fileExists(
          atPath: kept.appending(path: "instance/output/map.yaml").path))
      let failure = try await failure {
        try await site.render([Self.configMap]) { $0.directory = kept.path }
      }
      #expect(failure.message.contains("is there already"))
    }
  }

  // MARK: Variables and commands

  @Test("passes secret variables on, and shows them nowhere")
  func secrets() async throws {
    let containers = """
      {name: render, image: web, env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: a, key: b}}}]}
      """
    try await RenderSite.withSite(RenderSite.resource(containers)) { site in
      let missing = try await failure { try await site.render(["true"]) }
      #expect(missing.message.contains("TOKEN (secretKeyRef)"))
      #expect(missing.message.contains("--env NAME"))
      let failure = try await failure {
        try await site.render(
          ["test -n \"$TOKEN\" && echo \"it is $TOKEN\" >&2; exit 1"],
          environment: ["TOKEN": "open sesame"]
        ) { $0.passedVariables = ["TOKEN"] }
      }
      #expect(failure.message.contains("it is (redacted)"), "\(failure)")
      #expect(!failure.description.contains("sesame"))
    }
  }

  private static let wrongCommands: [(commands: [String], message: String)] = [
    (["true"], "write CONTAINER=COMMAND"), (["nosuch=true"], "there are: instance/a, instance/b"),
    (["a=true", "instance/a=true"], "given twice for instance/a"),
    (["a=true"], "no container engine was found by the name nosuch"),
  ]

  @Test("says for which container there is no command, or more than one", arguments: wrongCommands)
  func unclearCommands(commands: [String], message: String) async throws {
    let containers = "{name: a, image: x}, {name: b, image: x}"
    try await RenderSite.withSite(RenderSite.resource(containers)) { site in
      let failure = try await failure {
        try await site.render(commands) { $0.engine = "nosuch" }
      }
      #expect(failure.outcome == .invalidConfiguration)
      #expect(failure.message.contains(message), "\(failure)")
    }
  }

  private static let hostileContainers = [
    "{name: ../up, image: web}", "{name: render, image: --privileged}",
    "{name: render, image: \"web\\n--privileged\"}",
    "{name: render, image: web, env: [{name: \"A=B\", value: c}]}",
    "{name: render, image: web, env: [{name: \"#A\", value: c}]}",
    "{name: render, image: web, env: [{name: A, value: \"b\\0c\"}]}",
    "{name: render, image: web, command: [1]}", "{name: render}",
  ]

  @Test("refuses names that an engine could take for something else", arguments: hostileContainers)
  func hostileNames(container: String) async throws {
    try await RenderSite.withSite(RenderSite.resource(container)) { site in
      try site.installEngine("exit 0")
      let failure = try await failure { try await site.render() }
      #expect(failure.message.contains("platform.yaml:"), "\(failure)")
      #expect(site.engineLog.isEmpty)
    }
  }

  // MARK: Ending

  @Test("ends a command and what it has started at the deadline, and when it is cancelled")
  func ending() async throws {
    try await RenderSite.withSite(Self.one) { site in
      let marker = site.directory.appending(path: "marker").path
      let command = "touch \(marker); tail -f \(marker) & exec tail -f \(marker)"
      let late = try await failure { try await site.render([command], timeout: .seconds(1)) }
      #expect(late.outcome == .timedOut && late.message.contains("instance/render"))
      try FileManager.default.removeItem(atPath: marker)
      let run = Task { try await failure { try await site.render([command]) } }
      try await until { FileManager.default.fileExists(atPath: marker) }
      run.cancel()
      #expect(try await run.value.outcome == .timedOut)
      #expect(site.isTidy)
      try await until { try await !isRunning(withArgument: marker) }
    }
  }

  @Test("names the directories by variables where the system allows no mounts")
  func noMounts() async throws {
    try await RenderSite.withSite(Self.one) { site in
      try site.install("unshare", "echo 'unshare: Operation not permitted' >&2; exit 1")
      let result = try await site.render([
        "case $KRATIX_OUTPUT_DIR in /kratix/*) exit 1;; esac; \(Self.configMap)"
      ])
      #expect(result.placements.count == 1 && site.isTidy)
      #expect(result.remarks.contains { $0.contains("KRATIX_OUTPUT_DIR and KRATIX_METADATA_DIR") })
    }
  }

  private func isRunning(withArgument argument: String) async throws -> Bool {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").contains { process in
      // A process may end meanwhile.
      let line = try? Data(contentsOf: URL(filePath: "/proc/\(process)/cmdline"))
      return Int(process) != nil
        && line.map { String(decoding: $0, as: UTF8.self) }?
          .contains("\0\(argument)\0") == true
    }
  }

  // MARK: With an engine

  @Test("gives an engine the image, the mounts, the variables and the arguments")
  func engine() async throws {
    let containers = """
      {name: render, image: "registry.example.com/web:1", command: [/bin/render, -v],
       args: [$(SIZE)], env: [{name: SIZE, value: small}, {name: KEY, value: "a\\nb"}]}
      """
    try await RenderSite.withSite(RenderSite.resource(containers)) { site in
      try site.installEngine(
        """
        test "$SIZE$KRATIX_OBJECT_NAME" = smallblog && test -s "$input/object.yaml" &&
        test -d "$metadata" && printf 'kind: ConfigMap\\napiVersion: v1\\nmetadata: {name: %s}\\n' \
        "$KEY" | tr -d '\\n' >"$output/map.yaml"
        """)
      let result = try await site.render()
      #expect(result.placements.count == 1)
      #expect(result.containers.map(\.runner) == ["podman registry.example.com/web:1"])
      let lines = site.engineLog.split(separator: "\n").map(String.init)
      #expect(lines.starts(with: ["run", "--rm", "--name"]))
      let image = try #require(lines.firstIndex(of: "registry.example.com/web:1"))
      #expect(lines[(image - 4)..<image] == ["--env", "KEY", "--entrypoint", "/bin/render"])
      #expect(lines[(image + 1)...].starts(with: ["-v", "small", "600"]))
      #expect(lines.count { $0.hasPrefix("type=bind,source=\(site.temporary.path)") } == 3)
      #expect(!lines.contains { $0.contains("a\nb") || $0.contains("SIZE=") })
      #expect(site.isTidy)
    }
  }

  /// An ending of an engine, with the words of podman 4.3 and crun 1.8, or in docker's form.
  struct EngineFailure: Sendable, CustomTestStringConvertible {
    let status: Int
    let words: String
    let outcome: Outcome
    let message: String

    var testDescription: String { "\(status): \(words)" }

    static func engine(_ status: Int, _ words: String) -> Self {
      Self(status: status, words: words, outcome: .unreachable, message: "could not be started")
    }

    static func container(_ status: Int, _ words: String, _ message: String) -> Self {
      Self(status: status, words: words, outcome: .pipelineFailed, message: message)
    }
  }

  private static let engineFailures: [EngineFailure] = [
    .engine(125, "Error: no command or entrypoint provided, and no CMD or ENTRYPOINT from image"),
    .engine(
      126,
      """
      Error: crun: setrlimit `RLIMIT_NOFILE`: Operation not permitted: OCI permission denied
      """),
    .engine(127, "Error: netavark: No such file or directory (os error 2)"),
    .engine(
      127,
      """
      Error: could not find slirp4netns, the network namespace can't be configured: exec: \
      "slirp4netns": executable file not found in $PATH
      """),
    .container(
      126, "Error: crun: open executable: Permission denied: OCI permission denied",
      "its command cannot be executed"),
    .container(
      127,
      """
      Error: crun: executable file `nosuch` not found in $PATH: No such file or directory: OCI runtime \
      attempted to invoke a command that was not found
      """, "was not found in the image"),
    .container(
      127,
      """
      docker: Error response from daemon: OCI runtime create failed: runc create failed: unable to \
      start container process: exec: "nosuch": executable file not found in $PATH: unknown.
      """, "was not found in the image"),
    .container(127, "sh: nosuch: not found", "was not found in the image"),
    .container(3, "the reason", "failed with exit status 3; Kratix would make no Work"),
  ]

  @Test("tells a failure of the engine from one of the container", arguments: engineFailures)
  func engineFailure(expected: EngineFailure) async throws {
    try await RenderSite.withSite(Self.one) { site in
      try site.write(expected.words, to: "words")
      try site.installEngine("cat \"$SITE/words\" >&2; exit \(expected.status)")
      let failure = try await failure { try await site.render() }
      #expect(failure.outcome == expected.outcome)
      #expect(failure.message.contains(expected.message), "\(failure)")
      #expect(failure.message.contains("instance/render: \(expected.words.prefix(40))"))
    }
  }

  @Test("removes the container when it is cancelled")
  func cancelledEngine() async throws {
    try await RenderSite.withSite(Self.one) { site in
      try site.installEngine("touch \"$SITE/started\"; exec tail -f /dev/null")
      let run = Task { try await failure { try await site.render() } }
      try await until {
        FileManager.default.fileExists(atPath: site.directory.appending(path: "started").path)
      }
      run.cancel()
      #expect(try await run.value.outcome == .timedOut)
      let lines = site.engineLog.split(separator: "\n")
      let name = try #require(lines.firstIndex(of: "--name")).advanced(by: 1)
      #expect(lines.suffix(5) == ["kill", lines[name], "rm", "--force", lines[name]])
      #expect(site.isTidy)
    }
  }
}
