internal import Git

/// The trees and commits that were read or made last, in memory: a directory of ten thousand entries
/// is then inflated and parsed once, and not at every step of a write.
final class RecentObjects {
  /// How many bytes are kept.
  private static let bound = 6 << 20

  private var trees: [ObjectID: Tree] = [:]
  private var commits: [ObjectID: GitObject] = [:]
  /// From the oldest to the newest.
  private var order: [(id: ObjectID, count: Int)] = []
  private var count = 0

  /// A reader that adds what it reads, and reads from the base what is not in memory.
  func reader(over base: any ObjectReader) -> some ObjectReader {
    RecentReader(recent: self, base: base)
  }

  /// Adds objects that were pushed.
  func remember(_ new: NewObjects) {
    for new in new.objects {
      if let object = new.object { remember(object, as: new.id) }
    }
  }

  /// A tree from memory; otherwise it is read and added.
  func tree(
    _ id: ObjectID, orElse read: () throws(GitError) -> Tree
  ) throws(GitError) -> Tree {
    if let tree = trees[id] { return tree }
    let tree = try read()
    remember(tree, as: id)
    return tree
  }

  fileprivate func remember(_ object: GitObject, as id: ObjectID) {
    // A damaged tree is reported when it is read.
    if object.kind == .tree, let tree = try? Tree(bytes: object.bytes) { remember(tree, as: id) }
    if object.kind == .commit, commits.updateValue(object, forKey: id) == nil {
      keep(id, object.bytes.count)
    }
  }

  private func remember(_ tree: Tree, as id: ObjectID) {
    if trees.updateValue(tree, forKey: id) == nil { keep(id, tree.bytes.count) }
  }

  private func keep(_ id: ObjectID, _ count: Int) {
    order.append((id, count))
    self.count += count
    var gone = 0
    while self.count > Self.bound, gone < order.count - 1 {
      let oldest = order[gone]
      trees[oldest.id] = nil
      commits[oldest.id] = nil
      self.count -= oldest.count
      gone += 1
    }
    order.removeFirst(gone)
  }

  fileprivate func tree(_ id: ObjectID) -> Tree? { trees[id] }
  fileprivate func commit(_ id: ObjectID) -> GitObject? { commits[id] }
}

private struct RecentReader: ObjectReader {
  let recent: RecentObjects
  let base: any ObjectReader

  func object(_ id: ObjectID) throws(GitError) -> GitObject {
    if let tree = recent.tree(id) { return GitObject(kind: .tree, bytes: tree.bytes) }
    if let commit = recent.commit(id) { return commit }
    let object = try base.object(id)
    if object.kind == .commit { recent.remember(object, as: id) }
    return object
  }

  func tree(_ id: ObjectID) throws(GitError) -> Tree {
    try recent.tree(id) { () throws(GitError) in try base.tree(id) }
  }

  func byteCount(of id: ObjectID) throws(GitError) -> Int { try base.byteCount(of: id) }

  func contains(_ id: ObjectID) -> Bool {
    recent.tree(id) != nil || recent.commit(id) != nil || base.contains(id)
  }
}
