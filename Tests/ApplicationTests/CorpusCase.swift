import Foundation
import Manifests
import Testing
import Verification

/// A case of `fixtures/corpus`: what the pipelines of a Promise rendered for one request.
///
/// And what `verify` must say of it. `fixtures/corpus/README.md` describes the files.
struct CorpusCase: Sendable, CustomTestStringConvertible {
  /// The directory of the Promise.
  let promise: URL
  /// Where the shape comes from: repositories and paths.
  let sources: [String]
  let name: String
  let verdict: Verdict
  /// Each as severity, rule, and object or file.
  let findings: Set<String>
  /// What `verify --all` finds.
  let findingsOfAll: Set<String>
  let verdictOfAll: Verdict?
  /// Cases of the same Promise that are in the state store too.
  let siblings: [String]

  var testDescription: String { "\(promise.lastPathComponent)/\(name)" }

  var directory: URL { promise.appending(path: name) }
  var request: URL { directory.appending(path: "request.yaml") }
  var isBroken: Bool { verdict != .landed }
}

extension CorpusCase {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures/corpus")

  static let all: [CorpusCase] = {
    do {
      return try directories(in: root).flatMap(cases(of:))
    } catch {
      // No case at all fails the test that counts them, and says why.
      print("fixtures/corpus: \(error)")
      return []
    }
  }()

  static func directories(in directory: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: directory, includingPropertiesForKeys: [.isDirectoryKey]
    ).filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory ?? false }
      .sorted { $0.path < $1.path }
  }

  private static func cases(of promise: URL) throws -> [CorpusCase] {
    let file = promise.appending(path: "cases.yaml")
    guard
      let table = try ManifestFile(parsing: Data(contentsOf: file), name: file.path)
        .documents.first?.root
    else { return [] }
    let sources = (table["sources"]?.sequence ?? []).compactMap(\.string)
    return try (table["cases"]?.mapping?.entries ?? []).map { entry in
      try CorpusCase(of: promise, from: sources, named: entry.key, entry.value)
    }
  }

  private init(of promise: URL, from sources: [String], named name: String, _ row: Node) throws {
    func texts(_ key: String) -> [String]? { row[key]?.sequence?.compactMap(\.string) }
    func verdict(_ key: String) -> Verdict? { row[key]?.string.flatMap(Verdict.init(rawValue:)) }
    guard let verdict = verdict("verdict"), row["about"]?.string != nil else {
      throw CorpusFault("\(promise.lastPathComponent)/\(name) has no verdict or no text about it")
    }
    self.promise = promise
    self.sources = sources
    self.name = name
    self.verdict = verdict
    verdictOfAll = row["all"] == nil ? verdict : Verdict(row.value(at: "/all/verdict"))
    findings = Set(texts("findings") ?? [])
    findingsOfAll =
      row["all"] == nil
      ? findings : Set((row.value(at: "/all/findings")?.sequence ?? []).compactMap(\.string))
    siblings = texts("siblings") ?? []
  }
}

extension Verdict {
  fileprivate init?(_ node: Node?) {
    guard let text = node?.string else { return nil }
    self.init(rawValue: text)
  }
}

/// A case that cannot be read.
struct CorpusFault: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
