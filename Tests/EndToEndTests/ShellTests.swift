import Foundation
import Manifests
import Testing

@Suite("The command line", .timeLimit(.minutes(5)))
struct ShellTests {
  @Test(
    "names the command or rule that was meant, and ends with 2",
    arguments: [
      (["verfy", "--config", "x"], "Did you mean \"verify\"?"),
      (["wirte"], "Did you mean \"write\"?"),
      (["help", "stauts"], "Did you mean \"status\"?"),
      (
        ["expectation", "lst"],
        "statestore expectation has no command \"lst\". Did you mean \"list\"?"
      ),
      (["frobnicate"], "Commands: init, write, remove, "),
      (["rule", "wrong-namespce"], "did you mean wrong-namespace?"),
      (["rule", "frobnicate"], "the rules are invalid-request, "),
      (["verify", "--all", "--repo", ".", "--rule", "mispalced=off"], "did you mean misplaced?"),
      (["status", "-q", "-v"], "Give --quiet or --verbose, not both."),
      (["verify", "--all", "-o", "xml"], "text, json, yaml"),
      (["verify", "--all", "-o", "junit="], "is invalid for"),
      (["verify", "--all", "-o", "json", "-o", "yaml"], "One format can be printed"),
      (["verify", "--request", "a", "--name", "b"], "--namespace and --name say what --rendered"),
    ])
  func mistake(arguments: [String], hint: String) async throws {
    try await withSite(isInitialized: false) { site in
      let ending = try await site.statestore.run(arguments)
      #expect(ending.status == 2, "\(ending)")
      #expect(ending.errors.contains(hint), "\(ending)")
      #expect(ending.output.isEmpty)
    }
  }

  @Test("tells its version in two ways")
  func version() async throws {
    try await withSite(isInitialized: false) { site in
      let ending = try await site.statestore.run(["version"])
      #expect(ending.status == 0)
      #expect(ending.output == (try await site.statestore.run(["--version"])).output)
    }
  }

  @Test(
    "shows examples that can be pasted, however narrow the terminal is", arguments: ["40", "80"])
  func examples(columns: String) async throws {
    try await withSite(isInitialized: false) { site in
      for command in ["--help", "help"] {
        let ending = try await site.statestore.run(
          command == "help" ? ["help", "verify"] : ["verify", command],
          environment: ["COLUMNS": columns])
        #expect(
          ending.output.contains(
            "\n    --state /var/lib/statestore/default.state --output prometheus \\\n"),
          "\(ending)")
        let options = try #require(ending.output.components(separatedBy: "OPTIONS:").last)
        #expect(options.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(options)")
      }
    }
  }

  @Test(
    "colours its output as --color and the environment say",
    arguments: [
      (["--color", "always"], [:], true), (["--color", "auto"], ["CLICOLOR_FORCE": "1"], true),
      ([], ["CLICOLOR_FORCE": "0"], false), ([], ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false),
      (["--color", "never"], ["CLICOLOR_FORCE": "1"], false),
      (["--color", "always"], ["NO_COLOR": "1"], true),
    ] as [([String], [String: String], Bool)])
  func colors(flags: [String], environment: [String: String], isColored: Bool) async throws {
    try await withSite { site in
      let ending = try await site.run(
        "verify",
        ["--destination", "worker", "--request", Fixture.path("postgresql/requests/small.yaml")]
          + flags,
        environment: environment, expecting: 1)
      #expect(ending.output.contains("\u{1b}[") == isColored, "\(ending)")
    }
  }

  @Test("writes several formats in one run, and prints text where none else is printed")
  func severalFormats() async throws {
    try await withSite { site in
      try await site.run("write", Rendering.small.flags)
      let formats = ["junit", "sarif", "gitlab", "markdown", "json"]
      let ending = try await site.run(
        "verify",
        ["--all", "--destination", "worker"] + formats.flatMap { ["-o", "\($0)=\($0).out"] })
      #expect(ending.output.contains("1 of 1 landed"), "\(ending)")
      let starts = [
        "junit": "<?xml", "sarif": "{", "gitlab": "[", "json": "{",
        "markdown": "### statestore: 1 of 1 landed",
      ]
      for (format, start) in starts {
        let text = try String(
          contentsOf: site.directory.appending(path: "\(format).out"), encoding: .utf8)
        #expect(text.hasPrefix(start), "\(text)")
      }
      let printed = try await site.run(
        "verify", ["--all", "--destination", "worker", "-o", "json", "-o", "markdown=a.md"])
      #expect(try printed.document()["schemaVersion"]?.integer == 1)
      let refused = try await site.run(
        "verify", ["--all", "--destination", "worker", "-o", "junit=nosuch/a.xml"], expecting: 2)
      #expect(refused.output.contains("1 of 1 landed"), "\(refused)")
    }
  }

  @Test("prints a short help with -h: the command's own options, and no examples")
  func shortHelp() async throws {
    try await withSite(isInitialized: false) { site in
      let short = try await site.statestore.run(["verify", "-h"]).output
      let long = try await site.statestore.run(["verify", "--help"]).output
      for text in ["USAGE: statestore verify", "\nOPTIONS:\n", "--request <path>"] {
        #expect(short.contains(text) && long.contains(text), "\(short)")
      }
      for text in [
        "STATE STORE AND PROGRAM OPTIONS:\n", "--kubeconfig", "statestore verify --cluster",
      ] {
        #expect(!short.contains(text) && long.contains(text), "\(long)")
      }
      #expect(
        short.hasSuffix("--help shows examples, and options for state stores, output and logs.\n"))
    }
  }

  @Test(
    "completes names that the manifests of the command line have",
    arguments: [
      (["write", "--", "--destination"], "worker"), (["write", "--", "--promise"], "postgresql"),
      (["write", "--", "--pipeline"], "instance-configure"),
      (["expectation", "show", "--", "name"], "marketplace-redis"),
      (["verify", "--", "--context"], "production"),
    ])
  func completion(of option: [String], has name: String) async throws {
    try await withSite(isInitialized: false) { site in
      let kubeconfig = try site.directory.write(
        "contexts: [{name: production, context: {cluster: a}}]\n", to: "kubeconfig"
      ).path
      let words =
        ["statestore"] + option.prefix { $0 != "--" }
        + ["--config", try site.configuration()] + ["--kubeconfig", kubeconfig, ""]
      let ending = try await site.statestore.run(
        ["---completion"] + option + ["\(words.count - 1)", "0"] + words)
      #expect(ending.output.split(separator: "\n").contains { $0 == name }, "\(ending)")
    }
  }

  @Test("logs as much as -q and -v say", arguments: [("-q", false), ("-v", true), ("-vv", true)])
  func verbosity(flag: String, isLogged: Bool) async throws {
    try await withSite { site in
      let file = try site.directory.write("", to: "empty.yaml").path
      let ending = try await site.run("status", ["--config", file, flag])
      #expect(ending.errors.contains("passed over") == isLogged, "\(ending)")
    }
  }
}
