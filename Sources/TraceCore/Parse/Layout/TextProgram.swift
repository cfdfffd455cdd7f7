/// Text layouts put together to be run, once a line and without a regular expression: a layout fits a line when every step
/// does.
///
/// The steps of all layouts stand in one array, so that running one touches no reference count. What most layouts are made
/// of (a time, a level, a logger, an id, a message) is read in the loop; everything else, and whatever is unusual about
/// these, in functions of its own that say the same.
struct TextProgram: Sendable {
  /// What the loop needs of a step.
  struct Instruction: BitwiseCopyable {
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

  var instructions: ContiguousArray<Instruction> = []
  /// The same steps, whole.
  var steps: ContiguousArray<TextLayout.Step> = []
  private var literals: ContiguousArray<UInt8> = []
  var timeFormats: ContiguousArray<TimeFormat> = []
  /// Where the steps of each layout end.
  var ends: ContiguousArray<Int> = []
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

  static func field(of step: TextLayout.Step) -> StandardField {
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
  func closing(
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
  static func begins(_ word: UInt64, _ mask: UInt64, _ bytes: Span<UInt8>, _ at: Int) -> Bool {
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
  func matches(_ index: Int, _ bytes: Span<UInt8>, _ at: Int) -> Bool {
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
  static func level(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> (level: Level, end: Int)? {
    var stop = start
    while stop < end && (bytes[stop] | 0x20) &- 0x61 < 26 { stop += 1 }
    let level = Level(word: bytes, from: start, to: stop) ?? Level(abbreviation: bytes, from: start, to: stop)
    return level.map { ($0, stop) }
  }
}
