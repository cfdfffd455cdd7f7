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
  private var keys: KeyMemory

  /// - Parameter bareDurationUnit: nanoseconds of one unit of a `duration` that names none, 0 if unknown.
  package init(catalog: FieldCatalog, bareDurationUnit: Int64 = 0) {
    self.bareDurationUnit = bareDurationUnit
    keys = KeyMemory(catalog: catalog)
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
        ? keys.look(upEscaped: bytes, keyStart, i &- 1, parent, &fields.arena)
        : keys.look(up: bytes, keyStart, i &- 1, parent)
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

/// What keys mean, remembered by their bytes: the keys of a log repeat from line to line, and two words are compared faster
/// than a name is folded and hashed.
private struct KeyMemory: Sendable {
  struct Key: BitwiseCopyable {
    /// With the names of its parents, for the members of its value.
    var name: FieldCatalog.NameHash
    var target: FieldTarget
  }

  private struct Entry: BitwiseCopyable {
    /// The first and the last eight bytes (one word for up to eight): all of a key of at most sixteen.
    var head: UInt64 = 0
    var tail: UInt64 = 0
    var length: UInt64 = 0
    var parent = FieldCatalog.NameHash()
    var key = Key(name: FieldCatalog.NameHash(), target: .ignored)
  }

  private let catalog: FieldCatalog
  private var entries = ContiguousArray<Entry>(repeating: Entry(), count: 256)

  init(catalog: FieldCatalog) { self.catalog = catalog }

  @inline(__always)
  mutating func look(
    up bytes: Span<UInt8>, _ start: Int, _ end: Int, _ parent: FieldCatalog.NameHash
  ) -> Key {
    let length = end &- start
    guard length > 0, length <= 16, start &+ 8 <= bytes.count else { return hash(bytes, start, end, parent) }
    var head = ByteSearch.word(bytes, at: start)
    var tail: UInt64 = 0
    if length < 8 {
      head &= (1 << (8 &* UInt64(length))) &- 1
    } else {
      tail = ByteSearch.word(bytes, at: end &- 8)
    }
    let mix = (head ^ tail &* 0x9E37_79B9_7F4A_7C15 ^ parent.hash ^ UInt64(length)) &* 0xA076_1D64_78BD_642F
    let slot = Int(truncatingIfNeeded: mix >> 56)
    let entry = entries[slot]
    if entry.head == head && entry.tail == tail && entry.length == UInt64(length) && entry.parent == parent {
      return entry.key
    }
    let key = hash(bytes, start, end, parent)
    entries[slot] = Entry(head: head, tail: tail, length: UInt64(length), parent: parent, key: key)
    return key
  }

  @inline(never)
  private func hash(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ parent: FieldCatalog.NameHash) -> Key {
    var name = parent
    name.fold(bytes, from: start, to: end)
    return Key(name: name, target: catalog[name])
  }

  /// A key with escapes: rare, so read by way of the arena, which is left as it was.
  @inline(never)
  func look(
    upEscaped bytes: Span<UInt8>, _ start: Int, _ end: Int, _ parent: FieldCatalog.NameHash,
    _ arena: inout ContiguousArray<UInt8>
  ) -> Key {
    let slice = JSONText.unescape(bytes, from: start, to: end, into: &arena)
    let key = hash(arena.span, slice.start, slice.end, parent)
    arena.removeLast(Int(slice.count))
    return key
  }
}
