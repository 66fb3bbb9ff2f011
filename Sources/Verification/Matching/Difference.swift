internal import Manifests

/// One place where an object is not what was expected.
struct Difference: Sendable, Hashable {
  /// Where it is in the actual object: a JSON pointer that counts the actual object's items.
  ///
  /// For an expected item that no actual item matches it ends in `-`, the place past the last item.
  let pointer: String

  /// What was expected there; `nil` for an item too many.
  let expected: Node?

  /// What is there; `nil` if nothing is.
  let actual: Node?

  /// The place in the actual object's file: of the value, or of the nearest parent if it is absent.
  let position: Position?
}

/// How an object differs from what is expected of it: the partial match of Kubernetes test tools.
///
/// Every field of `expected` must be in `actual` and match; other fields of `actual` do not matter.
/// An expected null is met by an absent field. Lists of named things match by name, as Kubernetes
/// merges them (``MergeKey``); other lists item by item, and must be of one length. Where a field is
/// a quantity, `1Gi` and `1024Mi` are the same (``QuantityField``). Elsewhere kinds must agree: the
/// integer 80 is not the string "80", because Kubernetes refuses the one where it wants the other,
/// or, in a field that takes both, reads the string as a name.
func differences(between expected: Node, and actual: Node) -> [Difference] {
  var comparison = Comparison()
  comparison.compare(expected, actual, at: Comparison.Place())
  return comparison.differences
}

private struct Comparison {
  /// A place in the actual object, with what the rules want to know about it.
  struct Place {
    var pointer = ""
    var field = ""
    var quantities = QuantityField.Scope()

    func field(_ key: String) -> Place {
      Place(
        pointer: JSONPointer.appending(key, to: pointer), field: key,
        quantities: quantities.below(key))
    }

    func item(_ token: String) -> Place {
      Place(pointer: pointer + "/" + token, field: "", quantities: quantities)
    }
  }

  private(set) var differences: [Difference] = []

  mutating func compare(_ expected: Node, _ actual: Node, at place: Place) {
    switch (expected.content, actual.content) {
    case (.mapping(let wanted), .mapping(let found)):
      for entry in wanted.entries {
        let place = place.field(entry.key)
        if let value = found[entry.key] {
          compare(entry.value, value, at: place)
        } else if !entry.value.isNull {
          report(entry.value, nil, at: place, near: actual)
        }
      }
    case (.sequence(let wanted), .sequence(let found)):
      if let key = MergeKey.of(field: place.field, items: wanted) {
        compareNamed(wanted, found, by: key, in: actual, at: place)
      } else {
        compareOrdered(wanted, found, in: actual, at: place)
      }
    default:
      guard expected != actual else { return }
      if place.quantities.holds, let wanted = Quantity(expected), wanted == Quantity(actual) {
        return
      }
      report(expected, actual, at: place, near: actual)
    }
  }

  private mutating func compareNamed(
    _ wanted: [Node], _ found: [Node], by key: MergeKey, in list: Node, at place: Place
  ) {
    var taken: Set<Int> = []
    for item in wanted {
      let match = found.indices.first { !taken.contains($0) && key.matches(item, found[$0]) }
      if let match {
        taken.insert(match)
        compare(item, found[match], at: place.item(String(match)))
      } else {
        report(item, nil, at: place.item("-"), near: list)
      }
    }
  }

  private mutating func compareOrdered(
    _ wanted: [Node], _ found: [Node], in list: Node, at place: Place
  ) {
    for index in 0..<max(wanted.count, found.count) {
      let place = place.item(String(index))
      switch (wanted.indices.contains(index), found.indices.contains(index)) {
      case (true, true): compare(wanted[index], found[index], at: place)
      case (true, false): report(wanted[index], nil, at: place, near: list)
      default: report(nil, found[index], at: place, near: list)
      }
    }
  }

  private mutating func report(
    _ expected: Node?, _ actual: Node?, at place: Place, near parent: Node
  ) {
    let position = (actual ?? parent).position
    differences.append(
      Difference(
        pointer: place.pointer, expected: expected, actual: actual,
        position: position == .none ? nil : position))
  }
}
