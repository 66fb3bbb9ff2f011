internal import Foundation
internal import Git
internal import Kratix
internal import Landing

/// The one file of a Destination in the mode `aggregatedYAML`, and what of it is whose.
struct AggregateFile: Sendable {
  /// A stretch of the file that one workload is.
  struct Part: Sendable {
    let bytes: [UInt8]
    /// How many lines stand above it.
    let linesAbove: Int
    /// How many documents stand above its own first one.
    let documentsAbove: Int
  }

  let path: StatePath
  let blob: ObjectID
  let bytes: [UInt8]

  /// Finds the parts of placements, in the order in which they are joined.
  ///
  /// - Returns: For each state its parts; `nil` where one of its workloads is not in the file. And
  ///   whether the file is what the states together make of it.
  func parts(of states: [PlacementState]) -> (parts: [[Part]?], isWhole: Bool) {
    let order = states.indices.sorted { PlacementState.isBefore(states[$0], states[$1]) }
    var parts: [[Part]?] = Array(repeating: nil, count: states.count)
    var count = MarkCount(bytes: bytes)
    for index in order {
      var found: [Part]? = []
      for workload in states[index].workloads {
        let part = count.part(workload.content)
        found = part.flatMap { part in found.map { $0 + [part] } }
      }
      parts[index] = found
    }
    return (parts, PlacementState.aggregate(states) == bytes)
  }
}

/// A way through the file from its top that counts lines and documents.
private struct MarkCount {
  let bytes: [UInt8]
  private var place = 0
  private var lines = 0
  /// How many documents have begun.
  private var documents = 0
  /// What was looked for to the end of the file and not found: past a number of those nothing more
  /// is looked for, as the file is another one.
  private var misses = 0
  private static let mostMisses = 200

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// The next stretch with this content; where none follows, nothing is passed over.
  mutating func part(_ content: [UInt8]) -> AggregateFile.Part? {
    guard let start = start(of: content) else { return nil }
    advance(to: start)
    let begins = Self.beginsWithMark(content)
    let above = documents - (begins || start == 0 ? 0 : 1)
    defer { advance(to: start + content.count) }
    return AggregateFile.Part(
      bytes: content, linesAbove: lines, documentsAbove: max(0, above))
  }

  /// Where the content stands: at the start of the file, or below a line `---`.
  private mutating func start(of content: [UInt8]) -> Int? {
    guard misses < Self.mostMisses else { return nil }
    let joint = Array("\n---\n".utf8)
    if place == 0, bytes.starts(with: content), isEnd(content.count) { return 0 }
    let wanted = joint + content
    var from = max(0, place - 1)
    while let found = bytes.firstIndex(of: wanted, from: from) {
      let start = found + joint.count
      if isEnd(start + content.count) { return start }
      from = found + 1
    }
    misses += 1
    return nil
  }

  private func isEnd(_ index: Int) -> Bool {
    index == bytes.count || bytes[index...].starts(with: "\n---\n".utf8)
  }

  private mutating func advance(to end: Int) {
    if place == 0, end > 0, !Self.beginsWithMark(bytes) { documents = 1 }
    while place < end {
      if bytes[place] == UInt8(ascii: "\n") { lines += 1 }
      let startsLine = place == 0 || bytes[place - 1] == UInt8(ascii: "\n")
      if startsLine, bytes[place...].starts(with: "---".utf8) { documents += 1 }
      place += 1
    }
  }

  /// Whether the first thing that is no comment is the line that begins a document.
  private static func beginsWithMark(_ bytes: [UInt8]) -> Bool {
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      if line.starts(with: "---".utf8) { return true }
      if line.starts(with: "#".utf8) || line.allSatisfy({ $0 == 0x20 || $0 == 0x0d }) { continue }
      return false
    }
    return false
  }
}

extension [UInt8] {
  /// Where a text stands that begins with the end of a line.
  fileprivate func firstIndex(of wanted: [UInt8], from start: Int) -> Int? {
    withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return nil }
      var place = start
      while place + wanted.count <= bytes.count {
        guard let found = memchr(base + place, 0x0a, bytes.count - place) else { return nil }
        place = UnsafeRawPointer(found) - base
        guard place + wanted.count <= bytes.count else { return nil }
        if memcmp(found, wanted, wanted.count) == 0 { return place }
        place += 1
      }
      return nil
    }
  }
}
