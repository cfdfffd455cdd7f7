/// The layout of JSON lines: one object a line becomes `LineFields`, in one pass and without allocation.
///
/// The whole line is checked (`JSONScanner` says how strictly, and that nesting ends at 128 levels); white space around the
/// object and a CR are fine. Members of nested objects are found by their dotted name; members of objects inside arrays are
/// not fields. A key that stands twice with different values makes its field ambiguous, whatever other readers make of it.
/// Not shared by threads.
package struct JSONLine: Sendable {
  private let catalog: FieldCatalog
  private var keys = KeyMemory()
  private var endings = KeyEndings()
  /// The object is a part of a text line.
  private var isTail = false

  package init(catalog: FieldCatalog) { self.catalog = catalog }

  /// Reads the line `start ..< end` (with or without its newline) into `fields`, which the caller has reset. Scans the line
  /// for its masks: for single lines.
  ///
  /// - Returns: whether it is a JSON object. If not, `fields` holds what stood in front of the fault: reset it.
  package mutating func parse(
    _ bytes: Span<UInt8>, from start: Int, to end: Int, bareDurationUnit: Int64 = 0, into fields: inout LineFields,
    times: inout TimestampParser
  ) -> Bool {
    let masks = ByteMasks(of: bytes.extracting(first: end))
    return parse(
      bytes, masks.span, from: start, to: end, bareDurationUnit: bareDurationUnit, into: &fields, times: &times)
  }

  /// As above, with the masks of `bytes`.
  ///
  /// - Parameter bareDurationUnit: nanoseconds of one unit of a `duration` that names none, 0 if unknown.
  mutating func parse(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, from start: Int, to end: Int, bareDurationUnit: Int64 = 0,
    into fields: inout LineFields, times: inout TimestampParser
  ) -> Bool {
    let first = JSONScanner.skipSpace(bytes, start, end)
    guard first < end, bytes[first] == UInt8(ascii: "{") else { return false }
    fields.bareDurationUnit = bareDurationUnit
    isTail = false
    let stop = object(bytes, masks, first, end, scope: .line, depth: 1, into: &fields, times: &times)
    if fields.levelNumber >= 0, fields.level == .none,
      let level = JSONLevelScale.level(Int(fields.levelNumber), bytes, from: start, to: end)
    {
      fields.level = level
    }
    return stop >= 0 && JSONScanner.skipSpace(bytes, stop, end) == end
  }

  /// Takes the members of the valid object that ends a text line's message: what the layout has placed wins over them.
  mutating func take(
    tail bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, from start: Int, to end: Int,
    into fields: inout LineFields, times: inout TimestampParser
  ) {
    fields.bareDurationUnit = 0
    isTail = true
    _ = object(bytes, masks, start, end, scope: .line, depth: 1, into: &fields, times: &times)
    if fields.durationWithoutUnit {
      let isCaddy =
        !fields.logger.isMissing
        && ByteSearch.begins(
          bytes, at: fields.logger.start, end: min(fields.logger.end, bytes.count), with: "http.log.access")
      fields.bareDurationUnit =
        isCaddy ? EventTime.nanosecondsPerSecond : JSONDurationUnit.of(bytes, from: start, to: end)
      if fields.bareDurationUnit > 0 {
        _ = object(bytes, masks, start, end, scope: .line, depth: 1, into: &fields, times: &times)
      }
    }
    isTail = false
  }

  /// The offset after the object at `start`, or -1.
  private mutating func object(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, scope: JSONScope,
    depth: Int, into fields: inout LineFields, times: inout TimestampParser
  ) -> Int {
    guard depth <= JSONScanner.maximumDepth else { return -1 }
    var i = JSONScanner.skipSpace(bytes, start &+ 1, end)
    if i < end, bytes[i] == UInt8(ascii: "}") { return i &+ 1 }
    while true {
      guard i < end, bytes[i] == UInt8(ascii: "\"") else { return -1 }
      let keyStart = i &+ 1
      var isEscapedKey = false
      i = JSONLine.stringEnd(bytes, masks, keyStart, end, &isEscapedKey)
      guard i >= 0 else { return -1 }
      let keyEnd = i &- 1
      // Of most keys the end tells that they mean nothing; in a nested object it takes the whole name.
      let isDull =
        depth == 1 && !isEscapedKey && keyEnd >= 4
        && endings.isDull(ByteSearch.halfWord(bytes, at: keyEnd &- 4), catalog)
      i = JSONScanner.skipSpace(bytes, i, end)
      guard i < end, bytes[i] == UInt8(ascii: ":") else { return -1 }
      i = JSONScanner.skipSpace(bytes, i &+ 1, end)
      guard i < end else { return -1 }

      let valueStart = i
      var kind = FieldValue.Kind.missing
      var isEscaped = false
      switch bytes[valueStart] {
      case UInt8(ascii: "\""):
        kind = .text
        i = JSONLine.stringEnd(bytes, masks, valueStart &+ 1, end, &isEscaped)
      case UInt8(ascii: "{"):
        kind = .composite
        let inner = scope.entering(key(bytes, keyStart, keyEnd, isEscapedKey, scope, &fields))
        i = object(bytes, masks, valueStart, end, scope: inner, depth: depth &+ 1, into: &fields, times: &times)
      case UInt8(ascii: "["):
        kind = .composite
        i = JSONScanner.array(bytes, valueStart, end, depth: depth &+ 1)
        if i >= 0 {
          readArray(
            bytes, masks, valueStart, i, key(bytes, keyStart, keyEnd, isEscapedKey, scope, &fields), scope, depth,
            &fields, &times)
        }
      case UInt8(ascii: "-"), 0x30...0x39:
        kind = .number
        i = JSONScanner.number(bytes, valueStart, end)
      default:
        kind = bytes[valueStart] == UInt8(ascii: "n") ? .null : .bool
        i = JSONScanner.literal(bytes, valueStart, end)
      }
      guard i >= 0 else { return -1 }
      if !isDull {
        let target = key(bytes, keyStart, keyEnd, isEscapedKey, scope, &fields).target
        if !target.isIgnored {
          var slice = kind == .text ? Slice(valueStart &+ 1, i &- 1) : Slice(valueStart, i)
          if isEscaped {
            slice = JSONText.unescape(bytes, from: valueStart &+ 1, to: i &- 1, into: &fields.arena)
          }
          fields.take(target, FieldValue(kind, slice), in: bytes, byLayout: !isTail, times: &times)
        }
      }

      i = JSONScanner.skipSpace(bytes, i, end)
      guard i < end else { return -1 }
      if bytes[i] == UInt8(ascii: "}") { return i &+ 1 }
      guard bytes[i] == UInt8(ascii: ",") else { return -1 }
      i = JSONScanner.skipSpace(bytes, i &+ 1, end)
    }
  }

  /// The end of a string whose text begins at `start`, after the opening quote; the closing quote is at end - 1. Or -1.
  @inline(__always)
  private static func stringEnd(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ isEscaped: inout Bool
  ) -> Int {
    let stop = masks.first(from: start, to: end) { $0.textEnds }
    if stop < end, bytes[stop] == UInt8(ascii: "\"") { return stop &+ 1 }
    isEscaped = true
    return JSONScanner.escapedString(bytes, stop, end)
  }

  /// The objects of an array under a usual parent (.NET's `Scopes`), and the one text of an array of a header's values.
  @inline(never)
  private mutating func readArray(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ key: KnownKey,
    _ scope: JSONScope, _ depth: Int, _ fields: inout LineFields, _ times: inout TimestampParser
  ) {
    var i = JSONScanner.skipSpace(bytes, start &+ 1, end)
    if key.target.standard == .requestID, i < end, bytes[i] == UInt8(ascii: "\"") {
      var isEscaped = false
      let stop = JSONLine.stringEnd(bytes, masks, i &+ 1, end, &isEscaped)
      guard stop > 0, !isEscaped, bytes[JSONScanner.skipSpace(bytes, stop, end)] == UInt8(ascii: "]") else { return }
      fields.take(key.target, FieldValue(.text, Slice(i &+ 1, stop &- 1)), in: bytes, byLayout: !isTail, times: &times)
      return
    }
    guard key.scope == .usual, depth < JSONScanner.maximumDepth else { return }
    while i < end, bytes[i] == UInt8(ascii: "{") {
      i = object(bytes, masks, i, end, scope: scope.entering(key), depth: depth &+ 2, into: &fields, times: &times)
      guard i >= 0 else { return }
      i = JSONScanner.skipSpace(bytes, i, end)
      guard i < end, bytes[i] == UInt8(ascii: ",") else { return }
      i = JSONScanner.skipSpace(bytes, i &+ 1, end)
    }
  }

  private mutating func key(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ isEscaped: Bool, _ scope: borrowing JSONScope,
    _ fields: inout LineFields
  ) -> KnownKey {
    isEscaped
      ? keys.look(upEscaped: bytes, start, end, in: scope, catalog, &fields.arena)
      : keys.look(up: bytes, start, end, in: scope, catalog)
  }
}
