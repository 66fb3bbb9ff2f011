internal import Foundation
internal import GitTransport

extension ClusterAccess {
  /// Finds the access as kubectl does: `--kubeconfig`, `KUBECONFIG`, `~/.kube/config`, and where there
  /// is none of them, the ServiceAccount of the Pod.
  ///
  /// - Throws: `KubernetesError` with `invalid-configuration`.
  package static func find(_ settings: AccessSettings) throws(KubernetesError) -> ClusterAccess {
    let files = try settings.kubeconfigFiles()
    if !files.isEmpty {
      return try Kubeconfig(files).access(context: settings.context, read: FileReading.bytes)
    }
    guard settings.context == nil else {
      throw KubernetesError(
        .invalidConfiguration, "--context needs a kubeconfig, and there is none: \(settings.places)"
      )
    }
    if let access = try InCluster(settings).access() { return access }
    throw KubernetesError(
      .invalidConfiguration,
      "there is no cluster to ask: no kubeconfig (\(settings.places)), and this is no Pod with a"
        + " ServiceAccount token; give --kubeconfig")
  }
}

extension AccessSettings {
  /// The contexts that can be given; none where no kubeconfig can be read.
  package var contextNames: [String] {
    guard let files = try? kubeconfigFiles() else { return [] }
    return (try? Kubeconfig(files).contextNames) ?? []
  }

  /// The kubeconfig files that are there, with their content.
  fileprivate func kubeconfigFiles() throws(KubernetesError) -> [(path: String, bytes: [UInt8])] {
    if let kubeconfig { return [(kubeconfig, try FileReading.bytes(of: kubeconfig))] }
    var files: [(path: String, bytes: [UInt8])] = []
    for path in standardPaths where FileManager.default.fileExists(atPath: path) {
      files.append((path, try FileReading.bytes(of: path)))
    }
    return files
  }

  /// Those of `KUBECONFIG`, each once; without it the one in the home directory.
  private var standardPaths: [String] {
    let listed = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
    guard listed.isEmpty else {
      return listed.enumerated().filter { listed.firstIndex(of: $0.element) == $0.offset }.map(
        \.element)
    }
    return environment["HOME"].map { ["\($0)/.kube/config"] } ?? []
  }

  fileprivate var places: String {
    kubeconfig
      ?? (standardPaths.isEmpty ? "HOME is not set" : standardPaths.joined(separator: ", "))
  }
}
