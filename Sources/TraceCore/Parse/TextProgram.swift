/// Text layouts put together to be run, once a line and without a regular expression: a layout fits a line when every step
/// does.
///
/// The steps of all layouts stand in one array, so that running one touches no reference count.
struct TextProgram: Sendable {
  private var steps: ContiguousArray<TextLayout.Step> = []
  private var literals: ContiguousArray<UInt8> = []
  /// Where the steps of each layout end.
  private var ends: ContiguousArray<Int> = []

  /// Adds a layout; its number is how many came before.
  mutating func append(_ layout: TextLayout) {
    for var step in layout.preparedSteps {
      step.start += UInt16(literals.count)
      steps.append(step)
    }
    literals.append(contentsOf: layout.literals)
    ends.append(steps.count)
  }

  /// Whether `start ..< end` fits layout `layout`; then `fields` holds what it says. The caller has reset `fields`.
  @inline(__always)
  func parse(
    layout: Int, _ bytes: Span<UInt8>, _ masks: Span<ByteMasks.Window>, from start: Int, to end: Int,
    into fields: inout LineFields, catalog: FieldCatalog, times: inout TimestampParser
  ) -> Bool {
    var at = start
    var index = layout == 0 ? 0 : ends[layout &- 1]
    let count = ends[layout]
    while index < count {
      let step = steps[index]
      index &+= 1
      switch step.operation {
      case .literal:
        break
      case .blanks:
        while at < end && (bytes[at] == 0x20 || bytes[at] == 0x09) { at += 1 }
      case .time:
        guard let time = times.parse(bytes, from: at, to: end) else { return false }
        if TextProgram.admits(.time, step, &fields) {
          fields.time = time.time
          fields.timeHasZone = time.hasZone
        }
        at = time.end
      case .level:
        if let usual = Level.usual(bytes, at: at, to: end) {
          if TextProgram.admits(.level, step, &fields) { fields.level = usual.level }
          at = usual.end
          break
        }
        var stop = at
        while stop < end && (bytes[stop] | 0x20) &- 0x61 < 26 { stop += 1 }
        guard let level = Level(word: bytes, from: at, to: stop) else { return false }
        if fields.admits(.level, rank: 0, byLayout: true) { fields.level = level }
        at = stop
      case .field:
        guard let stop = fieldEnd(step, bytes, masks, at, end) else { return false }
        // A logger's name is one word; else `LEVEL: some text: more` would be taken for one.
        if step.target.standard == .logger && !TextProgram.isWord(bytes, masks, at, stop) { return false }
        if step.needsFraction && !TextProgram.hasFraction(bytes, at, stop) { return false }
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
        guard let stop = fieldEnd(step, bytes, masks, at, end) else { return false }
        if TextProgram.admits(.message, step, &fields) { fields.message = Slice(at, stop) }
        fields.takePairs(bytes, masks, at, stop, catalog: catalog, times: &times)
        at = stop &+ Int(step.count)
        continue
      case .priority:
        at = priority(bytes, at, end, &fields)
      case .structuredData:
        guard let stop = structuredData(bytes, masks, at, end, &fields, catalog, &times) else { return false }
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
  private func matches(_ step: TextLayout.Step, _ bytes: Span<UInt8>, _ at: Int) -> Bool {
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

  /// Notes that the step gives the field; false where something better gave it already.
  @inline(__always)
  private static func admits(_ field: StandardField, _ step: TextLayout.Step, _ fields: inout LineFields) -> Bool {
    guard step.isAlone else { return fields.admits(field, rank: 0, byLayout: true) }
    fields.place(field, rank: 0)
    return true
  }

  /// Where a field ends: before its closing literal, or at the end of the line.
  @inline(__always)
  private func fieldEnd(
    _ step: TextLayout.Step, _ bytes: Span<UInt8>, _ masks: Span<ByteMasks.Window>, _ start: Int, _ end: Int
  ) -> Int? {
    let length = Int(step.count)
    guard length > 0 else { return end }
    var from = start
    while true {
      let hit: Int
      switch step.closing {
      case .bracket: hit = masks.first(from: from, to: end) { $0.brackets }
      case .blank: hit = masks.first(from: from, to: end) { $0.blanks }
      case .anyByte:
        hit = ByteSearch.first(UInt8(truncatingIfNeeded: step.word), in: bytes, from: from, to: end) ?? end
      }
      guard hit + length <= end else { return nil }
      if matches(step, bytes, hit) { return hit }
      from = hit &+ 1
    }
  }

  /// One word, with padding behind it perhaps.
  @inline(__always)
  private static func isWord(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMasks.Window>, _ start: Int, _ end: Int
  ) -> Bool {
    let stop = masks.first(from: start, to: end) { $0.blanks }
    if stop == end { return true }
    var i = stop
    while i < end && bytes[i] == 0x20 { i += 1 }
    return i == end && stop > start
  }

  private static func hasFraction(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    ByteSearch.first(0x2E, in: bytes, from: start, to: end) != nil || (end == start + 1 && bytes[start] == 0x2D)
  }

  /// As `fieldEnd`, but a backslash takes the next byte with it.
  private func quotedEnd(_ step: TextLayout.Step, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
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
    _ step: TextLayout.Step, _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) {
    guard !step.target.isIgnored else { return }
    // Padding is no part of a value.
    var start = start
    var end = end
    while end > start && bytes[end - 1] == 0x20 { end -= 1 }
    while start < end && bytes[start] == 0x20 { start += 1 }
    if step.isAlone && step.target.standard == .requestID {
      guard let id = LineFields.requestID(bytes, Slice(start, end)) else { return }
      fields.place(.requestID, rank: step.target.rank)
      fields.requestID = id
      return
    }
    if step.isAlone && step.target.standard == .logger {
      guard LineFields.isSomething(bytes, start, end) else { return }
      fields.place(.logger, rank: step.target.rank)
      fields.logger = Slice(start, end)
      return
    }
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
    _ bytes: Span<UInt8>, _ masks: Span<ByteMasks.Window>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ catalog: FieldCatalog, _ times: inout TimestampParser
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
      fields.takePairs(bytes, masks, i + 1, close, catalog: catalog, times: &times)
      i = close + 1
    }
    return i > start ? i : nil
  }

  /// RFC 3164 section 4.1.3: the tag ends at the first byte that is not alphanumeric; in use also `-_./` and `[pid]`.
  private func tag(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ step: TextLayout.Step, _ fields: inout LineFields,
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
