internal import Manifests

/// Values that may be a resource's own, such as passwords: taken out of its files, and put in again.
///
/// `ValuePlaces` says which they are.
struct VariableValues: Sendable {
  /// The values, in the order of the files.
  private(set) var texts: [ArraySlice<UInt8>] = []

  /// Marks where a value was: a byte that UTF-8 does not use.
  static let mark: UInt8 = 0xfd

  /// The condition on a value under which the verdict of a pattern holds.
  enum Demand: Hashable, Sendable {
    /// It is this text.
    case text(ArraySlice<UInt8>)
    /// Any text of this shape that equals an earlier value or not.
    case own(TemplatePlaceholders.ValueForm, sameAs: Int?)
  }

  /// Demands that only these values meet.
  var asTheyAre: [Demand] { texts.map(Demand.text) }

  /// Generalizes demands so that these values meet them too: where they differ, any text will do.
  func loosening(_ demands: [Demand]) -> [Demand] {
    texts.indices.map { index in
      if demands[index] == .text(texts[index]) { return demands[index] }
      let same = texts.indices.prefix(index).first {
        texts[$0] == texts[index] && demands[$0] != .text(texts[$0])
      }
      return .own(form(index), sameAs: same)
    }
  }

  /// Whether the values meet demands.
  func meet(_ demands: [Demand]) -> Bool {
    demands.indices.allSatisfy { index in
      switch demands[index] {
      case .text(let text): texts[index] == text
      case .own(let form, let same):
        form == self.form(index) && same.map { texts[$0] == texts[index] } ?? true
      }
    }
  }

  /// Texts that meet demands: placeholders where any text will do.
  static func texts(
    for demands: [Demand], _ placeholders: TemplatePlaceholders
  ) -> [ArraySlice<UInt8>] {
    demands.enumerated().map { index, demand in
      switch demand {
      case .text(let text): text
      case .own(let form, let same): Array(placeholders.value(same ?? index, form).utf8)[...]
      }
    }
  }

  private func form(_ index: Int) -> TemplatePlaceholders.ValueForm {
    let text = texts[index]
    return TemplatePlaceholders.ValueForm(
      isBase64: text.isBase64,
      isLabel: text.count <= TemplatePlaceholders.longestLabel
        && NameShape.isLabelValue(String(decoding: text, as: UTF8.self)))
  }
}

extension VariableValues {
  /// Takes the values out of a file, and leaves marks.
  mutating func take(from bytes: [UInt8]) -> [UInt8] {
    var rest: [UInt8] = []
    rest.reserveCapacity(bytes.count)
    var start = 0
    let places = ValuePlaces.all(in: bytes)
    texts.reserveCapacity(texts.count + places.count)
    for place in places {
      texts.append(bytes[place])
      rest += bytes[start..<place.lowerBound]
      rest.append(Self.mark)
      start = place.upperBound
    }
    rest += bytes[start...]
    return rest
  }
}
