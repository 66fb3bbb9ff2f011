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
