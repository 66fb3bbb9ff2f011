import Git

@testable import GitTransport

/// Bytes that git 2.39.5 sent, captured from its programs.
enum Recorded {
  static let commit = "daac5a005b797cbe1333fd4f8e761fa64e04e0de"

  static let version0 = bytes(
    "0112\(commit) HEAD\0multi_ack thin-pack side-band side-band-64k ofs-delta shallow deepen-since"
      + " deepen-not deepen-relative no-progress include-tag multi_ack_detailed no-done"
      + " symref=HEAD:refs/heads/main filter object-format=sha1 agent=git/2.39.5\n"
      + "003d\(commit) refs/heads/main\n0000")

  static let version2 = bytes(
    "000eversion 2\n0015agent=git/2.39.5\n0013ls-refs=unborn\n"
      + "0027fetch=shallow wait-for-done filter\n0012server-option\n0017object-format=sha1\n"
      + "0010object-info\n0000")

  static let receivePack = bytes(
    "00b1\(commit) refs/heads/main\0report-status report-status-v2 delete-refs side-band-64k quiet"
      + " atomic ofs-delta object-format=sha1 agent=git/2.39.5\n0000")

  static let listing = bytes(
    "0050\(commit) HEAD symref-target:refs/heads/main\n003d\(commit) refs/heads/main\n0000")

  static let accepted = bytes("002d\u{1}000eunpack ok\n0016ok refs/heads/dev\n00000000")

  static let declined = bytes(
    "0008\u{2}no\n0047\u{1}000eunpack ok\n0030ng refs/heads/dev pre-receive hook declined\n00000000"
  )

  static let fetched = bytes(
    "0011shallow-info\n0034shallow \(commit)0001000dpackfile\n000c\u{2}words\n\n000e\u{1}PACKpack\n0007\u{1}en0006\u{1}d0000"
  )

  static let all = [version0, version2, receivePack, listing, accepted, declined, fetched]

  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}

/// Random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    // SplitMix64.
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

/// Cuts bytes into packet lines, fed in pieces of a size.
func packetLines(_ bytes: [UInt8], pieces: Int = .max) throws -> [PacketLine] {
  var reader = PacketLineReader()
  var lines: [PacketLine] = []
  var rest = bytes[...]
  while !rest.isEmpty {
    reader.append(Array(rest.prefix(pieces)))
    rest = rest.dropFirst(min(pieces, rest.count))
    while let line = try reader.next() { lines.append(line) }
  }
  return lines
}
