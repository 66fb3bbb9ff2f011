import Foundation
import Manifests
import TestSupport
import Testing

@Suite("The scripts for CI", .timeLimit(.minutes(2)))
struct ContinuousIntegrationTests {
  static let directory = Deploy.root.appending(path: "ci")

  // MARK: check

  /// A state repository with a landed website, and a pull request that edits it and adds a file; cloned as
  /// a checkout action does it.
  private static let site = """
    set -eu
    cp -rL "$ROOT/examples/platform" platform
    statestore init --config platform --repo ./origin.git >log
    INPUT="$ROOT/examples/request.yaml" OUTPUT=output "$ROOT/examples/pipeline/render"
    statestore write --config platform --repo ./origin.git --rendered output --promise website \
      --namespace default --name blog --pipeline instance-configure >>log
    git clone --quiet origin.git work
    cd work
    git checkout --quiet -b change
    sed -i 's/replicas: 3/replicas: 2/' worker/resources/default/website/blog/*/*/website.yaml
    echo one >'worker/a `file`'
    git add . && git commit --quiet --message 'Fewer'
    git checkout --quiet main && git merge --quiet --no-ff --no-edit change
    git push --quiet origin change:refs/pull/7/head main:refs/pull/7/merge
    git rev-parse HEAD HEAD^1 >../commits
    git init --quiet ../checkout && cd ../checkout
    git remote add origin "file://$PWD/../origin.git"
    git fetch --quiet --no-tags --depth=1 origin "+$(head -n 1 ../commits):refs/remotes/pull/7/merge"
    git checkout --quiet --force --detach refs/remotes/pull/7/merge
    """

  private func withCheckout(
    _ body: (_ directory: URL, _ environment: [String: String], _ commits: [String]) async throws
      -> Void
  ) async throws {
    try await withTemporaryDirectory { directory in
      let environment = try Self.environment(in: directory)
      let made = try await Program.run(
        "sh", ["-c", Self.site], in: directory, environment: environment)
      try #require(made.isSuccess, "\(made.text) \(made.errors)")
      let commits = try String(contentsOf: directory.appending(path: "commits"), encoding: .utf8)
      try await body(directory, environment, commits.split(separator: "\n").map(String.init))
    }
  }

  private static func environment(in directory: URL) throws -> [String: String] {
    let program = URL(filePath: try Statestore.path()).deletingLastPathComponent().path
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return [
      "PATH": "\(program):\(path)", "HOME": directory.path, "LC_ALL": "C.UTF-8",
      "ROOT": Deploy.root.deletingLastPathComponent().path, "GIT_CONFIG_NOSYSTEM": "1",
      "GIT_AUTHOR_NAME": "You", "GIT_AUTHOR_EMAIL": "you@example.com", "CI": "true",
      "GIT_COMMITTER_NAME": "You", "GIT_COMMITTER_EMAIL": "you@example.com",
    ]
  }

  private func run(
    _ script: String, in directory: URL, _ environment: [String: String]
  ) async throws -> Program.Output {
    try await Program.run(
      "sh", [Self.directory.appending(path: script).path], in: directory, environment: environment)
  }

  @Test("check a pull request in a checkout of one commit, and list what would land")
  func check() async throws {
    try await withCheckout { directory, environment, commits in
      let checkout = directory.appending(path: "checkout")
      let common = ["STATESTORE_CONFIG": "../platform"]
      let file = "worker/resources/default/website/blog/instance-configure/5058f/website.yaml"
      let onGitHub = [
        "GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/pull/7/merge", "GITHUB_BASE_REF": "main",
        "GITHUB_SHA": commits[0], "GITHUB_STEP_SUMMARY": directory.appending(path: "summary").path,
      ]
      let github = try await run(
        "check", in: checkout, environment.merging(common) { $1 }.merging(onGitHub) { $1 })
      #expect(github.status == 1, "\(github.text) \(github.errors)")
      #expect(github.text.contains("::error file=\(file),"))
      let report = try String(
        contentsOf: checkout.appending(path: "statestore.md"), encoding: .utf8)
      #expect(report.hasPrefix("<!-- statestore check -->\n### What would land\n"), "\(report)")
      #expect(report.contains("\n! \(file)\n") && report.contains("\n+ worker/a `file`\n"))
      #expect(report.contains("field-mismatch"), "\(report)")
      let summary = try String(
        contentsOfFile: onGitHub["GITHUB_STEP_SUMMARY"] ?? "", encoding: .utf8)
      #expect(summary == report)

      let onGitLab = ["GITLAB_CI": "true", "CI_MERGE_REQUEST_DIFF_BASE_SHA": commits[1]]
      let gitlab = try await run(
        "check", in: checkout, environment.merging(common) { $1 }.merging(onGitLab) { $1 })
      #expect(gitlab.status == 1 && gitlab.text.contains("0 of 1 landed"), "\(gitlab.text)")
      for name in ["statestore.xml", "codequality.json"] {
        #expect(FileManager.default.fileExists(atPath: checkout.appending(path: name).path))
      }

      // A push, and a job that is set up wrongly.
      let push = try await run("check", in: checkout, environment.merging(common) { $1 })
      #expect(push.status == 1 && !push.text.contains("What would land"))
      let wrong = try await run(
        "check", in: checkout, environment.merging(["STATESTORE_CONFIG": "nosuch"]) { $1 })
      #expect(wrong.status == 2, "\(wrong.errors)")
      let failure = try String(
        contentsOf: checkout.appending(path: "statestore.md"), encoding: .utf8)
      #expect(failure.contains("the check could not run\n\nexit status 2"), "\(failure)")
    }
  }

  // MARK: comment

  /// One run of `comment`: the answers of the API, what it is asked for, and how the script ends.
  struct Comment: CustomTestStringConvertible {
    let testDescription: String
    var environment = Self.github
    let answers: [String]
    let requests: [String]
    var status: Int32 = 0
    var output = ""

    static let github = [
      "GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/pull/7/merge",
      "GITHUB_REPOSITORY": "acme/state",
      "STATESTORE_COMMENT_TOKEN": "ghs_secret0token",
    ]
    static let gitlab = [
      "CI_MERGE_REQUEST_IID": "7", "CI_PROJECT_ID": "3",
      "STATESTORE_COMMENT_TOKEN": "ghs_secret0token",
    ]

    static func answer(_ body: String, status: Int = 200) -> String {
      "HTTP/1.1 \(status) Some\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
    }
  }

  private static let list = "GET /repos/acme/state/issues/7/comments?per_page=100&page=1"
  private static let marked = "<!-- statestore check -->\\nold"
  private static let others = """
    {"id": 5, "body": "\(marked)", "user": {"login": "mallory"}}, \
    {"id": 6, "body": "hello", "user": {"login": "github-actions[bot]"}}
    """
  private static let own = """
    {"id": 9, "body": "\(marked)", "user": {"login": "github-actions[bot]"}}
    """

  private static let comments = [
    Comment(
      testDescription: "the first one is made",
      answers: [Comment.answer("[\(others)]"), Comment.answer("{}", status: 201)],
      requests: [list, "POST /repos/acme/state/issues/7/comments"]),
    Comment(
      testDescription: "the same one is changed later",
      answers: [Comment.answer("[\(others), \(own)]"), Comment.answer("{}")],
      requests: [list, "PATCH /repos/acme/state/issues/comments/9"]),
    Comment(
      testDescription: "it is looked for on all pages",
      answers: [
        Comment.answer("[\(Array(repeating: others, count: 50).joined(separator: ","))]"),
        Comment.answer("[\(own)]"), Comment.answer("{}"),
      ],
      requests: [
        list, list.replacing("&page=1", with: "&page=2"),
        "PATCH /repos/acme/state/issues/comments/9",
      ]),
    Comment(
      testDescription: "a token of a fork may not",
      answers: [Comment.answer("[]"), Comment.answer("{}", status: 403)],
      requests: [list, "POST /repos/acme/state/issues/7/comments"], output: "HTTP 403"),
    Comment(
      testDescription: "there is no token",
      environment: Comment.github.merging(["STATESTORE_COMMENT_TOKEN": ""]) { $1 }, answers: [],
      requests: [], output: "there is no token"),
    Comment(
      testDescription: "a push has no pull request",
      environment: Comment.github.merging(["GITHUB_REF": "refs/heads/main"]) { $1 }, answers: [],
      requests: [], output: "this is no pull request"),
    Comment(
      testDescription: "a token with a line break is refused",
      environment: Comment.github.merging(["STATESTORE_COMMENT_TOKEN": "ghs_secret0token\n"]) {
        $1
      },
      answers: [], requests: [], status: 1, output: "look for a line break"),
    Comment(
      testDescription: "a broken server fails", answers: [Comment.answer("oh", status: 500)],
      requests: [list], status: 1, output: "answered GET with HTTP 500"),
    Comment(
      testDescription: "GitLab: the first one is made", environment: Comment.gitlab,
      answers: [
        Comment.answer(#"{"username": "project_3_bot"}"#), Comment.answer("[]"),
        Comment.answer("{}", status: 201),
      ],
      requests: [
        "GET /user", "GET /projects/3/merge_requests/7/notes?per_page=100&page=1",
        "POST /projects/3/merge_requests/7/notes",
      ]),
    Comment(
      testDescription: "GitLab: the same one is changed later", environment: Comment.gitlab,
      answers: [
        Comment.answer(#"{"username": "project_3_bot"}"#),
        Comment.answer(
          #"[{"id": 4, "body": "\#(marked)", "author": {"username": "project_3_bot"}}]"#),
        Comment.answer("{}"),
      ],
      requests: [
        "GET /user", "GET /projects/3/merge_requests/7/notes?per_page=100&page=1",
        "PUT /projects/3/merge_requests/7/notes/4",
      ]),
  ]

  @Test("comment once, and change that comment afterwards", arguments: comments)
  func comment(comment: Comment) async throws {
    try await withTemporaryDirectory { directory in
      try Data("<!-- statestore check -->\n\"quoted\" \\ text\n".utf8)
        .write(to: directory.appending(path: "statestore.md"))
      try await RawServer.with(.answering(comment.answers)) { server in
        let address = "http://127.0.0.1:\(server.port)"
        // A curl that records its arguments.
        let environment = try Self.environment(in: directory).merging(comment.environment) { $1 }
          .merging([
            "GITHUB_API_URL": address, "CI_API_V4_URL": address,
            "PATH": try Self.stub(
              "curl", "printf '%s\\n' \"$@\" >>arguments; exec /usr/bin/curl \"$@\"", in: directory),
          ]) { $1 }
        let ending = try await run("comment", in: directory, environment)
        #expect(ending.status == comment.status, "\(ending.text) \(ending.errors)")
        #expect((ending.text + ending.errors).contains(comment.output) || comment.output.isEmpty)
        let lines = server.received.compactMap {
          $0.split(separator: " HTTP/").first.map(String.init)
        }
        #expect(lines == comment.requests)
        let isGitLab = comment.environment["CI_PROJECT_ID"] != nil
        let header = isGitLab ? "PRIVATE-TOKEN: " : "Authorization: Bearer "
        #expect(server.received.allSatisfy { $0.contains("\(header)ghs_secret0token\r\n") })
        if comment.requests.count > 1, let last = server.received.last {
          #expect(
            last.contains(#""body": "<!-- statestore check -->\n\"quoted\" \\ text\n""#), "\(last)")
        }
        // Without a request there are no arguments.
        let arguments = try? String(
          contentsOf: directory.appending(path: "arguments"), encoding: .utf8)
        #expect(!"\(arguments ?? "")\(ending.text)\(ending.errors)".contains("ghs_secret0token"))
      }
    }
  }

  /// A PATH with a program that stands in for another.
  private static func stub(_ name: String, _ body: String, in directory: URL) throws -> String {
    let bin = directory.appending(path: "bin")
    try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
    let path = bin.appending(path: name)
    try Data("#!/bin/sh\n\(body)\n".utf8).write(to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.path)
    return "\(bin.path):/usr/bin:/bin"
  }

  // MARK: install

  private static let releases = [
    (change: "true", checksums: "", status: Int32(0)),
    (change: "true", checksums: "right", status: 0),
    (change: "true", checksums: String(repeating: "0", count: 64), status: 2),
    (change: "echo x >>v1.2.3/statestore_1.2.3_amd64.deb", checksums: "", status: 2),
    (change: "sed -i s/statestore/other/ v1.2.3/SHA256SUMS", checksums: "", status: 2),
    (change: "rm v1.2.3/SHA256SUMS", checksums: "", status: 2),
  ]

  @Test("install a release whose checksums are right, and no other", arguments: releases)
  func install(change: String, checksums: String, status: Int32) async throws {
    try await withTemporaryDirectory { directory in
      let made = try await Program.run(
        "sh",
        [
          "-c",
          """
          mkdir -p releases/v1.2.3 && cd releases/v1.2.3 && echo package >statestore_1.2.3_amd64.deb
          sha256sum *.deb >SHA256SUMS && sha256sum <SHA256SUMS | cut -c 1-64 && cd .. && \(change)
          """,
        ], in: directory)
      let sum = made.text.trimmingCharacters(in: .whitespacesAndNewlines)
      _ = try Self.stub("dpkg", "echo amd64", in: directory)
      let path = try Self.stub("apt-get", "echo \"$@\" >>\"$HOME/installed\"", in: directory)
      let environment = [
        "PATH": path, "HOME": directory.path, "CI_PROJECT_DIR": directory.path,
        "STATESTORE_RELEASES": "file://\(directory.path)/releases", "STATESTORE_VERSION": "1.2.3",
        "STATESTORE_CHECKSUMS": checksums == "right" ? sum : checksums,
      ]
      let action = try await run("install", in: directory, environment)
      #expect(action.status == status, "\(action.text) \(action.errors)")
      let log = directory.appending(path: "installed")
      let installed = try? String(contentsOf: log, encoding: .utf8)
      #expect((installed?.contains("./statestore_1.2.3_amd64.deb") == true) == (status == 0))
      guard !checksums.isEmpty else { return }
      // The commands of the component do the same.
      try? FileManager.default.removeItem(at: log)
      let component = try await Program.run(
        "bash", ["-e", "-o", "pipefail", "-c", try Self.beforeScript()], in: directory,
        environment: environment)
      #expect(component.isSuccess == (status == 0), "\(component.text) \(component.errors)")
      #expect(FileManager.default.fileExists(atPath: log.path) == (status == 0))
    }
  }

  private static func beforeScript() throws -> String {
    let path = "templates/statestore.yml"
    let file = try ManifestFile(
      parsing: Data(contentsOf: directory.appending(path: path)), name: path)
    let job = file.documents.last?.root["statestore"]
    return (job?["before_script"]?.sequence?.compactMap(\.string) ?? []).joined(separator: "\n")
  }

  @Test("are what the action runs, which puts no input into a script, at the program's version")
  func action() async throws {
    let text = try Data(contentsOf: Self.directory.appending(path: "action.yml"))
    let action = try #require(ManifestFile(parsing: text, name: "action.yml").documents.first?.root)
    let scripts = action.value(at: "/runs/steps")?.sequence?.compactMap { $0["run"]?.string } ?? []
    #expect(scripts.count == 3)
    for (name, script) in zip(["install", "check", "comment"], scripts) {
      #expect(script.contains("sh \"$GITHUB_ACTION_PATH/\(name)\""))
      #expect(!script.contains("${{"))
    }
    let template = try String(
      contentsOf: Self.directory.appending(path: "templates/statestore.yml"), encoding: .utf8)
    let program = try Statestore(in: FileManager.default.temporaryDirectory)
    let version = try await program.run(["--version"]).output.prefix { !$0.isWhitespace }
    #expect(action.value(at: "/inputs/version/default")?.string == String(version))
    #expect(template.contains("default: \(version)\n"))
  }
}
