internal import Digests
internal import Manifests

/// The names that Kratix gives to Works (`lib/objectutil/name.go`, `work-creator/lib`): a base that
/// tells what the Work is for, a dash, and five hexadecimal digits.
package enum WorkName {
  /// The longest base, before the dash and the five digits.
  package static let longestBase = 57

  /// A base, cut as Kratix cuts it.
  static func base(of names: [String]) -> String {
    let base = names.joined(separator: "-")
    guard base.utf8.count > longestBase else { return base }
    let cut = String(decoding: base.utf8.prefix(longestBase - 1), as: UTF8.self)
    let end = cut.lastIndex { $0.isASCII && ($0.isLetter || $0.isNumber) }
    return end.map { String(cut[...$0]) } ?? cut
  }

  /// The base of a name; `nil` for one without five digits.
  static func base(in name: String) -> Substring? {
    isDigits(name.suffix(5)) && name.dropLast(5).last == "-" ? name.dropLast(6) : nil
  }

  /// Whether a text is five lower-case hexadecimal digits, as they end names of Works and of
  /// placements.
  static func isDigits(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 5
      && text.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }
}

extension Work {
  /// What its name begins with: Promise, request and pipeline, cut to Kratix's length.
  package var baseName: String { WorkName.base(of: baseNames) }

  /// Whether the base is cut: then it may be that of another Work too.
  package var hasCutBaseName: Bool {
    baseNames.joined(separator: "-").utf8.count > WorkName.longestBase
  }

  /// The name that it has as long as nobody has given it one.
  ///
  /// Kratix draws the five digits by chance. Outside the cluster they are taken from all that tells
  /// one Work from another, so that the same one always has the same name.
  package var derivedName: String {
    let digest = Digest.md5(of: identity.utf8).hexadecimal
    return "\(baseName)-\(digest.prefix(5))"
  }

  /// What tells it from every other Work, whatever its name: namespace, Promise, request, pipeline.
  package var identity: String { ([namespace] + baseNames).joined(separator: "/") }

  /// The namespace of its request, which is not the Work's where pipelines run in one of their own.
  package var requestNamespace: String { resourceNamespace ?? namespace }

  /// Whether nobody has given it a name yet.
  package var hasDerivedName: Bool { name == derivedName }

  /// Whether a name may be that of a Work that any Pipeline made of the same request.
  ///
  /// As names are joined by dashes, it may be another request's too.
  package func sharesRequest(withWorkNamed name: String) -> Bool {
    // A long one may be cut before its Pipeline.
    pipelineName(inWorkNamed: name) != nil
      || WorkName.base(in: name).map(String.init) == WorkName.base(of: [requestStart + "xx"])
  }

  /// The Pipeline that a name tells, if it is that of a Work of the same request, whole or cut;
  /// empty for static dependencies.
  package func pipelineName(inWorkNamed name: String) -> String? {
    guard let base = WorkName.base(in: name), base.begins(with: requestStart) else { return nil }
    let pipeline = base.dropping(prefix: requestStart)
    return isDependency && pipeline == Self.staticDependencies ? "" : pipeline
  }

  /// The same Work under another name.
  package func named(_ name: String) -> Work {
    var work = self
    work.name = name
    return work
  }

  private var baseNames: [String] {
    isDependency && pipelineName.isEmpty
      ? [promiseName, Self.staticDependencies] : requestNames + [pipelineName]
  }

  private static let staticDependencies = "static-deps"

  private var requestStart: String { requestNames.joined(separator: "-") + "-" }

  private var requestNames: [String] {
    isDependency
      ? [promiseName] : [promiseName, resourceName] + [resourceNamespace].compactMap(\.self)
  }
}
