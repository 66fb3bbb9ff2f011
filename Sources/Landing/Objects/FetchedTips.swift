internal import Digests
internal import Foundation
internal import Git

/// The newest commits of a branch that are in the cache, which are named to the server as haves.
///
/// It is a hint: when a fetch fails or brings too little because objects are missing here, it is
/// repeated without haves.
struct FetchedTips: Sendable, Hashable {
  struct Tip: Sendable, Hashable {
    let id: ObjectID
    /// Whether all trees and blobs of the commit are in the cache.
    let isWhole: Bool
  }

  /// A commit that was made here and pushed.
  struct Made: Sendable, Hashable {
    let id: ObjectID
    /// Its parent; `nil` for the first commit of a branch.
    let base: ObjectID?
    /// Whether all objects that were created with it are kept.
    let isKept: Bool
  }

  /// How many are recorded.
  ///
  /// The last one that was pushed, and the one before it in case that push was lost. More would be
  /// slower: git's `upload-pack` walks the trees of each.
  private static let most = 2

  /// From the newest to the oldest.
  private(set) var tips: [Tip] = []

  /// Whether a fetched difference could not be stored because the bases of its deltas are missing:
  /// others have written to directories that were never read here.
  var lackDeltaBases = false

  /// Adds a commit that was fetched.
  mutating func add(_ tip: Tip) {
    let wasWhole = tips.contains(Tip(id: tip.id, isWhole: true))
    tips.removeAll { $0.id == tip.id }
    tips.insert(Tip(id: tip.id, isWhole: tip.isWhole || wasWhole), at: 0)
    tips.removeLast(max(0, tips.count - Self.most))
  }

  /// Adds a commit that was made here.
  mutating func add(_ made: Made) {
    let base = made.base.map { tips.contains(Tip(id: $0, isWhole: true)) } ?? true
    add(Tip(id: made.id, isWhole: base && made.isKept))
  }

  /// The haves for a fetch that may be incomplete, from a server that hands out the missing objects
  /// by their ids.
  func all(for wanted: ObjectID?) -> [ObjectID] {
    tips.map(\.id).filter { $0 != wanted }
  }

  /// The haves for a fetch of a whole commit.
  func whole(for wanted: ObjectID) -> [ObjectID] {
    let whole = tips.filter(\.isWhole).map(\.id)
    // The record is wrong: the commit is recorded as whole, and objects of it are missing.
    return whole.contains(wanted) ? [] : whole
  }

  /// The record with the commits that meet a condition.
  func filter(_ isKept: (ObjectID) -> Bool) -> FetchedTips {
    var kept = self
    kept.tips.removeAll { !isKept($0.id) }
    return kept
  }
}

extension FetchedTips {
  /// A line for each commit: its id, and whether it is whole.
  fileprivate var text: String {
    tips.map { "\($0.id) \($0.isWhole ? "whole" : "part")\n" }.joined()
      + (lackDeltaBases ? Self.lacking + "\n" : "")
  }

  private static let lacking = "lacks delta bases"

  fileprivate init(text: String) {
    for line in text.split(separator: "\n").prefix(Self.most + 1) {
      let words = line.split(separator: " ")
      if line == Self.lacking { lackDeltaBases = true }
      guard words.count == 2, let id = ObjectID(hexadecimal: String(words[0])),
        ["whole", "part"].contains(words[1])
      else { continue }
      tips.append(Tip(id: id, isWhole: words[1] == "whole"))
    }
  }
}

extension Cache {
  /// The recorded commits of a branch.
  func fetchedTips(of remote: String, _ reference: String) -> FetchedTips {
    let file = fetchedTipsFile(of: remote, reference)
    let data = FileManager.default.contents(atPath: file) ?? Data()
    return FetchedTips(text: String(decoding: data, as: UTF8.self))
  }

  /// Writes the record beside the objects, so that both are deleted together.
  func write(_ tips: FetchedTips, of remote: String, _ reference: String) {
    let file = fetchedTipsFile(of: remote, reference)
    // Without the record more is fetched, and nothing else is different.
    guard (try? Data(tips.text.utf8).write(to: URL(filePath: file + ".unfinished"))) != nil else {
      return
    }
    rename(file + ".unfinished", file)
  }

  private func fetchedTipsFile(of remote: String, _ reference: String) -> String {
    let branch = Digest.sha256(of: reference.utf8).bytes.prefix(8).hexadecimal
    return "\(place(for: remote))/tips-\(branch)"
  }
}
