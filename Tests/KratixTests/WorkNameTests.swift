import Kratix
import Manifests
import TestSupport
import Testing

@Suite struct WorkNameTests {
  private static func work(
    _ promise: String, _ name: String, _ pipeline: String, namespace: String = "default",
    resourceNamespace: String? = nil
  ) -> Work {
    Work(
      name: "", namespace: namespace, promiseName: promise, resourceName: name,
      pipelineName: pipeline, resourceNamespace: resourceNamespace, workloadGroups: [])
  }

  @Test func theBaseTellsWhatTheWorkIsFor() {
    func base(_ name: String, _ pipeline: String, of namespace: String? = nil) -> String {
      Self.work("promise-name", name, pipeline, resourceNamespace: namespace).baseName
    }
    #expect(base("resource-name", "configure-job") == "promise-name-resource-name-configure-job")
    #expect(
      base("resource-name", "configure-job", of: "my-a-team")
        == "promise-name-resource-name-my-a-team-configure-job")
    #expect(base("", "configure-job") == "promise-name-configure-job")
    #expect(base("", "") == "promise-name-static-deps")
  }

  /// `kratix.md` 2.3: a base of more than 57 is cut to 56, and then of what is no letter or digit.
  static let lengths: [(name: String, base: String)] = [
    (String(repeating: "n", count: 53), "p-" + String(repeating: "n", count: 53) + "-c"),
    (String(repeating: "n", count: 54), "p-" + String(repeating: "n", count: 54)),
    (String(repeating: "n", count: 55), "p-" + String(repeating: "n", count: 54)),
    (String(repeating: "n", count: 63), "p-" + String(repeating: "n", count: 54)),
    (
      String(repeating: "n", count: 51) + "-.-" + "x",
      "p-" + String(repeating: "n", count: 51)
    ),
    (String(repeating: "n", count: 53) + "-x", "p-" + String(repeating: "n", count: 53)),
  ]

  @Test("R15: a long base is cut as Kratix cuts it", arguments: lengths)
  func aLongBaseIsCutAsKratixCutsIt(name: String, base: String) {
    let work = Self.work("p", name, "c")
    #expect(work.baseName == base)
    #expect(work.hasCutBaseName == (base != "p-\(name)-c"))
    #expect(work.derivedName.hasPrefix(base + "-"))
  }

  @Test("is known among those of its request, whatever the Pipeline", arguments: lengths)
  func sharesRequest(name: String, base: String) {
    for pipeline in ["c", "cc", "configure-a-database"] {
      let made = Self.work("p", name, pipeline).derivedName
      #expect(Self.work("p", name, "").sharesRequest(withWorkNamed: made), "\(made)")
      #expect(!Self.work("p", "other", "").sharesRequest(withWorkNamed: made))
    }
  }

  @Test func aBaseOfExactlyTheLimitStaysWhole() {
    let base = "servicenow-ticket-postgres-servicenow-servicenow-pipeline"
    #expect(base.utf8.count == WorkName.longestBase)
    let work = Self.work("servicenow-ticket", "postgres-servicenow", "servicenow-pipeline")
    #expect(work.baseName == base && !work.hasCutBaseName)
  }

  @Test func derivedDigitsAreAlwaysTheSame() {
    // md5 of default/postgresql/pg/configure: names in commits must not change between versions.
    #expect(
      Self.work("postgresql", "pg", "configure").derivedName == "postgresql-pg-configure-72338")
    #expect(Self.work("p", "r", "c").named("p-r-c-12b21").hasDerivedName == false)
  }

  @Test func noTwoWorksHaveOneDerivedName() {
    let long = String(repeating: "n", count: 60)
    let works = [
      Self.work("a-b", "c", "d"), Self.work("a", "b-c", "d"), Self.work("a", "b", "c-d"),
      Self.work("a", "b-c", "d", namespace: "other"), Self.work("a", "", "b-c-d"),
      Self.work("a", "b", "d", resourceNamespace: "c"),
      Self.work("p", long + "1", "c"), Self.work("p", long + "2", "c"),
    ]
    #expect(Set(works.map(\.derivedName)).count == works.count)
  }

  static let ids = [(".", "5058f"), ("foo", "acbd1"), ("baz", "73fef"), ("scheduled-dir", "70524")]

  @Test(arguments: ids) func aGroupsIdIsTheMD5OfItsDirectory(directory: String, shortID: String) {
    let group = WorkloadGroup(directory: directory, workloads: [], destinationSelectors: [])
    #expect(group.shortID == shortID)
    #expect(group.id.count == 32)
    if directory == "." { #expect(group.id == "5058f1af8388633f609cadb75a75dc9d") }
  }

  @Test func aPlacementIsNamedByWorkDestinationAndGroup() throws {
    let group = WorkloadGroup(directory: ".", workloads: [], destinationSelectors: [])
    let work = Work(
      name: "postgresql-postgres-example-instance-configure-12b21", namespace: "default",
      promiseName: "postgresql", resourceName: "postgres-example",
      pipelineName: "instance-configure", workloadGroups: [group])
    let placement = Placement(
      work: work, group: group,
      destination: Destination(name: "worker", path: "worker", stateStoreName: "default"))
    let name = "postgresql-postgres-example-instance-configure-12b21.worker-5058f"
    #expect(placement.name == name)
  }

  @Test func staticDependenciesAreOneWorkOfThePromise() throws {
    let promise = try Promise(
      object(
        """
        apiVersion: platform.kratix.io/v1alpha1
        kind: Promise
        metadata: {name: jenkins}
        spec:
          destinationSelectors:
          - matchLabels: {environment: platform, a: first}
          - matchLabels: {environment: dev, b: second}
          dependencies:
          - {apiVersion: v1, kind: Namespace, metadata: {name: jenkins}}
          - {apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: jenkins}}
        """))
    let work = try #require(Work.staticDependencies(of: promise))
    #expect(work.isDependency)
    #expect(work.pipelineName == "")
    #expect(work.namespace == Work.platformNamespace)
    #expect(work.name.wholeMatch(of: /jenkins-static-deps-[0-9a-f]{5}/) != nil)
    let group = try #require(work.workloadGroups.first)
    #expect(work.workloadGroups.count == 1)
    #expect(group.shortID == "5058f")
    #expect(group.workloads.map(\.filepath) == ["static/jenkins-dependencies.yaml"])
    #expect(group.effectiveSelector == ["environment": "platform", "a": "first", "b": "second"])
    let text = String(decoding: try #require(group.workloads.first).content, as: UTF8.self)
    let objects = try ManifestFile(parsing: text, name: "d").objects
    #expect(objects.map { "\($0.identity)" } == ["Namespace/jenkins", "ConfigMap/c"])
  }
}
