/// The rule for times after a TZif table: a POSIX TZ string such as `CET-1CEST,M3.5.0,M10.5.0/3` (RFC 8536 section 3.3.1).
///
/// Reads the quoted names (`<+03>-3`), the three kinds of days and hours from -167 to 167.
struct POSIXTimeZone: Sendable, Equatable {
  /// Seconds east of Greenwich (POSIX counts west: turned round here).
  let standardOffset: Int
  let summer: Summer?

  /// Summer time and the local moments at which it begins and ends.
  struct Summer: Sendable, Equatable {
    var offset: Int
    var start: Moment
    var end: Moment
  }

  /// A moment of a year: a day and seconds after its midnight.
  struct Moment: Sendable, Equatable {
    enum Day: Sendable, Equatable {
      /// Jn: 1 ... 365, 29 February never counted.
      case julian(Int)
      /// n: 0 ... 365, counted with 29 February.
      case zeroBased(Int)
      /// Mm.w.d: week 5 is the last.
      case weekday(month: Int, week: Int, day: Int)
    }
    var day: Day
    var seconds: Int
  }

  init?(_ text: String) {
    var reader = Reader(bytes: Array(text.utf8))
    guard reader.name(), let west = reader.time() else { return nil }
    standardOffset = -west
    if reader.isAtEnd {
      summer = nil
      return
    }
    guard reader.name() else { return nil }
    var offset = standardOffset + 3600
    if !reader.isNext(",") {
      guard let summerWest = reader.time() else { return nil }
      offset = -summerWest
    }
    guard let start = reader.moment(), let end = reader.moment(), reader.isAtEnd else { return nil }
    summer = Summer(offset: offset, start: start, end: end)
  }

  func offset(atUTC time: Int64) -> Int {
    guard let summer else { return standardOffset }
    let day = EventTime.floorDivide(time + Int64(standardOffset), 86_400).quotient
    guard abs(day) < 1_000_000 else { return standardOffset }
    let year = EventTime.civil(days: Int(day)).year
    let start = summer.start.seconds(in: year) - Int64(standardOffset)
    let end = summer.end.seconds(in: year) - Int64(summer.offset)
    // South of the equator summer begins in one year and ends in the next.
    let isSummer = start < end ? time >= start && time < end : !(time >= end && time < start)
    return isSummer ? summer.offset : standardOffset
  }

  private struct Reader {
    let bytes: [UInt8]
    var i = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { i == bytes.count }

    func isNext(_ letter: Unicode.Scalar) -> Bool { i < bytes.count && bytes[i] == UInt8(ascii: letter) }

    mutating func take(_ letter: Unicode.Scalar) -> Bool {
      guard isNext(letter) else { return false }
      i += 1
      return true
    }

    /// `CET` or `<+03>`.
    mutating func name() -> Bool {
      if take("<") {
        while i < bytes.count && !isNext(">") { i += 1 }
        return take(">")
      }
      let start = i
      while i < bytes.count, (bytes[i] | 0x20) &- 0x61 < 26 { i += 1 }
      return i - start >= 3
    }

    mutating func number(upTo limit: Int) -> Int? {
      let start = i
      var value = 0
      while i < bytes.count, bytes[i] &- 0x30 <= 9, value <= limit {
        value = value * 10 + Int(bytes[i] - 0x30)
        i += 1
      }
      return i > start && value <= limit ? value : nil
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func time() -> Int? {
      let isNegative = take("-")
      if !isNegative { _ = take("+") }
      guard var seconds = number(upTo: 167).map({ $0 * 3600 }) else { return nil }
      for unit in [60, 1] where take(":") {
        guard let value = number(upTo: 59) else { return nil }
        seconds += value * unit
      }
      return isNegative ? -seconds : seconds
    }

    mutating func moment() -> Moment? {
      guard take(",") else { return nil }
      let day: Moment.Day
      if take("M") {
        guard let month = number(upTo: 12), take("."), let week = number(upTo: 5), take("."),
          let weekday = number(upTo: 6), month >= 1, week >= 1
        else { return nil }
        day = .weekday(month: month, week: week, day: weekday)
      } else if take("J") {
        guard let n = number(upTo: 365), n >= 1 else { return nil }
        day = .julian(n)
      } else {
        guard let n = number(upTo: 365) else { return nil }
        day = .zeroBased(n)
      }
      guard take("/") else { return Moment(day: day, seconds: 7200) }
      guard let seconds = time() else { return nil }
      return Moment(day: day, seconds: seconds)
    }
  }
}

extension POSIXTimeZone.Moment {
  /// Local seconds since 1970 of this moment in `year`.
  func seconds(in year: Int) -> Int64 {
    let newYear = EventTime.days(year: year, month: 1, day: 1)
    let isLeap = EventTime.days(year: year + 1, month: 1, day: 1) - newYear == 366
    let days: Int
    switch day {
    case .julian(let n): days = newYear + n - 1 + (isLeap && n > 59 ? 1 : 0)
    case .zeroBased(let n): days = newYear + n
    case .weekday(let month, let week, let weekday):
      let first = EventTime.days(year: year, month: month, day: 1)
      let next =
        month == 12
        ? EventTime.days(year: year + 1, month: 1, day: 1) : EventTime.days(year: year, month: month + 1, day: 1)
      // 1970-01-01 was a Thursday (4).
      let firstWeekday = Int(EventTime.floorDivide(Int64(first) + 4, 7).remainder)
      var found = first + (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
      while found >= next { found -= 7 }
      days = found
    }
    return Int64(days) * 86_400 + Int64(seconds)
  }
}
