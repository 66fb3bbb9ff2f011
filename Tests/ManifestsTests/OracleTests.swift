import Foundation
import Manifests
import Testing

/// PyYAML, run once for a batch of texts.
enum Oracle {
  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs a Python program on a JSON value and returns the JSON value that it prints.
  static func run(_ program: String, input: Node) throws -> Node {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("oracle-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("input.json")
    try Data(JSONWriter().text(of: input).utf8).write(to: file)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-c", prelude + program, file.path]
    let output = Pipe()
    process.standardOutput = output
    do { try process.run() } catch {
      throw Missing(description: "cannot run /usr/bin/python3 (\(error)); run scripts/setup")
    }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Missing(
        description: "PyYAML failed (status \(process.terminationStatus)); "
          + "if it is not installed, run scripts/setup")
    }
    return try parse(String(decoding: data, as: UTF8.self))
  }

  private static let prelude = """
    import json, random, sys, yaml
    values = json.load(open(sys.argv[1], encoding="utf-8"))
    def answer(value):
        sys.stdout.buffer.write(json.dumps(value, ensure_ascii=False).encode())

    """
}

@Suite struct OracleTests {
  /// Every scalar here is text for both readers: what is compared is structure.
  @Test func structureIsReadAsPyYAMLReadsIt() throws {
    let program = """
      result = []
      for text in values:
          try: result.append(list(yaml.load_all(text, Loader=yaml.CSafeLoader)))
          except yaml.YAMLError as error: result.append(None)
      answer(result)
      """
    let texts = StructureTable.texts
    let answers = try #require(
      try Oracle.run(program, input: Node(.sequence(texts.map { Node(.string($0)) }))).sequence)
    #expect(answers.count == texts.count)
    for (text, answer) in zip(texts, answers) {
      let file = try? ManifestFile(parsing: text, name: "test.yaml")
      // PyYAML answers null where it refuses the text.
      let own = file.map { Node(.sequence($0.documents.map(\.root))) } ?? Node(.null)
      guard own != answer else { continue }
      Issue.record("\(text.debugDescription): \(JSONWriter().text(of: [own, answer]))")
    }
  }

  @Test func textOfPyYAMLIsReadAsItsData() throws {
    let program = """
      random.seed(values)
      pieces = ["a", "b c", "-", ":", ": ", " #", "\\n", "\\n\\n", " ", "\\t", "'", '"', "{", "é", "\\\\",
                "\\U0001f600", "---", "x" * 90, "long words " * 12]
      def text(): return "s" + "".join(random.choice(pieces) for _ in range(random.randint(0, 6)))
      def value(depth):
          kind = random.randint(0, 9 if depth else 5)
          if kind == 0: return None
          if kind == 1: return random.choice([True, False])
          if kind == 2: return random.randint(-2**63, 2**63 - 1)
          if kind == 3: return random.uniform(-1, 1)
          if kind < 6: return text()
          if kind < 8: return [value(depth - 1) for _ in range(random.randint(0, 4))]
          return {text(): value(depth - 1) for _ in range(random.randint(0, 4))}
      result = []
      for _ in range(1500):
          data = value(4)
          written = yaml.dump(data, Dumper=random.choice([yaml.SafeDumper, yaml.CSafeDumper]),
              default_flow_style=random.choice([True, False, None]), indent=random.choice([2, 3, 8]),
              width=random.choice([20, 80, 10**6]), allow_unicode=random.choice([True, False]),
              explicit_start=random.choice([True, False]),
              line_break=random.choice(["\\n", "\\r\\n"]))
          result.append([written, yaml.load(written, Loader=yaml.SafeLoader)])
      answer(result)
      """
    let pairs = try #require(try Oracle.run(program, input: 7).sequence)
    #expect(pairs.count == 1500)
    for pair in pairs {
      let text = try #require(pair[0]?.string)
      let own = try? parse(text)
      guard own != pair[1] else { continue }
      Issue.record(
        "\(text.debugDescription) is read as \(own.map { JSONWriter().text(of: $0) } ?? "nothing")")
      return
    }
  }

  @Test func whatIsWrittenIsReadByPyYAML() throws {
    var generator = NodeGenerator(seed: 2)
    let nodes = (0..<1500).map { _ in generator.node() }
    let texts = Node(.sequence(nodes.map { Node(.string(YAMLWriter().text(of: $0))) }))
    let program = "answer([yaml.load(text, Loader=yaml.CSafeLoader) for text in values])"
    let answers = try #require(try Oracle.run(program, input: texts).sequence)
    for (node, answer) in zip(nodes, answers) where node != answer {
      Issue.record("\(YAMLWriter().text(of: node)) is read as \(JSONWriter().text(of: answer))")
      return
    }
  }
}
