import Foundation

/// What a pipeline rendered for one request, as `write` is told of it.
struct Rendering: Sendable {
  var directory: URL
  var namespace = "default"
  var name = "postgres-example"

  /// The flags of `write`, `diff` and `verify`.
  var flags: [String] {
    [
      "--rendered", directory.path, "--promise", "postgresql", "--namespace", namespace,
      "--name", name, "--pipeline", "instance-configure",
    ]
  }

  /// The flags of a removal of all that stands of the request.
  var wholeRequest: [String] {
    ["--promise", "postgresql", "--namespace", namespace, "--name", name]
  }

  /// Where Kratix puts its pipeline's output, at a Destination.
  func place(at destination: String = "worker") -> String {
    "\(destination)/resources/\(namespace)/postgresql/\(name)/instance-configure"
  }

  /// The directory of the group that no selector of its own names.
  func defaultPlace(at destination: String = "worker") -> String {
    place(at: destination) + "/5058f"
  }

  /// The good output for the small request, from `fixtures/`.
  static let small = Rendering(directory: Fixture.directory("postgresql/rendered/small"))
}

/// The files of `fixtures/`.
enum Fixture {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures")

  static func directory(_ path: String) -> URL { root.appending(path: path) }

  static func path(_ path: String) -> String { root.appending(path: path).path }

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }
}

extension URL {
  /// Writes a file below this directory, with the directories on the way to it.
  @discardableResult
  func write(_ text: String, to path: String) throws -> URL {
    let file = appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return file
  }

  /// Makes a directory below this one.
  func makeDirectory(_ path: String) throws -> URL {
    let directory = appending(path: path)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    return directory
  }
}
