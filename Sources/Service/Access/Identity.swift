/// Who asks, and what for.
struct Identity: Sendable, Hashable {
  /// What somebody may do.
  enum Role: String, Sendable, Hashable, CaseIterable {
    /// Look at everything.
    case read
    /// Look, put and remove.
    case write
  }

  /// The token's name, for logs.
  var name: String
  var role: Role
  /// The one namespace that it is for; `nil` for all.
  var namespace: String?

  /// Whoever comes while the service asks for no token.
  static let anybody = Identity(name: "anybody", role: .write)

  /// Whether it may do something in a namespace; in no particular one for `nil`.
  func may(_ wanted: Role, in namespace: String?) -> Bool {
    (role == .write || wanted == .read)
      && (self.namespace == nil || self.namespace == namespace)
  }
}
