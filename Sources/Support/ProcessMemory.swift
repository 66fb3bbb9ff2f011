internal import Foundation

/// The memory of this process.
package enum ProcessMemory {
  /// The resident memory in bytes: the second number of proc(5)'s `statm`, which is in pages.
  package static var resident: Int {
    // Where there is no proc, nothing is known.
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let fields = text.split(separator: " ")
    return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
