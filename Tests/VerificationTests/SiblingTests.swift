import Kratix
import Landing
import Manifests
import Testing

@testable import Verification

/// A state store with requests of one Promise that has no Expectation.
private struct SiblingStore {
  let shape: PromiseShape
  var store: StateStoreSample
  private(set) var requests: [ResourceRequest] = []

  init(_ shape: PromiseShape, _ requests: [PromiseShape.Request]) throws {
    self.shape = shape
    store = try StateStoreSample()
    try store.add(shape.promise)
    for request in requests { try land(request) }
  }

  mutating func land(_ request: PromiseShape.Request, as output: String? = nil) throws {
    let (manifest, rendered) = try shape.request(request)
    let path = "worker/resources/\(request.namespace)/\(shape.kind)/\(request.name)/configure/5058f"
    store.files["\(path)/output.yaml"] = Array((output ?? rendered).utf8)
    let request = try VerificationTests.request(parsing: manifest)
    requests.removeAll { $0.name == request.name }
    requests.append(request)
  }

  private func verifier() throws -> Verifier {
    try store.verifier(
      settings: RuleSettings(parsing: ["unlike-siblings=error", "plaintext-secret=off"]))
  }

  /// Checks all requests, as `--request` does.
  func checkRequests() throws -> [ResourceReport] {
    try verifier().check(requests: requests, in: store.snapshot())
  }

  /// Checks one request alone, whose siblings are known by their paths.
  func checkRequest(_ name: String) throws -> ResourceReport {
    let request = try #require(requests.first { $0.name == name })
    return try verifier().check(requests: [request], in: store.snapshot()).only
  }

  /// Checks everything by its path, as `--all` does.
  func checkAll(_ verdicts: TemplateVerdictCache? = nil) throws -> [ResourceReport] {
    let verifier = try verifier()
    let snapshot = try store.snapshot()
    let listing = try verifier.listing(of: snapshot)
    let learned = try verifier.siblings(in: listing).compactMap { part in
      try verifier.learned(from: part.resources, of: part.promise, in: snapshot)
        .map { (part.promise, $0) }
    }
    let siblings = Siblings(Dictionary(uniqueKeysWithValues: learned))
    return try verifier.checked(
      listing.resources, in: snapshot, beside: siblings, verdicts: verdicts
    ).map(\.report)
  }
}

extension PromiseShape.Request {
  /// Requests of two sizes in several namespaces, some with a backup.
  fileprivate static func several(_ count: Int) -> [PromiseShape.Request] {
    (0..<count).map { number in
      PromiseShape.Request(
        name: ["shop", "billing", "search", "mail"][number % 4] + "-\(number)",
        namespace: ["team-a", "team-b", "default"][number % 3], isLarge: number % 2 == 1,
        database: "data\(number * 7)", hasBackup: number % 4 == 2)
    }
  }
}

extension PromiseShape {
  /// Ten ways in which output is wrong.
  fileprivate func mutations(of request: Request) -> [(what: String, output: String)] {
    let documents = documents(request)
    let whole = documents.joined(separator: "\n---\n")
    func joined(_ documents: some Sequence<String>) -> String {
      documents.joined(separator: "\n---\n")
    }
    var otherName = request
    otherName.name = "template"
    var otherNamespace = request
    otherNamespace.namespace = "template"
    let (old, new) = request.isLarge ? (sized.large, sized.small) : (sized.small, sized.large)
    let named = self.documents(otherName)
    let second = documents[1].replacing(
      "namespace: \(request.namespace)", with: "namespace: elsewhere"
    )
    .replacing("namespace: kafka", with: "namespace: elsewhere")
    .replacing("namespace: \(request.name)-mq", with: "namespace: elsewhere")
    return [
      ("the second document is missing", joined([documents[0]] + documents[2...])),
      ("the first document alone", documents[0]),
      ("a value of the other size", whole.replacing(old, with: new)),
      ("an object with the template's name", joined([documents[0], named[1]] + documents[2...])),
      ("an object in another namespace", joined([documents[0], second] + documents[2...])),
      (
        "an object too many",
        whole + "\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: debug, namespace: "
          + "\(request.namespace)}, data: {a: b}}"
      ),
    ] + replacements.map { ($0.what, whole.replacing($0.old, with: $0.new)) }
  }
}

@Suite("Learned from siblings") struct SiblingTests {
  @Test("sound output has no error", arguments: PromiseShape.all)
  func sound(shape: PromiseShape) throws {
    let store = try SiblingStore(shape, PromiseShape.Request.several(8))
    for report in try store.checkRequests() + store.checkAll() {
      #expect(report.errors.isEmpty, "\(report.name): \(report.errors)")
      #expect(
        report.notes.contains { $0.contains("compared with 7 other requests") }, "\(report.notes)")
    }
  }

  /// How requests are known when a mutation is looked for.
  enum Knowledge: CaseIterable { case requests, path }

  @Test("95 of 100 mutations are found, and nothing else", arguments: Knowledge.allCases)
  func mutations(knowledge: Knowledge) throws {
    var missed: [String] = []
    var count = 0
    for shape in PromiseShape.all {
      let requests = PromiseShape.Request.several(8)
      for request in requests[..<2] {
        for mutation in shape.mutations(of: request) {
          var store = try SiblingStore(shape, requests)
          let sound = try shape.request(request).output
          try #require(mutation.output != sound, "\(shape.kind): \(mutation.what)")
          try store.land(request, as: mutation.output)
          count += 1
          let reports =
            switch knowledge {
            case .requests: try store.checkRequests()
            // What is learned is the same for one request as for all.
            case .path where mutation.what.hasPrefix("a "): [try store.checkRequest(request.name)]
            case .path: try store.checkAll()
            }
          for report in reports {
            if report.name != request.name {
              #expect(report.errors.isEmpty, "\(shape.kind) \(mutation.what): \(report.errors)")
            } else if report.verdict != .wrong {
              missed.append(
                "\(shape.kind) \(request.isLarge ? "large" : "small"): \(mutation.what)")
            }
          }
        }
      }
    }
    print("\(knowledge): \(count - missed.count) of \(count) mutations found; missed: \(missed)")
    #expect(count == 100)
    #expect(missed.count * 20 <= count, "\(missed)")
  }

  @Test("fewer than three say nothing", arguments: [3, 4])
  func fewest(count: Int) throws {
    let shape = PromiseShape.all[0]
    var store = try SiblingStore(
      shape, PromiseShape.Request.several(2 * count).filter { !$0.isLarge })
    let request = PromiseShape.Request.several(1)[0]
    try store.land(
      request, as: shape.request(request).output.replacing("nginx:1.27", with: "nginx:latest"))
    let reports = [
      try #require(store.checkRequests().first { $0.name == request.name }),
      try store.checkRequest(request.name),
      try #require(store.checkAll().first { $0.name == request.name }),
    ]
    for report in reports {
      #expect(report.findings(.unlikeSiblings).isEmpty == (count == 3), "\(report)")
      #expect(
        report.notes.contains { $0.contains("only rules that hold for every resource") }
          == (count == 3))
    }
  }

  @Test("is a warning unless it is set, and off when it is turned off")
  func severity() throws {
    let shape = PromiseShape.all[0]
    let requests = PromiseShape.Request.several(8)
    var store = try SiblingStore(shape, requests)
    try store.land(
      requests[0],
      as: shape.request(requests[0]).output.replacing("nginx:1.27", with: "nginx:latest"))
    for (rules, severities) in [
      ([], [Severity.warning]), (["unlike-siblings=error"], [.error]),
      (["unlike-siblings=off"], []),
    ] {
      let verifier = try store.store.verifier(settings: RuleSettings(parsing: rules))
      let reports = try verifier.check(requests: store.requests, in: store.store.snapshot())
      let report = try #require(reports.first { $0.name == requests[0].name })
      #expect(report.findings(.unlikeSiblings).map(\.severity) == severities)
      let finding = report.findings(.unlikeSiblings).first
      #expect(finding?.cause?.contains("7 other requests") ?? severities.isEmpty)
    }
  }

  @Test("a size that no other request has is not judged")
  func unseen() throws {
    let shape = PromiseShape.all[1]
    var requests = PromiseShape.Request.several(8).filter { !$0.isLarge }
    requests[0].isLarge = true
    let store = try SiblingStore(shape, requests)
    let report = try #require(store.checkRequests().first { $0.name == requests[0].name })
    #expect(report.errors.isEmpty)
    #expect(
      report.notes.contains { $0.contains("none of them has spec.size large") }, "\(report.notes)")
    // By its path alone, several values that differ may be those of another size.
    let byPath = try #require(store.checkAll().first { $0.name == requests[0].name })
    #expect(byPath.errors.isEmpty, "\(byPath.errors)")
  }

  @Test(
    "verdicts are shared as each resource would be judged by itself", arguments: PromiseShape.all)
  func shared(shape: PromiseShape) throws {
    let requests = PromiseShape.Request.several(40)
    var store = try SiblingStore(shape, requests)
    for (request, index) in zip(requests.suffix(10), 0...) {
      try store.land(request, as: shape.mutations(of: request)[index].output)
    }
    let alone = try store.checkAll()
    let verdicts = try #require(TemplateVerdictCache())
    #expect(try store.checkAll(verdicts) == alone)
    #expect(verdicts.count > 0)
  }

  @Test("the same resources are learned from, whatever their order")
  func choice() throws {
    let names = (0..<100).map {
      Subject.resource(.request(promise: "p", namespace: "n", name: "r\($0)"))
    }
    let chosen = Siblings.chosen(from: names) { $0 }
    #expect(chosen.count == Siblings.most + 1)
    #expect(Siblings.chosen(from: names.reversed()) { $0 } == chosen)
  }
}
