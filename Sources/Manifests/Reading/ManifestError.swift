/// The error of reading a file as Kubernetes manifests, or a field as the required type.
package struct ManifestError: Error, Sendable, Hashable {
  /// The kind of fault; the set may grow.
  package struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
      case syntax, documentBorder, duplicateKey, invalidKey, invalidMerge
      case unknownAlias, cyclicAlias, aliasBomb
      case tooLarge, tooDeep
      case invalidEncoding, unsupportedTag, unsupportedNumber
      case missingField, invalidField
    }

    private let kind: Kind

    private init(_ kind: Kind) { self.kind = kind }

    /// The text is not YAML.
    package static let syntax = Code(.syntax)
    /// A document that does not begin or end where the programs that apply it look for that.
    package static let documentBorder = Code(.documentBorder)
    /// A mapping gives one key twice.
    package static let duplicateKey = Code(.duplicateKey)
    /// A key that JSON, and so Kubernetes, cannot have: null, a sequence or a mapping.
    package static let invalidKey = Code(.invalidKey)
    /// A merge key `<<` whose value is neither a mapping nor a sequence of mappings.
    package static let invalidMerge = Code(.invalidMerge)
    /// An alias to an anchor that its document does not have.
    package static let unknownAlias = Code(.unknownAlias)
    /// An alias inside the value that it refers to.
    package static let cyclicAlias = Code(.cyclicAlias)
    /// Aliases that would multiply the document beyond ``Limits/aliasedNodes``.
    package static let aliasBomb = Code(.aliasBomb)
    /// More bytes, documents or values than the limits allow.
    package static let tooLarge = Code(.tooLarge)
    /// Deeper nesting than ``Limits/depth``.
    package static let tooDeep = Code(.tooDeep)
    /// Bytes that are no UTF-8 or UTF-16, or a character that YAML does not allow.
    package static let invalidEncoding = Code(.invalidEncoding)
    /// A tag that does not fit its value: `!!int abc`.
    package static let unsupportedTag = Code(.unsupportedTag)
    /// A number that JSON, and so Kubernetes, cannot have: `.inf`, `.nan`.
    package static let unsupportedNumber = Code(.unsupportedNumber)
    /// A required field is missing.
    package static let missingField = Code(.missingField)
    /// A field has the wrong type or value.
    package static let invalidField = Code(.invalidField)

    /// The code's name, fit for a metric label.
    package var description: String { kind.rawValue }
  }

  /// The kind of fault.
  package let code: Code

  /// The file's name, as given to the reader.
  package let file: String

  /// The position, if the fault is at one place of the file.
  package let position: Position?

  /// What is wrong and the remedy, without the position.
  package let message: String

  package init(code: Code, file: String, position: Position?, message: String) {
    self.code = code
    self.file = file
    self.position = position
    self.message = message
  }

  /// The error for a file above the size limit, which is not read.
  package static func fileTooLarge(
    _ byteCount: Int, file: String, limits: Limits = .default
  ) -> ManifestError {
    ManifestError(
      code: .tooLarge, file: file, position: nil,
      message: "the file has \(byteCount) bytes, more than the limit of \(limits.bytes); split it")
  }
}

extension ManifestError: CustomStringConvertible {
  /// The fault as compilers print it: `file:line:column: message`.
  package var description: String {
    guard let position, position != .none else { return "\(file): \(message)" }
    return "\(file):\(position): \(message)"
  }
}
