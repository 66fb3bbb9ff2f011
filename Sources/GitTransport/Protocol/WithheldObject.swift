/// A server's answer that it does not have an object asked for by id, or does not hand it out.
///
/// With protocol version 0 a server hands out only what it advertises in the same conversation, so
/// this also is the answer to a request for a tip that another push has replaced meanwhile.
enum WithheldObject {
  static let message =
    "the server does not have, or does not hand out, an object that was asked for"

  /// Whether a sentence of the server, in lower case, says so.
  static func isMeant(by sentence: String) -> Bool {
    phrases.contains { phrase in
      // The words around the object's name, in their order.
      var rest = sentence.utf8[...]
      return phrase.allSatisfy { part in
        guard let range = rest.firstRange(of: Array(part.utf8)) else { return false }
        rest = rest[range.upperBound...]
        return true
      }
    }
  }

  private static let phrases: [[String]] = [
    // git upload-pack; GitHub, GitLab and Gitea run it or say the same.
    ["not our ref"],
    ["server does not allow request for unadvertised object"],
    ["not reachable"],
    // JGit, and with it Gerrit and Bitbucket Data Center.
    ["want ", " not valid"],
    // dulwich.
    ["client wants invalid object"],
    // Azure DevOps.
    ["tf401035"],
  ]
}
