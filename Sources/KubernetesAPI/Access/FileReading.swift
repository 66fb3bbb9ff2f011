internal import Foundation

/// Files of a kubeconfig or of a Pod.
enum FileReading {
  /// - Throws: `KubernetesError` with `invalid-configuration` that names the file.
  static func bytes(of path: String) throws(KubernetesError) -> [UInt8] {
    do {
      return Array(try FileHandle(forReadingFrom: URL(filePath: path)).readToEnd() ?? Data())
    } catch {
      let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
      let code = underlying.flatMap { $0.domain == NSPOSIXErrorDomain ? Int32($0.code) : nil }
      let reason = code.map { String(cString: strerror($0)) } ?? "it cannot be read"
      throw KubernetesError(.invalidConfiguration, "\(path): \(reason)")
    }
  }
}
