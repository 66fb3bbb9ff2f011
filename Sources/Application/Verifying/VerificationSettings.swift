/// What a check is about and how strict it is: the flags of `verify`.
package struct VerificationSettings: Sendable {
  /// Files and directories of requests, or `-`.
  package var requests: [String] = []
  /// A file of Works, or `-`.
  package var works: String?
  /// A file with the result of a write.
  package var receipt: String?
  /// What a pipeline rendered; it counts if its output directory is given.
  package var rendered: RenderedSource
  /// Whether everything in the state store is checked.
  package var all = false
  /// The commit, branch or reference to read; `nil` for the branch.
  package var revision: String?
  /// The directory whose files are read instead of a commit; `nil` for a commit.
  package var workTree: String?
  /// Severities of rules: `NAME=error|warning|off`.
  package var rules: [String] = []
  /// How old the last commit of a resource may be.
  package var maxAge: Duration?
  /// Whether the lines of files that findings are about are read.
  package var showsLines = false
  /// Whether resources without findings are only counted.
  package var isBrief = false
  /// How long to wait until everything has landed; `nil` to check once.
  package var wait: Duration?
  /// The file that keeps what was verified.
  package var cacheFile: String?

  /// Whether nothing says which files must be at which Destination: only then can Destinations be taken
  /// from the repository.
  var asksForNoFiles: Bool { works == nil && receipt == nil && rendered.output == nil }

  /// Whether no flag names what is checked, besides everything in the state store.
  var namesNothing: Bool { requests.isEmpty && asksForNoFiles }

  package init(rendered: RenderedSource) { self.rendered = rendered }
}
