extension Diagnosis {
  /// Follows the chain as far as the evidence goes.
  package init(of evidence: Evidence) {
    promise = evidence.promiseName
    namespace = evidence.namespace
    name = evidence.name
    links = []
    var isBroken = false
    for name in LinkName.allCases {
      let link = isBroken ? .skipped(name) : Self.link(name, evidence)
      isBroken = isBroken || link.state == .broken
      links.append(link)
    }
  }

  private static func link(_ name: LinkName, _ evidence: Evidence) -> Link {
    switch name {
    case .request: requestLink(evidence)
    case .schema: schemaLink(evidence)
    case .pipeline: pipelineLink(evidence)
    case .output: outputLink(evidence)
    case .work: workLink(evidence)
    case .scheduling: schedulingLink(evidence)
    case .placement: placementLink(evidence)
    case .push: pushLink(evidence)
    case .commit: commitLink(evidence)
    case .content: contentLink(evidence)
    case .agent: agentLink(evidence)
    }
  }
}
