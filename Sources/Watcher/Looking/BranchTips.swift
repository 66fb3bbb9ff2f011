import Foundation
import Git
import Landing

/// The tips of the branches at the last look, and since when state stores cannot be read.
struct BranchTips {
  typealias Found = [String: Result<ObjectID?, LandingError>]

  /// What a look found that the one before did not.
  struct News {
    /// Whether nothing is known of what has changed.
    var isOfAll = false
    /// The branches that have moved.
    var moves: [(store: String, from: ObjectID, to: ObjectID)] = []
    /// State stores that could be read before, and cannot now.
    var failures: [(store: String, error: LandingError)] = []
  }

  /// `nil` before the first look at the branches of a platform.
  private(set) var found: Found?
  /// Since when state stores cannot be read.
  private(set) var outages: [String: Date] = [:]

  /// The next look is the first one.
  mutating func forget() { found = nil }

  /// A state store cannot be read.
  ///
  /// - Returns: Since when.
  mutating func lose(_ store: String, at date: Date) -> Date {
    let since = outages[store] ?? date
    outages[store] = since
    return since
  }

  /// Takes what a look has found.
  mutating func take(_ found: Found, at date: Date) -> News {
    var news = News(isOfAll: self.found == nil)
    for (store, result) in found {
      switch result {
      case .success(let tip):
        outages[store] = nil
        guard case .success(let former) = self.found?[store] else {
          news.isOfAll = true
          continue
        }
        if former == tip { continue }
        if let former, let tip {
          news.moves.append((store, former, tip))
        } else {
          news.isOfAll = true
        }
      case .failure(let error):
        // All is looked at when it can be read again.
        guard outages[store] == nil else { continue }
        outages[store] = date
        news.failures.append((store, error))
      }
    }
    self.found = found
    return news
  }
}
