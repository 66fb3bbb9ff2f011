internal import Kratix
internal import Manifests

/// Applies all rules to what landed for one request.
struct RequestCheck {
  let landed: LandedResource
  let expectations: Expectations
  /// Whether these are only some of the files: then rules that need all of them are left out.
  var isPart = false
  /// What the other requests of the Promise have in common, where it has no expectation.
  var siblings: SiblingComparison?

  private var request: ResourceRequest { landed.search.request }
  private var knowledge: ResourceSearch.Knowledge { landed.search.knowledge }

  func draft() -> ReportBuilder {
    var draft = ReportBuilder(subject: landed.search.subject)
    draft.placements = landed.placements.map {
      ResourceReport.Placement(
        destination: $0.destination.name, path: $0.path, files: $0.files)
    }
    // A placement without files has landed if it exists.
    let isEmpty = knowledge != .request && landed.missing.isEmpty && !landed.placements.isEmpty
    draft.hasLanded = !landed.files.isEmpty || isEmpty
    if knowledge == .request {
      draft.findings += InvalidRequest.findings(of: request, by: landed.search.promise)
      if landed.search.promise == nil {
        let promises = Array(landed.search.platform.promises.values)
        draft.findings += [InvalidRequest.finding(of: request, among: promises)].compactMap(\.self)
      }
    }
    if !isPart {
      let pipelines = PipelineCheck(
        landed: landed,
        optional: ownExpectations.reduce(into: []) { $0.formUnion($1.optionalPipelines) })
      pipelines.allowNothing(in: &draft)
      PlacementCheck(landed: landed).add(to: &draft)
      pipelines.add(to: &draft)
    }
    draft.findings += landed.missing.map(MissingFile.finding(_:listedIn:))
    draft.findings += landed.contested.map { file, other in
      ModifiedFile.finding(file, listedIn: landed.search.showsOnlyOwn ? nil : other)
    }
    if !landed.files.isEmpty { addContent(to: &draft) }
    return draft
  }

  /// Whether the request is known to which it belongs.
  private var isOwned: Bool { knowledge == .request || knowledge == .path }

  private var shared: SharedTraits { siblings?.shared ?? .none }

  private var ownExpectations: [Expectation] {
    expectations.of(landed.search.promise, named: landed.search.promiseName)
  }

  /// Whether there is an expectation of its objects.
  var hasExpectations: Bool {
    isOwned && !ownExpectations.isEmpty
  }

  /// The note for a Promise without an expectation.
  var noteOfMissingExpectation: String? {
    guard isOwned, !hasExpectations else { return nil }
    if let siblings { return siblings.note(for: landed) }
    return "there is no Expectation for the Promise \(landed.search.promiseName): only rules that "
      + "hold for every resource were checked, and not which objects and values it should have"
  }

  private func addContent(to draft: inout ReportBuilder) {
    draft.findings += InvalidYAML.findings(in: landed.files)
    let kustomizable = isPart ? [] : landed.files
    let kustomizations = Kustomizations(in: kustomizable)
    draft.findings += NotApplied.findings(in: kustomizable, by: kustomizations)
    let others = landed.filesNotForACluster
    if others.isEmpty {
      draft.findings += NotAManifest.findings(in: landed, areSome: isPart)
      draft.isApplicable = !landed.objects.isEmpty
    } else {
      draft.notes.append(
        "\(others.joined(separator: ", ")): no Kubernetes manifest, at a Destination without canary files "
          + "where files land as they are: taken for a repository that no agent applies")
    }
    if landed.hasUnreadableFile {
      draft.isUndecided = true
      draft.notes.append(
        "missing objects and dangling references were not judged: a file that cannot be read may "
          + "hold them")
    }
    guard !landed.objects.isEmpty else { return }
    addObjects(to: &draft)
    kustomizations.leaveOpen(in: &draft)
  }

  private func addObjects(to draft: inout ReportBuilder) {
    let expected = expectedObjects(noting: &draft)
    let matches = ObjectMatches(expected: expected ?? [], landed: landed.objects)
    let learned = hasExpectations ? nil : siblings?.matches(of: landed)
    var findings = PlaceholderLeft.findings(in: landed.objects)
    let replaced = Set(findings.map(FieldPlace.init))
    let namespaces =
      (isPart && hasExpectations ? nil : landed.search.namespace).map { namespace in
        WrongNamespace.findings(
          in: learned ?? matches, namespace: namespace, named: landed.search.namedNamespaces,
          shared: shared, name: request.name, dependencies: landed.search.promise?.dependencies,
          isComplete: !landed.hasUnreadableFile)
      } ?? []
    let content = namespaces + (expected == nil ? [] : expectationFindings(matches))
    for finding in content {
      // A placeholder differs from every expected value: one finding is enough, and names that value.
      guard replaced.contains(FieldPlace(finding)) else {
        findings.append(finding)
        continue
      }
      for index in findings.indices where FieldPlace(findings[index]) == FieldPlace(finding) {
        findings[index].expected = finding.expected
      }
    }
    for index in findings.indices where findings[index].pointer == "/metadata/name" {
      findings[index].expected = matches.expectedName(for: findings[index])
    }
    let judged = Set(findings.map(FieldPlace.init))
    draft.findings += findings
    draft.findings += landed.objects.flatMap {
      FieldMismatch.refusedValues(in: $0)
    }.filter { !judged.contains(FieldPlace($0)) }
    draft.findings += landed.objects.flatMap(PlaintextSecret.findings)
    if !isPart { draft.findings += DuplicateResource.findings(in: landed.objects) }
    draft.findings += UnknownField.findings(in: landed.objects)
    draft.findings += Misplaced.childRequests(in: landed)
    // Objects that a Promise's dependencies refer to may come with the cluster.
    if !landed.hasUnreadableFile, isOwned, !isPart {
      draft.findings += DanglingReference.findings(
        in: landed.objects, matches: matches, generated: landed.files.flatMap(\.generated),
        dependencies: landed.search.promise?.dependencies,
        isSharedByOthers: shared.have,
        isOfAnotherPromise: { landed.search.promiseServing($0) != nil })
    }
    if let learned, let siblings {
      let judged = Set(draft.findings.map(FieldPlace.init))
      draft.findings += siblings.findings(in: learned, of: landed).filter {
        $0.pointer == nil || !judged.contains(FieldPlace($0))
      }
    }
  }

  private func expectationFindings(_ matches: ObjectMatches) -> [Finding] {
    // A file that cannot be read may hold the missing objects.
    FieldMismatch.findings(in: matches) + UnexpectedResource.findings(in: matches)
      + (landed.hasUnreadableFile ? [] : MissingResource.findings(in: matches, home: landed.home))
  }

  /// The expected objects; `nil` if there is no expectation.
  private func expectedObjects(noting draft: inout ReportBuilder) -> [ExpectedObject]? {
    let promise = landed.search.promiseName
    guard isOwned, !isPart else { return nil }
    let expectations = ownExpectations
    guard !expectations.isEmpty else {
      draft.notes += [noteOfMissingExpectation].compactMap(\.self)
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

extension Kustomizations {
  /// Makes warnings of what a field of a kustomization may set right: objects were checked as they are
  /// in their files, and that is not what is applied.
  fileprivate func leaveOpen(in draft: inout ReportBuilder) {
    guard !changingFields.isEmpty else { return }
    let fields = changingFields.sorted().joined(separator: ", ")
    let paths = tops.map(\.path).joined(separator: ", ")
    draft.notes.append(
      "\(paths) changes or adds objects (\(fields)): they were checked as they are in the files; "
        + "kubectl kustomize shows what is applied")
    let open: Set<Rule> = [
      .missingResource, .wrongNamespace, .fieldMismatch, .danglingReference, .unlikeSiblings,
    ]
    for index in draft.findings.indices where open.contains(draft.findings[index].rule) {
      draft.isUndecided = draft.isUndecided || draft.findings[index].severity == .error
      draft.findings[index].severity = .warning
    }
  }
}

/// A place in a document: two findings at one place are about one value.
private struct FieldPlace: Hashable {
  let file: String?
  let document: Int?
  let pointer: String?

  init(_ finding: Finding) {
    file = finding.file
    document = finding.document
    pointer = finding.pointer
  }
}
