import Foundation
import TestSupport
import Testing

@testable import Verification

private let patterns = """
  # comment
  *.log
  !keep.log
  /top.yaml
  build/
  a/**/z.yaml
  doc/*.txt
  **/deep.yaml
  file[0-9].yaml
  file[!a-c].yml
  wh?t
  \\#hash
  trailing\\
  x/
  """ + "\nwindows.yaml\r\nno\u{2028}break\ncaf\u{e9}.yaml\ndir/\u{301}x\n\u{301}y\n"

private let paths = [
  "a.log", "keep.log", "b/keep.log", "top.yaml", "b/top.yaml", "build/x.yaml", "c/build/x.yaml",
  "build", "a/z.yaml", "a/b/z.yaml", "a/b/c/z.yaml", "doc/a.txt", "doc/b/a.txt", "e/doc/a.txt",
  "deep.yaml", "q/r/deep.yaml", "file1.yaml", "filex.yaml", "filea.yml", "filez.yml", "what",
  "wht", "#hash", "x/y/z", "sub/a.tmp", "sub/b.yaml", "sub/x/b.yaml", "# comment",
  "windows.yaml", "no", "break", "no\u{2028}break", "caf\u{e9}.yaml", "cafe\u{301}.yaml",
  "dir/\u{301}x", "dir/\u{301}z", "\u{301}y", "wh\u{e9}t",
]

@Test func ignoredIsWhatGitIgnores() async throws {
  try await withTemporaryDirectory { directory in
    let git = try GitOracle(in: directory)
    let work = directory.appendingPathComponent("work")
    try FileManager.default.createDirectory(
      at: work.appendingPathComponent("sub"), withIntermediateDirectories: true)
    try await git("init", "--quiet", in: work)
    let files = ["": patterns, "sub": "*.tmp\n/b.yaml\n"]
    for (place, text) in files {
      try Data(text.utf8).write(
        to: work.appendingPathComponent(place).appendingPathComponent(".gitignore"))
    }
    let said = try await Program.run(
      "git", ["check-ignore", "-z", "--no-index", "--stdin"], in: work,
      environment: git.environment,
      input: Array(paths.map { $0 + "\0" }.joined().utf8))
    let expected = Set(said.bytes.split(separator: 0).map { Array($0) })
    let rules = IgnoreRules(files: files)
    for path in paths {
      #expect((rules.rule(ignoring: path) != nil) == expected.contains(Array(path.utf8)), "\(path)")
    }
  }
}
