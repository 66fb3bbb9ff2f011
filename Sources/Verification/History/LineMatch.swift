/// Finds a line of a text in an older version of the text.
enum LineMatch {
  /// How many pairs of lines are compared at most; a line of larger differences is found by its text.
  private static let mostPairs = 4_000_000

  /// The index of a line in the older text; `nil` for a line that was added or changed.
  static func place<Line: Hashable>(of index: Int, of new: [Line], in old: [Line]) -> Int? {
    guard new.indices.contains(index) else { return nil }
    let head = zip(old, new).prefix { $0 == $1 }.count
    if index < head { return index }
    let tail = zip(old.dropFirst(head).reversed(), new.dropFirst(head).reversed())
      .prefix { $0 == $1 }.count
    if index >= new.count - tail { return index - new.count + old.count }
    let (before, after) = (old[head..<(old.count - tail)], new[head..<(new.count - tail)])
    let found =
      before.count * after.count <= mostPairs
      ? aligned(index - head, of: Array(after), in: Array(before))
      : unique(new[index], of: Array(after), in: Array(before))
    return found.map { $0 + head }
  }

  private static func aligned<Line: Hashable>(
    _ index: Int, of new: [Line], in old: [Line]
  ) -> Int? {
    var (removed, added): (Set<Int>, Set<Int>) = ([], [])
    for change in new.difference(from: old) {
      switch change {
      case .insert(let offset, _, _): added.insert(offset)
      case .remove(let offset, _, _): removed.insert(offset)
      }
    }
    guard !added.contains(index) else { return nil }
    // The lines that both have are in the same order.
    let rank = index - added.count { $0 < index }
    return old.indices.filter { !removed.contains($0) }[rank]
  }

  private static func unique<Line: Hashable>(
    _ line: Line, of new: [Line], in old: [Line]
  ) -> Int? {
    guard new.count(where: { $0 == line }) == 1, old.count(where: { $0 == line }) == 1 else {
      return nil
    }
    return old.firstIndex(of: line)
  }
}
