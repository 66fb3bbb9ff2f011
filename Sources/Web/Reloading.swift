internal import Foundation
internal import Synchronization

/// A value that is read from files, and read again when they change.
///
/// Kubernetes changes mounted Secrets and ConfigMaps beneath a running process; what cannot be read
/// is reported, and what was read before stays.
package final class Reloading<Value: Sendable>: Sendable {
  private struct State {
    package var value: Value
    var fingerprint: [String]
    var problem: String?
  }

  private let mark: @Sendable () -> [String]
  private let read: @Sendable () throws -> Value
  private let state: Mutex<State>

  /// Reads the value for the first time.
  ///
  /// - Parameters:
  ///   - paths: The files that it comes from; directories count with all they hold.
  ///   - version: A number that changes with what else it comes from.
  ///   - read: Reads it.
  package init(
    paths: @autoclosure @escaping @Sendable () -> [String],
    version: @autoclosure @escaping @Sendable () -> Int = 0,
    read: @escaping @Sendable () throws -> Value
  ) throws {
    mark = { Self.fingerprint(of: paths()) + [String(version())] }
    self.read = read
    let fingerprint = mark()
    state = Mutex(State(value: try read(), fingerprint: fingerprint))
  }

  package var value: Value { state.withLock { $0.value } }
  /// Why the files as they are now cannot be used; `nil` when they can.
  package var problem: String? { state.withLock { $0.problem } }

  /// Reads the value again if its files have changed.
  ///
  /// - Returns: Whether there is a new value.
  package func refresh() -> Bool {
    let fingerprint = mark()
    guard fingerprint != state.withLock({ $0.fingerprint }) else { return false }
    do {
      let value = try read()
      state.withLock { $0 = State(value: value, fingerprint: fingerprint) }
      return true
    } catch {
      state.withLock {
        $0.fingerprint = fingerprint
        $0.problem = "\(error)"
      }
      return false
    }
  }

  private static func fingerprint(of paths: [String]) -> [String] {
    paths.flatMap { path -> [String] in
      let below = FileManager.default.subpaths(atPath: path)?.map { "\(path)/\($0)" } ?? []
      return ([path] + below).map(mark)
    }
  }

  private static func mark(of path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "\(path): none" }
    let time = status.st_mtim
    return "\(path): \(status.st_ino) \(status.st_size) \(time.tv_sec).\(time.tv_nsec)"
  }
}

extension Reloading<String> {
  /// The first line of a file, such as a secret.
  ///
  /// - Throws: `EmptyLine`, and the errors of reading the file.
  package static func line(of path: String) throws -> Reloading<String> {
    try Reloading(paths: [path]) {
      let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
      let line = String(text.prefix { !$0.isNewline })
      guard !line.isEmpty else { throw EmptyLine() }
      return line
    }
  }
}

/// The first line of a file is empty.
package struct EmptyLine: Error, CustomStringConvertible {
  package var description: String { "the first line is empty" }
}
