internal import Foundation
package import Git

// The file: a section for each state store. Each is a line that says what follows, the report as
// JSON, and a record for each resource: its digest, the number of its objects, those, and the length
// of its report and that. If it cannot be read, everything is checked again.
extension VerificationCache {
  private static let magic = "statestore-check 6"

  /// Reads only the report that a file keeps for a question; `nil` if it keeps none.
  package static func peekReport(at path: String, for question: ObjectID) -> Report? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    // It was only read.
    defer { try? file.close() }
    var place: UInt64 = 0
    // If the file cannot be read, everything is checked again.
    while let start = try? file.read(upToCount: 1 << 14), let head = Head(start) {
      guard head.question == question else {
        place += UInt64(head.length + head.reportLength + head.recordsLength)
        guard (try? file.seek(toOffset: place)) != nil else { return nil }
        continue
      }
      let lacking = head.length + head.reportLength - start.count
      let rest = lacking > 0 ? (try? file.read(upToCount: lacking)) ?? Data() : Data()
      return report(in: (start + rest).dropFirst(head.length), head)
    }
    return nil
  }

  private static func report(in data: Data, _ head: Head) -> Report? {
    guard data.count >= head.reportLength else { return nil }
    // A report that this program did not write is no report.
    return try? JSONDecoder().decode(Report.self, from: Data(data.prefix(head.reportLength)))
  }

  /// Reads what a file keeps for a question; `nil` if that is nothing, or not complete.
  package init?(path: String, question: ObjectID) {
    guard let section = Self.sections(of: path).first(where: { $0.head.question == question }),
      let report = Self.report(in: section.data.dropFirst(section.head.length), section.head)
    else { return nil }
    let head = section.head
    var reader = RecordReader(section.data.dropFirst(head.length + head.reportLength))
    var records: [ObjectID: Record] = [:]
    records.reserveCapacity(head.count)
    for _ in 0..<head.count {
      guard let (digest, record) = reader.record() else { return nil }
      records[digest] = record
    }
    guard reader.isAtEnd else { return nil }
    self.init(question: question, report: report, records: records)
  }

  /// Keeps a result in the file, which is written whole or not at all.
  ///
  /// - Parameter others: The questions whose answers stay in it.
  /// - Throws: What the disk said; `GitError` when libgit2 cannot hash.
  package static func write(
    _ result: CheckResult, for question: ObjectID, to path: String,
    beside others: Set<ObjectID> = []
  ) throws {
    let kept = sections(of: path).filter {
      $0.head.question != question && others.contains($0.head.question)
    }
    var data = try section(of: result, for: question)
    for section in kept { data.append(section.data) }
    try data.write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  private static func section(of result: CheckResult, for question: ObjectID) throws -> Data {
    let encoder = JSONEncoder()
    let json = try encoder.encode(result.withoutCleanResources)
    // An array grows faster than `Data`.
    var records: [UInt8] = []
    for checked in result.standing {
      let record = Record(
        objects: checked.objects,
        report: checked.report.isClean ? nil : try encoder.encode(checked.report))
      records.append(
        record, of: try checked.digest ?? checked.resource.digest(basis: checked.basis))
    }
    let numbers = "\(json.count) \(result.standing.count) \(records.count)"
    return Data("\(magic) \(question) \(numbers)\n".utf8) + json + records
  }

  /// The sections of a file, as far as they are whole.
  private static func sections(of path: String) -> [(head: Head, data: Data)] {
    guard var data = FileManager.default.contents(atPath: path) else { return [] }
    var sections: [(Head, Data)] = []
    while let head = Head(data) {
      let length = head.length + head.reportLength + head.recordsLength
      guard data.count >= length else { break }
      sections.append((head, data.prefix(length)))
      data = data.dropFirst(length)
    }
    return sections
  }

  /// The first line of a section.
  private struct Head {
    let question: ObjectID
    let reportLength: Int
    let count: Int
    let recordsLength: Int
    let length: Int

    init?(_ data: Data) {
      guard let end = data.prefix(200).firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      let words = String(decoding: data[data.startIndex..<end], as: UTF8.self)
        .split(separator: " ")
      guard words.count == 6, words.prefix(2).joined(separator: " ") == VerificationCache.magic,
        let question = ObjectID(hexadecimal: String(words[2])), let reportLength = Int(words[3]),
        let count = Int(words[4]), let recordsLength = Int(words[5]),
        [reportLength, recordsLength].allSatisfy((0...1 << 40).contains),
        // A record has 28 bytes or more.
        (0...recordsLength / 28).contains(count)
      else { return nil }
      self.question = question
      self.reportLength = reportLength
      self.count = count
      self.recordsLength = recordsLength
      length = end - data.startIndex + 1
    }
  }
}

/// Records, one after another.
private struct RecordReader {
  let bytes: [UInt8]
  private var place = 0

  init(_ data: Data) { bytes = [UInt8](data) }

  var isAtEnd: Bool { place == bytes.count }

  mutating func record() -> (ObjectID, VerificationCache.Record)? {
    guard let digest = taken(ObjectID.byteCount).flatMap({ ObjectID(bytes: $0) }),
      let objects = keys(), let length = number(4), let report = taken(Int(length))
    else { return nil }
    return (
      digest, VerificationCache.Record(objects: objects, report: length == 0 ? nil : Data(report))
    )
  }

  private mutating func taken(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= bytes.count - place else { return nil }
    defer { place += count }
    return bytes[place..<(place + count)]
  }

  private mutating func number(_ size: Int) -> UInt64? {
    taken(size).map { $0.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
  }

  private mutating func keys() -> [ObjectKey]? {
    guard let count = number(4), Int(count) <= (bytes.count - place) / 8 else { return nil }
    return (0..<count).compactMap { _ in number(8).map(ObjectKey.init(rawValue:)) }
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ record: VerificationCache.Record, of digest: ObjectID) {
    self += digest.bytes
    append(UInt32(record.objects.count))
    for object in record.objects { append(object.rawValue) }
    append(UInt32(record.report?.count ?? 0))
    self += record.report ?? Data()
  }

  private mutating func append(_ number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { self += $0 }
  }
}
