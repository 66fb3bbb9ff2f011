import Clibyaml

/// Builds the trees of documents from the events of libyaml.
///
/// Open sequences and mappings are on a stack of frames. Their children are on two shared stacks, and
/// are moved to an array of the right size when the parent ends. So nothing recurses with the nesting
/// of the input, and no array is reallocated.
struct TreeBuilder {
  /// A sequence or mapping that has not ended yet.
  struct Frame {
    let isMapping: Bool
    let position: Position
    /// The index of its first child on the stack of nodes or of entries.
    let start: Int
    let anchor: String?
    let weightBefore: Int
    /// The nesting depth of its children.
    var height = 0
    /// The key of the next value.
    var key: String?
    var keyPosition = Position.none
    /// Whether that key is `<<`.
    var keyIsMerge = false
    /// The value of `<<`.
    var merged: Node?
  }

  /// The value of an anchor; without a node while it is being built.
  struct Anchor {
    var node: Node?
    var weight = 0
    var height = 0
  }

  let file: String
  let limits: Limits
  /// How many lines of the file are above the text whose events come.
  var linesAbove = 0
  /// The first key that is no text: kubectl and Argo CD make it one, and kustomize refuses the file.
  private(set) var faultOfKustomize: ManifestError?
  private var frames: [Frame] = []
  private var nodes: [Node] = []
  private var entries: [Mapping.Entry] = []
  private var anchors: [String: Anchor] = [:]
  private var root = Node(.null)
  private var weight = 0
  private var aliasedWeight = 0

  init(file: String, limits: Limits) {
    self.file = file
    self.limits = limits
    // Enough for an ordinary object without reallocation.
    frames.reserveCapacity(16)
    nodes.reserveCapacity(16)
    entries.reserveCapacity(64)
  }

  mutating func take(_ event: yaml_event_t) throws(ManifestError) {
    let position = Position(event.start_mark, linesAbove: linesAbove)
    switch event.type {
    case YAML_SCALAR_EVENT:
      try scalar(
        ScalarEvent(event.data.scalar, position: position), anchor: event.data.scalar.anchor)
    case YAML_SEQUENCE_START_EVENT:
      try open(isMapping: false, at: position, anchor: event.data.sequence_start.anchor)
    case YAML_MAPPING_START_EVENT:
      try open(isMapping: true, at: position, anchor: event.data.mapping_start.anchor)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
      try close()
    case YAML_ALIAS_EVENT:
      try alias(name(event.data.alias.anchor) ?? "", at: position)
    default:
      break
    }
  }

  /// Returns the document's value and resets the builder for the next document.
  mutating func finishDocument() -> Node {
    defer {
      root = Node(.null)
      if !anchors.isEmpty { anchors.removeAll() }
    }
    return root
  }
}

extension TreeBuilder {
  private mutating func scalar(
    _ scalar: borrowing ScalarEvent, anchor: UnsafeMutablePointer<UInt8>?
  ) throws(ManifestError) {
    guard scalar.bytes.count <= limits.scalarBytes else {
      throw fault(
        .tooLarge, scalar.position,
        "a scalar of \(scalar.bytes.count) bytes, more than the limit of \(limits.scalarBytes)")
    }
    let own = 1 + scalar.bytes.count >> 6
    try weigh(own, at: scalar.position)
    if let last = frames.indices.last, frames[last].isMapping, frames[last].key == nil {
      frames[last].keyIsMerge = scalar.isMergeKey
      if scalar.isMergeKey && frames[last].merged != nil {
        throw fault(
          .duplicateKey, scalar.position,
          "the key << is given twice; give it once, with a list of mappings")
      }
      let key = try scalar.key(in: file)
      frames[last].key = key.text
      frames[last].keyPosition = scalar.position
      if !key.isText, faultOfKustomize == nil {
        faultOfKustomize = fault(
          .invalidKey, scalar.position,
          "the key \(key.text) is a number or a truth value; put it in quotes")
      }
      guard let anchor = name(anchor) else { return }
      anchors[anchor] = Anchor(node: try scalar.node(in: file), weight: own)
      return
    }
    let node = try scalar.node(in: file)
    if let anchor = name(anchor) { anchors[anchor] = Anchor(node: node, weight: own) }
    add(node, height: 0)
  }

  private mutating func open(
    isMapping: Bool, at position: Position, anchor: UnsafeMutablePointer<UInt8>?
  ) throws(ManifestError) {
    if let last = frames.last, last.isMapping, last.key == nil {
      throw fault(
        .invalidKey, position,
        "a key must be a scalar, as in JSON, not a \(isMapping ? "mapping" : "list"); "
          + "if this is a placeholder such as {{ name }}, put it in quotes")
    }
    try checkDepth(frames.count + 1, at: position)
    let anchor = name(anchor)
    if let anchor { anchors[anchor] = Anchor() }
    frames.append(
      Frame(
        isMapping: isMapping, position: position, start: isMapping ? entries.count : nodes.count,
        anchor: anchor, weightBefore: weight))
    try weigh(1, at: position)
  }

  private mutating func close() throws(ManifestError) {
    guard let frame = frames.popLast() else { return }
    let content: Node.Content
    if frame.isMapping {
      content = .mapping(try mapping(of: frame))
    } else {
      content = .sequence(Array(nodes[frame.start...]))
      nodes.removeLast(nodes.count - frame.start)
    }
    let node = Node(content, position: frame.position)
    if let anchor = frame.anchor {
      anchors[anchor] = Anchor(
        node: node, weight: weight - frame.weightBefore, height: frame.height + 1)
    }
    add(node, height: frame.height + 1)
  }

  private mutating func mapping(of frame: Frame) throws(ManifestError) -> Mapping {
    let own = Array(entries[frame.start...])
    entries.removeLast(entries.count - frame.start)
    var mapping: Mapping
    do throws(Mapping.DuplicateKey) {
      mapping = try Mapping(unique: own)
    } catch {
      throw duplicate(error)
    }
    if let merged = frame.merged { try mapping.merge(merged, file: file) }
    return mapping
  }

  private mutating func alias(_ name: String, at position: Position) throws(ManifestError) {
    guard let anchor = anchors[name] else {
      throw fault(
        .unknownAlias, position,
        // Its name may be a password without quotes.
        "an alias has no anchor before it in this document; "
          + "put a value that begins with * in quotes")
    }
    guard let node = anchor.node else {
      throw fault(
        .cyclicAlias, position, "an alias is inside its own value")
    }
    aliasedWeight += anchor.weight
    guard aliasedWeight <= limits.aliasedNodes else {
      throw fault(
        .aliasBomb, position,
        "aliases bring in more than \(limits.aliasedNodes) values; write the values out")
    }
    try checkDepth(frames.count + anchor.height, at: position)
    try weigh(anchor.weight, at: position)
    guard let last = frames.indices.last, frames[last].isMapping, frames[last].key == nil else {
      add(node, height: anchor.height)
      return
    }
    guard let key = node.content.key else {
      throw fault(
        .invalidKey, position, "a key must be a scalar, as in JSON, not \(node.kindDescription)")
    }
    frames[last].key = key
    frames[last].keyPosition = position
    frames[last].keyIsMerge = false
  }

  private mutating func add(_ node: Node, height: Int) {
    guard let last = frames.indices.last else {
      root = node
      return
    }
    frames[last].height = max(frames[last].height, height)
    guard frames[last].isMapping else {
      nodes.append(node)
      return
    }
    guard let key = frames[last].key else { return }
    frames[last].key = nil
    if frames[last].keyIsMerge {
      frames[last].merged = node
    } else {
      entries.append(
        Mapping.Entry(key: key, keyPosition: frames[last].keyPosition, value: node))
    }
  }
}

extension TreeBuilder {
  private mutating func weigh(_ more: Int, at position: Position) throws(ManifestError) {
    weight += more
    guard weight <= limits.nodes else {
      throw fault(
        .tooLarge, position, "more than \(limits.nodes) values in one file; split the file")
    }
  }

  private func checkDepth(_ depth: Int, at position: Position) throws(ManifestError) {
    guard depth <= limits.depth else {
      throw fault(.tooDeep, position, "more than \(limits.depth) lists and mappings nested")
    }
  }

  private func duplicate(_ error: Mapping.DuplicateKey) -> ManifestError {
    fault(
      .duplicateKey, error.second.keyPosition,
      "the key \"\(error.second.key)\" is already given at line \(error.first.keyPosition.line); "
        + "keep one of them")
  }

  private func fault(
    _ code: ManifestError.Code, _ position: Position, _ message: String
  ) -> ManifestError {
    ManifestError(code: code, file: file, position: position, message: message)
  }

  private func name(_ anchor: UnsafeMutablePointer<UInt8>?) -> String? {
    anchor.map { String(cString: $0) }
  }
}
