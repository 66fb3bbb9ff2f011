import Manifests

/// A page as a screen reader has it.
struct AccessibilityTree {
  /// One thing of the page.
  struct Element {
    var role: String
    var name: String
    /// Of a heading.
    var level: Int64?
    fileprivate var id: String
    fileprivate var children: [String]
  }

  /// A table, in words.
  struct Table {
    var headers: [String]
    /// The roles of each row's cells, without the row of headers.
    var rows: [[String]]
  }

  /// All that is not left out, in the order of the page.
  private(set) var elements: [Element] = []
  private var all: [String: Element] = [:]

  init(of browser: Browser) async throws {
    var ignored: Set<String> = []
    let nodes = try await browser.call("Accessibility.getFullAXTree")["nodes"]?.sequence ?? []
    for node in nodes {
      let element = Element(
        role: node.value(at: "/role/value")?.string ?? "",
        name: node.value(at: "/name/value")?.string ?? "",
        level: node["properties"]?.sequence?.first { $0["name"]?.string == "level" }?
          .value(at: "/value/value")?.integer,
        id: node["nodeId"]?.string ?? "",
        children: node["childIds"]?.sequence?.compactMap(\.string) ?? [])
      all[element.id] = element
      if node["ignored"]?.boolean == true { ignored.insert(element.id) }
    }
    let root = nodes.first { $0["parentId"] == nil }?["nodeId"]?.string
    if let root = root.flatMap({ all[$0] }) { add(root, leavingOut: ignored) }
  }

  private mutating func add(_ element: Element, leavingOut ignored: Set<String>) {
    if !ignored.contains(element.id) { elements.append(element) }
    for child in element.children.compactMap({ all[$0] }) { add(child, leavingOut: ignored) }
  }

  var tables: [Table] {
    elements.filter { $0.role == "table" }.map { table in
      let rows = below(table) { $0.role == "row" }.map { row in
        below(row) { ["cell", "columnheader", "rowheader"].contains($0.role) }
      }
      let headers = rows.first { $0.allSatisfy { $0.role == "columnheader" } } ?? []
      return Table(
        headers: headers.map(\.name),
        rows: rows.map { $0.map(\.role) }.filter { !$0.allSatisfy { $0 == "columnheader" } })
    }
  }

  /// The nearest elements below another that are of a kind.
  private func below(_ element: Element, _ isWanted: (Element) -> Bool) -> [Element] {
    element.children.compactMap { all[$0] }.flatMap { child in
      isWanted(child) ? [child] : below(child, isWanted)
    }
  }
}
