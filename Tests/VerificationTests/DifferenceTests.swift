import Manifests
import Testing

@testable import Verification

@Suite struct DifferenceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let expected: String
    let actual: String
    let pointers: [String]

    init(_ name: String, _ expected: String, _ actual: String, _ pointers: [String] = []) {
      self.name = name
      self.expected = expected
      self.actual = actual
      self.pointers = pointers
    }

    var testDescription: String { name }
  }

  @Test(arguments: [
    Case("extra fields are fine", "a: 1", "{a: 1, b: 2}"),
    Case("a missing field", "{a: {b: 1}}", "{a: {c: 1}}", ["/a/b"]),
    Case("a wrong value", "{a: {b: 1}}", "{a: {b: 2}}", ["/a/b"]),
    Case("another kind", "{a: {b: 1}}", "{a: [1]}", ["/a"]),
    Case("a number is not its text", "port: 80", "port: '80'", ["/port"]),
    Case("a key is escaped", "{a/b: 1}", "{}", ["/a~1b"]),
    Case("null is met by nothing", "{a: null}", "{}"),
    Case("null is not met by something", "{a: null}", "{a: 1}", ["/a"]),
    Case("lists of scalars in order", "args: [a, b]", "args: [b, a]", ["/args/0", "/args/1"]),
    Case("a list too short", "args: [a, b]", "args: [a]", ["/args/1"]),
    Case("a list too long", "args: [a]", "args: [a, b, c]", ["/args/1", "/args/2"]),
    Case("an empty list", "args: []", "args: [a]", ["/args/0"]),
    Case(
      "containers by name, at the index that they have",
      "containers: [{name: b, image: x}]", "containers: [{name: a}, {name: b, image: y}]",
      ["/containers/1/image"]),
    Case(
      "a container that is not there", "containers: [{name: b}]", "containers: [{name: a}]",
      ["/containers/-"]),
    Case(
      "containers without names in order", "containers: [{image: x}]",
      "containers: [{name: a, image: y}]", ["/containers/0/image"]),
    Case("env by name", "env: [{name: A, value: x}]", "env: [{name: B}, {name: A, value: x}]"),
    Case(
      "ports by containerPort", "ports: [{containerPort: 2}]",
      "ports: [{containerPort: 1}, {containerPort: 2}]"),
    Case(
      "ports by number and protocol", "ports: [{port: 53, protocol: UDP, name: u}]",
      "ports: [{port: 53, name: t}, {port: 53, protocol: UDP, name: x}]", ["/ports/1/name"]),
    Case(
      "TCP is the protocol unless said", "ports: [{port: 5, protocol: TCP}]", "ports: [{port: 5}]",
      ["/ports/0/protocol"]),
    Case(
      "ports by name where no number is given", "ports: [{name: b, targetPort: 1}]",
      "ports: [{name: a}, {name: b, targetPort: 2}]", ["/ports/1/targetPort"]),
    Case(
      "mounts by path", "volumeMounts: [{mountPath: /b, name: x}]",
      "volumeMounts: [{mountPath: /a, name: y}, {mountPath: /b, name: x}]"),
    Case("requests are quantities", "requests: {storage: 1Gi}", "requests: {storage: 1024Mi}"),
    Case("limits are quantities", "limits: {cpu: 1, x: 0.5}", "limits: {cpu: '1', x: 500m}"),
    Case(
      "another quantity", "requests: {storage: 1Gi}", "requests: {storage: 1G}",
      ["/requests/storage"]),
    Case(
      "labels are text", "labels: {memory: 1Gi}", "labels: {memory: 1024Mi}", ["/labels/memory"]),
    Case("other fields are text", "size: 1Gi", "size: 1024Mi", ["/size"]),
    Case("sizeLimit is a quantity", "sizeLimit: 1Gi", "sizeLimit: 1024Mi"),
  ])
  func partialMatch(row: Case) throws {
    let found = differences(between: try parse(row.expected), and: try parse(row.actual))
    #expect(found.map(\.pointer) == row.pointers)
  }

  @Test func aDifferencePointsIntoTheActualFile() throws {
    let actual = try parse("kind: A\nspec:\n  replicas: 1\n  list:\n  - a\n")
    let expected: Node = ["spec": ["replicas": 2, "absent": "x"]]
    let found = differences(between: expected, and: actual)
    #expect(found.map(\.expected) == [2, "x"])
    #expect(found.map(\.actual) == [1, nil])
    #expect(found.map(\.position) == [Position(line: 3, column: 13), Position(line: 3, column: 3)])
  }

  @Test func twoItemsOfOneNameNeedTwoMatches() throws {
    let expected = try parse("env: [{name: A}, {name: A}]")
    #expect(differences(between: expected, and: try parse("env: [{name: A}]")).count == 1)
  }
}

private func parse(_ text: String) throws -> Node {
  try ManifestFile(parsing: text, name: "test.yaml").documents.only.root
}
