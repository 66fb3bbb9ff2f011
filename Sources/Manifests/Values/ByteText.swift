// Swift compares characters: CR LF is one character, so is a slash with a combining mark, and a
// composed and a decomposed accent are equal. Kubernetes, git and file systems compare bytes, so text
// from outside is searched, split and compared by bytes or Unicode scalars.

extension StringProtocol {
  /// Whether the bytes are those of another text.
  package func isSame(as other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }

  /// Whether the bytes begin with those of another text.
  package func begins(with prefix: some StringProtocol) -> Bool { utf8.starts(with: prefix.utf8) }

  /// Whether the bytes end with those of another text.
  package func ends(with suffix: some StringProtocol) -> Bool {
    utf8.reversed().starts(with: suffix.utf8.reversed())
  }

  /// Whether the bytes of another text occur.
  package func includes(_ other: some StringProtocol) -> Bool {
    other.isEmpty || unicodeScalars.firstRange(of: other.unicodeScalars) != nil
  }

  /// Whether it comes before another text, by bytes.
  package func precedes(_ other: some StringProtocol) -> Bool {
    utf8.lexicographicallyPrecedes(other.utf8)
  }

  /// The parts between separators, even if a combining mark follows a separator.
  package func parts(
    separatedBy separator: Unicode.Scalar, maxSplits: Int = .max,
    omittingEmptySubsequences: Bool = true
  ) -> [Substring] {
    Substring(self).unicodeScalars.split(
      separator: separator, maxSplits: maxSplits,
      omittingEmptySubsequences: omittingEmptySubsequences
    ).map { Substring($0) }
  }

  /// The lines as in git and POSIX, including empty ones: only LF ends a line.
  ///
  /// A CR at the end of a line is removed.
  package var lines: [Substring] {
    parts(separatedBy: "\n", omittingEmptySubsequences: false).map { line in
      line.unicodeScalars.last == "\r" ? Substring(line.unicodeScalars.dropLast()) : line
    }
  }

  /// The text with scalars escaped.
  ///
  /// - Parameter replacement: The escape of a scalar; `nil` for the scalar itself.
  package func escaped(_ replacement: (Unicode.Scalar) -> String?) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if let text = replacement(scalar) {
        escaped.append(contentsOf: text.unicodeScalars)
      } else {
        escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}

extension StringProtocol {
  /// The text without a prefix, which the caller has checked.
  package func dropping(prefix: some StringProtocol) -> String {
    String(Substring(Substring(self).utf8.dropFirst(prefix.utf8.count)))
  }

  /// The text without a suffix, which the caller has checked.
  package func dropping(suffix: some StringProtocol) -> String {
    String(Substring(Substring(self).utf8.dropLast(suffix.utf8.count)))
  }
}

extension Dictionary where Key == String {
  /// The value under a key that has the same bytes.
  package func value(ofSame key: String) -> Value? {
    guard let index = index(forKey: key), self[index].key.isSame(as: key) else { return nil }
    return self[index].value
  }
}
