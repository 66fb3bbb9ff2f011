internal import Manifests

/// An object of a template, from which the key of the object of each resource follows.
struct ObjectPattern: Sendable {
  private let constant: [String]
  private let namespace: TextPattern
  private let name: TextPattern
  /// Whether no other resource may hold it.
  let isOwn: Bool

  /// The pattern of an object that has placeholder names; `nil` if its key holds a value.
  init?(_ object: LandedObject, _ placeholders: TemplatePlaceholders) {
    constant = [object.destination, object.identity.group, object.identity.kind]
    namespace = TextPattern(object.distinguishingNamespace, placeholders)
    name = TextPattern(object.identity.name, placeholders)
    isOwn = ObjectKey(object) != nil
    guard !namespace.hasValues, !name.hasValues else { return nil }
  }

  /// The object's key in a resource of these names.
  func identity(for names: ResourceNames) -> ObjectKey {
    var key = ObjectKey.Builder()
    for text in constant {
      key.add(text.utf8)
      key.end()
    }
    for text in [namespace, name] {
      text.add(to: &key, names)
      key.end()
    }
    return key.key
  }
}
