internal import Foundation

/// What a pipeline left in its output directory: every file, in Kratix's order
/// (`work-creator/lib/work_creator.go`, `getWorkloadsFromDir`).
package struct PipelineOutput: Sendable, Hashable {
  /// The files, directories walked in place, names ordered by their bytes.
  package let workloads: [Workload]
  /// The directories at the top that have no file in them.
  package let emptyDirectories: Set<String>

  /// An output that is known already.
  package init(workloads: [Workload], emptyDirectories: Set<String> = []) {
    self.workloads = workloads
    self.emptyDirectories = emptyDirectories
  }

  /// Reads a directory.
  ///
  /// Nothing is left out: dot files, empty files and binaries count.
  /// A link to a file below the directory is read as that file, as Kratix does. A link that leaves
  /// the directory is refused, and so is whatever is neither a file nor a directory.
  ///
  /// - Throws: `KratixError`: `unsafePath` or `invalidInput`, with the path.
  package init(directory: String) throws(KratixError) {
    guard let root = realpath(directory, nil) else {
      throw KratixError(
        .invalidInput,
        "\(directory): \(Self.systemMessage); the directory with the rendered output must exist")
    }
    defer { free(root) }
    var reader = DirectoryReader(root: String(cString: root))
    try reader.read("")
    self.workloads = reader.workloads
    let full = reader.workloads.compactMap(\.topDirectory)
    self.emptyDirectories = reader.topDirectories.subtracting(full)
  }

  fileprivate static var systemMessage: String { String(cString: strerror(errno)) }
}

private struct DirectoryReader {
  let root: String
  var workloads: [Workload] = []
  var topDirectories: Set<String> = []

  mutating func read(_ directory: String) throws(KratixError) {
    for name in try names(in: directory) {
      let path = directory.isEmpty ? name : "\(directory)/\(name)"
      switch try kind(of: path) {
      case .directory:
        if directory.isEmpty { topDirectories.insert(name) }
        try read(path)
      case .file: workloads.append(Workload(filepath: path, content: try bytes(of: path)))
      }
    }
  }

  private enum Kind {
    case file
    case directory
  }

  private func names(in directory: String) throws(KratixError) -> [String] {
    guard let stream = opendir("\(root)/\(directory)") else { throw failure(directory) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
      }
      guard let name else {
        throw KratixError(
          .unsafePath,
          "\(root)/\(directory) holds a file whose name is not UTF-8; rename it in the pipeline")
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private func kind(of path: String) throws(KratixError) -> Kind {
    var status = stat()
    guard lstat("\(root)/\(path)", &status) == 0 else { throw failure(path) }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return .directory
    case S_IFREG: return .file
    case S_IFLNK: return try kindOfLink(path)
    default:
      throw KratixError(
        .invalidInput, "\(path): neither a file nor a directory; remove it from the output")
    }
  }

  private func kindOfLink(_ path: String) throws(KratixError) -> Kind {
    guard let target = realpath("\(root)/\(path)", nil) else {
      throw KratixError(
        .unsafePath, "\(path): a link to something that is not there; put the file itself there")
    }
    defer { free(target) }
    // By bytes: two names that Swift takes for equal may be two directories.
    guard String(cString: target).utf8.starts(with: (root + "/").utf8) else {
      throw KratixError(
        .unsafePath, "\(path): a link that leads out of the output; put the file itself there")
    }
    var status = stat()
    guard stat(target, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw KratixError(
        .unsafePath, "\(path): a link to something else than a file; put the files there")
    }
    return .file
  }

  private func bytes(of path: String) throws(KratixError) -> [UInt8] {
    let descriptor = open("\(root)/\(path)", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    guard let bytes = FileBytes.all(of: descriptor) else { throw failure(path) }
    return bytes
  }

  private func failure(_ path: String) -> KratixError {
    let message = PipelineOutput.systemMessage
    guard path.isEmpty else { return KratixError(.invalidInput, "\(root)/\(path): \(message)") }
    return KratixError(
      .invalidInput, "\(root): \(message); give the directory with the rendered output")
  }
}
