// The look at a line that no chosen layout has taken at once: all known layouts in their fixed order.

extension LayoutSet {
  /// The layout of a line among all that are known, and what it says; nil if none accepts it.
  ///
  /// JSON, then the text layouts from the strictest to the loosest with logfmt among them, then the generic one. A layout
  /// that finds no time gives way where the generic one finds some. Cost: the first bytes leave a few of the layouts, a
  /// timestamp at the start is read once for all of them, and most end at their first literal. No allocation.
  @inline(never)
  mutating func look(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) -> Int? {
    var wrapper: Wrapper?
    let found = known(bytes, masks, start, end, &fields, &times, &wrapper)
    if found == nil { fields.reset() }
    if let found, fields.mayHoldTwo { cutSecond(found, bytes, masks, start, end, &fields, &times) }
    if let wrapper {
      fields.wrapper = wrapper
    } else if fields.wrapper == nil, ANSIEscapes.contains(bytes, start, end) {
      fields.wrapper = .ansi
    }
    return found
  }

  mutating func known(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser, _ wrapper: inout Wrapper?
  ) -> Int? {
    guard start < end else { return nil }
    let first = bytes[start]
    switch first {
    case 0x20, 0x09:
      // An indented line continues something, but for an object.
      let text = JSONScanner.skipSpace(bytes, start, end)
      guard text < end, bytes[text] == 0x7B else { return nil }
      return readJSON(bytes, masks, start, end, &fields, &times)
    case 0x7B: return readJSON(bytes, masks, start, end, &fields, &times)
    // `#Date: 2026-11-23 06:47:55` has a time and is no record.
    case 0x23: if LineShape.isNotice(bytes, start, end) { return nil }
    case 0x30...0x39:
      if let found = lookTimed(bytes, masks, start, end, &fields, &times, &wrapper) { return found }
      if first == 0x31, let found = lookAt(openings.prioritized, bytes, masks, start, end, &fields, &times) {
        return found
      }
    case 0x5B:
      if start + 5 < end, ByteSearch.begins(bytes, at: start, end: end, with: "[pod/") { wrapper = .kubectl }
      if let found = lookBracketed(bytes, masks, start, end, &fields, &times) { return found }
    case 0x3C:
      if let found = lookAt(openings.prioritized, bytes, masks, start, end, &fields, &times) { return found }
    case 0x41...0x5A, 0x61...0x7A, 0x40:
      return lookWords(bytes, masks, start, end, &fields, &times, &wrapper)
    default: break
    }
    if let found = lookHosted(bytes, masks, start, end, &fields, &times) { return found }
    return readGeneric(bytes, masks, start, end, &fields, &times)
  }

  /// A line that begins with a letter.
  private mutating func lookWords(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser, _ wrapper: inout Wrapper?
  ) -> Int? {
    if TimestampParser.likelyShape(bytes, start, end) != nil,
      let found = lookTimed(bytes, masks, start, end, &fields, &times, &wrapper)
    {
      return found
    }
    let logfmt = index(of: .logfmt)
    if read(logfmt, bytes, masks, start, end, &fields, &times) {
      if fields.time != EventTime.none { return logfmt }
      if let timed = readGeneric(bytes, masks, start, end, &fields, &times) { return timed }
      _ = read(logfmt, bytes, masks, start, end, &fields, &times)
      return logfmt
    }
    if let found = lookHosted(bytes, masks, start, end, &fields, &times) { return found }
    var stop = start
    while stop < end, (bytes[stop] | 0x20) &- 0x61 < 26 { stop += 1 }
    if Level(word: bytes, from: start, to: stop) != nil,
      let found = lookAt(openings.levelled, bytes, masks, start, end, &fields, &times)
    {
      return found
    }
    return readGeneric(bytes, masks, start, end, &fields, &times)
  }

  private mutating func lookTimed(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser, _ wrapper: inout Wrapper?
  ) -> Int? {
    guard let time = times.memory.rememberedSecond(bytes, start, end) ?? times.parseAnew(bytes, start, end) else {
      return nil
    }
    if WrappedLine.isCRI(bytes, behind: time, end) { wrapper = .cri }
    return lookAfterTime(openings.timed, time.end, bytes, masks, start, end, &fields, &times)
  }

  private mutating func lookBracketed(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) -> Int? {
    guard
      let time = times.memory.rememberedSecond(bytes, start + 1, end) ?? times.parseAnew(bytes, start + 1, end)
    else { return nil }
    return lookAfterTime(openings.bracketed, time.end, bytes, masks, start, end, &fields, &times)
  }

  /// Those of a group whose literal stands where the timestamp has ended.
  private mutating func lookAfterTime(
    _ group: ContiguousArray<LayoutOpenings.Opening>, _ timeEnd: Int, _ bytes: Span<UInt8>,
    _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) -> Int? {
    guard timeEnd < end else { return nil }
    var next: UInt64 = 0
    if timeEnd &+ 8 <= bytes.count {
      next = ByteSearch.word(bytes, at: timeEnd)
    } else {
      for i in timeEnd..<bytes.count { next |= UInt64(bytes[i]) << UInt64(8 * (i - timeEnd)) }
    }
    // Whether a level stands after blanks, found when first asked: -1 unknown.
    var level = -1
    var levelStart = 0
    for opening in group where (next ^ opening.word) & opening.mask == 0 {
      switch opening.next {
      case .any: break
      case .level:
        let at = timeEnd &+ (64 &- opening.mask.leadingZeroBitCount) / 8
        if level < 0 || levelStart != at {
          levelStart = at
          level = LayoutSet.hasLevel(bytes, at, end) ? 1 : 0
        }
        if level == 0 { continue }
      case .word:
        let at = timeEnd &+ 1
        guard at < end, ClockText.isLetterOrDigit(bytes[at]) else { continue }
      }
      if take(opening, bytes, masks, start, end, &fields, &times) { return opening.index }
    }
    return nil
  }

  /// Whether a level's word stands at `start`, after blanks perhaps.
  private static func hasLevel(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var i = start
    while i < end, bytes[i] == 0x20 { i += 1 }
    var stop = i
    while stop < end, (bytes[stop] | 0x20) &- 0x61 < 26 { stop += 1 }
    return Level(word: bytes, from: i, to: stop) != nil
  }

  /// The lines of web servers: somewhere ` [` and, after it, a quoted request.
  private mutating func lookHosted(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) -> Int? {
    guard masks.first(from: start, to: end, { $0.quotes }) < end else { return nil }
    var from = start
    while let bracket = ByteSearch.first(0x5B, in: bytes, from: from, to: end) {
      if bracket > start, bytes[bracket - 1] == 0x20 {
        return lookAt(openings.hosted, bytes, masks, start, end, &fields, &times)
      }
      from = bracket + 1
    }
    return nil
  }

  private mutating func lookAt(
    _ group: ContiguousArray<LayoutOpenings.Opening>, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>,
    _ start: Int, _ end: Int, _ fields: inout LineFields, _ times: inout TimestampParser
  ) -> Int? {
    for opening in group where take(opening, bytes, masks, start, end, &fields, &times) { return opening.index }
    return nil
  }

  private mutating func take(
    _ opening: LayoutOpenings.Opening, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int,
    _ end: Int, _ fields: inout LineFields, _ times: inout TimestampParser
  ) -> Bool {
    read(opening.index, bytes, masks, start, end, &fields, &times)
      && opening.check.accepts(bytes, start, end, fields, &times)
  }

  private mutating func readGeneric(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) -> Int? {
    let index = index(of: .generic)
    return read(index, bytes, masks, start, end, &fields, &times) ? index : nil
  }

  /// An object, or the first of two that stand in one line: writers without a lock.
  private mutating func readJSON(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) -> Int? {
    let index = index(of: .json)
    if read(index, bytes, masks, start, end, &fields, &times) { return index }
    guard bytes[start] == 0x7B else { return nil }
    let stop = JSONScanner.value(bytes, start, end, depth: 1)
    guard stop > start, stop < end, bytes[stop] == 0x7B,
      read(index, bytes, masks, start, stop, &fields, &times)
    else { return nil }
    fields.isDamaged = true
    return index
  }

  /// Where a line holds a second record, the fields become those of the first, as far as it certainly goes.
  @inline(never)
  mutating func cutSecond(
    _ index: Int, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int,
    _ fields: inout LineFields, _ times: inout TimestampParser
  ) {
    guard let second = GluedLine.second(in: bytes, from: start, to: end) else { return }
    let wrapper = fields.wrapper
    // A time in prose has no header after it.
    if read(index, bytes, masks, second, end, &fields, &times) {
      let stop = GluedLine.certainEnd(in: bytes, from: start, to: second)
      if !read(index, bytes, masks, start, stop, &fields, &times) {
        _ = read(index, bytes, masks, second, end, &fields, &times)
      }
      fields.isDamaged = true
    } else {
      _ = read(index, bytes, masks, start, end, &fields, &times)
    }
    fields.wrapper = wrapper
  }
}
