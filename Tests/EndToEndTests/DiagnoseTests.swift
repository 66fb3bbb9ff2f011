import Foundation
import Manifests
import Testing

/// A failure of Kratix's documentation and issues, made to happen on a real repository.
struct FailureCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let link: String
  /// The fault's name; `nil` where nothing is broken.
  let fault: String?
  /// Makes it happen, and says what evidence to give.
  let prepare: @Sendable (DiagnosisSite) async throws -> [String]

  init(
    _ description: String, _ link: String, _ fault: String?,
    _ prepare: @escaping @Sendable (DiagnosisSite) async throws -> [String]
  ) {
    testDescription = description
    self.link = link
    self.fault = fault
    self.prepare = prepare
  }

  static let all = beforeGit + inKratix + inGit

  static let beforeGit = [
    FailureCase("F1: the output is empty", "output", "empty-output") { site in
      ["--rendered", try site.directory.makeDirectory("empty").path]
    },
    FailureCase("F1: seen in the cluster alone", "output", "empty-output") { site in
      try site.dump("work.yaml", site.work(of: nil))
    },
    FailureCase("F2: only a README, before it lands", "output", "no-manifest") { site in
      ["--rendered", Fixture.path("broken/readme-alone/rendered")]
    },
    FailureCase("F2: only a README, after it landed", "content", "no-manifest") { site in
      try await site.land("broken/readme-alone/rendered")
      return []
    },
    FailureCase("F3: the pipeline suspends itself", "pipeline", "suspended") { site in
      try site.directory.write("suspend: true\nmessage: later\n", to: "meta/workflow-control.yaml")
      return site.rendered + ["--metadata", site.directory.appending(path: "meta").path]
    },
    FailureCase("F5: the selectors are misnamed", "scheduling", "misnamed-selectors") { site in
      try site.directory.write("[]", to: "meta/destination_selectors.yaml")
      return site.rendered + ["--metadata", site.directory.appending(path: "meta").path]
    },
    FailureCase("F18: a directory that is not there", "pipeline", "invalid-selectors") { site in
      try site.directory.write(
        "- {directory: secrets, matchLabels: {a: b}}\n", to: "meta/destination-selectors.yaml")
      return site.rendered + ["--metadata", site.directory.appending(path: "meta").path]
    },
  ]

  static let inKratix = [
    FailureCase("F4: no Destination matches", "scheduling", "no-destination") { site in
      site.replace("environment: dev", with: "environment: production", in: "promise.yaml")
      return []
    },
    FailureCase("F6: the branch is missing", "placement", "store-not-ready") { site in
      site.replace("branch: main", with: "branch: other", in: "state-store.yaml")
      return try site.dump("work.yaml", site.work(of: "small"))
        + site.dump("placement.yaml", site.placement(""))
        + site.dump(
          "store.yaml",
          """
          apiVersion: platform.kratix.io/v1alpha1
          kind: GitStateStore
          metadata: {name: default}
          spec: {url: \(site.address), branch: other}
          status: {conditions: [{type: Ready, status: "False", reason: ErrorInitialisingWriter}]}
          """)
    },
    FailureCase("F6: seen from here alone", "commit", "store-not-ready") { site in
      site.replace("branch: main", with: "branch: other", in: "state-store.yaml")
      return []
    },
    FailureCase("F7: the remote does not answer", "push", "remote-unreadable") { site in
      site.replace(site.address, with: "http://127.0.0.1:1/state.git", in: "state-store.yaml")
      return try site.dump("work.yaml", site.work(of: "small"))
        + site.dump("placement.yaml", site.placement(""))
    },
    FailureCase("F8: a path leads out of the repository", "push", "path-traversal") { site in
      site.replace("path: worker", with: "path: ../worker", in: "destinations.yaml")
      return try site.dump("work.yaml", site.work(of: "small"))
        + site.dump("placement.yaml", site.placement("conditions: [\(site.written)]"))
    },
    FailureCase("F9: .git in the output", "push", "git-path") { site in
      let output = try site.directory.makeDirectory("output")
      try output.write(site.manifest, to: "app/a.yaml")
      try output.write("[core]\n", to: "app/.git/config")
      return ["--rendered", output.path]
    },
    FailureCase("F10: a hook refuses the push", "push", "push-rejected") { site in
      let hook = site.repository.appending(path: "hooks/pre-receive")
      try Data("#!/bin/sh\necho 'no ticket in the subject' >&2\nexit 1\n".utf8).write(to: hook)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook.path)
      let refused = try await site.site.runConfigured(
        "write", ["--config", site.configuration] + Rendering.small.flags, expecting: 1)
      let words = refused.errors.contains("no ticket in the subject") ? "no ticket" : "nothing"
      return try site.dump("work.yaml", site.work(of: "small"))
        + site.dump(
          "placement.yaml",
          site.placement(
            "conditions: [{type: WriteSucceeded, status: \"False\", message: \"\(words)\"}]"))
    },
    FailureCase("F11: a .gitignore covers the path", "push", "ignored-path") { site in
      try await site.site.commitAsSomebody([".gitignore": "resources/**/*.yaml\n*.yaml\n"])
      return site.rendered
    },
    FailureCase("F13: it stays where it was scheduled", "scheduling", "misplaced") { site in
      let condition =
        "{type: ScheduleSucceeded, status: \"False\", reason: DestinationSelectorMismatch}"
      return try site.dump(
        "work.yaml", site.work(of: "small") + "status: {conditions: [\(condition)]}\n")
    },
    FailureCase("F16: the scheduler failed", "scheduling", "scheduler-error") { site in
      let condition =
        "{type: ScheduleSucceeded, status: \"False\", reason: FailedToScheduleWorkloads}"
      return try site.dump(
        "work.yaml", site.work(of: "small") + "status: {conditions: [\(condition)]}\n")
    },
    FailureCase("F17: two Works with the same labels", "work", "duplicate-works") { site in
      let work = try site.work(of: "small")
      let other = work.replacing("-instance-configure-", with: "-instance-configure-a")
      return try site.dump("work.yaml", work) + site.dump("other.yaml", other)
    },
  ]

  static let inGit = [
    FailureCase("F12: the branch held the same bytes", "commit", nil) { site in
      try await site.land("postgresql/rendered/small")
      return try site.dump("work.yaml", site.work(of: "small"))
        + site.dump("placement.yaml", site.placement("conditions: [\(site.written)]"))
    },
    FailureCase("F13: seen in the repository alone", "content", "misplaced") { site in
      let file = "\(Rendering.small.defaultPlace(at: "platform"))/postgresql-instance.yaml"
      let text = try Fixture.text("postgresql/rendered/small/postgresql-instance.yaml")
      try await site.site.commitAsSomebody([file: text])
      return []
    },
    FailureCase("F14: somebody removed it", "commit", "removed-later") { site in
      try await site.land("postgresql/rendered/small")
      let file = "\(Rendering.small.defaultPlace())/postgresql-instance.yaml"
      try await site.site.commitAsSomebody([file: nil])
      return []
    },
    FailureCase("F15: another placement writes there", "commit", "overwritten") { site in
      try await site.land("postgresql/rendered/small")
      let file = "\(Rendering.small.defaultPlace())/postgresql-instance.yaml"
      try await site.site.commitAsSomebody(
        [file: site.manifest],
        message: "Update from: postgresql-postgres-example-payments-ab12c.worker-5058f")
      return site.rendered
    },
    FailureCase("F15: another placement writes the file, in the mode none", "commit", "overwritten")
    {
      site in
      site.useModeNone()
      try await site.land("postgresql/rendered/small")
      try await site.site.commitAsSomebody(
        ["worker/postgresql-instance.yaml": site.manifest],
        message: "Update from: postgresql-other-instance-configure-ab12c.worker-5058f")
      return site.rendered
    },
    FailureCase("F14: someone else changed it", "content", "changed-by-others") { site in
      try await site.land("postgresql/rendered/small")
      let file = "\(Rendering.small.defaultPlace())/postgresql-instance.yaml"
      let text = try Fixture.text("postgresql/rendered/small/postgresql-instance.yaml")
      try await site.site.commitAsSomebody([file: text.replacing("1Gi", with: "5Gi")])
      return []
    },
    FailureCase("F19: it is not what was asked for", "content", "wrong-content") { site in
      try await site.land("broken/namespace-broken/rendered")
      return []
    },
    FailureCase("F20: nobody reads that branch", "agent", "not-watched") { site in
      try await site.land("postgresql/rendered/small")
      return try site.dump(
        "flux.yaml",
        """
        apiVersion: source.toolkit.fluxcd.io/v1
        kind: GitRepository
        metadata: {name: state, namespace: flux-system}
        spec: {url: \(site.address), ref: {branch: staging}}
        ---
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: {name: worker, namespace: flux-system}
        spec: {path: ./worker/resources, sourceRef: {kind: GitRepository, name: state}}
        """)
    },
  ]
}

@Suite("A diagnosis", .timeLimit(.minutes(5)))
struct DiagnoseTests {
  @Test("names what happened, at its link", arguments: FailureCase.all)
  func failures(row: FailureCase) async throws {
    try await withSite { site in
      let place = try DiagnosisSite(site)
      let evidence = try await row.prepare(place)
      let ending = try await site.statestore.run(
        ["diagnose", "-o", "json", "--config", place.configuration, "--timeout", "20s"]
          + ["--request", Fixture.path("postgresql/requests/small.yaml")]
          + ["--pipeline", "instance-configure"] + evidence)
      #expect(ending.status == (row.fault == nil ? 0 : 1), "\(ending)")
      let links = try #require(ending.document()["links"]?.sequence, "\(ending)")
      let broken = links.first { $0["state"]?.string == "broken" }
      #expect(broken?["fault"]?.string == row.fault, "\(ending)")
      if row.fault != nil {
        #expect(broken?["name"]?.string == row.link, "\(ending)")
        #expect(broken?["evidence"]?.sequence?.isEmpty == false)
        #expect(broken?["next"]?.sequence?.isEmpty == false)
      } else {
        let commit = links.first { $0["name"]?.string == row.link }
        #expect(commit?["says"]?.string?.contains("identical-content") == true, "\(ending)")
      }
    }
  }

  @Test("covers every failure that there is a name for")
  func everyFailure() {
    let numbers = Set(FailureCase.all.compactMap { $0.testDescription.split(separator: ":").first })
    #expect(numbers == Set((1...20).map { "F\($0)"[...] }))
  }

  @Test("reads for a person from the request to the first broken link")
  func text() async throws {
    try await withSite { site in
      let place = try DiagnosisSite(site)
      let ending = try await site.statestore.run([
        "diagnose", "--config", place.configuration, "--request",
        Fixture.path("postgresql/requests/small.yaml"),
      ])
      #expect(ending.status == 1)
      #expect(
        ending.output.hasPrefix(
          "broken at commit: it never landed (never-committed)\n\n"
            + "postgresql default/postgres-example\n  request     ok "))
      #expect(ending.output.contains("commit      broken   it never landed"))
      #expect(ending.output.contains("content     skipped"))
    }
  }

  @Test("shows the line of the state store that is wrong, and marks it")
  func lines() async throws {
    try await withSite { site in
      let place = try DiagnosisSite(site)
      try await place.land("broken/namespace-broken/rendered")
      let ending = try await site.statestore.run([
        "diagnose", "--config", place.configuration, "--request",
        Fixture.path("postgresql/requests/small.yaml"),
      ])
      #expect(ending.status == 1)
      let lines = ending.output.split(separator: "\n")
      let proof = try #require(
        lines.firstIndex { $0.contains("evidence: worker/") && $0.contains(".yaml:") })
      let excerpt = lines[(proof + 1)...].prefix { $0.contains(" | ") }
      #expect(excerpt.contains { $0.contains("namespace:") }, "\(ending)")
      #expect(excerpt.contains { $0.contains("^") }, "\(ending)")
    }
  }

  @Test(
    "refuses by name what kubectl prints for people",
    arguments: [
      ("NAME        READY\ndemo-1   True\n", "this is the table that kubectl prints"),
      ("NAMESPACE   NAME   AGE\ndefault  a: b  2m: 3\n", "this is the table that kubectl prints"),
      ("work.platform.kratix.io/demo-1\n", "document 1 is no Kubernetes object but a string"),
      ("Name: demo-1\nStatus: {}\n", "document 1 is no Kubernetes object but a mapping"),
    ])
  func table(text: String, message: String) async throws {
    try await withSite { site in
      let place = try DiagnosisSite(site)
      let file = try site.directory.write(text, to: "works.txt")
      let ending = try await site.statestore.run([
        "diagnose", "--config", place.configuration, "--request",
        Fixture.path("postgresql/requests/small.yaml"), "--dump", file.path,
      ])
      #expect(ending.status == 2, "\(ending)")
      #expect(ending.errors.contains("\(file.path): \(message)"), "\(ending)")
    }
  }

  @Test("finds nothing wrong with what landed, in any mode", arguments: [true, false])
  func landed(isFlat: Bool) async throws {
    try await withSite { site in
      let place = try DiagnosisSite(site)
      if isFlat { place.useModeNone() }
      try await place.land("postgresql/rendered/small")
      let ending = try await site.statestore.run(
        [
          "diagnose", "--config", place.configuration, "--pipeline", "instance-configure",
          "--request", Fixture.path("postgresql/requests/small.yaml"),
        ] + place.rendered)
      #expect(!ending.output.contains("broken"), "\(ending)")
    }
  }

  @Test("takes what the cluster has before what a manifest says")
  func liveObjects() async throws {
    try await withSite { site in
      let place = try DiagnosisSite(site)
      try await place.land("postgresql/rendered/small")
      let request = try Fixture.text("postgresql/requests/small.yaml")
        .replacing("size: small", with: "size: large")
      let manifest = try site.directory.write(request, to: "request.yaml")
      let ending = try await site.statestore.run(
        ["diagnose", "--config", place.configuration, "--request", manifest.path]
          + place.dump("live.yaml", place.request))
      #expect(ending.status == 0, "\(ending)")
      #expect(
        ending.output.contains("the cluster has it; \(manifest.path) asks for something else"))
    }
  }

  @Test("asks the cluster by itself, and shows what it types")
  func kubectl() async throws {
    try await withSite { site in
      let place = try DiagnosisSite(site)
      let bin = try place.standIn(
        for: "kubectl",
        answers: [
          ("get promises,destinations,gitstatestores", try place.platform()),
          ("get postgresqls.marketplace.kratix.io postgres-example", place.request),
          ("get works,workplacements", try place.work(of: nil)),
          ("get jobs,pods", place.job(status: "{succeeded: 1}")),
        ])
      let arguments = [
        "diagnose", "--promise", "postgresql", "--name", "postgres-example", "--kubectl",
        "--context", "kind-platform",
      ]
      let ending = try await site.statestore.run(arguments, environment: ["PATH": bin])
      #expect(ending.status == 1, "\(ending)")
      #expect(ending.errors.contains("$ kubectl --context kind-platform get promises,"))
      #expect(ending.errors.contains("get works,workplacements -n default"))
      #expect(!ending.errors.contains("secret"))
      for link in ["request     ok", "schema      ok", "pipeline    ok", "output      broken"] {
        #expect(ending.output.contains(link), "\(ending)")
      }
      #expect(ending.output.contains("empty-output"))
    }
  }

  @Test("of a cluster that does not answer is no diagnosis")
  func unreachable() async throws {
    try await withSite(isInitialized: false) { site in
      let place = try DiagnosisSite(site)
      let bin = try place.standIn(for: "kubectl", answers: [])
      let arguments = ["diagnose", "--promise", "p", "--name", "n", "--kubectl", "-o", "json"]
      let ending = try await site.statestore.run(arguments, environment: ["PATH": bin])
      #expect(ending.status == 3, "\(ending)")
      #expect(try ending.document()["outcome"]?.string == "unreachable")
      let none = try await site.statestore.run(arguments, environment: ["PATH": "/nowhere"])
      #expect(none.status == 2, "\(none)")
      #expect(none.output.contains("no kubectl on the PATH"))
    }
  }

  @Test("does not wait for ever for a kubectl that waits for somebody")
  func stuck() async throws {
    try await withSite(isInitialized: false) { site in
      let place = try DiagnosisSite(site)
      let bin = try place.standIn(for: "kubectl", answers: [])
      // With a child that holds its output open, as a plugin for credentials does.
      let script = try place.directory.write("#!/bin/sh\nsleep 600\nexit 0\n", to: "bin/kubectl")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
      let arguments = [
        "diagnose", "--promise", "p", "--name", "n", "--kubectl", "-o", "json", "--timeout", "1s",
      ]
      let ending = try await site.statestore.run(arguments, environment: ["PATH": bin])
      #expect(ending.status == 3, "\(ending)")
      #expect(try ending.document()["outcome"]?.string == "timed-out")
    }
  }
}
