/// The titles of the options that several commands share, in the help.
enum OptionTitle {
  static let common = "State store and program options"
  static let rendered = "Rendered output options"
  static let service = "Service options"
  static let commit = "Commit options"
  static let signing = "Signature options"
  static let result = "Result file options"

  static let all = [common, rendered, service, commit, signing, result]
}
