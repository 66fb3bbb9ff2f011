/// Where the next page of a list begins, as an opaque text.
enum PageToken {
  static func text(after key: WorkKey) -> String {
    Base64.encode(key.description).replacing("+", with: "-").replacing("/", with: "_")
  }

  /// The last Work of the page before.
  ///
  /// - Throws: `Problem` when nobody was given such a text.
  static func key(_ text: String) throws -> WorkKey {
    let encoded = text.replacing("-", with: "+").replacing("_", with: "/")
    let parts = (Base64.text(encoded) ?? "").split(separator: "/")
    guard parts.count == 2 else {
      throw Problem.invalid("continue is not what metadata.continue of a page said")
    }
    return WorkKey(namespace: String(parts[0]), name: String(parts[1]))
  }
}
