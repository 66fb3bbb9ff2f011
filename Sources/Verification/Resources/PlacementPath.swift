internal import Manifests

/// What the path of a placement's directory tells of it, in the mode `nestedByMetadata`
/// (Kratix, `internal/controller/workplacement_controller.go`, `getDir`).
struct PlacementPath {
  private(set) var promise = ""
  private(set) var namespace = ""
  private(set) var name = ""

  /// Reads a path from its end, because a Destination's own path may hold any name.
  ///
  /// `…/resources/<namespace>/<promise>/<name>/<pipeline>/<id>`,
  /// `…/dependencies/<promise>/[<pipeline>/]<id>`.
  init(_ path: String) {
    let names = Array(path.parts(separatedBy: "/").map(String.init).reversed())
    if names.count > 5, names[5] == "resources" {
      (name, promise, namespace) = (names[2], names[3], names[4])
    } else if names.count > 3, names[3] == "dependencies" {
      promise = names[2]
    } else if names.count > 2, names[2] == "dependencies" {
      promise = names[1]
    }
  }
}
