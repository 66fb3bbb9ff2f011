/// Which fields of Kubernetes objects are quantities.
///
/// A manifest does not say it, its API type does: everything below `requests`, `limits`, `capacity`
/// and their like, and some fields by their own name. Below `labels`, `data` and other free text
/// nothing is a quantity, whatever its key.
enum QuantityField {
  /// What the fields on the way to a place say about it.
  struct Scope {
    /// Whether the value at this place is a quantity.
    private(set) var holds = false
    private var isFreeText = false

    init() {}

    /// The scope of a field below this one.
    func below(_ key: String) -> Scope {
      var scope = self
      scope.isFreeText = isFreeText || freeText.contains(key)
      scope.holds = !scope.isFreeText && (holds || lists.contains(key) || names.contains(key))
      return scope
    }
  }

  private static let lists: Set<String> = [
    "requests", "limits", "capacity", "allocatable", "allocatedResources", "hard", "used",
    "podFixed", "default", "defaultRequest", "maxLimitRequestRatio",
  ]

  private static let names: Set<String> = [
    "storage", "cpu", "memory", "ephemeral-storage", "sizeLimit", "divisor", "averageValue",
  ]

  private static let freeText: Set<String> = [
    "labels", "annotations", "matchLabels", "nodeSelector", "selector", "data", "stringData",
    "binaryData", "env", "args", "command", "parameters",
  ]
}
