import Kratix
import Testing
import Verification

/// A field's schema, a value, and what is held against it.
struct SchemaCase: Sendable, CustomTestStringConvertible {
  let schema: String
  let value: String
  /// What the schema takes instead; `nil` where it takes the value.
  let expected: String?

  init(_ schema: String, _ value: String, _ expected: String? = nil) {
    self.schema = schema
    self.value = value
    self.expected = expected
  }

  var testDescription: String { "\(value) by {\(schema)}" }

  static let all = [
    SchemaCase("type: string, enum: [small, large]", "small"),
    SchemaCase("type: string, enum: [small, large]", "huge", "one of small, large"),
    SchemaCase("type: string", "1", "a string"),
    SchemaCase("type: integer", "1"),
    SchemaCase("type: integer", "1.5", "an integer"),
    SchemaCase("type: number", "1.5"),
    SchemaCase("type: boolean", "yes"),
    SchemaCase("type: boolean", "'yes'", "a boolean"),
    SchemaCase("type: object", "[]", "a mapping"),
    SchemaCase("type: array, items: {type: string}", "[a]"),
    SchemaCase("type: array, items: {type: string}", "[1]", "a string"),
    SchemaCase("type: array, minItems: 1", "[]", "1 items or more"),
    SchemaCase("type: array, maxItems: 1", "[a, b]", "1 items or fewer"),
    SchemaCase("type: string, minLength: 2", "a", "2 characters or more"),
    SchemaCase("type: string, maxLength: 2", "äöü", "2 characters or fewer"),
    SchemaCase("type: string, maxLength: 3", "äöü"),
    SchemaCase("type: string, pattern: '^[a-z]+$'", "abc"),
    SchemaCase("type: string, pattern: '^[a-z]+$'", "aBc", "text that matches ^[a-z]+$"),
    SchemaCase("type: string, pattern: '^[a-z]+$'", "\"abc\\n\"", "text that matches ^[a-z]+$"),
    SchemaCase("type: string, pattern: '[$]'", "a$b"),
    SchemaCase("type: string, pattern: '('", "anything goes by a pattern that is none"),
    SchemaCase("type: integer, minimum: 1", "0", "1 or more"),
    SchemaCase("type: integer, minimum: 1", "1"),
    SchemaCase("type: integer, minimum: 1, exclusiveMinimum: true", "1", "more than 1"),
    SchemaCase("type: integer, maximum: 3", "4", "3 or less"),
    SchemaCase("type: integer, multipleOf: 2", "3", "a multiple of 2"),
    SchemaCase("x-kubernetes-int-or-string: true", "50%"),
    SchemaCase("x-kubernetes-int-or-string: true", "true", "an integer or a string"),
    SchemaCase("type: string, nullable: true", "null"),
    SchemaCase(
      "type: object, required: [a], properties: {a: {type: string}}", "{}",
      "a value: it is required"),
    SchemaCase("type: object, additionalProperties: {type: integer}", "{a: 1}"),
    SchemaCase("type: object, additionalProperties: {type: integer}", "{a: b}", "an integer"),
    SchemaCase("type: object, x-kubernetes-preserve-unknown-fields: true", "{a: b}"),
    SchemaCase(
      "type: string, anyOf: [{pattern: ^a}, {pattern: ^b}]", "c",
      "a value that one of the schema's anyOf takes"),
    SchemaCase("type: string, anyOf: [{pattern: ^a}, {pattern: ^b}]", "b"),
    SchemaCase(
      "type: string, oneOf: [{pattern: ^a}, {pattern: b$}]", "ab",
      "a value that just one of the schema's oneOf takes"),
    SchemaCase(
      "type: string, not: {pattern: ^a}", "a", "a value that the schema's not does not take"),
  ]
}

private func findings(schema: String, spec: String) throws -> [Finding] {
  var store = try StateStoreSample()
  try store.add(
    """
    apiVersion: platform.kratix.io/v1alpha1
    kind: Promise
    metadata: {name: sample}
    spec:
      api:
        spec:
          group: marketplace.kratix.io
          names: {kind: sample}
          versions:
            - name: v1alpha1
              schema:
                openAPIV3Schema:
                  type: object
                  properties:
                    spec: {type: object, properties: {field: {\(schema)}}}
    """)
  return try store.check(request(spec: spec, kind: "sample")).findings(.invalidRequest)
}

@Test(arguments: SchemaCase.all)
func requestIsHeldAgainstItsSchema(_ row: SchemaCase) throws {
  let found = try findings(schema: row.schema, spec: "{field: \(row.value)}")
  #expect(found.compactMap(\.expected) == (row.expected.map { [$0] } ?? []))
  #expect(
    found.allSatisfy { $0.severity == .error && $0.pointer?.hasPrefix("/spec/field") == true })
}

@Test func fieldThatTheServerDropsIsAWarningWithTheNamesThatThereAre() throws {
  let finding = try findings(schema: "type: string", spec: "{feild: x}").only
  #expect(finding.severity == .warning)
  #expect(finding.pointer == "/spec/feild")
  #expect(finding.expected == "one of the fields field")
  #expect(finding.line == 4)
}

@Test func requestThatItsSchemaRefusesIsAFindingAtItsLine() throws {
  let store = try StateStoreSample()
  let report = try store.check(request(spec: "{size: huge, database: Nine}"))
  #expect(report.verdict == .missing)
  let findings = report.findings(.invalidRequest)
  #expect(findings.map(\.pointer) == ["/spec/size", "/spec/database"])
  #expect(findings.first?.file == "request.yaml")
  #expect(findings.first?.expected == "one of small, medium, large")
  #expect(report.findings(.notLanded).first?.cause?.contains("does not take the request") == true)
}

@Test func versionThatThePromiseDoesNotServeIsRefused() throws {
  let store = try StateStoreSample()
  let old = try request(
    parsing: """
      {apiVersion: marketplace.kratix.io/v1, kind: postgresql, metadata: {name: a}}
      """)
  let finding = try store.check(old).findings(.invalidRequest).only
  #expect(finding.expected == "v1alpha1")
}

@Test func groupThatNoPromiseOfTheKindHasIsRefused() throws {
  var store = try StateStoreSample()
  store.land(["instance.yaml": try Fixture.postgresql()])
  let other = try request(
    parsing: """
      {apiVersion: example.org/v1, kind: postgresql, metadata: {name: postgres-example, namespace: default}}
      """)
  let finding = try store.check(other).findings(.invalidRequest).only
  #expect(finding.severity == .error && finding.pointer == "/apiVersion")
  #expect(finding.expected == "marketplace.kratix.io/v1alpha1")
  #expect(finding.actual == "example.org/v1")
}

@Test func passwordInARequestIsNotShown() throws {
  let found = try findings(
    schema: "type: object, properties: {password: {type: string, minLength: 40}}",
    spec: "{field: {password: hunter2}}")
  #expect(try found.only.actual == "(redacted)")
}
