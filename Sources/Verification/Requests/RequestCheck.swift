internal import Kratix
internal import Manifests

/// Everything that is held against what landed for one request.
struct RequestCheck {
  let landed: LandedResource
  let expectations: Expectations

  private var request: ResourceRequest { landed.search.request }
  private var knowledge: ResourceSearch.Knowledge { landed.search.knowledge }

  func draft() -> ResourceReport.Draft {
    let isDependency = knowledge == .dependencies
    var draft = ResourceReport.Draft(
      promise: landed.search.promiseName, namespace: isDependency ? "" : request.namespace,
      name: isDependency ? "" : request.name)
    draft.placements = landed.placements.map {
      ResourceReport.Placement(destination: $0.destination.name, path: $0.path)
    }
    draft.hasLanded = !landed.files.isEmpty
    if knowledge == .request {
      draft.findings += schemaFindings(of: request, by: landed.search.promise)
    }
    PlacementCheck(landed: landed).add(to: &draft)
    if draft.hasLanded { addContent(to: &draft) }
    return draft
  }

  private func addContent(to draft: inout ResourceReport.Draft) {
    draft.findings += readabilityFindings(
      of: landed.files, areDependencies: knowledge == .dependencies)
    draft.isApplicable = !landed.objects.isEmpty
    if landed.hasUnreadableFile {
      draft.isUndecided = true
      draft.notes.append(
        "missing objects and dangling references were not judged: a file that cannot be read may "
          + "hold them")
    }
    guard !landed.objects.isEmpty else { return }
    let expected = expectedObjects(noting: &draft)
    let matches = ObjectMatches(expected: expected ?? [], landed: landed.objects)
    var findings = placeholderFindings(in: landed.objects)
    let replaced = Set(findings.map(Place.init))
    let namespaces =
      landed.search.namespace.map { namespace in
        NamespaceCheck(namespace: namespace, name: request.name, matches: matches).findings
      } ?? []
    let content = namespaces + (expected == nil ? [] : expectationFindings(matches))
    for finding in content {
      // A value that is a placeholder differs from everything: one finding is enough for it, and
      // says what should have come instead.
      guard replaced.contains(Place(finding)) else {
        findings.append(finding)
        continue
      }
      for index in findings.indices where Place(findings[index]) == Place(finding) {
        findings[index].expected = finding.expected
      }
    }
    for index in findings.indices where findings[index].pointer == "/metadata/name" {
      findings[index].expected = matches.expectedName(for: findings[index])
    }
    let judged = Set(findings.map(Place.init))
    draft.findings += findings
    draft.findings += landed.objects.flatMap(secretValueFindings).filter {
      !judged.contains(Place($0))
    }
    draft.findings += landed.objects.flatMap(plaintextFindings)
    draft.findings += duplicateFindings(in: landed.objects)
    draft.findings += unknownFieldFindings(in: landed.objects)
    draft.findings += childRequestFindings(in: landed)
    // What a Promise's own objects refer to may come with the cluster.
    if !landed.hasUnreadableFile, knowledge != .dependencies {
      draft.findings += referenceFindings(
        in: landed.objects, matches: matches, dependencies: landed.search.promise?.dependencies)
    }
  }

  private func expectationFindings(_ matches: ObjectMatches) -> [Finding] {
    let check = ExpectationCheck(matches: matches)
    // What cannot be read may hold what is missing.
    return check.mismatches + check.unexpected + (landed.hasUnreadableFile ? [] : check.missing)
  }

  /// What must be there; `nil` when nothing is known of it.
  private func expectedObjects(noting draft: inout ResourceReport.Draft) -> [ExpectedObject]? {
    let promise = landed.search.promiseName
    guard knowledge != .dependencies else { return nil }
    let expectations = expectations.of(promise: promise)
    guard !expectations.isEmpty else {
      draft.notes.append(
        "there is no Expectation for the Promise \(promise): only rules that hold for every "
          + "resource were checked")
      return nil
    }
    do throws(ManifestError) {
      var objects: [ExpectedObject] = []
      for expectation in expectations {
        objects +=
          knowledge == .request
          ? try expectation.objects(for: request, promise: promise)
          : try expectation.likeliestObjects(for: landed)
      }
      return objects
    } catch {
      draft.isUndecided = true
      draft.notes.append("\(error): what must be there could not be told")
      return nil
    }
  }
}

/// A place in a document, by which two findings of one value are known.
private struct Place: Hashable {
  let file: String?
  let document: Int?
  let pointer: String?

  init(_ finding: Finding) {
    file = finding.file
    document = finding.document
    pointer = finding.pointer
  }
}
