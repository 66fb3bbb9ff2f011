internal import Foundation

/// Addresses of pages whose filters are in the query.
package enum PageAddress {
  /// An address with the fields that are not empty.
  package static func text(_ path: String, _ fields: [(name: String, value: String)]) -> String {
    var components = URLComponents()
    components.path = path
    components.queryItems = fields.filter { !$0.value.isEmpty }
      .map { URLQueryItem(name: $0.name, value: $0.value) }
    return components.queryItems?.isEmpty == true ? path : components.string ?? path
  }
}
