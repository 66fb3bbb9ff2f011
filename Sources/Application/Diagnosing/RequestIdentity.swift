/// Names a request.
struct RequestIdentity {
  let promise: String
  let namespace: String
  let name: String
}
