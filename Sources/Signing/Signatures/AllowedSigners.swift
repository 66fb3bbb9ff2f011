internal import Foundation

/// The keys that may sign, as `gpg.ssh.allowedSignersFile` of git names them (ssh-keygen(1), "ALLOWED
/// SIGNERS").
package struct AllowedSigners: Sendable, Hashable {
  private let signers: [AllowedSigner]
  /// The file as it was read.
  let text: String

  /// Reads a file.
  ///
  /// - Parameter name: What messages call it.
  /// - Throws: `SigningError` with the line.
  package init(_ text: String, named name: String) throws(SigningError) {
    var signers: [AllowedSigner] = []
    for (index, line) in text.unicodeScalars.split(
      separator: "\n", omittingEmptySubsequences: false
    ).enumerated() {
      let line = String(line).trimmingCharacters(in: .whitespacesAndNewlines)
      if line.isEmpty || line.hasPrefix("#") { continue }
      do throws(AllowedSigner.InvalidLine) {
        signers.append(try AllowedSigner(line))
      } catch {
        throw SigningError(.invalidKey, "\(name), line \(index + 1): \(error.message)")
      }
    }
    guard !signers.isEmpty else {
      throw SigningError(
        .invalidKey,
        "\(name) names no signer; a line is a principal and a public key: "
          + "kratix@example.com ssh-ed25519 AAAA...")
    }
    self.signers = signers
    self.text = text
  }

  /// Whose key it is, and whether it could sign then.
  enum Answer: Sendable, Hashable {
    case allowed(principals: String)
    case refused(String)
  }

  /// - Parameter seconds: When the commit was made, in seconds since 1970: git asks for that time.
  func answer(for key: SSHPublicKey, namespace: String, at seconds: Int64) -> Answer {
    let own = signers.filter { $0.key == key }
    guard !own.isEmpty else { return .refused("its key is none of the allowed signers'") }
    if let signer = own.first(where: { $0.refusal(of: namespace, at: seconds) == nil }) {
      return .allowed(principals: signer.principals)
    }
    return .refused(own[0].refusal(of: namespace, at: seconds) ?? "")
  }
}

/// A line of the file.
struct AllowedSigner: Sendable, Hashable {
  struct InvalidLine: Error {
    let message: String
  }

  let principals: String
  let key: SSHPublicKey
  /// The patterns of namespaces; `nil` for all.
  private var namespaces: String?
  private var validAfter: Int64?
  private var validBefore: Int64?

  init(_ line: String) throws(InvalidLine) {
    var words = Self.words(of: line)
    guard words.count > 1 else { throw InvalidLine(message: Self.form) }
    principals = words.removeFirst()
    guard !principals.isEmpty else { throw InvalidLine(message: Self.form) }
    if let key = try? SSHPublicKey(line: words.joined(separator: " ")) {
      self.key = key
      return
    }
    let options = words.removeFirst()
    do throws(MalformedBytes) {
      key = try SSHPublicKey(line: words.joined(separator: " "))
    } catch {
      throw InvalidLine(
        message: "there is no public key of Ed25519, ECDSA or RSA in it; " + Self.form)
    }
    for option in Self.options(in: options) { try add(option) }
    if let validAfter, let validBefore, validBefore <= validAfter {
      throw InvalidLine(message: "valid-before is not after valid-after")
    }
  }

  private static let form =
    "a line is a principal, options if there are any, and a public key: "
    + "kratix@example.com ssh-ed25519 AAAA..."

  private mutating func add(_ option: String) throws(InvalidLine) {
    let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let value = parts.count > 1 ? String(parts[1]) : ""
    switch parts[0].lowercased() {
    case "namespaces": namespaces = value
    case "valid-after": validAfter = try Self.time(value, option)
    case "valid-before": validBefore = try Self.time(value, option)
    case "cert-authority":
      throw InvalidLine(
        message: "cert-authority: certificates are not judged; name the keys of the signers")
    default: throw InvalidLine(message: "there is no option \"\(parts[0])\"")
    }
  }

  private static func time(_ value: String, _ option: String) throws(InvalidLine) -> Int64 {
    guard let time = SSHTime.seconds(value) else {
      throw InvalidLine(
        message: "\(option) is no time: write YYYYMMDD or YYYYMMDDHHMM[SS], and Z for UTC")
    }
    return time
  }

  /// Why a signature of this key does not count; `nil` if it does.
  func refusal(of namespace: String, at seconds: Int64) -> String? {
    if let namespaces, !SSHPatterns.matches(namespace, anyOf: namespaces) {
      return "its key is allowed for \(namespaces) and not for \(namespace)"
    }
    if let validAfter, seconds < validAfter {
      return "its key was not allowed yet when the commit was made"
    }
    if let validBefore, seconds > validBefore {
      return "its key was no longer allowed when the commit was made"
    }
    return nil
  }

  /// Words between blanks; blanks in quotation marks do not count, and marks around a whole word are
  /// taken off.
  private static func words(of line: String) -> [String] {
    split(line, at: [" ", "\t"]).filter { !$0.isEmpty }.map { word in
      word.count > 1 && word.hasPrefix("\"") && word.hasSuffix("\"")
        ? String(word.dropFirst().dropLast()) : word
    }
  }

  private static func options(in text: String) -> [String] {
    split(text, at: [","]).map { $0.filter { $0 != "\"" } }
  }

  private static func split(_ text: String, at separators: Set<Unicode.Scalar>) -> [String] {
    var parts = [String.UnicodeScalarView()]
    var isQuoted = false
    for scalar in text.unicodeScalars {
      if scalar == "\"" { isQuoted.toggle() }
      if separators.contains(scalar), !isQuoted {
        parts.append(String.UnicodeScalarView())
      } else {
        parts[parts.count - 1].append(scalar)
      }
    }
    return parts.map(String.init)
  }
}

/// Times as ssh-keygen takes them (`parse_absolute_time`).
enum SSHTime {
  /// - Returns: Seconds since 1970; `nil` for what is no time. Without Z it is the local time.
  static func seconds(_ text: String) -> Int64? {
    let isUTC = text.hasSuffix("Z") || text.hasSuffix("UTC")
    let digits = Array(text.utf8.prefix { (0x30...0x39).contains($0) }).map { Int32($0 - 0x30) }
    let rest = text.utf8.dropFirst(digits.count)
    guard [8, 12, 14].contains(digits.count), rest.isEmpty || isUTC && rest.count < 4 else {
      return nil
    }
    func number(_ range: Range<Int>) -> Int32 {
      range.upperBound <= digits.count ? digits[range].reduce(0) { $0 * 10 + $1 } : 0
    }
    var time = tm()
    time.tm_year = number(0..<4) - 1900
    time.tm_mon = number(4..<6) - 1
    time.tm_mday = number(6..<8)
    time.tm_hour = number(8..<10)
    time.tm_min = number(10..<12)
    time.tm_sec = number(12..<14)
    guard (0..<12).contains(time.tm_mon), (1..<32).contains(time.tm_mday), time.tm_hour < 24,
      time.tm_min < 60, time.tm_sec < 61
    else { return nil }
    // The C library finds out whether there is summer time then.
    time.tm_isdst = -1
    return Int64(isUTC ? timegm(&time) : mktime(&time))
  }
}

/// Lists of patterns (ssh_config(5), "PATTERNS").
enum SSHPatterns {
  /// Whether one of the patterns matches, and none that begins with an exclamation mark.
  static func matches(_ text: String, anyOf list: String) -> Bool {
    var isMatched = false
    for pattern in list.split(separator: ",").map({ $0.drop { $0 == " " } }) {
      let isNegated = pattern.hasPrefix("!")
      guard matches(text.utf8[...], Array(pattern.utf8.dropFirst(isNegated ? 1 : 0))[...])
      else { continue }
      if isNegated { return false }
      isMatched = true
    }
    return isMatched
  }

  private static func matches(
    _ text: Substring.UTF8View, _ pattern: ArraySlice<UInt8>
  ) -> Bool {
    // As far back as the last star, so that no pattern takes long.
    var (text, pattern) = (text, pattern)
    var retry: (text: Substring.UTF8View, pattern: ArraySlice<UInt8>)?
    while !text.isEmpty || !pattern.isEmpty {
      if pattern.first == UInt8(ascii: "*") {
        pattern = pattern.dropFirst()
        retry = (text, pattern)
      } else if let byte = text.first, let wanted = pattern.first,
        wanted == byte || wanted == UInt8(ascii: "?")
      {
        text = text.dropFirst()
        pattern = pattern.dropFirst()
      } else if let (last, after) = retry, !last.isEmpty {
        text = last.dropFirst()
        pattern = after
        retry = (text, after)
      } else {
        return false
      }
    }
    return true
  }
}
