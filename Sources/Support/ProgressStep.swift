/// How far long operations are, for a line of progress.
package enum ProgressStep: Sendable, Hashable {
  /// Bytes of objects that a Git server has sent.
  case received(bytes: Int)
  /// Parts of the placements that are checked.
  case checked(Int, of: Int)
  /// What a command waits for.
  case waiting(String)

  /// Called with each step of the task; cheap, and from any thread.
  @TaskLocal package static var observer: (@Sendable (ProgressStep) -> Void)?
}
