import Synchronization

/// The last initial advertisement of `upload-pack`, without references: they change, but what the
/// server can do does not.
final class AdvertisementCache: Sendable {
  private let cached = Mutex<InitialAdvertisement?>(nil)

  /// The advertisement, if there was one yet.
  var value: InitialAdvertisement? { cached.withLock { $0 } }

  /// Stores an advertisement.
  func store(_ new: InitialAdvertisement) {
    let kept: InitialAdvertisement =
      switch new {
      case .references(_, let capabilities): .references(ReferenceAdvertisement(), capabilities)
      case .version2: new
      }
    cached.withLock { $0 = kept }
  }
}
