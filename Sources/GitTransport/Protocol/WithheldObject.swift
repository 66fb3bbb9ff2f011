/// The answer of a server that does not have, or does not send, an object requested by id.
///
/// With protocol version 0 a server sends only what it has advertised in the same session, so this
/// is also the answer to a request for a tip that another push has replaced.
enum WithheldObject {
  static let message =
    "the server does not have, or does not hand out, an object that was asked for"

  /// Whether the text of a server, in lower case, reports it.
  static func isReported(in text: String) -> Bool {
    phrases.contains { phrase in
      // The parts before and after the object's name, in this order.
      var rest = text.utf8[...]
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
