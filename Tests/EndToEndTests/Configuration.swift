import Foundation

extension Site {
  /// Writes the fixtures' platform for this state store, as `STATESTORE_CONFIG` would name it.
  ///
  /// - Parameter replacing: Texts to replace in the manifests, by what stands in their place.
  /// - Returns: The directory.
  func configuration(replacing: [String: String] = [:]) throws -> String {
    let name = "configuration-\(UUID().uuidString)"
    let sources = [
      "kratix/state-store.yaml", "kratix/destinations.yaml", "kratix/secret.yaml",
      "postgresql/promise.yaml",
    ]
    let replacements = ["https://git.example.com/state.git": address].merging(replacing) { $1 }
    for source in sources {
      var text = try Fixture.text(source)
      for (old, new) in replacements { text = text.replacing(old, with: new) }
      try directory.write(text, to: "\(name)/\(URL(filePath: source).lastPathComponent)")
    }
    return directory.appending(path: name).path
  }

  /// The variables that Kratix gives to a pipeline's containers, and where the platform is.
  func container(
    of rendering: Rendering, configuration: String, action: String = "configure"
  ) -> [String: String] {
    [
      "KRATIX_WORKFLOW_TYPE": "resource", "KRATIX_WORKFLOW_ACTION": action,
      "KRATIX_PROMISE_NAME": "postgresql", "KRATIX_PIPELINE_NAME": "instance-configure",
      "KRATIX_OBJECT_KIND": "postgresql", "KRATIX_OBJECT_GROUP": "marketplace.kratix.io",
      "KRATIX_OBJECT_VERSION": "v1alpha1", "KRATIX_OBJECT_NAME": rendering.name,
      "KRATIX_OBJECT_NAMESPACE": rendering.namespace, "STATESTORE_CONFIG": configuration,
    ]
  }
}
