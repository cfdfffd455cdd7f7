// The record read once more, with all fields that rules name.

extension RuleMatcher {
  /// Reads the record's first line with all fields that rules name, once a line.
  mutating func read(_ head: Head, _ bytes: Span<UInt8>) {
    guard !isRead else { return }
    isRead = true
    fields.arena.removeAll(keepingCapacity: true)
    var times = times
    // The line alone: its masks are made anew.
    let line = bytes.extracting(head.bytes.start..<head.bytes.end)
    _ = layouts.parse(recordIn: line, from: 0, to: line.count, into: &fields, times: &times)
    fields.move(by: head.bytes.start)
    fields.time = head.time
    fields.level = head.level
  }

  /// A field's value as text: of the block, or made in the arena.
  mutating func text(of field: RecordField, _ slot: Int, _ bytes: Span<UInt8>) -> Slice {
    if fields.ambiguous & field.ambiguityBit != 0 { return .missing }
    switch field {
    case .status: return fields.status > 0 ? make(String(fields.status)) : .missing
    case .duration: return fields.duration >= 0 ? make(RuleMatcher.milliseconds(fields.duration)) : .missing
    case .level: return fields.level == .none ? .missing : make(fields.level.name)
    case .time: return fields.time == EventTime.none ? .missing : make(EventTime.rfc3339(fields.time))
    case .route:
      nameRoute(fields, bytes)
      guard !routeText.isEmpty else { return .missing }
      let start = fields.arena.count
      fields.arena.append(contentsOf: routeText)
      return .inArena(start, fields.arena.count)
    case .method: return fields.method
    case .path: return fields.path
    case .logger: return fields.logger
    case .message: return fields.message
    case .id: return fields.requestID
    case .line: return .missing
    case .instance:
      guard !fields.instance.isEmpty else { return .missing }
      let start = fields.arena.count
      fields.arena.append(contentsOf: fields.instance)
      return .inArena(start, fields.arena.count)
    case .wanted:
      guard slot >= 0 else { return .missing }
      let value = fields.wanted[slot]
      switch value.kind {
      case .missing, .null, .ambiguous: return .missing
      case .text, .number, .bool, .composite: return value.slice
      }
    }
  }

  private mutating func make(_ text: String) -> Slice {
    let start = fields.arena.count
    fields.arena.append(contentsOf: text.utf8)
    return .inArena(start, fields.arena.count)
  }

  /// `812.5ms`, as expressions write durations.
  package static func milliseconds(_ duration: Int64) -> String {
    let tenths = (duration / 100_000 + (duration % 100_000 >= 50_000 ? 1 : 0))
    return tenths % 10 == 0 ? "\(tenths / 10)ms" : "\(tenths / 10).\(tenths % 10)ms"
  }

  mutating func nameRoute(_ fields: LineFields, _ bytes: Span<UInt8>) {
    routeText.removeAll(keepingCapacity: true)
    RouteName.write(of: fields, bytes, into: &routeText)
  }
}
