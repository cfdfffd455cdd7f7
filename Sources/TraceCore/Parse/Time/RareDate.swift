/// The date of a timestamp that is not written in a usual shape, as it stands there: which of its numbers is the day may be
/// open still.
///
/// Reads three numbers between `-`, `/`, `.` or `:`, padded or not, with four or two digits for the year; 14, eight and six
/// digits in a row; a month's name before or after the day; two numbers without a year.
struct RareDate: BitwiseCopyable {
  enum Form: UInt8, BitwiseCopyable {
    /// Year, month, day; the year is -1 where there is none.
    case known
    /// Two numbers that are day and month, and a year of four digits.
    case yearLast
    /// Three numbers of two digits.
    case twoDigits
    /// Month and day in some order.
    case yearless
  }

  var form: Form
  var first: Int
  var second: Int
  var third: Int
  /// Between the numbers; 0 between none.
  var separator: UInt8 = 0
  /// Digits in a row: 14, 8, 6 or 0.
  var compact = 0
  /// Offset after it.
  var end = 0

  /// It has no year, or one of two digits before or after.
  var isBrief: Bool { form == .yearless || form == .twoDigits || compact == 6 }

  /// Reads the date that begins with a digit or a letter at `start`; nil if there is none.
  @inline(never)
  static func read(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> RareDate? {
    guard start < end else { return nil }
    return bytes[start] &- 0x30 <= 9 ? numeric(bytes, start, end) : monthFirst(bytes, start, end)
  }

  private static func numeric(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> RareDate? {
    var i = start
    guard let first = number(bytes, &i, end, most: 14) else { return nil }
    switch first.count {
    case 14:
      // The clock is the last six of the digits.
      let date = first.value / 1_000_000
      return RareDate(
        form: .known, first: date / 10_000, second: date / 100 % 100, third: date % 100, compact: 14, end: i - 6)
    case 8:
      return RareDate(
        form: .known, first: first.value / 10_000, second: first.value / 100 % 100, third: first.value % 100,
        compact: 8, end: i)
    case 6:
      return RareDate(
        form: .known, first: century(first.value / 10_000), second: first.value / 100 % 100, third: first.value % 100,
        compact: 6, end: i)
    case 1, 2, 4: break
    default: return nil
    }
    guard i + 1 < end else { return nil }
    let separator = bytes[i]
    if first.count < 4, let named = dayFirst(first.value, bytes, i, end) { return named }
    switch separator {
    case UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."): break
    case UInt8(ascii: ":") where first.count == 4: break
    default: return nil
    }
    i += 1
    guard let second = number(bytes, &i, end, most: 2) else { return nil }
    var date = RareDate(
      form: .yearless, first: first.value, second: second.value, third: -1, separator: separator, end: i)
    if i + 1 < end, bytes[i] == separator, bytes[i + 1] &- 0x30 <= 9 {
      i += 1
      guard let third = number(bytes, &i, end, most: 4) else { return nil }
      date.third = third.value
      date.end = i
      switch (first.count, third.count) {
      case (4, 1), (4, 2): date.form = .known
      case (1, 4), (2, 4): date.form = .yearLast
      case (2, 2), (1, 2): date.form = .twoDigits
      default: return nil
      }
      return date
    }
    return first.count == 2 && second.count == 2 ? date : nil
  }

  /// `23 Okt 2026`, `23. November 2026`, `2-févr.-26`, after the day.
  private static func dayFirst(_ day: Int, _ bytes: Span<UInt8>, _ dayEnd: Int, _ end: Int) -> RareDate? {
    var i = dayEnd
    var separator = bytes[i]
    if separator == UInt8(ascii: "."), i + 1 < end, bytes[i + 1] == UInt8(ascii: " ") {
      i += 1
      separator = UInt8(ascii: " ")
    }
    switch separator {
    case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."): i += 1
    default: return nil
    }
    guard i < end, bytes[i] >= 0x41, let name = MonthName.read(bytes, i, end) else { return nil }
    i = name.end
    if i < end, bytes[i] == UInt8(ascii: "."), separator != UInt8(ascii: ".") { i += 1 }
    var date = RareDate(form: .known, first: -1, second: name.month, third: day, separator: separator, end: i)
    if separator == UInt8(ascii: " "), i < end, bytes[i] == UInt8(ascii: ",") { i += 1 }
    guard i + 1 < end, bytes[i] == separator else { return separator == UInt8(ascii: " ") ? date : nil }
    i += 1
    if let year = year(bytes, &i, end, separator) {
      date.first = year
      date.end = i
      return date
    }
    return separator == UInt8(ascii: " ") ? date : nil
  }

  /// `Nov 23, 2026`, `Apr-07-13`, `November 3`.
  private static func monthFirst(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> RareDate? {
    guard let name = MonthName.read(bytes, start, end), name.end + 1 < end else { return nil }
    var i = name.end
    if bytes[i] == UInt8(ascii: "."), bytes[i + 1] == UInt8(ascii: " ") { i += 1 }
    let separator = bytes[i]
    switch separator {
    case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."): i += 1
    default: return nil
    }
    if separator == UInt8(ascii: " "), i < end, bytes[i] == UInt8(ascii: " ") { i += 1 }
    guard let day = number(bytes, &i, end, most: 2) else { return nil }
    var date = RareDate(form: .known, first: -1, second: name.month, third: day.value, separator: separator, end: i)
    if separator == UInt8(ascii: " "), i < end, bytes[i] == UInt8(ascii: ",") { i += 1 }
    guard i + 1 < end, bytes[i] == separator else { return separator == UInt8(ascii: " ") ? date : nil }
    i += 1
    if let year = year(bytes, &i, end, separator) {
      date.first = year
      date.end = i
      return date
    }
    return separator == UInt8(ascii: " ") ? date : nil
  }

  /// Four digits, or two where no blank is between the numbers: what comes after a blank may be the hour.
  private static func year(_ bytes: Span<UInt8>, _ i: inout Int, _ end: Int, _ separator: UInt8) -> Int? {
    var stop = i
    guard let year = number(bytes, &stop, end, most: 4) else { return nil }
    let isFollowed = stop + 1 < end && bytes[stop] == UInt8(ascii: ":") && bytes[stop + 1] &- 0x30 <= 9
    switch year.count {
    case 4:
      i = stop
      return year.value
    case 2 where !isFollowed:
      i = stop
      return century(year.value)
    default: return nil
    }
  }

  /// The year of two digits: 1970 ... 2069, as POSIX has it (within a year).
  static func century(_ year: Int) -> Int { year < 70 ? 2000 + year : 1900 + year }

  /// A number of at most `most` digits with no further digit after it; `i` is after it then.
  static func number(
    _ bytes: Span<UInt8>, _ i: inout Int, _ end: Int, most: Int
  ) -> (value: Int, count: Int)? {
    var at = i
    var value = 0
    while at < end, bytes[at] &- 0x30 <= 9 {
      guard at - i < most else { return nil }
      value = value * 10 + Int(bytes[at] &- 0x30)
      at += 1
    }
    guard at > i else { return nil }
    defer { i = at }
    return (value, at - i)
  }
}

/// What the numbers are.
extension RareDate {
  /// Year (-1 where there is none), month and day.
  typealias Calendar = (year: Int, month: Int, day: Int)

  /// The order that the numbers alone can have.
  func certainOrder(referenceTime: Int64) -> DateOrder {
    switch form {
    case .known: return .unknown
    case .yearLast, .yearless:
      if first > 12 && second <= 12 { return .dayFirst }
      return second > 12 && first <= 12 ? .monthFirst : .unknown
    case .twoDigits:
      guard let date = nearest(referenceTime) else { return .unknown }
      let matching = orders.filter {
        let other = calendar($0)
        return (other.year, other.month, other.day) == (date.year, date.month, date.day)
      }
      return matching.count == 1 ? matching[0] : .unknown
    }
  }

  /// Year, month and day, where they are certain: from the numbers, or from what is known of the log.
  ///
  /// Between two digits and two digits, the date that is close to `referenceTime` is taken where the others are not: a log
  /// is read soon after it was written, or keeps its file's time.
  func calendar(order: DateOrder, referenceTime: Int64, isAmerican: Bool, isLogcat: Bool) -> Calendar? {
    switch form {
    case .known: return (first, second, third)
    case .yearLast:
      let certain = certainOrder(referenceTime: referenceTime)
      if certain != .unknown { return calendar(certain) }
      if first > 12 || second > 12 { return nil }
      if first == second { return calendar(.dayFirst) }
      // No place writes the month first between dots (CLDR).
      if separator == UInt8(ascii: ".") { return calendar(.dayFirst) }
      if isAmerican { return calendar(.monthFirst) }
      return order == .dayFirst || order == .monthFirst ? calendar(order) : nil
    case .yearless:
      let certain = certainOrder(referenceTime: referenceTime)
      if certain != .unknown { return calendar(certain) }
      if first > 12 || second > 12 { return nil }
      if first == second || isLogcat { return calendar(.monthFirst) }
      return order == .dayFirst || order == .monthFirst ? calendar(order) : nil
    case .twoDigits:
      if order != .unknown {
        let date = calendar(order)
        return isDate(date) ? date : nil
      }
      if isAmerican, isDate(calendar(.monthFirst)) { return calendar(.monthFirst) }
      return nearest(referenceTime)
    }
  }

  /// The numbers in an order.
  private func calendar(_ order: DateOrder) -> Calendar {
    let year = form == .twoDigits ? RareDate.century(third) : third
    switch order {
    case .dayFirst: return (year, second, first)
    case .monthFirst, .unknown: return (year, first, second)
    case .yearFirst: return (RareDate.century(first), second, third)
    }
  }

  private var orders: [DateOrder] {
    // Dots: German, Russian, and year first in Hungary and Korea.
    separator == UInt8(ascii: ".") ? [.yearFirst, .dayFirst] : [.yearFirst, .dayFirst, .monthFirst]
  }

  private func isDate(_ date: Calendar) -> Bool {
    ClockText.minute(year: date.year, month: date.month, day: date.day, hour: 0, minute: 0) != nil
  }

  /// The only date that two digits, two digits and two digits can be, or the only one close to the time: within 400 days
  /// of it, and any other 300 days farther away.
  private func nearest(_ referenceTime: Int64) -> Calendar? {
    var best: Calendar?
    var bestDistance = Int64.max
    var secondDistance = Int64.max
    for order in orders {
      let date = calendar(order)
      guard let midnight = ClockText.minute(year: date.year, month: date.month, day: date.day, hour: 0, minute: 0)
      else { continue }
      if let best, best == date { continue }
      let (difference, overflow) = midnight.subtractingReportingOverflow(referenceTime)
      let days = overflow ? Int64.max / 2 : Int64((difference / 86_400_000_000_000).magnitude)
      if days < bestDistance {
        (secondDistance, bestDistance, best) = (bestDistance, days, date)
      } else {
        secondDistance = min(secondDistance, days)
      }
    }
    // `.max`: only asked whether it is a date.
    guard best != nil, secondDistance < .max, referenceTime < .max else { return best }
    return referenceTime != 0 && bestDistance <= 400 && secondDistance - bestDistance >= 300 ? best : nil
  }
}
