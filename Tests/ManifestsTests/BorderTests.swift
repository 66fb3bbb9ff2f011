import Foundation
import Manifests
import Testing

/// A file, and who reads all of its objects.
private struct BorderCase: Sendable, CustomTestStringConvertible {
  enum Readers: Sendable {
    case all, onlyKubectl, onlyKustomize, none
  }

  let testDescription: String
  let bytes: [UInt8]
  let readers: Readers
  /// The names of the objects.
  let names: [String]
  /// Whether only kubectl before 1.33 refuses it; a later one takes up YAML where JSON ends.
  var dependsOnVersion: Bool {
    readers == .onlyKustomize && ["{", "\u{feff}{"].contains { bytes.starts(with: $0.utf8) }
  }

  private init(_ description: String, _ bytes: [UInt8], _ readers: Readers, _ names: String) {
    testDescription = description
    self.bytes = bytes
    self.readers = readers
    self.names = names.map(String.init)
  }

  private init(
    _ description: String, _ text: String, _ readers: Readers = .all, _ names: String = "ab"
  ) {
    self.init(description, Array(text.utf8), readers, names)
  }

  private static func map(_ name: String) -> String {
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: \(name)\ndata:\n  k: v\n"
  }

  private static let a = map("a")
  private static let b = map("b")
  private static let c = map("c")
  private static let both = a + "---\n" + b

  private static func json(_ name: String, _ value: String = "v") -> String {
    #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"\#(name)"},"data":{"k":"\#(value)"}}"#
  }

  private static func flow(_ name: String) -> String {
    "{apiVersion: v1, kind: ConfigMap, metadata: {name: \(name)}}\n"
  }

  private static func utf16(_ text: String, isLittleEndian: Bool = true, mark: String = "\u{feff}")
    -> [UInt8]
  {
    (mark + text).utf16.flatMap { unit in
      let pair = [UInt8(unit & 0xff), UInt8(unit >> 8)]
      return isLittleEndian ? pair : pair.reversed()
    }
  }

  private static func ended(by lineBreak: String, _ text: String) -> String {
    text.replacing("\n", with: lineBreak)
  }

  static let plain = [
    BorderCase("two documents", both),
    BorderCase("a border above the first", "---\n" + both),
    BorderCase("a border below the last", both + "---\n"),
    BorderCase("a border that ends the file", both + "---"),
    BorderCase("a comment above", "# license\n---\n" + a, .all, "a"),
    BorderCase("a comment on the border", a + "--- # x\n" + b),
    BorderCase("a comment right after the border", a + "---# x\n" + b),
    BorderCase("a comment on a border below an empty line", "\n---# x\n" + b, .all, "b"),
    BorderCase("a comment on the last border", a + "--- #c", .all, "a"),
    BorderCase("empty documents", "---\n---\n" + a + "---\n---\n---\n" + b + "---\n"),
    BorderCase("an empty document of spaces", a + "---\n   \n---\n" + b),
    BorderCase("a document that is null", a + "---\nnull\n---\n" + b),
    BorderCase("the end of a document before a border", a + "...\n---\n" + b),
    BorderCase("the end of the last document", a + "...\n", .all, "a"),
    BorderCase("a comment after the end of a document", a + "...\n# x\n" + "---\n" + b),
    BorderCase(
      "an indented document", " apiVersion: v1\n kind: ConfigMap\n metadata: {name: a}\n---\n" + b),
    BorderCase("comments alone", "# x\n---\n# y\n", .all, ""),
    BorderCase("a directive for the next document", a + "...\n%YAML 1.1\n---\n" + b),
    BorderCase("flow mappings below borders", "---\n" + flow("a") + "---\n" + flow("b")),
    BorderCase("JSON below a border", a + "---\n" + json("b") + "\n"),
  ]

  static let spaces = [
    BorderCase("lines that end with CR and LF", ended(by: "\r\n", both)),
    BorderCase("a border that ends with CR and LF", a + "---\r\n" + b),
    BorderCase("a border with a tab", a + "---\t\n" + b),
    BorderCase("a border with a no-break space", a + "---\u{a0}\n" + b),
    BorderCase("a border with a no-break space and a comment", a + "---\u{a0}# x\n" + b),
    BorderCase("a border with an ideographic space", a + "---\u{3000}\n" + b),
    BorderCase("a border with NEL", a + "---\u{85}\n" + b),
    BorderCase("a border with U+2028", a + "---\u{2028}\n" + b),
    BorderCase("a border with a vertical tab", a + "---\u{b}\n" + b),
    BorderCase("a border with a zero-width space", a + "---\u{200b}\n" + b, .none),
    BorderCase("a border with a file separator", a + "---\u{1c}\n" + b, .none),
    BorderCase("a border with a byte order mark", a + "---\u{feff}\n" + b, .none),
    BorderCase("a first border with a no-break space", "---\u{a0}\n" + a, .none),
    BorderCase("one document whose lines end with CR", ended(by: "\r", a), .all, "a"),
    BorderCase("one document whose lines end with NEL", ended(by: "\u{85}", a), .all, "a"),
    BorderCase("two documents whose lines end with CR", ended(by: "\r", both), .none),
    BorderCase("two documents whose lines end with NEL", ended(by: "\u{85}", both), .none),
    BorderCase("two documents whose lines end with U+2028", ended(by: "\u{2028}", both), .none),
    BorderCase("a border between CR", a.dropLast() + "\r---\r" + b, .none),
    BorderCase("a border after U+2028", a.dropLast() + "\u{2028}---\n" + b, .none),
    BorderCase("a border that ends with CR", a + "---\r" + b, .none),
    BorderCase("an indented border", a + " ---\n" + b, .none),
    BorderCase("a tab alone", a + "---\n\t\n---\n" + b, .none),
  ]

  static let encodings = [
    BorderCase("a byte order mark", "\u{feff}" + both),
    BorderCase("a byte order mark and a border", "\u{feff}---\n" + both),
    BorderCase("a byte order mark in the second document", a + "---\n\u{feff}" + b),
    BorderCase("a byte order mark in an empty document", a + "---\n\u{feff}\n---\n" + b),
    BorderCase("a byte order mark below the first border", "---\n\u{feff}" + both),
    BorderCase("a byte order mark below a comment", a + "---\n# c\n\u{feff}" + b),
    BorderCase("a byte order mark in the third document", both + "---\n\u{feff}" + c, .all, "abc"),
    BorderCase("a byte order mark before a border", a + "\u{feff}---\n" + b, .none),
    BorderCase("one document in UTF-16", utf16(a), .all, "a"),
    BorderCase(
      "one document in UTF-16, the high byte first", utf16(a, isLittleEndian: false), .all, "a"),
    BorderCase("two documents in UTF-16", utf16(both), .onlyKubectl, "ab"),
    BorderCase(
      "two documents in UTF-16, the high byte first", utf16(both, isLittleEndian: false),
      .onlyKubectl,
      "ab"),
    BorderCase("UTF-16 without a byte order mark", utf16(both, mark: ""), .none, ""),
  ]

  static let text = [
    BorderCase("an object on the first border", "--- " + json("a") + "\n---\n" + b, .onlyKustomize),
    BorderCase("a tag on the first border", "--- !!map\n" + a, .onlyKustomize, "a"),
    BorderCase("an object on the second border", a + "--- " + json("b") + "\n", .none),
    BorderCase("an anchor on the second border", a + "--- &x\n" + b, .none),
    BorderCase("a text on the second border", a + "--- |\n text\n---\n" + b, .none),
    BorderCase("an object on a border below another", a + "---\n--- " + flow("b"), .onlyKustomize),
    BorderCase("four dashes", a + "----\n" + b, .none),
    BorderCase("four dashes above the first", "----\n" + a, .none),
    BorderCase("a comment right after the first border", "---# x\n" + a, .none),
    BorderCase("a comment right after a border below another", a + "---\n---# x\n" + b, .none),
    BorderCase("a comment right after the last border", a + "---#c", .onlyKubectl, "a"),
    BorderCase("dashes between quotes", a + "  x: \"a\n---b\"\n---\n" + b, .none),
    BorderCase("a border between quotes", a + "  x: \"a\n---\n b\"\n---\n" + b, .none),
    BorderCase("a border with a comment between quotes", a + "  x: \"a\n---# b\"\n", .none),
    BorderCase("dashes between single quotes", a + "  x: 'a\n-----BEGIN'\n---\n" + b, .none),
    BorderCase(
      "a PEM between quotes",
      a + "  x: \"\n-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\"\n", .none),
    BorderCase(
      "the end of a PEM that ends the file", a + "  x: \"a\n-----END\"", .onlyKustomize, "a"),
    BorderCase(
      "a PEM below a key", a + "  x: |\n    -----BEGIN A-----\n    -----END A-----\n---\n" + b),
    BorderCase("dashes that are not indented in a text", a + "  x: |\n    a\n---b\n", .none),
    BorderCase("a last border with NEL", a + "---\u{85}", .all, "a"),
    BorderCase("a second document after the end of the first", a + "...\n" + b, .none),
    BorderCase("a directive above the first", "%YAML 1.1\n---\n" + a, .none),
    BorderCase("a directive for tags", "%TAG ! tag:x,2000:\n---\n" + a, .none),
    BorderCase("an alias to another document", a + "x: &d {}\n---\n" + b + "x: *d\n", .none),
  ]

  static let keys = [
    BorderCase("a key that is a number", a.replacing("k:", with: "5432:"), .onlyKubectl, "a"),
    BorderCase("a key with a fraction", a.replacing("k:", with: "1.5:"), .onlyKubectl, "a"),
    BorderCase("a key that is a truth value", a.replacing("k:", with: "true:"), .onlyKubectl, "a"),
    BorderCase(
      "a number below other keys", a.replacing("k: v", with: "k: {m: {404: v}}"), .onlyKubectl, "a"),
    BorderCase(
      "a number in the second document", a + "---\n" + b.replacing("k:", with: "5:"), .onlyKubectl),
    BorderCase("a number in quotes", a.replacing("k:", with: "\"5432\":"), .all, "a"),
    BorderCase("a word of YAML 1.1", a.replacing("k:", with: "yes:"), .all, "a"),
  ]

  static let values = [
    BorderCase("JSON", json("a"), .all, "a"),
    BorderCase("JSON after a byte order mark", "\u{feff}" + json("a"), .all, "a"),
    BorderCase("JSON below a comment", "# c\n" + json("a"), .all, "a"),
    BorderCase("JSON values on lines", json("a") + "\n" + json("b") + "\n", .onlyKubectl),
    BorderCase(
      "JSON values without a line", json("a") + json("b") + json("c"), .onlyKubectl, "abc"),
    BorderCase("JSON values with a border", json("a") + "\n---\n" + json("b"), .onlyKustomize),
    BorderCase("JSON and YAML", json("a") + "\n---\n" + b, .onlyKustomize),
    BorderCase("JSON values and YAML", json("a") + json("b") + "\n---\n" + c, .none),
    BorderCase("JSON and a border", json("a") + "\n---\n", .onlyKustomize, "a"),
    BorderCase("JSON and a comment", json("a") + "\n# c\n", .onlyKustomize, "a"),
    BorderCase("JSON values below a border", "---\n" + json("a") + "\n" + json("b"), .none),
    BorderCase("JSON that does not end", String(json("a").dropLast()), .none),
    BorderCase("JSON and one that does not end", json("a") + "\n{", .none),
    BorderCase("a bracket", "{", .none),
    BorderCase("a flow mapping", flow("a"), .onlyKustomize, "a"),
    BorderCase(
      "a comma too many", #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a",}}"#,
      .onlyKustomize, "a"),
    BorderCase("a tab before JSON", "\t" + json("a"), .onlyKubectl, "a"),
    BorderCase("half characters", json("a", #"\ud83d\ude00"#), .onlyKubectl, "a"),
    BorderCase("an escaped slash", json("a", #"\/"#), .onlyKubectl, "a"),
    BorderCase("a control in JSON", json("a", "\u{7f}"), .onlyKubectl, "a"),
    BorderCase("another escape", json("a", #"\u00e9\n"#), .all, "a"),
    BorderCase("a line break of Unicode in JSON", json("a", "\u{2028}x"), .all, "a"),
  ]
}

@Suite("The documents of a file") struct BorderTests {
  private static let all =
    BorderCase.plain + BorderCase.spaces + BorderCase.encodings + BorderCase.text
    + BorderCase.values + BorderCase.keys

  @Test("are those that the programs that apply it read", arguments: all)
  private func documents(row: BorderCase) throws {
    let file = try? ManifestFile(parsing: row.bytes, name: "a.yaml")
    guard row.readers != .none else {
      #expect(file == nil)
      return
    }
    let read = try #require(file)
    #expect(read.objects.map(\.identity.name) == row.names)
    let said = read.disagreement?.message
    switch row.readers {
    case .onlyKubectl: #expect(said?.hasPrefix("kustomize") == true, "\(said ?? "nothing")")
    case .onlyKustomize:
      #expect(said?.hasPrefix("kubectl") == true, "\(said ?? "nothing")")
    case .all, .none: #expect(said == nil)
    }
  }

  @Test("keep the lines that they have in the file")
  func lines() throws {
    let text = "# c\n---\n\u{feff}a: 1\n---\u{a0}\n\nb: {\n  c: 1}\n"
    let roots = try ManifestFile(parsing: text, name: "a.yaml").documents.map(\.root)
    #expect(roots.map(\.position.line) == [3, 6])
    #expect(roots.last?["b"]?["c"]?.position == Position(line: 7, column: 6))
    let found = try #require(fault("a: 1\n---\u{a0}\nb: 1\nb: 2\n"))
    #expect(found.position == Position(line: 4, column: 1))
    #expect(found.message.contains("line 3"))
  }

  @Test("keep their lines as JSON values too")
  func linesOfJSON() throws {
    let roots = try ManifestFile(parsing: "\n{\"a\": 1}\n\n{\n\"b\": 2}\n", name: "a").documents
      .map(\.root)
    #expect(roots.map(\.position.line) == [2, 4])
    #expect(roots.last?["b"]?.position.line == 5)
  }

  @Test("say where a line is no border, and do not show it")
  func place() throws {
    let key = "a: \"\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\"\n"
    let found = try #require(fault(key))
    #expect(found.position == Position(line: 2, column: 1))
    #expect(!found.message.contains("RSA"))
    let second = try #require(fault("a: 1\n...\n\nb: 1\n"))
    #expect(second.position == Position(line: 4, column: 1))
  }

  @Test(
    "are those of the table for kubectl and kustomize",
    .enabled(if: Kubectl.isInstalled, "kubectl is not installed"), arguments: all)
  private func oracle(row: BorderCase) throws {
    let kustomize = try Kubectl.namesByKustomize(of: row.bytes)
    #expect(
      (kustomize == row.names) == [.all, .onlyKustomize].contains(row.readers), "\(kustomize ?? [])"
    )
    guard try !row.dependsOnVersion || !Kubectl.readsYAMLAfterJSON() else { return }
    let kubectl = try Kubectl.names(of: row.bytes)
    #expect(
      (kubectl == row.names) == [.all, .onlyKubectl].contains(row.readers), "\(kubectl ?? [])")
  }
}

/// kubectl, which has kustomize in it, as it is installed.
private enum Kubectl {
  private static let program = "/usr/bin/kubectl"

  static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

  /// The names of the objects that kubectl reads, sorted; `nil` for a file that it refuses.
  static func names(of bytes: [UInt8]) throws -> [String]? {
    try read(
      bytes, { ["label", "--local", "--dry-run=client", "-o", "name", "-f", $0, "x-"] },
      line: { $0.split(separator: "/").last.map(String.init) })
  }

  static func namesByKustomize(of bytes: [UInt8]) throws -> [String]? {
    try read(
      bytes, { ["kustomize", ($0 as NSString).deletingLastPathComponent] },
      line: { $0.hasPrefix("  name: ") ? String($0.dropFirst(8)) : nil })
  }

  /// Whether it is 1.33 or later.
  static func readsYAMLAfterJSON() throws -> Bool {
    let answer = try run(["version", "--client", "-o", "yaml"]) ?? ""
    let minor = try parse(answer).value(at: "/clientVersion/minor")?.string ?? ""
    return Int(minor.prefix { $0.isNumber }).map { $0 >= 33 } ?? false
  }

  private static func read(
    _ bytes: [UInt8], _ arguments: (String) -> [String], line: (Substring) -> String?
  ) throws -> [String]? {
    let folder = FileManager.default.temporaryDirectory.appending(path: "borders-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "a.yaml")
    try Data(bytes).write(to: file)
    try Data("resources: [a.yaml]\n".utf8).write(to: folder.appending(path: "kustomization.yaml"))
    return try run(arguments(file.path))?.split(separator: "\n").compactMap(line).sorted()
  }

  /// What it prints; `nil` when it fails.
  private static func run(_ arguments: [String]) throws -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }
}
