/// Reads timestamps: calendar text to nanoseconds in UTC.
///
/// Refuses what no calendar has (month 13, 30 February, 25:00), a time without a date, a date without a time, and years
/// outside 1969 ... 2200, so that the difference of two times is one of an Int64. A leap second (`:60`) is read as the last nanosecond of its minute.
///
/// Lines of one log mostly share their minute, so the text up to the minute is remembered and compared instead of
/// computed: about 10 ns a timestamp. Not shared by threads. In a zone with summer time the parser remembers the time
/// before, since only the order of the lines tells the two passes of the repeated hour apart: see `previousTime`.
///
/// Meaning: docs/semantics.md#time.
package struct TimestampParser: Sendable {
  /// The zone of timestamps that name none.
  package let zone: TimeZoneRules
  /// Nanoseconds; for timestamps without a year: the year is the one that puts them closest to this time and not more
  /// than a day after it.
  package let referenceTime: Int64
  /// The last time without a zone in the text (nanoseconds, UTC), or EventTime.none. Set it to go on in the middle of a
  /// log whose zone has summer time.
  package var previousTime = EventTime.none
  /// What the numbers of a date are in this log, where a date itself does not say: see `DateOrder.of`.
  package var dateOrder = DateOrder.unknown
  /// How the log at hand writes its times, where somebody says so; see `TimestampParser+Format`.
  var format: TimeFormat?
  /// A timestamp fell in a repeated hour, where the order of lines decided.
  package private(set) var sawRepeatedHour = false

  /// See `init(wholeIn:)`.
  private(set) var refusesRests = false

  /// The last timestamp, by which the next one is read; apart, so that to ask it copies nothing else of the parser.
  var memory = TimestampMemory()
  /// The rules of the last zone that a timestamp named.
  private var namedZone = TimeZoneRules.utc

  /// - Parameters:
  ///   - zone: for timestamps that name none.
  ///   - referenceTime: the file's modification time in nanoseconds, for timestamps without a year.
  package init(zone: TimeZoneRules = .utc, referenceTime: Int64 = 0) {
    self.zone = zone
    self.referenceTime = referenceTime
    memory.isFixed = zone.fixedOffset != nil
    memory.fixedOffset = Int64(zone.fixedOffset ?? 0) * EventTime.nanosecondsPerSecond
  }

  /// Of lines of which is asked whether and where they have a time, not which: a date that only the file's time could decide
  /// counts. The times that it gives mean nothing.
  package init(placesIn zone: TimeZoneRules) { self.init(zone: zone, referenceTime: .max) }

  /// Of lines that may be the rest of a torn one: what can be the rest of a longer date is no time then (`26-11-23 06:47:55`
  /// of `2026-11-23 06:47:55`).
  package init(wholeIn zone: TimeZoneRules) {
    self.init(zone: zone, referenceTime: 0)
    refusesRests = true
  }

  /// Goes on at another place of a log: `previousTime` is the time before it, or none. Forgets `sawRepeatedHour`.
  mutating func goOn(after previousTime: Int64) {
    self.previousTime = previousTime
    sawRepeatedHour = false
    memory.offset = ZoneOffset.unknown
  }

  /// Reads a timestamp of any shape at exactly `start`; it must end at or before `end`.
  @inline(__always)
  package mutating func parse(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> ParsedTimestamp? {
    if let stop = memory.prefixEnd(bytes, start, end),
      let found = finish(bytes, at: stop, to: end, minute: memory.minute, shape: memory.shape, remembered: true)
    {
      return found
    }
    return parseAny(bytes, start, end).timestamp
  }

  /// As `parse(_:from:to:)`, and tells a date and clock that cannot be understood from a text that is none.
  @inline(never)
  mutating func read(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> TimestampReading {
    if let stop = memory.prefixEnd(bytes, start, end),
      let found = finish(bytes, at: stop, to: end, minute: memory.minute, shape: memory.shape, remembered: true)
    {
      return .timestamp(found)
    }
    return parseAny(bytes, start, end)
  }

  @inline(never)
  private mutating func parseAny(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> TimestampReading {
    guard let shape = TimestampParser.likelyShape(bytes, start, end) else { return .nothing }
    if shape != .dated, let found = parseWhole(bytes, start, end, shape) { return .timestamp(found) }
    if shape == .ctime && !TimestampParser.mayBeginDate(bytes, start) { return .nothing }
    return parseRare(bytes, start, end)
  }

  /// As `parse(_:from:to:)`, out of the way of a loop.
  @inline(never)
  mutating func parseAnew(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> ParsedTimestamp? {
    parse(bytes, from: start, to: end)
  }

  /// As above, of one shape.
  @inline(never)
  mutating func parseAnew(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ shape: TimestampShape
  ) -> ParsedTimestamp? {
    parse(bytes, from: start, to: end, shape: shape)
  }

  /// Reads a timestamp of one shape at exactly `start`.
  @inline(__always)
  package mutating func parse(
    _ bytes: Span<UInt8>, from start: Int, to end: Int, shape: TimestampShape
  ) -> ParsedTimestamp? {
    if shape == memory.shape, let stop = memory.prefixEnd(bytes, start, end) {
      return finish(bytes, at: stop, to: end, minute: memory.minute, shape: shape, remembered: true)
    }
    if shape == .dated || shape == .brief {
      let found = parseRare(bytes, start, end).timestamp
      return found?.shape == shape ? found : nil
    }
    return parseWhole(bytes, start, end, shape)
  }

  /// Reads a JSON number as time since 1970, unit by magnitude: 9 or 10 digits before the point are seconds, 12 or 13
  /// milliseconds, 15 or 16 microseconds, 18 or 19 nanoseconds. Others, and negative ones, are no timestamps.
  package static func parseEpochNumber(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int64? {
    guard let (number, stop) = DecimalNumber.parse(bytes, from: start, to: end), stop == end else { return nil }
    return epoch(number)
  }

  // MARK: The remembered minute

  /// Remembers the second of a timestamp whose minute is remembered.
  @inline(__always)
  private mutating func rememberSecond(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ minute: Int64) {
    memory.secondText = 0
    guard memory.shape == .iso, start + 4 <= end, start + 8 <= bytes.count else { return }
    let second = ClockText.two(bytes, start + 1)
    guard bytes[start] == UInt8(ascii: ":"), second >= 0, second < 60,
      bytes[start + 3] == UInt8(ascii: ",") || bytes[start + 3] == UInt8(ascii: ".")
    else { return }
    memory.secondText = ByteSearch.word(bytes, at: start) & 0xFFFF_FFFF
    memory.second = minute + Int64(second) * EventTime.nanosecondsPerSecond
    rememberBehind(bytes, start + 7, end)
  }

  /// Remembers four bytes after a blank after a time if they alone say that no zone is there.
  private mutating func rememberBehind(_ bytes: Span<UInt8>, _ blank: Int, _ end: Int) {
    guard blank + 9 <= bytes.count, blank + 5 <= end, bytes[blank] == UInt8(ascii: " ") else { return }
    let behind = ByteSearch.word(bytes, at: blank + 1) & 0xFFFF_FFFF
    if !ZoneOffset.mayBeZone(behind) { memory.behind = behind }
  }

  private mutating func remember(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ shape: TimestampShape, _ minute: Int64
  ) {
    guard end - start >= 17 else { return }
    memory.text0 = ByteSearch.word(bytes, at: start)
    memory.text1 = ByteSearch.word(bytes, at: start + (shape == .syslog ? 4 : 8))
    memory.text16 = bytes[start + 16]
    memory.shape = shape
    memory.minute = minute
    memory.offset = ZoneOffset.unknown
    memory.secondText = 0
  }

  /// Reads seconds, fraction and zone after the minute, and adds it up.
  @inline(__always)
  private mutating func finish(
    _ bytes: Span<UInt8>, at start: Int, to end: Int, minute: Int64, shape: TimestampShape, remembered: Bool
  ) -> ParsedTimestamp? {
    var i = start
    guard let nanoseconds = ClockText.seconds(bytes, &i, end) else { return nil }
    var offset = ZoneOffset.unknown
    if shape == .iso, i &+ 9 <= bytes.count, i &+ 5 <= end, bytes[i] == UInt8(ascii: " "),
      ByteSearch.word(bytes, at: i &+ 1) & 0xFFFF_FFFF == memory.behind
    {
      // No zone.
    } else if shape != .syslog {
      offset = TimestampParser.zoneOffset(bytes, &i, end)
      if offset == ZoneOffset.invalid { return nil }
      if offset == ZoneOffset.iana { offset = namedOffset(bytes, &i, end, minute) }
    } else if i &+ 3 <= end, bytes[i &+ 2] & 0xDF == UInt8(ascii: "M"), ZoneOffset.meridiem(bytes, i, end) != nil {
      return nil
    }
    let hasZone = offset < ZoneOffset.ambiguous
    let zoneUnknown = offset == ZoneOffset.ambiguous
    if !hasZone {
      if memory.isFixed {
        offset = memory.fixedOffset
      } else if remembered && memory.offset != ZoneOffset.unknown {
        offset = memory.offset
      } else {
        offset = localOffset(minute)
        if remembered { memory.offset = offset }
      }
    }
    let time = minute + nanoseconds - offset
    if !hasZone { previousTime = time }
    if remembered && shape == .iso { rememberSecond(bytes, start, end, minute) }
    return ParsedTimestamp(time: time, end: i, hasZone: hasZone, shape: shape, zoneUnknown: zoneUnknown)
  }

  /// Nanoseconds to take from the local `minute` in the IANA zone that stands at `i`, which then is after it; what
  /// `zoneOffset` says where there is no zone of that name.
  @inline(never)
  mutating func namedOffset(
    _ bytes: Span<UInt8>, _ i: inout Int, _ end: Int, _ minute: Int64
  ) -> Int64 {
    let start = i + 1
    guard let stop = NamedZones.end(ofNameAt: start, in: bytes, to: end) else { return ZoneOffset.unknown }
    let isKnown =
      namedZone.name.utf8.count == stop - start
      && namedZone.name.utf8.enumerated().allSatisfy {
        bytes[start + $0.offset] == $0.element
      }
    if !isKnown {
      var name: [UInt8] = []
      for at in start..<stop { name.append(bytes[at]) }
      guard let rules = NamedZones.rules(of: String(decoding: name, as: UTF8.self)) else {
        return ZoneOffset.unknown
      }
      namedZone = rules
    }
    let isBracketed = bytes[i] == UInt8(ascii: "[")
    i = stop + (isBracketed ? 1 : 0)
    let offset = localOffset(minute, in: namedZone)
    previousTime = minute - offset
    return offset
  }

  /// Nanoseconds to take from the local `minute` to come to UTC.
  private mutating func localOffset(_ minute: Int64) -> Int64 {
    memory.isFixed ? memory.fixedOffset : localOffset(minute, in: zone)
  }

  private mutating func localOffset(_ minute: Int64, in zone: TimeZoneRules) -> Int64 {
    let seconds = EventTime.floorDivide(minute, EventTime.nanosecondsPerSecond).quotient
    let previous =
      previousTime == EventTime.none
      ? nil : EventTime.floorDivide(previousTime, EventTime.nanosecondsPerSecond).quotient
    let found = zone.offset(atLocal: seconds, previous: previous)
    if found.isRepeated { sawRepeatedHour = true }
    return Int64(found.offset) * EventTime.nanosecondsPerSecond
  }

  // MARK: Parts

  // MARK: Shapes

  @inline(never)
  private mutating func parseWhole(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ shape: TimestampShape
  ) -> ParsedTimestamp? {
    guard start >= 0, end <= bytes.count, end - start >= 9 else { return nil }
    guard shape != .epoch else { return parseEpoch(bytes, start, end) }
    guard let head = TimestampParser.head(bytes, start, end, shape) else { return nil }
    if shape == .ctime { return parseTail(ofCtime: head, bytes, end) }
    var year = head.year
    if year == -1 {
      guard let found = yearWithoutYear(head) else { return nil }
      year = found
    }
    guard
      let minute = ClockText.minute(
        year: year, month: head.month, day: head.day, hour: head.hour, minute: head.minute)
    else { return nil }
    if shape == .isoBasic { return parseTail(ofBasic: head, minute, bytes, end) }
    if head.hour == 24 {
      let found = finish(bytes, at: head.end, to: end, minute: minute, shape: shape, remembered: false)
      return found.flatMap { ClockText.seconds(bytes, at: head.end, end) == 0 ? $0 : nil }
    }
    // Only prefixes of one fixed length can be compared as words.
    let length = head.end - start
    if (shape == .iso && length == 16) || (shape == .clf && length == 17) || (shape == .syslog && length == 12) {
      remember(bytes, start, end, shape, minute)
    }
    let found = finish(
      bytes, at: head.end, to: end, minute: minute, shape: shape,
      remembered: shape == memory.shape && minute == memory.minute)
    if let found { rememberBehind(bytes, found.end, end) }
    return found
  }

  mutating func timestamp(
    _ minute: Int64, _ nanoseconds: Int64, _ offset: Int64, end: Int, shape: TimestampShape
  ) -> ParsedTimestamp {
    let hasZone = offset < ZoneOffset.ambiguous
    let time = minute + nanoseconds - (hasZone ? offset : localOffset(minute))
    if !hasZone { previousTime = time }
    return ParsedTimestamp(
      time: time, end: end, hasZone: hasZone, shape: shape, zoneUnknown: offset == ZoneOffset.ambiguous)
  }
}
