import Foundation
import Kratix
import Landing
import Manifests
import TestSupport
import Testing
import Verification

/// Good bytes with some changed, dropped or doubled.
///
/// `scripts/fuzz` does the same for longer, and led by coverage.
private func mutated(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
  var bytes = bytes
  let marks = Array("-:#{}[]&*!|>'\"%@`,?\n\t $(){{\u{0}\u{ff}".utf8)
  for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
    let index = Int.random(in: bytes.indices, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes.remove(at: index)
    case 2: bytes.insert(marks.randomElement(using: &random) ?? 0, at: index)
    case 3: bytes.removeSubrange(index...)
    case 4: bytes[index] = marks.randomElement(using: &random) ?? 0
    default:
      let end = min(bytes.count, index + Int.random(in: 1...40, using: &random))
      bytes.insert(contentsOf: bytes[index..<end], at: Int.random(in: 0...index, using: &random))
    }
  }
  return bytes
}

@Test(arguments: [1, 2, 3, 4] as [UInt64])
func readersRefuseOrReadAndDoNotCrash(seed: UInt64) throws {
  var random = SeededGenerator(seed: seed)
  let manifest = Array(try Fixture.text("postgresql/rendered/small/postgresql-instance.yaml").utf8)
  let expectation = Array(try Fixture.text("expectations/redis.yaml").utf8)
  for _ in 0..<150 {
    if let file = try? ManifestFile(parsing: mutated(manifest, &random), name: "fuzz") {
      for document in file.documents where !document.isEmpty {
        let text = YAMLWriter().text(of: document.root)
        #expect(try ManifestFile(parsing: text, name: "again").documents.only.root == document.root)
      }
    }
    if let file = try? ManifestFile(parsing: mutated(expectation, &random), name: "fuzz") {
      for object in file.objects { _ = try? Expectation(PlatformObject(object, file: "fuzz")) }
    }
  }
}

@Test func selectorsAreReadOrRefused() throws {
  var random = SeededGenerator(seed: 5)
  let good = Array("- {directory: a/, matchLabels: {b: c}}\n- matchLabels: {d: true}\n".utf8)
  let directory = FileManager.default.temporaryDirectory
    .appendingPathComponent("statestore-test-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: directory) }
  for _ in 0..<200 {
    try Bytes.write(
      mutated(good, &random),
      to: directory.appendingPathComponent("destination-selectors.yaml").path)
    let metadata = try? PipelineMetadata(directory: directory.path)
    #expect(metadata?.selectors.contains { $0.directory == ".." } != true)
  }
}

@Test func hostileContentIsFoundWrongAndNothingElse() throws {
  var random = SeededGenerator(seed: 6)
  let manifest = Array(try Fixture.postgresql().utf8)
  for _ in 0..<60 {
    var store = try StateStoreSample()
    store.land(["a.yaml": ""])
    for path in store.files.keys { store.files[path] = mutated(manifest, &random) }
    let report = try store.check(request())
    #expect(report.verdict == .landed || report.verdict == .wrong || report.verdict == .unknown)
    #expect(
      !TextReport().text(
        of: Report(
          stateStore: .init(name: "", url: "", branch: ""), commit: nil, resources: [report]
        )
      ).contains("\u{1b}"))
  }
}
