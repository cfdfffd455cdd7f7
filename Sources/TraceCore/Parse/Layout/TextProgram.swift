/// Text layouts put together to be run, once a line and without a regular expression: a layout fits a line when every step
/// does.
///
/// The steps of all layouts stand in one array, so that running one touches no reference count. What most layouts are made
/// of (a time, a level, a logger, an id, a message) is read in the loop; everything else, and whatever is unusual about
/// these, in functions of its own that say the same.
struct TextProgram: Sendable {
  /// What the loop needs of a step.
  private struct Instruction: BitwiseCopyable {
    enum Operation: UInt8, BitwiseCopyable {
      case time, level, logger, requestID, message, other
    }
    /// How the literal that closes a field is looked for.
    enum Closing: UInt8, BitwiseCopyable {
      case none, bracket, blank, anyByte
    }
    var operation: Operation
    var closing: Closing
    /// As the step's.
    var isGuarded: Bool
    /// Length of the literal.
    var count: UInt16
    /// The first eight bytes of the literal, the first lowest, and which of them count.
    var word: UInt64
    var mask: UInt64
  }

  private var instructions: ContiguousArray<Instruction> = []
  /// The same steps, whole.
  private var steps: ContiguousArray<TextLayout.Step> = []
  private var literals: ContiguousArray<UInt8> = []
  private var timeFormats: ContiguousArray<TimeFormat> = []
  /// Where the steps of each layout end.
  private var ends: ContiguousArray<Int> = []
  /// The fields of each layout that it certainly places when it fits, each by one step (bit = StandardField.rawValue).
  private var certain: ContiguousArray<UInt16> = []

  /// Adds a layout; its number is how many came before.
  mutating func append(_ layout: TextLayout) {
    let fields = layout.steps.map(TextProgram.field)
    // A request line gives method and path, structured data gives anything.
    let canClash = layout.steps.contains { $0.target.standard == .requestLine || $0.operation == .structuredData }
    var certain: UInt16 = 0
    for (index, step) in layout.steps.enumerated() {
      let isAlone =
        !canClash && step.target.wanted < 0 && fields.count { $0 == fields[index] } == 1 && step.count <= 8
        && !step.needsFraction
      let instruction = TextProgram.instruction(for: step, isAlone: isAlone)
      switch instruction.operation {
      case .time, .level, .message: certain |= 1 << UInt16(fields[index].rawValue)
      case .logger, .requestID, .other: break
      }
      instructions.append(instruction)
      var whole = step
      whole.start += UInt32(literals.count)
      if whole.format >= 0 { whole.format += Int16(timeFormats.count) }
      steps.append(whole)
    }
    literals.append(contentsOf: layout.literals)
    timeFormats.append(contentsOf: layout.timeFormats)
    ends.append(steps.count)
    self.certain.append(certain)
  }

  private static func field(of step: TextLayout.Step) -> StandardField {
    switch step.operation {
    case .time, .timeFormat: .time
    case .level, .levelNumber, .priority: .level
    case .message: .message
    default: step.target.standard
    }
  }

  private static func instruction(for step: TextLayout.Step, isAlone: Bool) -> Instruction {
    let operation: Instruction.Operation =
      switch (step.operation, step.target.standard) {
      case (.time, _): isAlone ? .time : .other
      case (.level, _): isAlone ? .level : .other
      case (.message, _): isAlone ? .message : .other
      case (.field, .logger): isAlone && step.count > 0 && !step.trims ? .logger : .other
      case (.field, .requestID): isAlone && step.count > 0 && !step.trims ? .requestID : .other
      default: .other
      }
    let closing: Instruction.Closing =
      switch (step.count, UInt8(truncatingIfNeeded: step.word)) {
      case (0, _): .none
      case (_, UInt8(ascii: "]")): .bracket
      case (_, UInt8(ascii: " ")): .blank
      default: .anyByte
      }
    return Instruction(
      operation: operation, closing: closing, isGuarded: step.isGuarded, count: step.count, word: step.word,
      mask: step.mask)
  }

  /// Whether `start ..< end` fits layout `layout`; then `fields` holds what it says. The caller has reset `fields`.
  @inline(__always)
  func parse(
    layout: Int, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, from start: Int, to end: Int,
    into fields: inout LineFields, catalog: FieldCatalog, times: inout TimestampParser
  ) -> Bool {
    var at = start
    var index = layout == 0 ? 0 : ends[layout &- 1]
    let last = ends[layout]
    fields.place(certain[layout])
    while index < last {
      let step = instructions[index]
      var stop = at
      switch step.operation {
      case .time:
        guard let time = times.memory.rememberedSecond(bytes, at, end) ?? times.parseAnew(bytes, at, end) else {
          return false
        }
        fields.time = time.time
        fields.timeHasZone = time.hasZone
        stop = time.end
      case .level:
        if let usual = Level.usual(bytes, at: at, to: end) {
          fields.level = usual.level
          stop = usual.end
        } else {
          guard let found = TextProgram.level(bytes, at, end) else { return false }
          fields.level = found.level
          stop = found.end
        }
      case .logger, .requestID:
        // As `closing` does it, which is not always put in line: twice a line.
        let hit = TextProgram.firstByte(of: step, bytes, masks, at, end)
        if hit &+ Int(step.count) > end {
          stop = end
        } else if TextProgram.begins(step.word, step.mask, bytes, hit) {
          stop = hit
        } else {
          stop = laterClosing(step, bytes, masks, hit &+ 1, end)
        }
        // One word of at least two bytes; the others are looked at closer.
        guard stop &- at >= 2, stop < end, masks.first(from: at, to: stop, { $0.blanks }) == stop else {
          stop = other(index, bytes, masks, at, end, &fields, catalog, &times)
          if stop < 0 { return false }
          break
        }
        if step.operation == .logger {
          guard bytes[at] &- 0x30 >= 10 || !step.isGuarded else { return false }
          fields.place(.logger, Slice(at, stop))
        } else if let id = LineFields.requestID(bytes, Slice(at, stop)) {
          guard !step.isGuarded || RequestIDShape.mayStand(bytes, id.start, id.end) else { return false }
          fields.place(.requestID, id)
        }
        at = stop &+ Int(step.count)
        index &+= 1
        continue
      case .message:
        if step.count == 0 {
          stop = end
        } else {
          stop = laterClosing(step, bytes, masks, at, end)
          guard stop < end else { return false }
        }
        fields.message = Slice(at, stop)
        if !fields.isOutline || !fields.hasOutline {
          fields.takePairs(bytes, masks, at, stop, catalog: catalog, times: &times)
        }
      case .other:
        stop = other(index, bytes, masks, at, end, &fields, catalog, &times)
        if stop < 0 { return false }
      }
      let count = Int(step.count)
      at = stop &+ count
      if count > 0 {
        guard at <= end, matches(index, bytes, stop) else { return false }
        if step.operation == .other && steps[index].trims { while at < end && bytes[at] == 0x20 { at &+= 1 } }
      }
      index &+= 1
    }
    return at == end
  }

  /// Where the literal of a step stands first, or `end`.
  private func closing(
    _ step: Instruction, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int
  ) -> Int {
    let hit = TextProgram.firstByte(of: step, bytes, masks, start, end)
    guard hit &+ Int(step.count) <= end else { return end }
    if TextProgram.begins(step.word, step.mask, bytes, hit) { return hit }
    return laterClosing(step, bytes, masks, hit &+ 1, end)
  }

  @inline(never)
  private func laterClosing(
    _ step: Instruction, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int
  ) -> Int {
    var from = start
    while true {
      let hit = TextProgram.firstByte(of: step, bytes, masks, from, end)
      guard hit &+ Int(step.count) <= end else { return end }
      if TextProgram.begins(step.word, step.mask, bytes, hit) { return hit }
      from = hit &+ 1
    }
  }

  /// Where the first byte of a step's literal stands first, or `end`.
  @inline(__always)
  private static func firstByte(
    of step: Instruction, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int
  ) -> Int {
    switch step.closing {
    case .none: end
    case .bracket: masks.first(from: start, to: end) { $0.brackets }
    case .blank: masks.first(from: start, to: end) { $0.blanks }
    case .anyByte: ByteSearch.first(UInt8(truncatingIfNeeded: step.word), in: bytes, from: start, to: end) ?? end
    }
  }

  /// Whether the up to eight bytes that count stand at `at`, in a text that has them all.
  @inline(__always)
  private static func begins(_ word: UInt64, _ mask: UInt64, _ bytes: Span<UInt8>, _ at: Int) -> Bool {
    if at &+ 8 <= bytes.count { return (ByteSearch.word(bytes, at: at) ^ word) & mask == 0 }
    return beginsAtEnd(word, mask, bytes, at)
  }

  private static func beginsAtEnd(_ word: UInt64, _ mask: UInt64, _ bytes: Span<UInt8>, _ at: Int) -> Bool {
    var i = 0
    while i < 8, mask >> UInt64(8 * i) & 0xFF != 0 {
      if UInt64(bytes[at &+ i]) != word >> UInt64(8 * i) & 0xFF { return false }
      i &+= 1
    }
    return true
  }

  /// Whether the literal of a step stands at `at`, in a text that goes so far.
  @inline(__always)
  private func matches(_ index: Int, _ bytes: Span<UInt8>, _ at: Int) -> Bool {
    let step = instructions[index]
    guard TextProgram.begins(step.word, step.mask, bytes, at) else { return false }
    return step.count <= 8 || matchesRest(index, bytes, at)
  }

  private func matchesRest(_ index: Int, _ bytes: Span<UInt8>, _ at: Int) -> Bool {
    let start = Int(steps[index].start)
    for i in 8..<Int(steps[index].count) where bytes[at + i] != literals[start + i] { return false }
    return true
  }

  /// A level word of any spelling, and where it ends.
  private static func level(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> (level: Level, end: Int)? {
    var stop = start
    while stop < end && (bytes[stop] | 0x20) &- 0x61 < 26 { stop += 1 }
    let level = Level(word: bytes, from: start, to: stop) ?? Level(abbreviation: bytes, from: start, to: stop)
    return level.map { ($0, stop) }
  }

  // MARK: Everything else

  /// Runs any step; returns where its literal has to stand, or -1 if it does not fit.
  private func other(
    _ index: Int, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ at: Int, _ end: Int,
    _ fields: inout LineFields, _ catalog: FieldCatalog, _ times: inout TimestampParser
  ) -> Int {
    let step = steps[index]
    switch step.operation {
    case .literal:
      return at
    case .blanks:
      var stop = at
      while stop < end && (bytes[stop] == 0x20 || bytes[stop] == 0x09) { stop += 1 }
      return stop
    case .time:
      guard let time = times.parse(bytes, from: at, to: end) else { return -1 }
      if fields.admits(.time, rank: 0, byLayout: true) {
        fields.time = time.time
        fields.timeHasZone = time.hasZone
      }
      return time.end
    case .level:
      guard let found = TextProgram.level(bytes, at, end) else { return -1 }
      if fields.admits(.level, rank: 0, byLayout: true) { fields.level = found.level }
      return found.end
    case .field:
      let stop = wholeClosing(index, bytes, masks, at, end)
      guard stop >= 0 else { return -1 }
      // A logger's name is one word; else `LEVEL: some text: more` would be taken for one.
      if step.target.standard == .logger {
        guard TextProgram.isWord(bytes, masks, at, stop), at < stop || !step.isGuarded else { return -1 }
      }
      if step.isGuarded && !TextProgram.isPossible(step, bytes, at, stop) { return -1 }
      take(step, bytes, at, stop, &fields, &times)
      return stop
    case .quoted:
      guard let stop = quotedEnd(index, bytes, at, end) else { return -1 }
      take(step, bytes, at, stop, &fields, &times)
      return stop
    case .message:
      let stop = wholeClosing(index, bytes, masks, at, end)
      guard stop >= 0 else { return -1 }
      if fields.admits(.message, rank: 0, byLayout: true) { fields.message = Slice(at, stop) }
      fields.takePairs(bytes, masks, at, stop, catalog: catalog, times: &times)
      return stop
    case .priority:
      return priority(bytes, at, end, &fields)
    case .structuredData:
      return structuredData(bytes, masks, at, end, &fields, catalog, &times) ?? -1
    case .tag:
      return tag(bytes, at, end, step, &fields, &times) ?? -1
    case .timeFormat:
      guard let time = times.parse(bytes, from: at, to: end, format: timeFormats[Int(step.format)]) else { return -1 }
      if time.time != EventTime.none, fields.admits(.time, rank: 0, byLayout: true) {
        fields.time = time.time
        fields.timeHasZone = time.hasZone
      }
      return time.end
    case .levelNumber:
      guard let (decimal, stop) = DecimalNumber.parse(bytes, from: at, to: end), let number = decimal.integer(upTo: 100)
      else { return -1 }
      let level = Level(python: Int(number))
      if level != .none, fields.admits(.level, rank: 1, byLayout: true) { fields.level = level }
      return stop
    case .requestLine:
      let stop = requestLineEnd(index, bytes, masks, at, end)
      guard stop >= 0 else { return -1 }
      take(step, bytes, at, stop, &fields, &times)
      return stop
    case .pairs:
      let stop = wholeClosing(index, bytes, masks, at, end)
      guard stop >= 0 else { return -1 }
      let isBraced = stop &- at >= 2 && bytes[at] == 0x7B && bytes[stop &- 1] == 0x7D
      fields.takePairs(
        bytes, masks, isBraced ? at &+ 1 : at, isBraced ? stop &- 1 : stop, catalog: catalog, times: &times)
      return stop
    }
  }

  /// Where a field ends: before its closing literal, at the end of the line where it has none, or -1.
  private func wholeClosing(
    _ index: Int, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int
  ) -> Int {
    guard instructions[index].count > 0 else { return end }
    var from = start
    while true {
      let hit = closing(instructions[index], bytes, masks, from, end)
      guard hit < end else { return -1 }
      if matches(index, bytes, hit) { return hit }
      from = hit + 1
    }
  }

  /// Where a request line without quotes ends: after its protocol, or where any field would.
  private func requestLineEnd(
    _ index: Int, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int
  ) -> Int {
    var from = start
    while let blank = ByteSearch.first(0x20, in: bytes, from: from, to: end) {
      if ByteSearch.begins(bytes, at: blank, end: end, with: " HTTP/") {
        var stop = blank + 6
        while stop < end, bytes[stop] &- 0x30 < 10 || bytes[stop] == 0x2E { stop += 1 }
        let count = Int(instructions[index].count)
        let isClosed = count == 0 ? stop == end : stop &+ count <= end && matches(index, bytes, stop)
        if stop > blank + 6, isClosed { return stop }
      }
      from = blank + 1
    }
    return wholeClosing(index, bytes, masks, start, end)
  }

  /// One word, with padding after it perhaps.
  private static func isWord(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int
  ) -> Bool {
    let stop = masks.first(from: start, to: end) { $0.blanks }
    if stop == end { return true }
    var i = stop
    while i < end && bytes[i] == 0x20 { i += 1 }
    return i == end && stop > start
  }

  /// Whether a field of a layout known by name can hold the text: an id, a status, a size, nginx' seconds.
  private static func isPossible(_ step: TextLayout.Step, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    if end == start + 1 && bytes[start] == 0x2D { return true }
    switch step.target.standard {
    case .requestID:
      guard let id = LineFields.requestID(bytes, Slice(start, end)) else { return true }
      return RequestIDShape.mayStand(bytes, id.start, id.end)
    case .status:
      guard end >= start + 3, end == start + 3 || bytes[start + 3] == 0x20 else { return false }
      return (start..<start + 3).allSatisfy { bytes[$0] &- 0x30 < 10 }
    case .duration where step.needsFraction:
      guard end - start >= 5, bytes[end - 4] == 0x2E else { return false }
      return (start..<end).allSatisfy { $0 == end - 4 || bytes[$0] &- 0x30 < 10 }
    case .none where step.isNumber:
      // nginx writes its process and thread as `7#7`.
      return start < end && (start..<end).allSatisfy { bytes[$0] &- 0x30 < 10 || bytes[$0] == 0x23 }
    default: return true
    }
  }

  /// As `wholeClosing`, but a backslash takes the next byte with it.
  private func quotedEnd(_ index: Int, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    let length = Int(steps[index].count)
    guard length > 0 else { return end }
    var i = start
    while i + length <= end {
      if bytes[i] == 0x5C {
        i += 2
        continue
      }
      if matches(index, bytes, i) { return i }
      i += 1
    }
    return nil
  }

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
    let isNull =
      end == start || (step.dashIsNull && end == start + 1 && bytes[start] == 0x2D)
      || (step.zeroIsNull && end == start + 1 && bytes[start] == 0x30)
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
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: inout LineFields,
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
