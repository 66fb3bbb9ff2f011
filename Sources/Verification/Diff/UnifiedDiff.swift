internal import Git
package import Landing
internal import Manifests

extension Preview {
  /// The changes as a unified diff, as `git diff` prints it, without the values of Secrets.
  package var diff: String {
    let head = "# \(stateStore.url) \(stateStore.branch) at \(base?.abbreviated ?? "no commit")\n"
    return files.isEmpty ? head + "# nothing would change\n" : head + files.map(\.text).joined()
  }

  /// The changes for a program.
  package var document: Document {
    Document(
      stateStore: stateStore, base: base?.hexadecimal,
      files: files.map { Document.File(path: $0.path, change: $0.change) })
  }

  /// The changes for a program.
  package struct Document: Sendable, Hashable, Codable {
    /// One file.
    package struct File: Sendable, Hashable, Codable {
      /// Its path from the top of the repository.
      package var path: String
      /// Whether it would be `added`, `changed` or `removed`.
      package var change: String
    }

    /// Where it would land.
    package var stateStore: StateStoreDescription
    /// The commit that it was held against; `nil` for a branch without commits.
    package var base: String?
    /// The files that would change.
    package var files: [File]
  }
}

extension Preview.File {
  fileprivate var change: String {
    if old == nil { return "added" }
    return new == nil ? "removed" : "changed"
  }

  fileprivate var text: String {
    let names =
      "--- \(old == nil ? "/dev/null" : "a/" + path)\n+++ \(new == nil ? "/dev/null" : "b/" + path)\n"
    // The contents in a state file are packed, those of Secrets too, and nobody can read them.
    guard !path.ends(with: ".placement"), let before = Self.lines(old), let after = Self.lines(new)
    else {
      return names + "Binary files differ\n"
    }
    return names + Hunks(before, after).text
  }

  /// The lines of a text; `nil` for bytes that are none.
  private static func lines(_ bytes: [UInt8]?) -> [ShownLine]? {
    guard let bytes, !bytes.isEmpty else { return [] }
    guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
      return nil
    }
    // By unicode scalars: \r\n is one character, and still ends in a line feed.
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0) }
    if lines.last == "" { lines.removeLast() }
    let shown = LineRedaction(of: text).apply(to: lines)
    return zip(lines, shown).map(ShownLine.init)
  }
}

/// A line as it is compared, and as it is shown.
private struct ShownLine: Equatable {
  let text: String
  let shown: String

  static func == (left: ShownLine, right: ShownLine) -> Bool { left.text == right.text }
}

/// The changed lines of two texts with three lines around them.
private struct Hunks {
  fileprivate enum Line {
    case same(String)
    case removed(String)
    case added(String)
  }

  private static let context = 3
  private var script: [Line] = []

  init(_ old: [ShownLine], _ new: [ShownLine]) {
    let difference = new.difference(from: old)
    let removed = Set(difference.removals.map(Self.offset))
    let added = Set(difference.insertions.map(Self.offset))
    var (before, after) = (0, 0)
    while before < old.count || after < new.count {
      if before < old.count, removed.contains(before) {
        script.append(.removed(old[before].shown))
        before += 1
      } else if after < new.count, added.contains(after) {
        script.append(.added(new[after].shown))
        after += 1
      } else {
        script.append(.same(new[after].shown))
        before += 1
        after += 1
      }
    }
  }

  private static func offset(of change: CollectionDifference<ShownLine>.Change) -> Int {
    switch change {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }

  var text: String { ranges.map(hunk).joined() }

  /// The ranges of the script that are shown: around changes, joined where they touch.
  private var ranges: [Range<Int>] {
    var ranges: [Range<Int>] = []
    for (index, line) in script.enumerated() {
      if case .same = line { continue }
      let range = max(0, index - Self.context)..<min(script.count, index + Self.context + 1)
      if let last = ranges.last, last.upperBound >= range.lowerBound {
        ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
      } else {
        ranges.append(range)
      }
    }
    return ranges
  }

  private func hunk(_ range: Range<Int>) -> String {
    let before = script[..<range.lowerBound]
    let shown = script[range]
    let head =
      "@@ -\(Self.place(before, shown, \.isOld)) +\(Self.place(before, shown, \.isNew)) @@\n"
    return head + shown.map(\.text).joined()
  }

  private static func place(
    _ before: ArraySlice<Line>, _ shown: ArraySlice<Line>, _ counts: (Line) -> Bool
  ) -> String {
    let count = shown.count(where: counts)
    let start = before.count(where: counts) + (count == 0 ? 0 : 1)
    return "\(start),\(count)"
  }
}

extension Hunks.Line {
  fileprivate var isOld: Bool { if case .added = self { false } else { true } }
  fileprivate var isNew: Bool { if case .removed = self { false } else { true } }

  fileprivate var text: String {
    switch self {
    case .same(let line): " \(line)\n"
    case .removed(let line): "-\(line)\n"
    case .added(let line): "+\(line)\n"
    }
  }
}
