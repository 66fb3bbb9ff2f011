internal import Support

/// The name of a rule of verification.
///
/// A name is a contract: it is the same in reports, in `--rule` and in docs/rules.md.
package enum Rule: String, Sendable, Hashable, Codable, CaseIterable {
  /// The request is one that its own Promise's schema refuses.
  case invalidRequest = "invalid-request"
  /// Nothing of this resource is in the state store.
  case notLanded = "not-landed"
  /// An expected file is not there.
  case missingFile = "missing-file"
  /// A file is there and has other bytes than expected.
  case modifiedFile = "modified-file"
  /// A file is in a placement's directory and is not expected there.
  case orphanFile = "orphan-file"
  /// An expected object is in no landed document.
  case missingResource = "missing-resource"
  /// An object is in another namespace than the request's.
  case wrongNamespace = "wrong-namespace"
  /// A field differs from the expectation.
  case fieldMismatch = "field-mismatch"
  /// A field that its kind does not have.
  case unknownField = "unknown-field"
  /// A Secret, ConfigMap or PersistentVolumeClaim that is referred to and not there.
  case danglingReference = "dangling-reference"
  /// A placeholder that was not replaced.
  case placeholderLeft = "placeholder-left"
  /// A file that does not parse.
  case invalidYAML = "invalid-yaml"
  /// One object in two documents.
  case duplicateResource = "duplicate-resource"
  /// Landed at a Destination that the selectors do not choose.
  case misplaced
  /// No Destination matches the selectors.
  case noDestination = "no-destination"
  /// The directory of a Destination does not exist, or holds no placement.
  case emptyDestination = "empty-destination"
  /// A file that Kubernetes cannot apply.
  case notAManifest = "not-a-manifest"
  /// A manifest that the agent does not read.
  case notApplied = "not-applied"
  /// An object of the placement that no expectation names.
  case unexpectedResource = "unexpected-resource"
  /// Unlike the resources of the Promise's other requests.
  case unlikeSiblings = "unlike-siblings"
  /// A Secret with its values in clear.
  case plaintextSecret = "plaintext-secret"
  /// The path was last changed by another author than the state store's.
  case foreignCommit = "foreign-commit"
  /// The commit that last changed the path is not signed.
  case unsignedCommit = "unsigned-commit"
  /// The commit that last changed the path has a signature that does not count.
  case untrustedSignature = "untrusted-signature"
  /// The last commit is older than it may be.
  case stale
}

/// The severity of a finding.
package enum Severity: String, Sendable, Hashable, Codable, CaseIterable {
  /// Should be looked at; what landed can work.
  case warning
  /// What landed is not what was requested.
  case error
}

extension Severity: Comparable {
  /// Orders severities from mild to bad.
  package static func < (left: Severity, right: Severity) -> Bool {
    left == .warning && right == .error
  }
}

extension Rule {
  /// What to say of a name that is no rule's.
  package static func unknown(_ name: String) -> String {
    let names = allCases.map(\.rawValue)
    let hint = nearest(to: name, in: names).map { "did you mean \($0)?" }
    return "there is no rule \"\(name)\"; "
      + (hint ?? "the rules are \(names.joined(separator: ", "))")
  }
}
