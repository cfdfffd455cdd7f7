/// The text of the last timestamp and what it came to: lines of one log mostly share their second, and nearly always their
/// minute.
///
/// Small and of plain values, so that the reader of every line asks it without a copy of the whole parser.
struct TimestampMemory: BitwiseCopyable, Sendable {
  // The text up to the minute of the last timestamp, and what it came to.
  var text0: UInt64 = 0
  var text1: UInt64 = 0
  var text16: UInt8 = 0
  var shape = TimestampShape.epoch
  var minute: Int64 = 0
  var offset = ZoneOffset.unknown
  // Of an `iso` timestamp the four bytes behind the minute, `:54,` or `:54.`, and the time of that second; none: 0.
  var secondText: UInt64 = 0
  var second: Int64 = 0
  // Four bytes after the blank after a time that are no zone: mostly those of the next level. None: 0.
  var behind: UInt64 = 0
  /// The zone of timestamps that name none has one offset, in nanoseconds.
  var isFixed = false
  var fixedOffset: Int64 = 0

  /// The offset after the minute if the text is that of the last timestamp up to there.
  @inline(__always)
  func prefixEnd(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    guard end - start >= 17 else { return nil }
    guard ByteSearch.word(bytes, at: start) == text0 else { return nil }
    switch self.shape {
    case .iso: return ByteSearch.word(bytes, at: start + 8) == text1 ? start + 16 : nil
    case .clf:
      return ByteSearch.word(bytes, at: start + 8) == text1 && bytes[start + 16] == text16 ? start + 17 : nil
    case .syslog: return ByteSearch.word(bytes, at: start + 4) == text1 ? start + 12 : nil
    default: return nil
    }
  }

  /// The usual timestamp of a busy log: the second of the last one, three digits, and a blank, a `Z` or nothing after them.
  ///
  /// Everything else is left to the slow way, which says the same about these.
  @inline(__always)
  func rememberedSecond(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> ParsedTimestamp? {
    guard end &- start >= 23, start &+ 32 <= bytes.count, ByteSearch.word(bytes, at: start) == text0,
      ByteSearch.word(bytes, at: start &+ 8) == text1
    else { return nil }
    let word = ByteSearch.word(bytes, at: start &+ 16)
    guard word & 0xFFFF_FFFF == secondText else { return nil }
    let digits = (word >> 32 & 0xFF_FFFF) ^ 0x30_3030
    // No byte above 9.
    guard (digits &+ 0x76_7676 | digits) & 0x80_8080 == 0 else { return nil }
    let milliseconds = Int64((digits & 0xF) &* 100 &+ (digits >> 8 & 0xF) &* 10 &+ digits >> 16)
    let local = self.second &+ milliseconds &* EventTime.nanosecondsPerMillisecond
    let length = end &- start
    let next = length > 23 ? word >> 56 : 0
    if next == 0x20 || length == 23 {
      let after = ByteSearch.word(bytes, at: start &+ 24) & 0xFFFF_FFFF
      guard isFixed, after == behind || !ZoneOffset.mayBeZone(after) else { return nil }
      return ParsedTimestamp(time: local &- fixedOffset, end: start &+ 23, hasZone: false, shape: .iso)
    }
    guard next == 0x5A, length == 24 || !ClockText.isLetterOrDigit(bytes[start &+ 24]) else { return nil }
    return ParsedTimestamp(time: local, end: start &+ 24, hasZone: true, shape: .iso)
  }
}
