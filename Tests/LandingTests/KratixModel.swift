import Kratix

/// What a state store holds after Kratix has written to it, on a plain file system: files by path,
/// and rules as `kratix.md` 4 gives them, written without a look at ours.
struct KratixModel {
  private(set) var files: [String: [UInt8]] = [:]
  /// What is placed, by Destination and WorkPlacement.
  private var placed: [String: [String: Work]] = [:]

  mutating func write(_ file: String, _ content: [UInt8]) { files[file] = content }

  /// Writes a Work that has one group, to one Destination.
  mutating func write(_ work: Work, at destination: Destination) {
    let name = "\(work.name).\(destination.name)-5058f"
    let contents = work.workloadGroups[0].workloads
    let top = destination.path
    switch destination.filepathMode {
    case .nestedByMetadata:
      let directory = "\(top)/resources/default/promise/\(work.resourceName)/configure/5058f/"
      files = files.filter { !$0.key.hasPrefix(directory) }
      for workload in contents { files[directory + workload.filepath] = workload.content }
    case .none:
      for file in placed[destination.name]?[name]?.workloadGroups[0].workloads ?? [] {
        files["\(top)/\(file.filepath)"] = nil
      }
      let list = contents.map { "- \(top)/\($0.filepath)\n" }.joined()
      let text = contents.isEmpty ? "files: []\n" : "files:\n" + list
      files["\(top)/.kratix/default-\(name).yaml"] = Array(text.utf8)
      for workload in contents { files["\(top)/\(workload.filepath)"] = workload.content }
    case .aggregatedYAML: break
    }
    placed[destination.name, default: [:]][name] = work
    aggregate(destination)
  }

  /// Removes a Work from a Destination.
  mutating func remove(_ work: Work, at destination: Destination) {
    let name = "\(work.name).\(destination.name)-5058f"
    let top = destination.path
    guard let old = placed[destination.name]?.removeValue(forKey: name) else { return }
    let directory = "\(top)/resources/default/promise/\(work.resourceName)/configure/5058f/"
    switch destination.filepathMode {
    case .nestedByMetadata: files = files.filter { !$0.key.hasPrefix(directory) }
    case .none:
      for file in old.workloadGroups[0].workloads { files["\(top)/\(file.filepath)"] = nil }
      files["\(top)/.kratix/default-\(name).yaml"] = nil
    case .aggregatedYAML: break
    }
    aggregate(destination)
  }

  private mutating func aggregate(_ destination: Destination) {
    guard destination.filepathMode == .aggregatedYAML else { return }
    let works = (placed[destination.name] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
    let contents = works.flatMap { $0.workloadGroups[0].workloads.map(\.content) }
    files["\(destination.path)/\(destination.filename)"] =
      works.isEmpty ? nil : Array(contents.joined(separator: Array("\n---\n".utf8)))
  }
}
