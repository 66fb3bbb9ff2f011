internal import Foundation

/// Which cluster is meant: flags, environment, and the files of a Pod.
package struct AccessSettings: Sendable {
  /// The only kubeconfig to read; `nil` for those of the environment.
  package var kubeconfig: String?
  /// The context; `nil` for the current one.
  package var context: String?
  package var environment: [String: String]
  /// Where Kubernetes mounts the ServiceAccount of a Pod.
  package var serviceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount"

  package init(
    kubeconfig: String? = nil, context: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    self.kubeconfig = kubeconfig
    self.context = context
    self.environment = environment
  }
}
