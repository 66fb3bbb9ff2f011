/// A text with `$(name)` references, taken apart as Kubernetes does it
/// (`third_party/forked/golang/expansion/expand.go`).
///
/// `$$` stands for a dollar sign, so that `$$(name)` is no reference; a `$(` that nothing closes
/// is text.
struct ReferenceText {
  enum Part: Hashable {
    case text(String)
    case reference(String)
  }

  let parts: [Part]

  init(_ text: String) {
    var parts: [Part] = []
    var plain = ""
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "$", let next = rest.first else {
        plain.unicodeScalars.append(scalar)
        continue
      }
      if next == "$" {
        rest.removeFirst()
        plain += "$"
      } else if next == "(", let end = rest.firstIndex(of: ")") {
        if !plain.isEmpty { parts.append(.text(plain)) }
        plain = ""
        parts.append(.reference(String(rest[rest.index(after: rest.startIndex)..<end])))
        rest = rest[rest.index(after: end)...]
      } else {
        plain += "$"
      }
    }
    if !plain.isEmpty || parts.isEmpty { parts.append(.text(plain)) }
    self.parts = parts
  }

  /// The names that are referred to.
  var references: [String] {
    parts.compactMap { if case .reference(let name) = $0 { name } else { nil } }
  }
}
