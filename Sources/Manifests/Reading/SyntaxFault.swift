import Clibyaml

/// A syntax error of libyaml, converted to our message and position.
struct SyntaxFault {
  private let kind: yaml_error_type_t
  private let problem: String
  private let context: String
  private let problemMark: Position
  private let contextMark: Position
  private let offset: Int
  private let value: Int
  private let bytes: UnsafeRawBufferPointer
  private let linesAbove: Int

  /// - Parameters:
  ///   - bytes: What is parsed.
  ///   - linesAbove: How many lines of the file are above that.
  init(parser: borrowing yaml_parser_t, bytes: UnsafeRawBufferPointer, linesAbove: Int) {
    kind = parser.error
    problem = parser.problem.map { String(cString: $0) } ?? ""
    context = parser.context.map { String(cString: $0) } ?? ""
    problemMark = Position(parser.problem_mark, linesAbove: linesAbove)
    contextMark = Position(parser.context_mark, linesAbove: linesAbove)
    offset = parser.problem_offset
    value = Int(parser.problem_value)
    self.bytes = bytes
    self.linesAbove = linesAbove
  }

  func error(file: String) -> ManifestError {
    switch kind {
    case YAML_MEMORY_ERROR:
      ManifestError(
        code: .tooLarge, file: file, position: nil, message: "no memory is left to read the file")
    case YAML_READER_ERROR:
      ManifestError(
        code: .invalidEncoding, file: file, position: positionOfByte, message: encodingMessage)
    default:
      ManifestError(code: .syntax, file: file, position: problemMark, message: syntaxMessage)
    }
  }

  private var positionOfByte: Position {
    let position = TextPosition.of(offset: offset, in: bytes)
    return Position(line: position.line + linesAbove, column: position.column)
  }

  private var encodingMessage: String {
    let what = value >= 0 ? "\(problem) (0x\(String(value, radix: 16)))" : problem
    return what + "; save the file as UTF-8 text"
  }

  private var syntaxMessage: String {
    let place = context.isEmpty ? "" : "\(context) from line \(contextMark.line): "
    let said = place + problem
    return SyntaxAdvice.table.first { said.contains($0.sign) }.map { "\(said); \($0.advice)" }
      ?? said
  }
}

/// Remedies for the most common errors, by the message of libyaml.
private enum SyntaxAdvice {
  static let table: [(sign: String, advice: String)] = [
    (
      "quoted scalar from", "close the quote, or put the whole value in quotes"
    ),
    (
      "mapping values are not allowed",
      "check the indentation, and put a value that holds \": \" in quotes"
    ),
    (
      "cannot start any token",
      "indent with spaces, not tabs, and put a value that begins with @, ` or % in quotes"
    ),
    ("did not find expected key", "check the indentation of this line and the one before"),
    ("did not find expected '-' indicator", "check the indentation of this line"),
    (
      "could not find expected ':'",
      "give the key a \":\" and a value, or indent the text under its key"
    ),
    (
      "did not find expected ',' or",
      "close the bracket; put a placeholder such as {{ name }} in quotes"
    ),
    ("alphabetic or numeric character", "put a value that begins with * or & in quotes"),
    ("did not find expected <document start>", "begin the next document with ---"),
  ]
}
