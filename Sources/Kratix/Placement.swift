/// One group of a Work at one Destination (Kratix's WorkPlacement,
/// `internal/controller/scheduler.go`).
public struct Placement: Sendable, Hashable {
  /// The Work that it is part of.
  public let work: Work
  /// The group that it places.
  public let group: WorkloadGroup
  /// Where it goes.
  public let destination: Destination
  /// Whether it stays at a Destination that the selectors no longer choose.
  public let isMisplaced: Bool
  /// Other names of the Work under which the state store holds the placement: they give way to
  /// this one.
  public let formerWorkNames: [String]

  /// Places a group.
  public init(
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
  public var name: String { "\(work.name).\(destination.name)-\(group.shortID)" }

  /// What Kratix writes as a commit's subject (`lib/writers/git.go`, `commitAndPush`).
  ///
  /// `Delete` where nothing is written, even when the placement itself lives on.
  public func commitSubject(writesFiles: Bool) -> String {
    "\(writesFiles ? "Update" : "Delete") from: \(name)"
  }
}
