import HTTPTypes
import Landing
import Testing

@testable import Service

@Suite("A body that is put")
struct WorkSubmissionTests {
  private let key = WorkKey(namespace: "default", name: "example")

  @Test(
    "is refused with the place of what is wrong",
    arguments: [
      ("", "one Work"),
      ("a: 1\n---\nb: 2\n", "one Work"),
      ("apiVersion: v1\nkind: Work\n", "request body:1:13: apiVersion must be one of"),
      ("apiVersion: platform.kratix.io/v1alpha1\nkind: Promise\n", ":2:7: kind must be one of"),
      (
        "apiVersion: platform.kratix.io/v1alpha1\nkind: Work\nmetadata: {name: other}\n",
        ":3:18: metadata.name is other, and the address says example"
      ),
      ("a: [\n", "request body:"),
      (
        work(generation: "9223372036854775807"),
        "metadata.generation is 9223372036854775807; it must"
      ),
      (work(generation: "0"), "metadata.generation is 0; it must"),
      (work(generation: "-5"), "metadata.generation is -5; it must"),
    ])
  func refusals(text: String, words: String) {
    let failure = #expect(throws: LandingError.self) {
      try WorkSubmission(parsing: Array(text.utf8), for: key)
    }
    #expect(failure?.outcome == .invalidInput)
    #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
  }

  private static func work(generation: String) -> String {
    """
    apiVersion: platform.kratix.io/v1alpha1
    kind: Work
    metadata: {name: example, namespace: default, generation: \(generation)}
    spec: {promiseName: redis, resourceName: example, workloadGroups: []}
    """
  }

  @Test(
    "is refused with 422 when there is too much of something, before anything is unpacked",
    arguments: [
      Excess("10001 workloads, and 10000", workloads: 10_001),
      Excess("12000 workloads, and 10000", groups: 3, workloads: 4_000),
      Excess("257 workload groups, and 256", groups: 257, workloads: 0),
      Excess("257 labels, and 256", metadata: "labels: {\(Excess.labels(257))}"),
      Excess(
        "318 bytes in the key of a label, and 317", metadata: "labels: {\(Excess.letters(318)): b}"),
      Excess(
        "254 bytes in the value of a label, and 253",
        metadata: "labels: {a: \(Excess.letters(254))}"),
      Excess(
        "262145 bytes of annotations", metadata: "annotations: {a: \(Excess.letters(262_144))}"),
      Excess("4097 bytes in a filepath, and 4096", filepath: Excess.letters(4097)),
      Excess(
        "65 destination selectors in a group, and 64",
        selectors: repeatElement("{source: promise}", count: 65).joined(separator: ", ")),
      Excess(
        "254 bytes in the value of a label in a selector",
        selectors: "{matchLabels: {a: \(Excess.letters(254))}}"),
    ])
  func limits(excess: Excess) {
    let problem = #expect(throws: Problem.self) {
      try WorkSubmission(parsing: Array(excess.text.utf8), for: key)
    }
    #expect(problem?.status == .unprocessableContent && problem?.type == "too-large")
    #expect(problem?.detail.contains(excess.words) == true, "\(problem?.detail ?? "")")
  }

  @Test("is refused with 422 when the name of its namespace is longer than Kubernetes allows")
  func namespaces() {
    let key = WorkKey(namespace: Excess.letters(64), name: "example")
    let text = Self.work(generation: "1").replacing(
      "namespace: default", with: "namespace: \(key.namespace)")
    let problem = #expect(throws: Problem.self) {
      try WorkSubmission(parsing: Array(text.utf8), for: key)
    }
    #expect(problem?.status == .unprocessableContent)
  }

  @Test("is taken with as many workloads and labels as there may be")
  func largest() throws {
    // Content that is no gzip is found when it is unpacked, after all limits have been kept.
    let text = Excess("", metadata: "labels: {\(Excess.labels(256))}", workloads: 10_000).text
    let failure = #expect(throws: LandingError.self) {
      try WorkSubmission(parsing: Array(text.utf8), for: key)
    }
    #expect(failure?.message.contains("no whole gzip") == true, "\(failure?.message ?? "")")
  }

  @Test("is the same whatever a cluster adds to it, and in whatever order it is written")
  func digests() throws {
    let plain = try WorkText("example").submission()
    let decorated = try WorkText("example").json()
      .replacing(
        #""metadata":{"#,
        with: #""status":{"x":1},"metadata":{"resourceVersion":"17","managedFields":[{}],"#)
    let submission = try WorkSubmission(parsing: Array(decorated.utf8), for: key)
    #expect(submission.specDigest == plain.specDigest)
    #expect(submission.metadataDigest == plain.metadataDigest)
    #expect(submission.document == plain.document)
  }
}

/// A Work with much of something, and what is said of it when that is too much.
struct Excess: Sendable, CustomTestStringConvertible {
  let words: String
  var metadata = ""
  var groups = 1
  /// How many each group has.
  var workloads = 1
  var filepath = "a"
  var selectors = ""

  init(
    _ words: String, metadata: String = "", groups: Int = 1, workloads: Int = 1,
    filepath: String = "a", selectors: String = ""
  ) {
    self.words = words
    self.metadata = metadata
    self.groups = groups
    self.workloads = workloads
    self.filepath = filepath
    self.selectors = selectors
  }

  var testDescription: String { words }

  static func letters(_ count: Int) -> String { String(repeating: "a", count: count) }

  static func labels(_ count: Int) -> String {
    (0..<count).map { "a\($0): b" }.joined(separator: ", ")
  }

  var text: String {
    let workload = "{filepath: \(filepath), content: YQ==}"
    let group = """
      {destinationSelectors: [\(selectors)], workloads: \
      [\(repeatElement(workload, count: workloads).joined(separator: ", "))]}
      """
    return """
      apiVersion: platform.kratix.io/v1alpha1
      kind: Work
      metadata: {name: example, namespace: default, \(metadata)}
      spec:
        promiseName: redis
        resourceName: example
        workloadGroups: [\(repeatElement(group, count: groups).joined(separator: ", "))]
      """
  }
}
