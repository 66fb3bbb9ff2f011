internal import Manifests

/// An object of one Destination's cluster, as a number: what two resources must not both hold.
///
/// FNV-1a of 64 bits, the same in every run: it is remembered between them. Of a million objects
/// two have one number by chance once in forty million state stores.
struct ObjectKey: Hashable, Sendable, Codable {
  let rawValue: UInt64

  /// A key that was remembered.
  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// The key of an object; `nil` for one without a name.
  init?(_ object: LandedObject) {
    guard !object.identity.name.isEmpty else { return nil }
    var key = Builder()
    for text in [
      object.destination, object.identity.group, object.identity.kind,
      object.distinguishingNamespace, object.identity.name,
    ] {
      key.add(text.utf8)
      key.end()
    }
    rawValue = key.key.rawValue
  }

  /// A key on its way from the texts that it is of.
  struct Builder {
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Adds a piece of a text.
    mutating func add(_ bytes: some Sequence<UInt8>) {
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01b3 }
    }

    /// Ends a text.
    mutating func end() { hash = (hash ^ 0xff) &* 0x0100_0000_01b3 }

    var key: ObjectKey { ObjectKey(rawValue: hash) }
  }
}
