/// A format in which reports are printed or, as FORMAT=FILE, written to a file.
package struct VerifyOutput: Sendable, Hashable {
  package var format: VerifyFormat
  /// `nil` for standard output.
  package var file: String?

  package init(_ format: VerifyFormat, file: String? = nil) {
    self.format = format
    self.file = file
  }

  /// Reads FORMAT or FORMAT=FILE; `nil` if there is no such format, or no name of a file.
  package init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let format = VerifyFormat(rawValue: String(parts[0])), parts.last != "" else {
      return nil
    }
    self.init(format, file: parts.count == 2 ? String(parts[1]) : nil)
  }
}
