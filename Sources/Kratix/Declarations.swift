package import Manifests

/// Where each object of a platform stands in its manifests, so that none replaces another of its
/// name in silence.
package struct Declarations: Sendable {
  private var objects: [String: PlatformObject] = [:]

  /// No objects.
  package init() {}

  /// Takes the objects of a file that name a state store, a Destination or a Promise.
  ///
  /// - Throws: `ManifestError` that names both places, where two of one name differ.
  package mutating func add(_ file: ManifestFile) throws(ManifestError) {
    for object in file.objects where PlatformObject.kratixKinds.contains(object.identity.kind) {
      let object = PlatformObject(object, file: file.name)
      guard let first = objects.updateValue(object, forKey: object.identity.description),
        first.node != object.node
      else { continue }
      throw ManifestError(
        code: .invalidField, file: object.file, position: object.node.position,
        message: """
          \(object.identity) is at \(first.file):\(first.node.position) already, and differs; \
          remove one of them
          """)
    }
  }
}
