import Foundation
import GitTransport

/// A mount namespace in which `/kratix` is a directory of this run, for commands that run without a
/// container engine (user_namespaces(7), mount_namespaces(7)).
///
/// The namespace has a process namespace too: what a command leaves running ends with it, as in a
/// container. A new root is needed, because only root may make `/kratix` in the real one.
struct PrivateMount: Sendable {
  private let unshare: String
  /// Where the new root is mounted; nothing of it can be seen outside of the namespace.
  private let root: String

  private static let script = """
    set -e
    root=$1 kratix=$2 directory=$3
    shift 3
    mount -n -t tmpfs -o mode=0755 kratix "$root"
    for entry in /* /.[!.]*; do
      place=$root$entry
      if [ "$entry" = /kratix ]; then :
      elif [ -L "$entry" ]; then ln -s "$(readlink "$entry")" "$place"
      elif [ -d "$entry" ]; then mkdir "$place"; mount -n --rbind "$entry" "$place" || :
      elif [ -e "$entry" ]; then : >"$place"; mount -n --bind "$entry" "$place" || :
      fi
    done
    mkdir "$root/kratix"
    mount -n --rbind "$kratix" "$root/kratix"
    mount -n --bind "$kratix/input" "$root/kratix/input"
    mount -n -o remount,bind,ro,nosuid,nodev "$root/kratix/input" 2>/dev/null || :
    exec chroot "$root" sh -c 'cd -- "$0" && exec "$@"' "$directory" "$@"
    """

  /// - Returns: `nil` if the system does not allow it.
  init?(
    in directory: String, for directories: PipelineDirectories, environment: [String: String],
    deadline: ContinuousClock.Instant
  ) async throws {
    guard let unshare = ProgramPath.find("unshare", in: environment["PATH"]) else { return nil }
    self.unshare = unshare
    root = "\(directory)/root"
    try mapToConfigurationError(root) {
      try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }
    let trial = ChildProgram(
      path: unshare, arguments: arguments(for: directories, ["true"]), environment: environment)
    guard try await trial.run(until: deadline).isSuccess else { return nil }
  }

  /// The program and its arguments to run a command.
  func call(_ command: [String], for directories: PipelineDirectories) -> (
    path: String, arguments: [String]
  ) {
    (unshare, arguments(for: directories, command))
  }

  private func arguments(for directories: PipelineDirectories, _ command: [String]) -> [String] {
    [
      "--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child", "--", "sh", "-c",
      Self.script, "statestore", root, directories.root,
      FileManager.default.currentDirectoryPath,
    ] + command
  }
}
