/// How a log writes its times, in the letters of strptime: what `--time-format` and `time:` of a layout file say, and what
/// the date patterns of logback, log4j2, Serilog and Apache become.
///
/// Immutable; shared by threads. It reads nothing itself: `TimestampParser.parse(_:from:to:format:)` does.
package final class TimeFormat: Sendable {
  /// What is read next.
  struct Item: BitwiseCopyable, Sendable, Equatable {
    enum Part: UInt8, BitwiseCopyable, Sendable {
      case byte, blanks
      /// Four digits; two digits, of 1970 to 2069.
      case year, shortYear
      case month, monthName, day, weekday, dayOfYear
      case hour, hour12, minute, second, halfOfDay
      /// One to nine digits, or more.
      case fraction
      /// `.` or `,` and a fraction, or nothing.
      case optionalFraction
      /// `+0200`, `+02:00`, `Z`; a name.
      case offset, zoneName
      /// Since 1970.
      case seconds, milliseconds, microseconds, nanoseconds
    }
    var part: Part
    /// For `byte`.
    var byte: UInt8 = 0
  }

  /// A format that is none: what is wrong with it, in a sentence without a full stop.
  package struct Problem: Error, Equatable, Sendable {
    package var message: String

    package init(message: String) { self.message = message }
  }

  /// As it was given.
  package let text: String
  let items: ContiguousArray<Item>

  private init(text: String, items: ContiguousArray<Item>) {
    self.text = text
    self.items = items
  }

  /// Whether it gives a point in time: a date and a clock time, or seconds since 1970. A clock time alone does not.
  package var isComplete: Bool {
    let parts = items.map(\.part)
    if parts.contains(where: { [.seconds, .milliseconds, .microseconds, .nanoseconds].contains($0) }) { return true }
    let hasDay =
      (parts.contains(.day) && (parts.contains(.month) || parts.contains(.monthName)))
      || parts.contains(.dayOfYear)
    return hasDay && (parts.contains(.hour) || parts.contains(.hour12))
  }

  // MARK: strptime

  /// Reads a format of strptime: `%d.%m.%Y %H:%M:%S,%f`.
  package convenience init(strptime text: String) throws(Problem) {
    var builder = Builder()
    var isEscaped = false
    for character in text {
      guard isEscaped else {
        if character == "%" { isEscaped = true } else { builder.literal(character) }
        continue
      }
      isEscaped = false
      guard builder.take(strptime: character) else {
        throw Problem(
          message:
            "'\(text)': %\(character) is not read; there are %Y %y %m %b %d %e %j %a %H %I %p %M %S %f %L %N %z %Z %s "
            + "%T %R %D %F %c and %%")
      }
    }
    if isEscaped { throw Problem(message: "'\(text)' ends with %; a percent sign is written %%") }
    try self.init(text, builder)
  }

  private convenience init(_ text: String, _ builder: Builder) throws(Problem) {
    guard builder.items.contains(where: { $0.part != .byte && $0.part != .blanks }) else {
      throw Problem(message: "'\(text)' has no part of a time in it; write for example %Y-%m-%d %H:%M:%S")
    }
    self.init(text: text, items: builder.items)
  }

  /// As above, with lnav's letters: `%i` milliseconds since 1970, `%6` micro-, `%9` nanoseconds.
  package convenience init(lnav text: String) throws(Problem) {
    var builder = Builder()
    var isEscaped = false
    for character in text {
      guard isEscaped else {
        if character == "%" { isEscaped = true } else { builder.literal(character) }
        continue
      }
      isEscaped = false
      switch character {
      case "i": builder.add(.milliseconds)
      case "6": builder.add(.microseconds)
      case "9": builder.add(.nanoseconds)
      default:
        guard builder.take(strptime: character) else {
          throw Problem(message: "'\(text)': %\(character) is not supported")
        }
      }
    }
    // lnav reads a fraction after the seconds, whether the format has it or not.
    if let second = builder.items.firstIndex(of: Item(part: .second)) {
      let next = second + 1 < builder.items.count ? builder.items[second + 1] : Item(part: .blanks)
      if next.part != .fraction, next.part != .byte || ![0x2E, 0x2C, 0x3A].contains(next.byte) {
        builder.items.insert(Item(part: .optionalFraction), at: second + 1)
      }
    }
    try self.init(text, builder)
  }

  // MARK: Patterns of letters

  /// Reads a pattern of Java (`dd.MM.yyyy HH:mm:ss,SSS`) or .NET (`yyyy-MM-dd HH:mm:ss.fff zzz`), whose letters are repeated.
  package convenience init(pattern text: String, dialect: Dialect) throws(Problem) {
    var builder = Builder()
    let characters = Array(text)
    var i = 0
    while i < characters.count {
      let character = characters[i]
      if character == "'" {
        // Text between quotes; two of them are one.
        var stop = i + 1
        if stop < characters.count, characters[stop] == "'" {
          builder.literal("'")
          i += 2
          continue
        }
        while stop < characters.count, characters[stop] != "'" {
          builder.literal(characters[stop])
          stop += 1
        }
        i = stop + 1
        continue
      }
      if character == "\\", dialect == .dotNet, i + 1 < characters.count {
        builder.literal(characters[i + 1])
        i += 2
        continue
      }
      guard character.isASCII, character.isLetter else {
        builder.literal(character)
        i += 1
        continue
      }
      var stop = i
      while stop < characters.count, characters[stop] == character { stop += 1 }
      guard builder.take(character, count: stop - i, dialect) else {
        if dialect == .dotNet, character == "T" {
          for _ in i..<stop { builder.literal(character) }
          i = stop
          continue
        }
        throw Problem(message: "the date pattern '\(text)' has '\(String(characters[i..<stop]))', which is not read")
      }
      i = stop
    }
    try self.init(text, builder)
  }

  /// Whose letters a pattern has.
  package enum Dialect: Sendable {
    case java, dotNet
    /// Loguru's, which are pendulum's: `YYYY-MM-DD HH:mm:ss.SSS`.
    case pendulum
  }

  // MARK: Building

  private struct Builder {
    var items: ContiguousArray<Item> = []

    mutating func add(_ part: Item.Part) { items.append(Item(part: part)) }

    mutating func literal(_ character: Character) {
      if character == " " {
        if items.last?.part != .blanks { add(.blanks) }
      } else {
        for byte in character.utf8 { items.append(Item(part: .byte, byte: byte)) }
      }
    }

    mutating func all(_ format: String) {
      for character in format {
        if !character.isLetter || !take(strptime: character) { literal(character) }
      }
    }

    mutating func take(strptime letter: Character) -> Bool {
      switch letter {
      case "Y": add(.year)
      case "y": add(.shortYear)
      case "m": add(.month)
      case "b", "B", "h": add(.monthName)
      case "d", "e": add(.day)
      case "j": add(.dayOfYear)
      case "a", "A": add(.weekday)
      case "H", "k": add(.hour)
      case "I", "l": add(.hour12)
      case "p", "P": add(.halfOfDay)
      case "M": add(.minute)
      case "S": add(.second)
      case "f", "L", "N": add(.fraction)
      case "z": add(.offset)
      case "Z": add(.zoneName)
      case "s": add(.seconds)
      case "T": all("H:M:S")
      case "R": all("H:M")
      case "D": all("m/d/y")
      case "F": all("Y-m-d")
      case "c": all("a b d H:M:S Y")
      case "n", "t": literal(" ")
      case "%": literal("%")
      default: return false
      }
      return true
    }

    mutating func take(_ letter: Character, count: Int, _ dialect: Dialect) -> Bool {
      switch (letter, dialect) {
      case ("y", .java), ("y", .dotNet), ("u", .java), ("Y", .pendulum): add(count == 2 ? .shortYear : .year)
      case ("M", _): add(count > 2 ? .monthName : .month)
      case ("L", .java): add(count > 2 ? .monthName : .month)
      case ("d", .java), ("D", .pendulum): add(.day)
      case ("D", .java): add(.dayOfYear)
      case ("d", .dotNet): add(count > 2 ? .weekday : .day)
      case ("E", .java), ("d", .pendulum): add(.weekday)
      case ("H", _): add(.hour)
      case ("h", _): add(.hour12)
      case ("a", .java), ("t", .dotNet), ("A", .pendulum): add(.halfOfDay)
      case ("m", _): add(.minute)
      case ("s", _): add(.second)
      case ("S", .java), ("n", .java), ("S", .pendulum), ("f", .dotNet): add(.fraction)
      case ("F", .dotNet): optionalFraction()
      case ("X", .java), ("x", .java), ("Z", .java), ("z", .dotNet), ("K", .dotNet), ("Z", .pendulum): add(.offset)
      case ("z", .java), ("V", .java), ("z", .pendulum): add(.zoneName)
      default: return false
      }
      return true
    }

    /// Takes the point before it along.
    private mutating func optionalFraction() {
      if items.last?.part == .byte, items.last?.byte == 0x2E || items.last?.byte == 0x2C { items.removeLast() }
      add(.optionalFraction)
    }
  }
}
