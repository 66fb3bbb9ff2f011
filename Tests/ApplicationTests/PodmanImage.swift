import Foundation
import TestSupport

/// An image of a few programs of this machine, in podman's storage for as long as a test runs.
struct PodmanImage {
  /// What render and podman need from this process's environment, such as settings of `containers.conf`.
  static let environment = ProcessInfo.processInfo.environment.filter { name, _ in
    ["HOME", "XDG_RUNTIME_DIR", "TMPDIR"].contains(name) || name.hasPrefix("CONTAINERS_")
  }

  let name: String

  /// Whether podman is installed, and can run a container on this machine.
  static var isUsable: Bool {
    get async { await usability.value }
  }

  private static let usability = Task {
    // Whatever goes wrong here, such as no podman at all, is the answer.
    let isUsable = try? await withImage { image in
      try await Program.run("podman", ["run", "--rm", image.name, "sh", "-c", "true"]).isSuccess
    }
    return isUsable == true
  }

  /// - Parameter user: Who the programs of the image run as; `nil` for root.
  static func withImage<Result>(
    user: String? = nil, _ body: (PodmanImage) async throws -> Result
  ) async throws -> Result {
    try await withTemporaryDirectory { directory in
      let archive = directory.appending(path: "image.tar").path
      _ = try await output(of: "sh", "-c", archiving, "sh", archive)
      let image = PodmanImage(name: "localhost/statestore-test:\(UUID().uuidString.lowercased())")
      let change = "USER \(user ?? "0")"
      _ = try await output(of: "podman", "import", "--change", change, archive, image.name)
      do {
        let result = try await body(image)
        try await image.remove()
        return result
      } catch {
        try? await image.remove()
        throw error
      }
    }
  }

  /// The containers that were started from this image, running or not.
  var containers: String {
    get async throws {
      try await Self.output(
        of: "podman", "ps", "--all", "--quiet", "--filter", "ancestor=\(name)")
    }
  }

  private func remove() async throws {
    _ = try await Self.output(of: "podman", "rmi", "--force", name)
  }

  private static func output(of program: String, _ arguments: String...) async throws -> String {
    let output = try await Program.run(program, arguments)
    guard output.isSuccess else {
      throw TestFailure("\(program) \(arguments.joined(separator: " ")): \(output.errors)")
    }
    return output.text
  }

  /// Puts programs and the libraries that they are linked with into the archive `$1`.
  private static let archiving = """
    cd / && for program in bin/sh bin/cat bin/chmod bin/id bin/ln bin/mkdir bin/sleep; do
      echo "$program"
      ldd "/$program" | grep -o '/[^ ]*' | cut -c2-
    done | sort -u | tar --create --dereference --hard-dereference --file="$1" --files-from=-
    """
}
