/// The layout of JSON lines: one object a line becomes `LineFields`, in one pass and without allocation.
///
/// The whole line is checked (`JSONScanner` says how strictly, and that nesting ends at 128 levels); white space around the
/// object and a CR are fine. Members of nested objects are found by their dotted name; members of objects inside arrays are
/// not fields. A key that stands twice with different values makes its field ambiguous, whatever other readers make of it.
/// Not shared by threads.
package struct JSONLine: Sendable {
  /// The last line held bytes that are not UTF-8, inside strings. (Elsewhere they make the line invalid.)
  package private(set) var hadInvalidUTF8 = false

  private let bareDurationUnit: Int64
  private let catalog: FieldCatalog
  private var keys = KeyMemory()

  /// - Parameter bareDurationUnit: nanoseconds of one unit of a `duration` that names none, 0 if unknown.
  package init(catalog: FieldCatalog, bareDurationUnit: Int64 = 0) {
    self.bareDurationUnit = bareDurationUnit
    self.catalog = catalog
  }

  /// Reads the line `start ..< end` (with or without its newline) into `fields`, which the caller has reset.
  ///
  /// - Returns: whether it is a JSON object. If not, `fields` holds what stood in front of the fault: reset it.
  package mutating func parse(
    _ bytes: Span<UInt8>, from start: Int, to end: Int, into fields: inout LineFields, times: inout TimestampParser
  ) -> Bool {
    hadInvalidUTF8 = false
    let first = JSONScanner.skipSpace(bytes, start, end)
    guard first < end, bytes[first] == UInt8(ascii: "{") else { return false }
    fields.bareDurationUnit = bareDurationUnit
    var high: UInt64 = 0
    let stop = object(bytes, first, end, parent: FieldCatalog.NameHash(), depth: 1, &high, into: &fields, times: &times)
    guard stop >= 0, JSONScanner.skipSpace(bytes, stop, end) == end else { return false }
    if high & 0x8080_8080_8080_8080 != 0 { hadInvalidUTF8 = !UTF8Text.isValid(bytes, from: start, to: end) }
    return true
  }

  /// The offset after the object at `start`, or -1.
  private mutating func object(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, parent: FieldCatalog.NameHash, depth: Int, _ high: inout UInt64,
    into fields: inout LineFields, times: inout TimestampParser
  ) -> Int {
    guard depth <= JSONScanner.maximumDepth else { return -1 }
    var i = JSONScanner.skipSpace(bytes, start &+ 1, end)
    if i < end, bytes[i] == UInt8(ascii: "}") { return i &+ 1 }
    while true {
      guard i < end, bytes[i] == UInt8(ascii: "\"") else { return -1 }
      let keyStart = i &+ 1
      var isEscaped = false
      i = JSONScanner.string(bytes, keyStart, end, isEscaped: &isEscaped, &high)
      guard i >= 0 else { return -1 }
      let key =
        isEscaped
        ? keys.look(upEscaped: bytes, keyStart, i &- 1, parent: parent, in: catalog, &fields.arena)
        : keys.look(up: bytes, keyStart, i &- 1, parent: parent, in: catalog)
      i = JSONScanner.skipSpace(bytes, i, end)
      guard i < end, bytes[i] == UInt8(ascii: ":") else { return -1 }
      i = JSONScanner.skipSpace(bytes, i &+ 1, end)
      guard i < end else { return -1 }

      let valueStart = i
      var value = FieldValue(.missing, .missing)
      switch bytes[valueStart] {
      case UInt8(ascii: "\""):
        var isEscaped = false
        i = JSONScanner.string(bytes, valueStart &+ 1, end, isEscaped: &isEscaped, &high)
        guard i >= 0 else { return -1 }
        value = FieldValue(.text, Slice(valueStart &+ 1, i &- 1))
        if isEscaped && !key.target.isIgnored {
          value.slice = JSONText.unescape(bytes, from: valueStart &+ 1, to: i &- 1, into: &fields.arena)
        }
      case UInt8(ascii: "{"):
        i = object(
          bytes, valueStart, end, parent: key.name, depth: depth &+ 1, &high, into: &fields, times: &times)
        guard i >= 0 else { return -1 }
        value = FieldValue(.composite, Slice(valueStart, i))
      case UInt8(ascii: "["):
        i = JSONScanner.array(bytes, valueStart, end, depth: depth &+ 1, &high)
        guard i >= 0 else { return -1 }
        value = FieldValue(.composite, Slice(valueStart, i))
      case UInt8(ascii: "-"), 0x30...0x39:
        i = JSONScanner.number(bytes, valueStart, end)
        guard i >= 0 else { return -1 }
        value = FieldValue(.number, Slice(valueStart, i))
      default:
        i = JSONScanner.literal(bytes, valueStart, end)
        guard i >= 0 else { return -1 }
        value = FieldValue(bytes[valueStart] == UInt8(ascii: "n") ? .null : .bool, Slice(valueStart, i))
      }
      fields.take(key.target, value, in: bytes, byLayout: true, times: &times)

      i = JSONScanner.skipSpace(bytes, i, end)
      guard i < end else { return -1 }
      if bytes[i] == UInt8(ascii: "}") { return i &+ 1 }
      guard bytes[i] == UInt8(ascii: ",") else { return -1 }
      i = JSONScanner.skipSpace(bytes, i &+ 1, end)
    }
  }
}
