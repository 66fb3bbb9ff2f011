internal import Hummingbird
internal import NIOCore

/// What is known of a request on its way.
struct ServiceContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Who asks; `nil` before that is known, and where nobody has to say.
  var identity: Identity?
  let channel: any Channel
  /// What the request is called in the answer and in the log.
  let requestID = RequestID().description

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }

  /// Requires that whoever asks may do this.
  ///
  /// - Throws: `Problem` with 403.
  func require(_ role: Identity.Role, in namespace: String? = nil) throws {
    guard let identity, identity.may(role, in: namespace) else {
      let place = namespace.map { "in namespace \($0)" } ?? "in all namespaces"
      throw Problem(
        .forbidden, "forbidden",
        "the token \(identity?.name ?? "") may not \(role.rawValue) \(place)")
    }
  }

  /// Requires that whoever asks may change a Work of a namespace.
  ///
  /// What a Promise depends on is there for all namespaces, and is no single one's to change.
  ///
  /// - Throws: `Problem` with 403.
  func requireWriting(in namespace: String, isDependency: Bool) throws {
    try require(.write, in: isDependency ? nil : namespace)
  }

  /// A part of the path.
  ///
  /// - Throws: `Problem` when it is not what Kubernetes takes for a name.
  func name(_ parameter: String) throws -> String {
    guard let text = parameters.get(parameter), Self.isName(text) else {
      throw Problem.invalid("\(parameter) in the address is not a name of Kubernetes")
    }
    return text
  }

  /// A name of an object in Kubernetes (RFC 1123 subdomain).
  private static func isName(_ text: String) -> Bool {
    let ends = [text.unicodeScalars.first, text.unicodeScalars.last]
    return text.utf8.count <= 253
      && text.unicodeScalars.allSatisfy { isLetter($0) || $0 == "-" || $0 == "." }
      && ends.allSatisfy { $0.map(isLetter) ?? false }
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
  }
}
