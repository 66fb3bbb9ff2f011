package import Manifests

/// One request to the API server, before credentials and addresses are added.
package struct APIRequest: Sendable {
  package enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
  }

  /// The verb of RBAC: `get`, `list`, `watch`, `create`, `update`, `patch`.
  package let verb: String
  package let method: Method
  /// The resource; `nil` for a path that belongs to none, as in discovery.
  package let resource: APIResource?
  package let namespace: String?
  package let name: String?
  package let subresource: String?
  /// Percent-encoded names and values are made from these.
  package var query: [(name: String, value: String)] = []
  package var body: Node?
  package var contentType = "application/json"
  private let otherPath: String?

  package init(
    _ verb: String, _ method: Method, _ resource: APIResource, namespace: String? = nil,
    name: String? = nil, subresource: String? = nil
  ) {
    self.verb = verb
    self.method = method
    self.resource = resource
    self.namespace = resource.isNamespaced ? namespace : nil
    self.name = name
    self.subresource = subresource
    otherPath = nil
  }

  /// A request that reads a path.
  init(path: String) {
    verb = "get"
    method = .get
    resource = nil
    namespace = nil
    name = nil
    subresource = nil
    otherPath = path
  }

  /// The path, without the query.
  package var path: String {
    guard let resource else { return otherPath ?? "/" }
    var parts = [resource.rootPath]
    if let namespace { parts += ["namespaces", Self.encoded(namespace)] }
    parts.append(resource.plural)
    if let name { parts.append(Self.encoded(name)) }
    if let subresource { parts.append(subresource) }
    return parts.joined(separator: "/")
  }

  /// Path and query.
  package var target: String {
    guard !query.isEmpty else { return path }
    let pairs = query.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }
    return "\(path)?\(pairs.joined(separator: "&"))"
  }

  /// What the request is about, for messages: `works.platform.kratix.io a in namespace b`.
  package var subject: String {
    guard let resource else { return path }
    let object = ([resource.qualifiedName] + (name.map { [$0] } ?? [])).joined(separator: " ")
    guard resource.isNamespaced else { return object }
    return object + (namespace.map { " in namespace \($0)" } ?? " in all namespaces")
  }

  /// RFC 3986, 2.3: everything but unreserved characters is encoded.
  private static func encoded(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      let scalar = Unicode.Scalar(byte)
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        encoded.unicodeScalars.append(scalar)
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        encoded += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return encoded
  }
}
