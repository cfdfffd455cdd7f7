/// A text layout compiled to a short program of literals and fields, run once a line without a regular expression.
///
/// It fits a line when every step does. Where it was written as a Python, nginx or Apache format, `LayoutSource` compiles it.
package struct TextLayout: Sendable {
  /// One instruction.
  struct Step: BitwiseCopyable, Sendable {
    enum Operation: UInt8, BitwiseCopyable, Sendable {
      /// Nothing but the literal that closes the step.
      case literal
      /// Any number of blanks, also none.
      case blanks
      /// A timestamp stands here.
      case time
      /// A level word stands here.
      case level
      /// Bytes up to the next literal (or the end of the line); may be empty.
      case field
      /// Bytes up to the next literal that does not lie inside a quoted string's escapes (`\"`).
      case quoted
      /// The rest of the line, whose `key=value` pairs are fields too.
      case message
      /// `<PRI>` of syslog, which may be missing.
      case priority
      /// RFC 5424 structured data: `-` or bracketed elements.
      case structuredData
      /// syslog's tag: `app[123]:` or `app:`.
      case tag
    }
    var operation: Operation
    var target = FieldTarget.ignored
    /// The place in `literals` of the bytes that must follow; none for a field: it goes on to the end of the line.
    var start: UInt16 = 0
    var count: UInt16 = 0
    /// The field is a number with a fraction, or nothing.
    var needsFraction = false
    /// Blanks at the end of the field are padding.
    var trims = false
    /// The first eight bytes of the literal, the first lowest, and which of them count.
    var word: UInt64 = 0
    var mask: UInt64 = 0
    /// A lone `-` stands for no value.
    var dashIsNull = true
  }

  /// The name that `--layout` takes and doctor prints.
  package let name: String
  /// What it was compiled from, for doctor.
  package let source: String
  var steps: ContiguousArray<Step> = []
  var literals: ContiguousArray<UInt8> = []
  /// Nanoseconds of a unit of a bare `duration` in messages, where the layout's convention tells it; else 0.
  var bareDurationUnit: Int64 = 0
  /// The shape in which its timestamps were last seen.
  private var timeShape: TimestampShape?

  init(name: String, source: String) {
    self.name = name
    self.source = source
  }

  /// Which standard fields the layout itself places.
  package var placedFields: [StandardField] {
    steps.compactMap { step in
      switch step.operation {
      case .time: .time
      case .level, .priority: .level
      case .message: .message
      case .field, .quoted: step.target.standard == .none ? nil : step.target.standard
      default: nil
      }
    }
  }

  /// Whether `start ..< end` fits; then `fields` holds what it says. The caller has reset `fields`.
  @inline(__always)
  mutating func parse(
    _ bytes: Span<UInt8>, from start: Int, to end: Int, into fields: inout LineFields,
    catalog: FieldCatalog, times: inout TimestampParser
  ) -> Bool {
    var at = start
    var index = 0
    let count = steps.count
    while index < count {
      let step = steps[index]
      index &+= 1
      switch step.operation {
      case .literal:
        break
      case .blanks:
        while at < end && (bytes[at] == 0x20 || bytes[at] == 0x09) { at += 1 }
      case .time:
        guard let time = timestamp(bytes, at, end, &times) else { return false }
        if fields.admits(.time, rank: 0, byLayout: true) {
          fields.time = time.time
          fields.timeHasZone = time.hasZone
        }
        at = time.end
      case .level:
        if let usual = Level.usual(bytes, at: at, to: end) {
          if fields.admits(.level, rank: 0, byLayout: true) { fields.level = usual.level }
          at = usual.end
          break
        }
        var stop = at
        while stop < end && (bytes[stop] | 0x20) &- 0x61 < 26 { stop += 1 }
        guard let level = Level(word: bytes, from: at, to: stop) else { return false }
        if fields.admits(.level, rank: 0, byLayout: true) { fields.level = level }
        at = stop
      case .field:
        guard let stop = fieldEnd(step, bytes, at, end) else { return false }
        // A logger's name is one word; else `LEVEL: some text: more` would be taken for one.
        if step.target.standard == .logger && !TextLayout.isWord(bytes, at, stop) { return false }
        if step.needsFraction && !TextLayout.hasFraction(bytes, at, stop) { return false }
        take(step, bytes, at, stop, &fields, &times)
        at = stop &+ Int(step.count)
        if step.trims { while at < end && bytes[at] == 0x20 { at &+= 1 } }
        continue
      case .quoted:
        guard let stop = quotedEnd(step, bytes, at, end) else { return false }
        take(step, bytes, at, stop, &fields, &times)
        at = stop &+ Int(step.count)
        continue
      case .message:
        guard let stop = fieldEnd(step, bytes, at, end) else { return false }
        fields.takeMessage(bytes, at, stop, catalog: catalog, times: &times)
        at = stop &+ Int(step.count)
        continue
      case .priority:
        at = priority(bytes, at, end, &fields)
      case .structuredData:
        guard let stop = structuredData(bytes, at, end, &fields, catalog, &times) else { return false }
        at = stop
      case .tag:
        guard let stop = tag(bytes, at, end, step, &fields, &times) else { return false }
        at = stop
      }
      if step.count > 0 {
        guard at + Int(step.count) <= end, matches(step, bytes, at) else { return false }
        at &+= Int(step.count)
      }
    }
    return at == end
  }

  @inline(__always)
  private func matches(_ step: Step, _ bytes: Span<UInt8>, _ at: Int) -> Bool {
    let length = Int(step.count)
    var i = 0
    if at + 8 <= bytes.count {
      if (ByteSearch.word(bytes, at: at) ^ step.word) & step.mask != 0 { return false }
      i = 8
    }
    let start = Int(step.start)
    while i < length {
      if bytes[at &+ i] != literals[start &+ i] { return false }
      i &+= 1
    }
    return true
  }

  @inline(__always)
  private mutating func timestamp(
    _ bytes: Span<UInt8>, _ at: Int, _ end: Int, _ times: inout TimestampParser
  ) -> ParsedTimestamp? {
    if let timeShape, let time = times.parse(bytes, from: at, to: end, shape: timeShape) { return time }
    guard let time = times.parse(bytes, from: at, to: end) else { return nil }
    timeShape = time.shape
    return time
  }

  /// Where a field ends: before its closing literal, or at the end of the line.
  @inline(__always)
  private func fieldEnd(_ step: Step, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    let length = Int(step.count)
    guard length > 0 else { return end }
    let first = UInt8(truncatingIfNeeded: step.word)
    var from = start
    while let hit = ByteSearch.first(first, in: bytes, from: from, to: end) {
      if hit + length <= end && matches(step, bytes, hit) { return hit }
      from = hit + 1
    }
    return nil
  }

  /// One word, with padding behind it perhaps.
  @inline(__always)
  private static func isWord(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    let stop = ByteSearch.firstBlank(in: bytes, from: start, to: end)
    if stop == end { return true }
    var i = stop
    while i < end && bytes[i] == 0x20 { i += 1 }
    return i == end && stop > start
  }

  private static func hasFraction(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    ByteSearch.first(0x2E, in: bytes, from: start, to: end) != nil || (end == start + 1 && bytes[start] == 0x2D)
  }

  /// As `fieldEnd`, but a backslash takes the next byte with it.
  private func quotedEnd(_ step: Step, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    let length = Int(step.count)
    guard length > 0 else { return end }
    var i = start
    while i + length <= end {
      if bytes[i] == 0x5C {
        i += 2
        continue
      }
      if matches(step, bytes, i) { return i }
      i += 1
    }
    return nil
  }

  @inline(__always)
  private func take(
    _ step: Step, _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) {
    guard !step.target.isIgnored else { return }
    // Padding is no part of a value.
    var start = start
    var end = end
    while end > start && bytes[end - 1] == 0x20 { end -= 1 }
    while start < end && bytes[start] == 0x20 { start += 1 }
    let isNull = end == start || (step.dashIsNull && end == start + 1 && bytes[start] == 0x2D)
    fields.take(
      step.target, FieldValue(isNull ? .null : .text, Slice(start, end)), in: bytes, byLayout: true, times: &times)
  }

  /// `<34>` or `<34>1 ` (the version is a literal of the layout); RFC 5424 section 6.2.1: severity is PRI mod 8.
  private func priority(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields) -> Int {
    guard start < end, bytes[start] == 0x3C else { return start }
    var i = start + 1
    var value = 0
    while i < end && i < start + 4 && bytes[i] &- 0x30 < 10 {
      value = value * 10 + Int(bytes[i] &- 0x30)
      i += 1
    }
    guard i < end, i > start + 1, bytes[i] == 0x3E, value <= 191 else { return start }
    if fields.admits(.level, rank: 0, byLayout: true) { fields.level = Level(syslog: value % 8) ?? .none }
    return i + 1
  }

  /// `-`, or `[id name="value" …]…`; the names are fields.
  private func structuredData(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields, _ catalog: FieldCatalog,
    _ times: inout TimestampParser
  ) -> Int? {
    guard start < end else { return nil }
    if bytes[start] == 0x2D { return start + 1 }
    var i = start
    while i < end && bytes[i] == 0x5B {
      var close = i + 1
      var inQuotes = false
      while close < end && (inQuotes || bytes[close] != 0x5D) {
        if bytes[close] == 0x5C { close += 1 } else if bytes[close] == 0x22 { inQuotes.toggle() }
        close += 1
      }
      guard close < end else { return nil }
      fields.takePairs(bytes, i + 1, close, catalog: catalog, times: &times)
      i = close + 1
    }
    return i > start ? i : nil
  }

  /// RFC 3164 section 4.1.3: the tag ends at the first byte that is not alphanumeric; in use also `-_./` and `[pid]`.
  private func tag(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ step: Step, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) -> Int? {
    var i = start
    while i < end && i < start + 64 && bytes[i] != 0x3A && bytes[i] != 0x5B && bytes[i] != 0x20 { i += 1 }
    guard i > start, i < end else { return nil }
    let nameEnd = i
    if bytes[i] == 0x5B {
      guard let close = ByteSearch.first(0x5D, in: bytes, from: i, to: end) else { return nil }
      i = close + 1
    }
    guard i < end, bytes[i] == 0x3A else { return nil }
    take(step, bytes, start, nameEnd, &fields, &times)
    return i + 1
  }
}
