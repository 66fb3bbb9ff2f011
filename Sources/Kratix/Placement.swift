/// One group of a Work at one Destination (Kratix's WorkPlacement,
/// `internal/controller/scheduler.go`).
package struct Placement: Sendable, Hashable {
  /// The Work that it is part of.
  package let work: Work
  /// The group that it places.
  package let group: WorkloadGroup
  /// Where it goes.
  package let destination: Destination
  /// Whether it stays at a Destination that the selectors no longer choose.
  package let isMisplaced: Bool
  /// Other names of the Work under which the state store holds the placement: they give way to
  /// this one.
  package let formerWorkNames: [String]

  /// Places a group.
  package init(
    work: Work, group: WorkloadGroup, destination: Destination, isMisplaced: Bool = false,
    formerWorkNames: [String] = []
  ) {
    self.work = work
    self.group = group
    self.destination = destination
    self.isMisplaced = isMisplaced
    self.formerWorkNames = formerWorkNames
  }

  /// The WorkPlacement's name, as it stands in commit subjects.
  package var name: String { "\(work.name).\(destination.name)-\(group.shortID)" }
}
