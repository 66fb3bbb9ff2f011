internal import Digests
internal import Foundation
internal import Git

/// The newest commits of a branch that are in the cache, so that a server can be asked for the
/// difference from them.
///
/// A hint: a fetch that fails, or brings too little, because less is here than recorded is made
/// again without it.
struct FetchedTips: Sendable, Hashable {
  struct Tip: Sendable, Hashable {
    let id: ObjectID
    /// Whether all trees and blobs of the commit are here, and not only some.
    let isWhole: Bool
  }

  /// A commit that was made here and pushed.
  struct Made: Sendable, Hashable {
    let id: ObjectID
    /// The commit that it was made from; `nil` for the first commit of a branch.
    let base: ObjectID?
    /// Whether all objects are kept that were made with it.
    let isKept: Bool
  }

  /// How many are kept, and named to a server.
  ///
  /// The last one that was pushed, and the one before, should the push have been lost. For each of
  /// them git's `upload-pack` goes through its trees.
  private static let most = 2

  /// From the newest to the oldest.
  private(set) var tips: [Tip] = []

  /// Whether a difference could not be stored because directories that it was based on are not
  /// here: others write where nothing was read yet.
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

  /// The commits to name when a commit is fetched of which the server may leave parts out, and
  /// hands out whatever is missing by its id.
  func all(for wanted: ObjectID?) -> [ObjectID] {
    tips.map(\.id).filter { $0 != wanted }
  }

  /// The commits to name when all of a commit is fetched.
  func whole(for wanted: ObjectID) -> [ObjectID] {
    let whole = tips.filter(\.isWhole).map(\.id)
    // Parts of a commit that should be whole are missing: then the record is wrong.
    return whole.contains(wanted) ? [] : whole
  }

  /// Keeps the commits that a condition holds for.
  func filter(_ isKept: (ObjectID) -> Bool) -> FetchedTips {
    var kept = self
    kept.tips.removeAll { !isKept($0.id) }
    return kept
  }
}

extension FetchedTips {
  /// A line for each commit: its name, and how much of it is here.
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
  /// The commits of a branch that are here; none where there is no record of them.
  func fetchedTips(of remote: String, _ reference: String) -> FetchedTips {
    let file = fetchedTipsFile(of: remote, reference)
    let data = FileManager.default.contents(atPath: file) ?? Data()
    return FetchedTips(text: String(decoding: data, as: UTF8.self))
  }

  /// Records the commits of a branch that are here, beside the objects, so that both are deleted
  /// together.
  func write(_ tips: FetchedTips, of remote: String, _ reference: String) {
    let file = fetchedTipsFile(of: remote, reference)
    // Without the record more is fetched; that is all.
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
