/// The known word that a misspelt one is most like; `nil` if it is like none.
///
/// Letters that are left out, added, changed or swapped with the next are a difference of one each; a
/// third of the letters may differ.
package func nearest(to word: String, in known: some Sequence<String>) -> String? {
  let limit = max(1, word.unicodeScalars.count / 3)
  let candidates = known.map { (word: $0, difference: difference(of: word, from: $0)) }
  return candidates.filter { $0.difference <= limit }
    .min { ($0.difference, $0.word) < ($1.difference, $1.word) }?.word
}

/// The optimal string alignment distance of two words.
private func difference(of first: String, from second: String) -> Int {
  let (first, second) = (Array(first.unicodeScalars), Array(second.unicodeScalars))
  var rows = [Array(0...second.count)]
  for row in 1..<(first.count + 1) {
    var next = [row]
    for column in 1..<(second.count + 1) {
      let isSame = first[row - 1] == second[column - 1]
      var least = min(
        rows[row - 1][column] + 1, next[column - 1] + 1,
        rows[row - 1][column - 1] + (isSame ? 0 : 1))
      if row > 1, column > 1, first[row - 1] == second[column - 2],
        first[row - 2] == second[column - 1]
      {
        least = min(least, rows[row - 2][column - 2] + 1)
      }
      next.append(least)
    }
    rows.append(next)
  }
  return rows[first.count][second.count]
}
