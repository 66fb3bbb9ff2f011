internal import Foundation
public import Git
internal import Kratix
internal import Landing

/// What a check of a state store found, kept in a file for the next one (`--state`).
///
/// A state store that has not changed costs no more than asking where its branch stands; one that
/// has changed costs what has changed. Losing the file costs time and nothing else: it is read only
/// if it was written by the same program for the same question, and whole.
public struct CheckMemory: Sendable {
  /// What the check was asked, the program and its configuration included, as one digest.
  public let question: ObjectID
  /// The report, without what is quiet.
  public let report: Report
  private let records: [ObjectID: Record]

  private struct Record: Sendable {
    let objects: [ObjectKey]
    /// The report of a resource of which there is something to say, as JSON.
    let report: Data?
  }

  /// Remembers a result.
  ///
  /// - Throws: `GitError` when libgit2 cannot hash.
  public init(_ result: CheckResult, question: ObjectID) throws {
    self.question = question
    report = result.withoutQuiet
    let encoder = JSONEncoder()
    var records: [ObjectID: Record] = [:]
    records.reserveCapacity(result.standing.count)
    for checked in result.standing {
      records[try checked.resource.digest] = Record(
        objects: checked.objects,
        report: checked.report.isQuiet ? nil : try encoder.encode(checked.report))
    }
    self.records = records
  }

  /// What was found of a resource, if it stands as it stood then.
  func checked(_ resource: StandingResource) -> CheckedResource? {
    guard let digest = try? resource.digest, let record = records[digest] else { return nil }
    guard let json = record.report else {
      return CheckedResource(
        resource: resource, report: resource.quietReport, objects: record.objects)
    }
    guard let report = try? JSONDecoder().decode(ResourceReport.self, from: json) else {
      return nil
    }
    return CheckedResource(resource: resource, report: report, objects: record.objects)
  }
}

extension StandingResource {
  /// Its name, its places and what stands there, as one digest.
  fileprivate var digest: ObjectID {
    get throws {
      var bytes = Array("\(promise)\n\(namespace)\n\(name)\n".utf8)
      for place in places {
        bytes += "\(place.destination.name)\n".utf8
        bytes += place.identityOfContent
      }
      return try ObjectID(of: GitObject(kind: .blob, bytes: bytes))
    }
  }

  /// The report of what stands as it should.
  fileprivate var quietReport: ResourceReport {
    ResourceReport(
      promise: promise, namespace: namespace, name: name, verdict: .landed,
      placements: quietPlacements, findings: [])
  }
}

// The file: a line that says what follows, the report as JSON, and a record for each resource: its
// digest, the number of its objects, those, and the length of its report and that.
extension CheckMemory {
  private static let magic = "statestore-check 2"

  /// The question and the report of a file, without its records; `nil` if it is none of ours.
  public static func glance(at path: String) -> (question: ObjectID, report: Report)? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    guard let start = try? file.read(upToCount: 1 << 16), let head = Head(start),
      let report = try? start.count >= head.length + head.reportLength
        ? start : start + (file.read(upToCount: head.reportLength) ?? Data()),
      report.count >= head.length + head.reportLength
    else { return nil }
    let json = report.dropFirst(head.length).prefix(head.reportLength)
    return (try? JSONDecoder().decode(Report.self, from: Data(json))).map { (head.question, $0) }
  }

  /// Reads a file; `nil` if it is not there, not whole, or none of ours.
  public init?(path: String) {
    guard let data = FileManager.default.contents(atPath: path), let head = Head(data) else {
      return nil
    }
    let json = data.dropFirst(head.length).prefix(head.reportLength)
    guard let report = try? JSONDecoder().decode(Report.self, from: Data(json)) else { return nil }
    var reader = RecordReader(bytes: [UInt8](data.dropFirst(head.length + head.reportLength)))
    var records: [ObjectID: Record] = [:]
    records.reserveCapacity(head.count)
    for _ in 0..<head.count {
      guard let digest = reader.bytes(ObjectID.byteCount).flatMap({ ObjectID(bytes: $0) }),
        let objects = reader.keys(), let length = reader.number(),
        let report = reader.bytes(Int(length))
      else { return nil }
      records[digest] = Record(objects: objects, report: length == 0 ? nil : Data(report))
    }
    guard reader.isAtEnd else { return nil }
    question = head.question
    self.report = report
    self.records = records
  }

  /// Writes the file, whole or not at all.
  ///
  /// - Throws: What the disk said.
  public func write(to path: String) throws {
    let json = try JSONEncoder().encode(report)
    var data = Data("\(Self.magic) \(question) \(json.count) \(records.count)\n".utf8)
    data.append(json)
    for (digest, record) in records {
      data.append(contentsOf: digest.bytes)
      data.append(UInt32(record.objects.count))
      for object in record.objects {
        withUnsafeBytes(of: object.rawValue.littleEndian) { data.append(contentsOf: $0) }
      }
      data.append(UInt32(record.report?.count ?? 0))
      data.append(record.report ?? Data())
    }
    try data.write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  /// The first line.
  private struct Head {
    let question: ObjectID
    let reportLength: Int
    let count: Int
    let length: Int

    init?(_ data: Data) {
      guard let end = data.prefix(200).firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      let words = String(decoding: data[..<end], as: UTF8.self).split(separator: " ")
      guard words.count == 5, words.prefix(2).joined(separator: " ") == CheckMemory.magic,
        let question = ObjectID(hexadecimal: String(words[2])), let reportLength = Int(words[3]),
        let count = Int(words[4]), reportLength >= 0, (0...10_000_000).contains(count)
      else { return nil }
      self.question = question
      self.reportLength = reportLength
      self.count = count
      length = end - data.startIndex + 1
    }
  }
}

/// Numbers and bytes, one after another.
private struct RecordReader {
  let bytes: [UInt8]
  private var place = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { place == bytes.count }

  mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= bytes.count - place else { return nil }
    defer { place += count }
    return bytes[place..<(place + count)]
  }

  mutating func number() -> UInt32? {
    bytes(4).map { $0.reversed().reduce(0) { $0 << 8 | UInt32($1) } }
  }

  mutating func keys() -> [ObjectKey]? {
    guard let count = number(), Int(count) <= (bytes.count - place) / 8 else { return nil }
    return (0..<count).compactMap { _ in
      bytes(8).map { ObjectKey(rawValue: $0.reversed().reduce(0) { $0 << 8 | UInt64($1) }) }
    }
  }
}

extension Data {
  fileprivate mutating func append(_ number: UInt32) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
