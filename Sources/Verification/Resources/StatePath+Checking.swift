internal import Git

extension StatePath {
  /// A path of a report; `nil` for one that is none of a repository.
  init?(checking text: String) {
    do throws(UnsafePath) { try self.init(text) } catch { return nil }
  }
}
