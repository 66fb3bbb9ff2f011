/// Names a request.
package struct RequestIdentity: Sendable {
  package let promise: String
  package let namespace: String
  package let name: String
}
