extension Rule {
  /// What the rule's own file says about it.
  var definition: any RuleDefinition.Type {
    switch self {
    case .invalidRequest: InvalidRequest.self
    case .notLanded: NotLanded.self
    case .missingFile: MissingFile.self
    case .modifiedFile: ModifiedFile.self
    case .orphanFile: OrphanFile.self
    case .missingResource: MissingResource.self
    case .wrongNamespace: WrongNamespace.self
    case .fieldMismatch: FieldMismatch.self
    case .unknownField: UnknownField.self
    case .danglingReference: DanglingReference.self
    case .placeholderLeft: PlaceholderLeft.self
    case .invalidYAML: InvalidYAML.self
    case .duplicateResource: DuplicateResource.self
    case .misplaced: Misplaced.self
    case .noDestination: NoDestination.self
    case .emptyDestination: EmptyDestination.self
    case .notAManifest: NotAManifest.self
    case .notApplied: NotApplied.self
    case .unexpectedResource: UnexpectedResource.self
    case .unlikeSiblings: UnlikeSiblings.self
    case .plaintextSecret: PlaintextSecret.self
    case .foreignCommit: ForeignCommit.self
    case .unsignedCommit: UnsignedCommit.self
    case .untrustedSignature: UntrustedSignature.self
    case .stale: Stale.self
    }
  }

  /// The page of the rule: `statestore rule NAME`.
  package var page: RulePage { definition.page }

  /// The severity of its findings, unless `--rule` sets another.
  package var defaultSeverity: Severity { definition.severity }
}
