internal import Manifests

/// Files that Kubernetes cannot apply: those that do not parse, and those that are no manifests.
///
/// - Parameter areSome: Whether there are more files, which may hold manifests.
func readabilityFindings(
  of files: [LandedFile], areDependencies: Bool = false, areSome: Bool = false
) -> [Finding] {
  let isManifestLeft = areSome || files.contains { $0.fault != nil || !$0.objects.isEmpty }
  return files.flatMap { file -> [Finding] in
    if let fault = file.fault { return [invalid(file, fault)] }
    if let reason = file.reasonPassedOver {
      var finding = notAManifest(file, reason: reason, isManifestLeft: isManifestLeft)
      if areDependencies, file.isReadme {
        finding.cause =
          "a README landed as a dependency of the Promise: its pipeline copied a "
          + "whole directory to /kratix/output"
      }
      return [finding]
    }
    return file.otherDocuments.map { document in
      var finding = notAManifest(
        file, reason: "a document without apiVersion and kind", isManifestLeft: isManifestLeft)
      finding.document = document.index + file.above.documents
      finding.line = document.root.position.line + file.above.lines
      finding.column = document.root.position.column
      return finding
    }
  }
}

private func invalid(_ file: LandedFile, _ fault: ManifestError) -> Finding {
  Finding(
    rule: .invalidYAML, file: file.path, line: fault.position.map { $0.line + file.above.lines },
    column: fault.position?.column, expected: "YAML that Kubernetes reads",
    actual: words(for: fault),
    remedy: "mend the template, or render with a YAML tool, and run the pipeline again")
}

/// These two quote the value, which may be a secret one.
private func words(for fault: ManifestError) -> String {
  switch fault.code {
  case .unsupportedTag: "a tag that does not fit its value"
  case .unsupportedNumber: "a number that Kubernetes does not have"
  default: fault.message
  }
}

private func notAManifest(_ file: LandedFile, reason: String, isManifestLeft: Bool) -> Finding {
  Finding(
    rule: .notAManifest, severity: isManifestLeft ? .warning : .error, file: file.path,
    expected: "Kubernetes manifests", actual: reason,
    cause: isManifestLeft ? nil : "the pipeline put out no manifest at all",
    remedy: isManifestLeft
      ? "let the pipeline keep it out of /kratix/output"
      : "let the pipeline write its manifests to /kratix/output")
}
