import Git
import Kratix
import TestSupport
import Testing

@testable import Landing
@testable import Verification

extension StateStoreSample {
  /// Checks everything, each resource by itself or with what is known of those that are alike.
  fileprivate func checkAll(_ verdicts: TemplateVerdictCache?) throws -> [CheckedResource] {
    let verifier = try verifier()
    let snapshot = try snapshot()
    return try verifier.checked(
      verifier.listing(of: snapshot).resources, in: snapshot, verdicts: verdicts)
  }
}

@Suite("Resources that are alike") struct TemplateVerdictCacheTests {
  private static let names = [
    "db", "database-00001", "database-00002", "app", "default", "true", "on", "postgresql", "e5",
    "a", "secret", "instance", "deployment", "team-1", "team-1-db", "name", "spec",
    "x-placeholder-y",
    "a-database-of-thirty-letters-x", "one-of-more-letters-than-others",
    "the-longest-name-that-a-team-has-given-to-one-of-its-databases", "kustomization", "readme",
    "apps", "v1", "labels", "nan", "matchlabels", "1-2", "shared",
  ]

  /// A rule that looks at the length of texts and says nothing about it.
  private enum LengthRule: RuleDefinition {
    static let rule = Rule.unknownField
    static let severity = Severity.error
    static let page = RulePage(meaning: "", origins: [], remedies: [])
  }

  @Test("share no verdict while a rule does not say that it depends only on equality")
  func invariant() throws {
    let off = try RuleSettings(parsing: ["unknown-field=off"])
    #expect(TemplateVerdictCache() != nil)
    #expect(TemplateVerdictCache(rules: [DanglingReference.self]) != nil)
    #expect(TemplateVerdictCache(rules: [DanglingReference.self, LengthRule.self]) == nil)
    #expect(TemplateVerdictCache(settings: off, rules: [LengthRule.self]) != nil)
  }

  @Test(
    "are judged as each by itself would be, whatever they are called and hold",
    arguments: 1...12 as ClosedRange<UInt64>)
  func same(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var store = try StateStoreSample()
    let good = try Fixture.postgresql()
    for _ in 0..<24 {
      let name = try #require(Self.names.randomElement(using: &random))
      let namespace = try #require(Self.names.randomElement(using: &random))
      var text = good.replacing("\"default\"", with: "\"\(namespace)\"")
        .replacing("postgres-example", with: name)
      for _ in 0..<Int.random(in: 0..<3, using: &random) {
        text = try Self.withValue(text, &random)
      }
      if Int.random(in: 0..<3, using: &random) == 0 {
        text = try Self.changed(text, name, namespace, &random)
      }
      let file = ["instance.yaml", "\(name).yaml", "README.md"].randomElement(using: &random) ?? ""
      store.land([file: text], namespace: namespace, name: name)
    }
    let alone = try store.checkAll(nil)
    let verdicts = try #require(TemplateVerdictCache())
    for _ in 0..<2 {
      let together = try store.checkAll(verdicts)
      for (left, right) in zip(alone, together) {
        #expect(left.report == right.report)
        #expect(left.objects == right.objects)
      }
    }
  }

  /// One of the ways in which a name makes a difference.
  private static func changed(
    _ text: String, _ name: String, _ namespace: String, _ random: inout SeededGenerator
  ) throws -> String {
    let other = try #require(names.randomElement(using: &random))
    let changes = [
      "\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: \(name), namespace: \(namespace)},"
        + " data: {\(name): a, \(other): b}}\n",
      "\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: \(other), namespace: \(namespace)}}\n"
        + "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: \(name), namespace: \(namespace)}}\n",
      "\n---\n{apiVersion: \(name)/v1, kind: Deployment, metadata: {name: x, namespace: default}}\n",
      "\n---\n{apiVersion: v1, kind: Secret, metadata: {name: \(name), namespace: \(namespace)},"
        + " data: {a: \(name)}, stringData: {b: \(name)}}\n",
      "\n---\n{a: &\(name) 1, b: &\(other) 2, c: *\(name)}\n", "\n# \(name) zq-name-4b1d9e\n",
      "\n# \(name) of \(other)\n", "\n---\n# \(other)\n", "\n---   # \(name)\n",
      "\n---\n{apiVersion: batch/v1, kind: CronJob, metadata: {name: \(name)-of-each-night, "
        + "namespace: \(namespace), labels: {of: \(name)-\(namespace), and: \(other)-x}}}\n",
      "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name)-x, namespace: \(namespace)}\n"
        + "data:\n  run.sh: |\n    # \(other)\n    echo \(name) # \(other)\n",
      "\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: \(name)-x, namespace: \(namespace)}\n"
        + "data: {a: YQ==}\n---\n{apiVersion: v1, kind: Secret, metadata: {namespace: \(namespace), "
        + "name: \(name)-y}, data: {\(name): YQ==}}\n",
      "\n---\n{apiVersion: v1, kind: Service, metadata: {name: \(name), namespace: \(namespace)},"
        + " spec: {\(name): 1}}\n", "\nspec: {{ \(name) }}\n", "\nnote: placeholder-\(name)\n",
      "\n---\n{apiVersion: v1, kind: Namespace, metadata: {name: \(name)}}\n"
        + "---\n{apiVersion: v1, kind: Namespace, metadata: {name: shared}}\n",
    ]
    return text + (changes.randomElement(using: &random) ?? "")
  }

  /// A value that is the resource's own, or makes a difference.
  private static func withValue(
    _ text: String, _ random: inout SeededGenerator
  ) throws -> String {
    let values = [
      "app", "app_1", "app_2", "c2VjcmV0", "c2VjcmV1", "7Gh2x9Qz", "secret", "12345678", "1e5678",
      "true", "yes", "postgres", "postgres-example", "db-secret", "password", "placeholder-x",
      "PLACEHOLDER-y", "zq-value-00000000", "zqvalue400000000", "$(POSTGRES_DB)", "1Gi", "5Gi",
      "large", "null", "~", "ENC[AES256_GCM,data:YQ==,iv:Yg==,tag:Yw==,type:str]", "a # b",
      "app-of-more-than-sixteen-letters", "a@b.c", "-app", "app # 1", "postgres-example-7Gh2x9Qz",
      "app_postgres-example_1", "app # {{ x }}",
      "ENC[AES256_GCM,data:placeholder-x,iv:a,tag:b,type:str]",
    ]
    let value = try #require(values.randomElement(using: &random))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let places = lines.indices.filter { lines[$0].contains(": ") }
    let place = try #require(places.randomElement(using: &random))
    let key = lines[place].prefix { $0 != ":" }
    let end = [": \(value)", ": \"\(value)\"", ": '\(value)'", ": |\n    a: \"\(value)\""]
      .randomElement(using: &random)
    var changed = lines.map(String.init)
    changed[place] = key + (end ?? "")
    return changed.joined(separator: "\n")
  }

  @Test(
    "are judged as each by itself would be, whatever value they have of their own",
    arguments: 1...10 as ClosedRange<UInt64>)
  func ownValues(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var store = try StateStoreSample()
    let good = try Fixture.postgresql()
    var places: [String] = []
    for number in 0..<3 { places.append(try Self.withValue(good, &random) + "\n# \(number)\n") }
    // Few places, many values: as a template renders them.
    for number in 0..<60 {
      let name = "db-\(number)"
      var text = try #require(([good] + places).randomElement(using: &random))
      text = try Self.withValue(text, &random).replacing("postgres-example", with: name)
      store.land(["instance.yaml": text], name: name)
    }
    let alone = try store.checkAll(nil)
    let verdicts = try #require(TemplateVerdictCache())
    for _ in 0..<2 {
      for (left, right) in zip(alone, try store.checkAll(verdicts)) {
        #expect(left.report == right.report)
        #expect(left.objects == right.objects)
      }
    }
  }

  @Test("are judged once though each has a password of its own, in base64 or not")
  func passwords() throws {
    var store = try StateStoreSample()
    for number in 0..<50 {
      let text = try Fixture.postgresql().replacing("postgres-example", with: "db-\(number)")
        .replacing("value: \"app\"", with: "value: \"app_\(number)\"")
        .replacing(/stringData:\n( +).*/) {
          "data:\n\($0.output.1)password: cGFz\(1000 + number)d29yZA=="
        }
      store.land(["instance.yaml": text], name: "db-\(number)")
    }
    try Self.expectSharedVerdicts(in: store)
  }

  /// Ways in which each file has a text of its own.
  private static let ownTexts: [@Sendable (String, Int) -> String] = [
    { $0 + "# rendered \($1) at 2026-11-28T10:00:00Z\n" },
    { "# Rendered for default/postgres-example, run \($1))\n" + $0 },
    { $0.replacing("value: \"app\"", with: "value: \"postgres-example-\($1)abc\"") },
    { $0.replacing("type: Opaque", with: "type: Opaque   # run \($1)") },
    { $0.replacing("value: \"app\"", with: "value: \"app-\($1)\"  # database, of team \($1)") },
    {
      $0.replacing(
        "password: change-me-after-the-first-login",
        with: "password: ENC[AES256_GCM,data:cGFz\(1000 + $1),iv:aXY=,tag:dGFn\($1),type:str]")
        + "sops:\n  lastmodified: \"2026-11-28T10:00:\(10 + $1)Z\"\n"
        + "  age:\n    - enc: |\n        -----BEGIN AGE ENCRYPTED FILE-----\n"
        + "        YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOS\(1000 + $1)ABCD\n"
        + "        cGFz\(1000 + $1)\n        -----END AGE ENCRYPTED FILE-----\n"
    },
  ]

  @Test(
    "are judged once though each has comments or encrypted values of its own",
    arguments: ownTexts.indices)
  func textsOfTheirOwn(index: Int) throws {
    var store = try StateStoreSample()
    for number in 0..<40 {
      let text = try Fixture.postgresql().replacing("postgres-example", with: "db-\(number)")
      store.land(
        ["instance.yaml": Self.ownTexts[index](text, number)], name: "db-\(number)")
    }
    try Self.expectSharedVerdicts(in: store)
  }

  private static func expectSharedVerdicts(in store: StateStoreSample) throws {
    let alone = try store.checkAll(nil)
    let verdicts = try #require(TemplateVerdictCache())
    for (left, right) in zip(alone, try store.checkAll(verdicts)) {
      #expect(left.report == right.report)
    }
    // The first as it is, and what differs in the others.
    #expect(verdicts.count == 2)
  }

  @Test("are parsed once, but for those that hold something of their own")
  func once() throws {
    var store = try StateStoreSample()
    for number in 0..<50 {
      let text = try Fixture.postgresql().replacing("postgres-example", with: "db-\(number)")
      store.land(["instance.yaml": text], name: "db-\(number)")
    }
    let verdicts = try #require(TemplateVerdictCache())
    let checked = try store.checkAll(verdicts)
    #expect(checked.allSatisfy { $0.report.findings.map(\.rule) == [.plaintextSecret] })
    #expect(Set(checked.map(\.report.findings)).count == 50)
    #expect(verdicts.count == 1)
  }
}
