/// What proves to a remote who is asking.
///
/// Kratix's `GitStateStore` knows `basicAuth` and `ssh`; its `githubApp` ends in a token that is
/// sent as ``basic(username:password:)`` with the user name `x-access-token`.
package enum Credentials: Sendable, Hashable {
  /// Nothing is offered. Over ssh the program's own default keys and agent still apply.
  case none

  /// A user name and a password or token, sent with the first request. The name may be empty.
  case basic(username: String, password: Secret)

  /// A token for the `Authorization: Bearer` header.
  case bearer(Secret)

  /// A private key without passphrase, and the lines of `known_hosts` that the server must match.
  case ssh(privateKey: Secret, knownHosts: String)

  /// The keys of the running ssh agent. Without `knownHosts` the user's own file decides.
  case sshAgent(knownHosts: String?)
}
