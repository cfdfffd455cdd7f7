internal import CYAML

/// Reads YAML text into nodes with libyaml. The only caller of it.
///
/// Anchors, aliases and tags are refused: a pack needs none, and an alias can blow a small file up to a large one.
@safe
package struct YAMLReader {
  /// Nesting at most.
  private static let depthLimit = 64

  private let path: String
  private var parser = unsafe yaml_parser_t()
  private var depth = 0
  private var source: [UInt8] = []

  private init(path: String) { self.path = path }

  /// All documents of the text, each its root; an empty document has none.
  ///
  /// - Throws: `ConfigurationProblem` at the place where the text is not YAML.
  package static func documents(_ text: [UInt8], path: String) throws(ConfigurationProblem) -> [YAMLNode] {
    var reader = YAMLReader(path: path)
    return try reader.read(text)
  }

  private mutating func read(_ text: [UInt8]) throws(ConfigurationProblem) -> [YAMLNode] {
    guard unsafe yaml_parser_initialize(&parser) == 1 else { preconditionFailure("out of memory") }
    defer { unsafe yaml_parser_delete(&parser) }
    let text = text.isEmpty ? [0x0A] : text
    source = text
    var result: Result<[YAMLNode], ConfigurationProblem> = .success([])
    unsafe text.withUnsafeBufferPointer { buffer in
      unsafe yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
      unsafe yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
      do throws(ConfigurationProblem) {
        result = .success(try documents())
      } catch {
        result = .failure(error)
      }
    }
    return try result.get()
  }

  private mutating func documents() throws(ConfigurationProblem) -> [YAMLNode] {
    var roots: [YAMLNode] = []
    while true {
      var event = unsafe try next()
      defer { unsafe yaml_event_delete(&event) }
      switch unsafe event.type {
      case YAML_STREAM_END_EVENT: return roots
      case YAML_STREAM_START_EVENT, YAML_DOCUMENT_START_EVENT, YAML_DOCUMENT_END_EVENT: continue
      default: unsafe roots.append(try node(event))
      }
    }
  }

  private mutating func next() throws(ConfigurationProblem) -> yaml_event_t {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(&parser, &event) == 1 else { throw failure() }
    return unsafe event
  }

  /// The node that begins with `event`.
  private mutating func node(_ event: yaml_event_t) throws(ConfigurationProblem) -> YAMLNode {
    let line = unsafe Int(event.start_mark.line) + 1
    let column = unsafe Int(event.start_mark.column) + 1
    guard depth < YAMLReader.depthLimit else {
      throw ConfigurationProblem(
        path: path, line: line, column: column, "this is nested more than \(YAMLReader.depthLimit) deep")
    }
    depth += 1
    defer { depth -= 1 }
    switch unsafe event.type {
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      try unsafe refuse(anchor: scalar.anchor, tag: scalar.tag, line, column)
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      let text = unsafe String(decoding: bytes, as: UTF8.self)
      return YAMLNode(
        unsafe .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE), line: line, column: column)
    case YAML_SEQUENCE_START_EVENT:
      try unsafe refuse(anchor: event.data.sequence_start.anchor, tag: event.data.sequence_start.tag, line, column)
      var items: [YAMLNode] = []
      while let item = try child(until: YAML_SEQUENCE_END_EVENT) { items.append(item) }
      return YAMLNode(.sequence(items), line: line, column: column)
    case YAML_MAPPING_START_EVENT:
      try unsafe refuse(anchor: event.data.mapping_start.anchor, tag: event.data.mapping_start.tag, line, column)
      var members: [YAMLNode.Member] = []
      while let key = try child(until: YAML_MAPPING_END_EVENT) {
        guard let value = try child(until: YAML_MAPPING_END_EVENT) else { break }
        members.append(YAMLNode.Member(key: key, value: value))
      }
      return YAMLNode(.mapping(members), line: line, column: column)
    default:
      throw ConfigurationProblem(
        path: path, line: line, column: column, "aliases (*name) are not read here: write the value out")
    }
  }

  /// The next node inside of a list or mapping; nil at its end.
  private mutating func child(until end: yaml_event_type_t) throws(ConfigurationProblem) -> YAMLNode? {
    var event = unsafe try next()
    defer { unsafe yaml_event_delete(&event) }
    if unsafe event.type == end { return nil }
    return unsafe try node(event)
  }

  private func refuse(
    anchor: UnsafeMutablePointer<yaml_char_t>?, tag: UnsafeMutablePointer<yaml_char_t>?, _ line: Int, _ column: Int
  ) throws(ConfigurationProblem) {
    if unsafe anchor != nil {
      throw ConfigurationProblem(
        path: path, line: line, column: column, "anchors (&name) are not read here: write the value out")
    }
    if unsafe tag != nil {
      throw ConfigurationProblem(
        path: path, line: line, column: column, "tags (!name) are not supported here: remove it")
    }
  }

  /// Line and column of a byte, from 1.
  private func place(of offset: Int) -> (line: Int, column: Int) {
    let before = source.prefix(offset)
    let line = before.lastIndex(of: 0x0A).map { before[$0...].dropFirst() } ?? before
    return (
      before.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }, String(decoding: line, as: UTF8.self).unicodeScalars.count + 1
    )
  }

  /// What libyaml says is wrong, and where.
  private func failure() -> ConfigurationProblem {
    let text = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "it cannot be read"
    let context = unsafe parser.context.map { unsafe " " + String(cString: $0) } ?? ""
    let isCharacter = unsafe parser.error == YAML_READER_ERROR
    if isCharacter {
      let place = place(of: unsafe Int(parser.problem_offset))
      return ConfigurationProblem(path: path, line: place.line, column: place.column, "this is no YAML: \(text)")
    }
    return ConfigurationProblem(
      path: path, line: unsafe Int(parser.problem_mark.line) + 1, column: unsafe Int(parser.problem_mark.column) + 1,
      "this is no YAML: \(text)\(context)")
  }
}
