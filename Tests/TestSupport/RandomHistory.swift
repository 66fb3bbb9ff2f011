/// A random history with branches and merges, for tests that hold us against `git log` and `git blame`.
///
/// Every line is written once in the whole history, so that no difference of two versions can be
/// described in two ways.
package struct RandomHistory {
  /// All files that were ever there.
  package static let files = ["a/x.yaml", "a/y.yaml", "a/b/z.yaml", "c.yaml"]

  private typealias Files = [String: [String]]

  private var random: SeededGenerator
  private var commits: [Files] = []
  private var heads: [Int] = []
  private var stream = ""
  private var lineCount = 0

  /// Makes the history of a seed the branch `main` of a repository.
  package static func make(seed: UInt64, in repository: BareRepository) async throws {
    var history = RandomHistory(random: SeededGenerator(seed: seed))
    for _ in 0..<40 { history.grow() }
    while history.heads.count > 1 { history.merge() }
    history.stream += "reset refs/heads/main\nfrom :\(history.heads[0] + 1)\n\n"
    try await repository.git(
      "fast-import", "--quiet", "--force", in: repository.directory,
      input: Array(history.stream.utf8))
  }

  private init(random: SeededGenerator) { self.random = random }

  private mutating func chance(_ percent: Int) -> Bool {
    Int.random(in: 0..<100, using: &random) < percent
  }

  private mutating func grow() {
    if heads.count > 1, chance(30) { return merge() }
    let head = heads.randomElement(using: &random)
    let files = edited(head.map { commits[$0] } ?? [:])
    if let head, !chance(25) { heads.removeAll { $0 == head } }
    commit(files, on: head.map { [$0] } ?? [])
  }

  private mutating func merge() {
    heads.shuffle(using: &random)
    let parents = Array(heads.prefix(2))
    heads.removeFirst(2)
    let (ours, theirs) = (commits[parents[0]], commits[parents[1]])
    var merged: Files = [:]
    for path in Self.files {
      switch Int.random(in: 0..<8, using: &random) {
      case 0..<4: merged[path] = ours[path]
      case 4..<7: merged[path] = theirs[path]
      // As a person who solves a conflict: lines of both.
      default: if let lines = ours[path] { merged[path] = lines + [newLine(path)] }
      }
    }
    commit(merged, on: parents)
  }

  private mutating func newLine(_ path: String) -> String {
    lineCount += 1
    return "\(path.replacing("/", with: "-"))-\(lineCount): \(lineCount)"
  }

  private mutating func edited(_ files: Files) -> Files {
    var files = files
    let path = Self.files.randomElement(using: &random) ?? Self.files[0]
    guard var lines = files[path] else {
      files[path] = (0..<6).map { _ in newLine(path) }
      return files
    }
    let place = Int.random(in: 0..<max(1, lines.count), using: &random)
    switch Int.random(in: 0..<8, using: &random) {
    case 0: files[path] = nil
    case 1 where lines.count > 2:
      lines.remove(at: place)
      files[path] = lines
    case 2, 3:
      lines.insert(newLine(path), at: place)
      files[path] = lines
    default:
      lines[place] = newLine(path)
      files[path] = lines
    }
    return files
  }

  private mutating func commit(_ files: Files, on parents: [Int]) {
    let mark = commits.count + 1
    // Some commits have the same date.
    let date = 1_795_000_000 + mark / 2 * 60
    stream += "commit refs/heads/scratch\nmark :\(mark)\n"
    stream += "author writer \(mark) <w@example.com> \(date) +0000\n"
    stream += "committer writer <w@example.com> \(date) +0000\ndata 2\nc\n"
    for (index, parent) in parents.enumerated() {
      stream += "\(index == 0 ? "from" : "merge") :\(parent + 1)\n"
    }
    stream += "deleteall\n"
    for (path, lines) in files.sorted(by: { $0.key < $1.key }) {
      let text = lines.map { $0 + "\n" }.joined()
      stream += "M 100644 inline \(path)\ndata \(text.utf8.count)\n\(text)\n"
    }
    stream += "\n"
    commits.append(files)
    heads.append(mark - 1)
  }
}
