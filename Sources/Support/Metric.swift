/// A family of measurements of one name, in Prometheus' data model.
package struct Metric: Sendable {
  package enum Kind: Sendable, Hashable {
    case counter
    case gauge
    /// The upper bounds of its buckets, ascending; the one without a bound is added.
    case histogram([Double])

    var name: String {
      switch self {
      case .counter: "counter"
      case .gauge: "gauge"
      case .histogram: "histogram"
      }
    }
  }

  /// Label values in the order of the label names.
  package typealias Labels = [String]

  let name: String
  let help: String
  let kind: Kind
  let labelNames: [String]
  private var values: [Labels: Double] = [:]
  private var distributions: [Labels: Distribution] = [:]

  private struct Distribution: Sendable {
    var counts: [Int]
    var sum: Double = 0
  }

  package init(_ name: String, _ kind: Kind, _ help: String, labels: [String] = []) {
    self.name = name
    self.help = help
    self.kind = kind
    self.labelNames = labels
  }

  /// The metric that tells which build runs.
  package static func buildInfo(version: String, commit: String?) -> Metric {
    var metric = Metric(
      "statestore_build_info", .gauge, "The version that runs, and its commit; always 1.",
      labels: ["version"] + (commit == nil ? [] : ["commit"]))
    metric.set(1, [version] + (commit.map { [$0] } ?? []))
    return metric
  }

  package mutating func add(_ amount: Double = 1, _ labels: Labels = []) {
    values[labels, default: 0] += amount
  }

  package mutating func set(_ value: Double, _ labels: Labels = []) { values[labels] = value }

  /// Takes a value that is higher than what is known.
  package mutating func raise(to value: Double, _ labels: Labels = []) {
    values[labels] = max(value, values[labels] ?? value)
  }

  /// Forgets everything; for gauges that are counted anew.
  package mutating func clear() { values = [:] }

  package mutating func observe(_ value: Double, _ labels: Labels = []) {
    guard case .histogram(let bounds) = kind else { return }
    var distribution =
      distributions[labels] ?? Distribution(counts: Array(repeating: 0, count: bounds.count + 1))
    distribution.counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
    distribution.sum += value
    distributions[labels] = distribution
  }
}

extension Metric {
  /// The family in the text format (Prometheus, "Exposition formats").
  package var text: String {
    var lines = ["# HELP \(name) \(help)", "# TYPE \(name) \(kind.name)"]
    for (labels, value) in values.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      lines.append("\(name)\(Self.text(of: pairs(labels))) \(Self.text(of: value))")
    }
    for (labels, distribution) in distributions.sorted(by: {
      $0.key.lexicographicallyPrecedes($1.key)
    }) {
      lines += self.lines(of: distribution, pairs(labels))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func lines(of distribution: Distribution, _ pairs: [(String, String)]) -> [String] {
    guard case .histogram(let bounds) = kind else { return [] }
    var lines: [String] = []
    var count = 0
    for (bound, own) in zip(bounds.map(Self.text) + ["+Inf"], distribution.counts) {
      count += own
      lines.append("\(name)_bucket\(Self.text(of: pairs + [("le", bound)])) \(count)")
    }
    let labels = Self.text(of: pairs)
    return lines + [
      "\(name)_sum\(labels) \(Self.text(of: distribution.sum))", "\(name)_count\(labels) \(count)",
    ]
  }

  private func pairs(_ labels: Labels) -> [(String, String)] { Array(zip(labelNames, labels)) }

  private static func text(of pairs: [(String, String)]) -> String {
    if pairs.isEmpty { return "" }
    return "{" + pairs.map { "\($0)=\"\($1.asLabelValue)\"" }.joined(separator: ",") + "}"
  }

  private static func text(of value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }
}

extension String {
  /// The text as the value of a label (Prometheus, "Exposition formats").
  package var asLabelValue: String {
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
