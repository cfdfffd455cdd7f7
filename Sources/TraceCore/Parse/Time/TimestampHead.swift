/// The calendar part of a timestamp up to its minute, before it is checked against the calendar.
///
/// How each `TimestampShape` spells it; seconds, fraction and zone are `TimestampParser`'s.
struct TimestampHead: BitwiseCopyable {
  /// -1 where the shape has none in front.
  var year: Int
  var month: Int
  var day: Int
  var hour: Int
  var minute: Int
  /// Offset after the minute.
  var end: Int
}

extension TimestampParser {
  /// The only usual shape that the first bytes can be, `dated` where they can only be one of the others, or nil. A text that is
  /// not of the usual shape may still be of another.
  static func likelyShape(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> TimestampShape? {
    guard start >= 0, end <= bytes.count, end - start >= 9 else { return nil }
    let first = bytes[start]
    if first &- 0x30 <= 9 {
      switch bytes[start + 4] {
      case UInt8(ascii: "-"), UInt8(ascii: "/"): return bytes[start + 2] &- 0x30 <= 9 ? .iso : .clf
      case UInt8(ascii: "."), UInt8(ascii: ":"): return .dated
      default: break
      }
      if bytes[start + 2] == UInt8(ascii: "/") { return .clf }
      if bytes[start + 8] == UInt8(ascii: "T") { return .isoBasic }
      if bytes[start + 1] &- 0x30 > 9 || bytes[start + 2] &- 0x30 > 9 {
        let next = bytes[start + 1] &- 0x30 > 9 ? bytes[start + 1] : bytes[start + 2]
        if next == UInt8(ascii: " ") || next == UInt8(ascii: "-") { return .mail }
        return next == UInt8(ascii: ".") || next == UInt8(ascii: "/") ? .dated : nil
      }
      return .epoch
    }
    guard (first | 0x20) &- 0x61 < 26 else { return first == UInt8(ascii: "@") ? .dated : nil }
    if bytes[start + 1] &- 0x30 <= 9 { return .klog }
    if bytes[start + 3] == UInt8(ascii: ",") { return .mail }
    if bytes[start + 3] == UInt8(ascii: " ") { return month(bytes, start) > 0 ? .syslog : .ctime }
    return mayNameMonth(bytes, start) ? .dated : nil
  }

  /// Whether a word can be a month or a weekday of more than three letters, or a month with a sign after it: `Nov-23`, `févr.`.
  /// Bytes outside ASCII let it be any; a zone may stand in front: `CEST Nov 23`.
  private static func mayNameMonth(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
    if bytes[start + 1] >= 0x80 || bytes[start + 2] >= 0x80 { return true }
    if bytes[start + 3] == UInt8(ascii: "T"), bytes[start + 4] == UInt8(ascii: " ") { return true }
    return month(bytes, start) > 0 || isWeekday(bytes, start)
  }

  /// Whether three letters and a blank can begin a date that is none of C's: a weekday, a zone, or a month in any language.
  static func mayBeginDate(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
    if bytes[start + 1] &- 0x41 < 26 && bytes[start + 2] &- 0x41 < 26 { return true }
    return MonthName.month(ofPrefix: UInt64(ClockText.letters(bytes, start))) > 0 || isWeekday(bytes, start)
  }

  /// Whether `likelyShape` can have an answer for a word inside a line; most words of prose end here.
  @inline(__always)
  static func mayBegin(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start >= 9 else { return false }
    if bytes[start] &- 0x30 <= 9 || bytes[start + 1] &- 0x30 <= 9 { return true }
    switch bytes[start + 3] {
    case UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "T"): return true
    default: return false
    }
  }

  /// Reads the calendar part of the usual shapes but `epoch`; `end - start` is at least 9.
  static func head(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ shape: TimestampShape) -> TimestampHead? {
    switch shape {
    case .iso: isoHead(bytes, start, end)
    case .isoBasic: basicHead(bytes, start, end)
    case .clf: clfHead(bytes, start, end)
    case .syslog: syslogHead(bytes, start, end)
    case .ctime: isWeekday(bytes, start) ? ctimeHead(bytes, start, end) : nil
    case .mail: mailHead(bytes, start, end)
    case .klog: klogHead(bytes, start, end)
    case .epoch, .dated, .brief: nil
    }
  }

  private static func isoHead(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> TimestampHead? {
    guard end - start >= 16 else { return nil }
    let dash = bytes[start + 4]
    guard dash == UInt8(ascii: "-") || dash == UInt8(ascii: "/"), bytes[start + 7] == dash else { return nil }
    switch bytes[start + 10] {
    case UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " "), UInt8(ascii: "_"): break
    default: return nil
    }
    return clock(
      bytes, start + 11, end, year: ClockText.four(bytes, start), month: ClockText.two(bytes, start + 5),
      day: ClockText.two(bytes, start + 8))
  }

  private static func basicHead(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> TimestampHead? {
    guard end - start >= 13, bytes[start + 8] == UInt8(ascii: "T") else { return nil }
    return TimestampHead(
      year: ClockText.four(bytes, start), month: ClockText.two(bytes, start + 4), day: ClockText.two(bytes, start + 6),
      hour: ClockText.two(bytes, start + 9),
      minute: ClockText.two(bytes, start + 11), end: start + 13)
  }

  private static func clfHead(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> TimestampHead? {
    guard end - start >= 17, bytes[start + 2] == UInt8(ascii: "/"), bytes[start + 6] == UInt8(ascii: "/"),
      bytes[start + 11] == UInt8(ascii: ":")
    else { return nil }
    return clock(
      bytes, start + 12, end, year: ClockText.four(bytes, start + 7), month: month(bytes, start + 3),
      day: ClockText.two(bytes, start))
  }

  private static func syslogHead(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> TimestampHead? {
    guard end - start >= 12, bytes[start + 3] == UInt8(ascii: " ") else { return nil }
    // Some writers do not pad: `Nov 3 06:47:54`.
    let isBare = bytes[start + 5] == UInt8(ascii: " ") && bytes[start + 4] != UInt8(ascii: " ")
    let day = isBare ? Int(bytes[start + 4]) - 0x30 : paddedDay(bytes, start + 4)
    var i = start + (isBare ? 5 : 6)
    guard bytes[i] == UInt8(ascii: " "), day >= 1 else { return nil }
    i += 1
    var year = -1
    if i + 5 < end, bytes[i + 4] == UInt8(ascii: " "), ClockText.four(bytes, i) >= 0 {
      year = ClockText.four(bytes, i)
      i += 5
    }
    return clock(bytes, i, end, year: year, month: month(bytes, start), day: day)
  }

  private static func ctimeHead(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> TimestampHead? {
    guard end - start >= 16, bytes[start + 3] == UInt8(ascii: " "), bytes[start + 7] == UInt8(ascii: " "),
      bytes[start + 10] == UInt8(ascii: " ")
    else { return nil }
    return clock(
      bytes, start + 11, end, year: -1, month: month(bytes, start + 4), day: paddedDay(bytes, start + 8))
  }

  private static func mailHead(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> TimestampHead? {
    var i = start
    if bytes[i] &- 0x30 > 9 {
      guard isWeekday(bytes, i), bytes[i + 3] == UInt8(ascii: ","), bytes[i + 4] == UInt8(ascii: " ") else {
        return nil
      }
      i += 5
    }
    guard i + 1 < end else { return nil }
    var day = ClockText.two(bytes, i)
    var length = 2
    if day < 0 {
      day = Int(bytes[i]) - 0x30
      length = 1
    }
    guard day >= 1, day <= 31 else { return nil }
    i += length
    guard i + 14 <= end, bytes[i] == UInt8(ascii: " ") || bytes[i] == UInt8(ascii: "-"), bytes[i + 4] == bytes[i],
      bytes[i + 9] == UInt8(ascii: " ")
    else { return nil }
    return clock(bytes, i + 10, end, year: ClockText.four(bytes, i + 5), month: month(bytes, i + 1), day: day)
  }

  private static func klogHead(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> TimestampHead? {
    switch bytes[start] {
    case UInt8(ascii: "I"), UInt8(ascii: "W"), UInt8(ascii: "E"), UInt8(ascii: "F"), UInt8(ascii: "D"): break
    default: return nil
    }
    if bytes[start + 5] == UInt8(ascii: " ") {
      return clock(
        bytes, start + 6, end, year: -1, month: ClockText.two(bytes, start + 1), day: ClockText.two(bytes, start + 3))
    }
    // glog with its year: I20261123.
    guard end - start >= 15, bytes[start + 9] == UInt8(ascii: " ") else { return nil }
    return clock(
      bytes, start + 10, end, year: ClockText.four(bytes, start + 1), month: ClockText.two(bytes, start + 5),
      day: ClockText.two(bytes, start + 7))
  }

  private static func clock(
    _ bytes: Span<UInt8>, _ i: Int, _ end: Int, year: Int, month: Int, day: Int
  ) -> TimestampHead? {
    guard i + 5 <= end, bytes[i + 2] == UInt8(ascii: ":") else { return nil }
    return TimestampHead(
      year: year, month: month, day: day, hour: ClockText.two(bytes, i), minute: ClockText.two(bytes, i + 3), end: i + 5
    )
  }

  /// `23` or ` 3`.
  private static func paddedDay(_ bytes: Span<UInt8>, _ i: Int) -> Int {
    if bytes[i] != UInt8(ascii: " ") { return ClockText.two(bytes, i) }
    let digit = bytes[i + 1] &- 0x30
    return digit <= 9 ? Int(digit) : -1
  }

  /// 1 ... 12 for `Jan` ... `Dec` in any case, else 0.
  static func month(_ bytes: Span<UInt8>, _ i: Int) -> Int {
    switch ClockText.letters(bytes, i) {
    case 0x6A_616E: 1
    case 0x66_6562: 2
    case 0x6D_6172: 3
    case 0x61_7072: 4
    case 0x6D_6179: 5
    case 0x6A_756E: 6
    case 0x6A_756C: 7
    case 0x61_7567: 8
    case 0x73_6570: 9
    case 0x6F_6374: 10
    case 0x6E_6F76: 11
    case 0x64_6563: 12
    default: 0
    }
  }

  static func isWeekday(_ bytes: Span<UInt8>, _ i: Int) -> Bool {
    switch ClockText.letters(bytes, i) {
    case 0x6D_6F6E, 0x74_7565, 0x77_6564, 0x74_6875, 0x66_7269, 0x73_6174, 0x73_756E: true
    default: false
    }
  }
}
