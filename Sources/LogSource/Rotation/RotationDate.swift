internal import TraceCore

/// When a rotated file was begun or cut, as its name says it: a date, and what comes after it.
///
/// What comes after a date (a time of day in any spelling, a fraction, a counter) is a list of numbers that grow from left
/// to right, so nobody has to know which of them is an hour: `2026-11-22-10` comes after `2026-11-22-9` either way.
/// Zones are unknown and do not matter: they are the same for all files of a stream.
struct RotationDate: Equatable, Comparable {
  /// Days since 1970.
  var day: Int
  /// The numbers after the date, from left to right.
  var counters: [Int] = []

  static func < (a: RotationDate, b: RotationDate) -> Bool {
    a.day != b.day ? a.day < b.day : a.counters.lexicographicallyPrecedes(b.counters)
  }
}

/// Finds a date in a file's name. It knows spellings, not what they mean for a stream.
///
/// Dates: `2026-11-22`, `2026_11_22`, `2026.11.22`, `20261122`, `11-22-2026` (log4j2's guide; `22-11-2026` where only that
/// can be), `2026-11`, `202611`, an epoch in seconds or milliseconds, and IIS's `261122` after `ex`, `in`, `nc`. Years from
/// 1990 to 2099.
struct RotationDateText {
  /// Offsets of the date with all numbers that belong to it.
  var range: Range<Int>
  var date: RotationDate
  /// Whether the order of its parts is a guess (05-06-2026).
  var isGuess = false

  /// The first date in `name` that has a border on both sides: an end, a separator, in front also a letter.
  init?(in name: ArraySlice<UInt8>) {
    for form in Form.allCases {
      for start in name.indices where RotationDateText.isDigit(name[start]) {
        guard start == name.startIndex || !RotationDateText.isDigit(name[start - 1]) else { continue }
        if let found = RotationDateText(form, name, at: start) {
          self = found
          return
        }
      }
    }
    return nil
  }

  /// Spellings, those first that leave no doubt.
  private enum Form: CaseIterable { case yearFirst, yearLast, month, epoch, short }

  private init?(_ form: Form, _ name: ArraySlice<UInt8>, at start: Int) {
    var reader = Reader(name: name, at: start)
    let isGlued = start > name.startIndex && RotationDateText.isLetter(name[start - 1])
    var counters: [Int] = []
    let day: Int
    switch form {
    case .yearFirst:
      guard let year = reader.number(digits: 4), let month = reader.separated(digits: 2, first: true),
        let date = reader.separated(digits: 2, first: false),
        let known = RotationDateText.day(year, month, date)
      else { return nil }
      day = known
      // 2026112306, 202611230637, 20261123063704 and their fractions.
      let digits = reader.digitsAhead
      if digits > 0 {
        guard reader.separator == nil, [2, 4, 6, 9].contains(digits), let time = reader.number(digits: digits),
          RotationDateText.isTimeOfDay(time, digits: digits)
        else { return nil }
        counters.append(time)
      }
    case .yearLast:
      guard let first = reader.number(digits: 2), let second = reader.separated(digits: 2, first: true),
        reader.separator != nil, let year = reader.separated(digits: 4, first: false)
      else { return nil }
      if let known = RotationDateText.day(year, first, second) {
        day = known
        isGuess = first <= 12 && second <= 12 && first != second
      } else if let known = RotationDateText.day(year, second, first) {
        day = known
      } else {
        return nil
      }
    case .month:
      guard let year = reader.number(digits: 4), let month = reader.separated(digits: 2, first: true),
        reader.digitsAhead == 0, !isGlued || reader.separator == nil, let known = RotationDateText.day(year, month, 1)
      else { return nil }
      day = known
    case .epoch:
      let digits = reader.digitsAhead
      guard !isGlued, start > name.startIndex, digits == 10 || digits == 13,
        let value = reader.number(digits: digits)
      else { return nil }
      let seconds = digits == 13 ? value / 1_000 : value
      guard (1_000_000_000..<4_000_000_000).contains(seconds) else { return nil }
      day = seconds / 86_400
      counters.append(digits == 13 ? value % 86_400_000 : seconds % 86_400)
    case .short:
      let digits = reader.digitsAhead
      guard isGlued, RotationDateText.isIIS(name[..<start]), [4, 6, 8].contains(digits),
        let year = reader.number(digits: 2), let month = reader.number(digits: 2)
      else { return nil }
      let date = digits > 4 ? reader.number(digits: 2) ?? 0 : 1
      guard let known = RotationDateText.day(2000 + year, month, date) else { return nil }
      day = known
      if digits == 8 {
        guard let hour = reader.number(digits: 2), hour < 24 else { return nil }
        counters.append(hour)
      }
    }
    guard reader.digitsAhead == 0 else { return nil }
    reader.readCounters(&counters)
    range = start..<reader.at
    date = RotationDate(day: day, counters: counters)
  }

  // MARK: parts

  /// Reads numbers one after another.
  private struct Reader {
    let name: ArraySlice<UInt8>
    var at: Int
    /// What stands between the parts of the date.
    var separator: UInt8?
    private static let mostCounters = 8

    init(name: ArraySlice<UInt8>, at: Int) {
      self.name = name
      self.at = at
    }

    var digitsAhead: Int { digits(from: at) }

    private func digits(from start: Int) -> Int {
      var end = start
      while end < name.endIndex, RotationDateText.isDigit(name[end]) { end += 1 }
      return end - start
    }

    /// Exactly so many digits, whatever follows.
    mutating func number(digits: Int) -> Int? {
      guard digits <= 18, self.digits(from: at) >= digits else { return nil }
      let value = name[at..<at + digits].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
      at += digits
      return value
    }

    /// The next part of a date: all of them have the same separator in front, or none.
    mutating func separated(digits: Int, first: Bool) -> Int? {
      if at < name.endIndex, [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains(name[at]) {
        guard first || name[at] == separator else { return nil }
        separator = name[at]
        at += 1
      } else if separator != nil {
        return nil
      }
      return number(digits: digits)
    }

    /// Times of day, fractions, numbers: digits, each behind one separator, up to a letter or the end.
    mutating func readCounters(_ counters: inout [Int]) {
      while counters.count < Reader.mostCounters, at + 1 < name.endIndex, isBetween(name[at]) {
        let length = digits(from: at + 1)
        let end = at + 1 + length
        guard (1...18).contains(length) else { break }
        var next = end
        // 06h37, 06-37-04Z
        if next < name.endIndex, name[next] == UInt8(ascii: "Z") { next += 1 }
        guard next == name.endIndex || !RotationDateText.isLetter(name[next]) || name[next] == UInt8(ascii: "T") else {
          break
        }
        counters.append(name[at + 1..<end].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) })
        at = next
      }
    }

    private func isBetween(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "T"),
        UInt8(ascii: " "), UInt8(ascii: "+"):
        true
      default: false
      }
    }
  }

  private static func day(_ year: Int, _ month: Int, _ day: Int) -> Int? {
    guard (1990...2099).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
    return EventTime.days(year: year, month: month, day: day)
  }

  /// Whether packed digits can be hh, hhmm, hhmmss, hhmmssfff.
  private static func isTimeOfDay(_ value: Int, digits: Int) -> Bool {
    let seconds = digits == 9 ? value / 1_000 : digits == 6 ? value : digits == 4 ? value * 100 : value * 10_000
    return seconds / 10_000 < 24 && seconds / 100 % 100 < 60 && seconds % 100 < 61
  }

  /// IIS's prefixes: W3C extended, IIS and NCSA formats, in ANSI or UTF-8.
  private static func isIIS(_ prefix: ArraySlice<UInt8>) -> Bool {
    ["ex", "in", "nc", "u_ex", "u_in", "u_nc"].contains(String(decoding: prefix, as: UTF8.self).lowercased())
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
  static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
  }
}
