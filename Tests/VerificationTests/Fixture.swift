import Foundation

/// The files of `fixtures/`.
enum Fixture {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures")

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// What a pipeline rendered; a directory that is not there holds nothing.
  static func rendered(_ path: String) throws -> [String: String] {
    let directory = root.appending(path: path)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    return try Dictionary(
      uniqueKeysWithValues: names.map { name in (name, try text("\(path)/\(name)")) })
  }

  /// The four good objects for a small request of the name `postgres-example`.
  static func postgresql(replacing old: String = "", with new: String = "") throws -> String {
    let text = try text("postgresql/rendered/small/postgresql-instance.yaml")
    return old.isEmpty ? text : text.replacingOccurrences(of: old, with: new)
  }
}
