extension Evidence {
  /// The lines of given files that findings are about; `nil` for a finding of no such file.
  func excerpts(of findings: [Finding]) -> [Excerpt?] {
    var lines: [String: [String]] = [:]
    return findings.map { finding in
      guard let file = finding.file, finding.line != nil, let bytes = files[file],
        bytes.count <= Excerpt.mostBytes
      else { return nil }
      let shown = lines[file] ?? VisibleLines(of: bytes).lines
      lines[file] = shown
      return Excerpt(of: finding, in: shown, context: 1)
    }
  }
}
