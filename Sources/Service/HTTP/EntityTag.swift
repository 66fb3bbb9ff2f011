internal import HTTPTypes
internal import Hummingbird
internal import Manifests

/// Entity tags in headers (RFC 9110, 8.8.3 and 13.1).
enum EntityTag {
  /// The tag of a version.
  static func text(of version: String) -> String { "\"\(version)\"" }

  /// The versions that `If-Match` or `If-None-Match` names.
  ///
  /// - Parameter isStrong: Whether a weak tag is nothing's, as in `If-Match`.
  /// - Returns: `nil` for what is no list of entity tags.
  static func versions(in header: String, isStrong: Bool) -> Preconditions.Versions? {
    var rest = header.unicodeScalars[...].trimmed
    if rest.elementsEqual("*".unicodeScalars) { return .any }
    var versions: [String] = []
    while !rest.isEmpty {
      let isWeak = rest.starts(with: "W/".unicodeScalars)
      if isWeak { rest = rest.dropFirst(2) }
      guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else { return nil }
      if !isWeak || !isStrong { versions.append(String(rest[rest.startIndex..<end].dropFirst())) }
      rest = rest[end...].dropFirst().trimmed
      guard rest.isEmpty || rest.first == "," else { return nil }
      rest = rest.drop { $0 == "," || $0.isBlank }
    }
    return .listed(versions)
  }
}

extension Substring.UnicodeScalarView {
  fileprivate var trimmed: Self { drop { $0.isBlank }.dropLast { $0.isBlank } }

  private func dropLast(while isDropped: (Unicode.Scalar) -> Bool) -> Self {
    var rest = self
    while let last = rest.last, isDropped(last) { rest = rest.dropLast() }
    return rest
  }
}

extension Unicode.Scalar {
  fileprivate var isBlank: Bool { self == " " || self == "\t" }
}

extension Preconditions {
  /// What the headers of a request require.
  ///
  /// - Throws: `Problem` with 400 for a header that is no list of entity tags.
  init(_ request: Request) throws(Problem) {
    self.init()
    match = try Self.versions(.ifMatch, of: request, isStrong: true)
    noneMatch = try Self.versions(.ifNoneMatch, of: request, isStrong: false)
  }

  /// What the headers and the options of a deletion require.
  ///
  /// - Throws: `Problem` with 400, `ManifestError`.
  init(_ request: Request, deleteOptions body: [UInt8]) throws {
    try self.init(request)
    let name = "request body"
    guard let root = try ManifestFile(parsing: body, name: name).documents.first?.root,
      !root.isNull
    else { return }
    _ = try root.optional(.oneOf(["DeleteOptions"]), at: "/kind", in: name)
    try root.refuseKeys(besides: ["uid", "resourceVersion"], at: "/preconditions", in: name)
    uid = try root.optional(.nonEmptyString, at: "/preconditions/uid", in: name)
    version = try root.optional(.nonEmptyString, at: "/preconditions/resourceVersion", in: name)
  }

  private static func versions(
    _ name: HTTPField.Name, of request: Request, isStrong: Bool
  ) throws(Problem) -> Versions? {
    guard let header = request.headers[name] else { return nil }
    if let versions = EntityTag.versions(in: header, isStrong: isStrong) { return versions }
    throw Problem.invalid(
      "\(name) must be * or a list of entity tags in double quotes, as ETag has")
  }
}

extension Problem {
  /// What a change came to.
  ///
  /// - Throws: `Problem` where it was not made.
  static func value<Value>(
    of result: Result<Value, Preconditions.Failure>, for key: WorkKey
  ) throws(Problem) -> Value {
    switch result {
    case .success(let value): return value
    case .failure(let failure): throw Problem(failure, of: key)
    }
  }

  /// Why a change was not made of a Work that is not as the client requires.
  init(_ failure: Preconditions.Failure, of key: WorkKey) {
    switch failure {
    case .entityTag:
      self.init(
        .preconditionFailed, "precondition-failed",
        "\(key) is not what If-Match or If-None-Match requires; nothing was changed: get it again")
    case .stale(let reason):
      self.init(
        .conflict, "stale-version", "\(key): \(reason); nothing was changed: get it again")
    }
  }
}
