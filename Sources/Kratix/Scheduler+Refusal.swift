extension Scheduler {
  /// Why no Destination takes a group: each one with the label that differs.
  package func refusal(of group: WorkloadGroup, of work: Work) -> KratixError {
    let wanted = work.effectiveSelector(of: group)
    let selector = wanted.sorted { $0.key < $1.key }
      .map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    let reasons = destinations.map { destination in
      let reason =
        destination.reasonToPass(over: wanted, isDryRun: work.isDryRun) ?? "it matches"
      return "\n  \(destination.name): \(reason)"
    }
    let what = work.isDependency ? work.promiseName : "\(work.namespace)/\(work.resourceName)"
    let of =
      group.directory == WorkloadGroup.defaultDirectory ? "" : " (directory \(group.directory))"
    return KratixError(
      .noDestination,
      """
      no Destination matches \(selector.isEmpty ? "the empty selector" : selector) for \
      \(work.promiseName) \(what)\(of); nothing of it was written. Change a label, or the selectors of \
      the Promise or its pipeline:\(reasons.isEmpty ? "\n  there is no Destination" : reasons.joined())
      """)
  }
}
