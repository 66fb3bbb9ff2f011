import Foundation

/// The parser's help, with a command's own options before those that several commands share.
struct HelpText {
  private let overview: String
  /// The usage, and then a section for each kind of arguments and options.
  private let sections: [String]

  /// - Parameters:
  ///   - help: The whole help, broken into lines for the terminal.
  ///   - overview: A help whose overview is not broken, so that its examples can be pasted.
  /// - Returns: `nil` for a text that is no help.
  init?(_ help: String, overview wide: String) {
    guard let usage = help.range(of: "\nUSAGE: "), let end = wide.range(of: "\nUSAGE: ") else {
      return nil
    }
    overview = wide[..<end.lowerBound].trimmingCharacters(in: .newlines)
    sections = help[usage.lowerBound...].components(separatedBy: "\n\n")
      .map { $0.trimmingCharacters(in: .newlines) }.filter { !$0.isEmpty }
  }

  private static func isShared(_ section: String) -> Bool {
    OptionTitle.all.contains { section.hasPrefix($0.uppercased() + ":") }
  }

  private var own: [String] { sections.filter { !Self.isShared($0) } }

  /// What `--help` prints.
  var long: String {
    ([overview] + own + sections.filter(Self.isShared)).joined(separator: "\n\n")
  }

  /// What `-h` prints: no examples, and none of the shared options.
  var short: String {
    let isLess = own.count < sections.count
    let rest = isLess ? "examples, and options for state stores, output and logs" : "examples"
    let abstract = overview.components(separatedBy: "\n\n")[0]
    return ([abstract] + own + ["--help shows \(rest)."]).joined(separator: "\n\n")
  }
}
