internal import Platform

/// Why a time zone cannot be had.
package enum TimeZoneError: Error, Equatable, CustomStringConvertible {
  /// No zone has that name; the closest names that exist.
  case unknown(name: String, suggestions: [String])
  /// The system has no time zone database.
  case noDatabase(folder: String)
  /// The file of the zone is not TZif or is damaged.
  case damaged(path: String)

  package var description: String {
    switch self {
    case .unknown(let name, let suggestions):
      let hint =
        suggestions.isEmpty
        ? "give an IANA name such as Europe/Berlin, or a fixed offset such as +02:00"
        : "did you mean \(suggestions.joined(separator: ", "))?"
      return "no time zone \"\(name)\"; \(hint)"
    case .noDatabase(let folder):
      return "no time zone database in \(folder); install the package tzdata, or give a fixed offset such as +02:00"
    case .damaged(let path):
      return "\(path) is not a time zone file that can be read; reinstall the package tzdata, or give a fixed offset"
    }
  }
}

/// What a zone's clocks show: a fixed offset, or the rules of an IANA zone from the system's zoneinfo files.
///
/// Reads version 2 and later of TZif (RFC 8536), its POSIX rule for the time after the table included. Knows offsets only:
/// no zone abbreviations, no leap seconds. Immutable; shared by threads.
package struct TimeZoneRules: Sendable, Equatable {
  /// As it was asked for.
  package let name: String
  /// Seconds east of Greenwich where the offset never changes, else nil.
  package let fixedOffset: Int?

  /// UTC seconds from which `offsets[i + 1]` holds, ascending.
  private let transitions: [Int64]
  /// Seconds east of Greenwich; the first one holds before the first transition.
  private let offsets: [Int32]
  private let rule: POSIXTimeZone?

  package static let utc = TimeZoneRules(name: "UTC", fixed: 0)

  private init(name: String, fixed: Int) {
    self.name = name
    fixedOffset = fixed
    transitions = []
    offsets = [Int32(fixed)]
    rule = nil
  }

  /// The system's time zone database.
  static var folder: String { Program.environment("TZDIR") ?? "/usr/share/zoneinfo" }

  /// Reads `Z`, `UTC`, `GMT`, `+02:00`, `+0200`, `+2`, or an IANA name.
  package init(named name: String) throws(TimeZoneError) {
    if let fixed = TimeZoneRules.fixedOffset(name) {
      self.init(name: name, fixed: fixed)
      return
    }
    let folder = TimeZoneRules.folder
    let letters = name.utf8.allSatisfy { byte in
      ClockText.isLetterOrDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
    }
    // No dots: a name never leaves the folder.
    guard letters, !name.isEmpty, !name.hasPrefix("/") else {
      throw .unknown(name: name, suggestions: ZoneNames(folder: folder)?.closest(to: name) ?? [])
    }
    let path = "\(folder)/\(name)"
    let bytes: [UInt8]
    do throws(WholeFile.FileError) {
      bytes = try WholeFile.read(path, limit: 1 << 20)
    } catch {
      guard let names = ZoneNames(folder: folder) else { throw .noDatabase(folder: folder) }
      throw .unknown(name: name, suggestions: names.closest(to: name))
    }
    guard let rules = TimeZoneRules(name: name, tzif: bytes) else { throw .damaged(path: path) }
    self = rules
  }

  /// Reads the content of a TZif file; nil if it is not one, or of version 1.
  package init?(name: String, tzif bytes: [UInt8]) {
    guard let first = TZifHeader(bytes, at: 0), first.version >= 2 else { return nil }
    guard let header = TZifHeader(bytes, at: 44 + first.dataLength(timeSize: 4)) else { return nil }
    let start = 44 + first.dataLength(timeSize: 4) + 44
    let footer = start + header.dataLength(timeSize: 8)
    guard header.types > 0, footer < bytes.count, bytes[footer] == UInt8(ascii: "\n") else { return nil }
    let indexes = start + header.times * 8
    let types = indexes + header.times
    func offset(type: Int) -> Int32? {
      guard type < header.types else { return nil }
      return Int32(truncatingIfNeeded: TZifHeader.integer(bytes, types + type * 6, 4))
    }
    guard let initial = offset(type: 0) else { return nil }
    var transitions: [Int64] = []
    var offsets = [initial]
    for i in 0..<header.times {
      let time = TZifHeader.integer(bytes, start + i * 8, 8)
      guard let next = offset(type: Int(bytes[indexes + i])), transitions.last ?? .min < time else { return nil }
      // A change of name alone changes nothing here.
      if next == offsets[offsets.count - 1] { continue }
      transitions.append(time)
      offsets.append(next)
    }
    guard offsets.allSatisfy({ abs(Int($0)) < 2 * 86_400 }) else { return nil }
    let text = bytes[(footer + 1)...].prefix { $0 != UInt8(ascii: "\n") }
    let rule = text.isEmpty ? nil : POSIXTimeZone(String(decoding: text, as: UTF8.self))
    if !text.isEmpty && rule == nil { return nil }
    self.name = name
    let never = transitions.isEmpty && (rule == nil || rule?.summer == nil)
    fixedOffset = never ? Int(rule.map { Int32($0.standardOffset) } ?? initial) : nil
    self.transitions = transitions
    self.offsets = offsets
    self.rule = rule
  }

  /// Seconds east of Greenwich at a time in UTC seconds.
  package func offset(atUTC time: Int64) -> Int {
    if let fixedOffset { return fixedOffset }
    guard let last = transitions.last else { return rule?.offset(atUTC: time) ?? Int(offsets[0]) }
    if time >= last, let rule { return rule.offset(atUTC: time) }
    var low = 0
    var high = transitions.count
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle] <= time { low = middle + 1 } else { high = middle }
    }
    return Int(offsets[low])
  }

  /// The offset to take from a local time (seconds as if it were UTC) to come to UTC.
  ///
  /// In an hour that clocks show twice it is the earlier pass until time has stepped back about an hour, judged by
  /// `previous` (the UTC seconds of the timestamp before): when the earlier pass would lie more than half the repeated time
  /// before it, or, once the later pass has begun, more than the five minutes by which a line may come late.
  /// A local time that clocks skip is read with the offset before the gap, and so comes out after it.
  package func offset(atLocal local: Int64, previous: Int64?) -> (offset: Int, isRepeated: Bool) {
    if let fixedOffset { return (fixedOffset, false) }
    let before = offset(atUTC: local - 86_400)
    let after = offset(atUTC: local + 86_400)
    if before == after { return (before, false) }
    let isBefore = offset(atUTC: local - Int64(before)) == before
    let isAfter = offset(atUTC: local - Int64(after)) == after
    switch (isBefore, isAfter) {
    case (true, true):
      let earlier = local - Int64(before)
      let isLater =
        previous.map { previous in
          let hasBegun = offset(atUTC: previous) == after
          return earlier < previous - (hasBegun ? 300 : Int64(before - after) / 2)
        } ?? false
      return (isLater ? after : before, true)
    case (false, true): return (after, false)
    case (true, false), (false, false): return (before, false)
    }
  }

  /// Seconds east of Greenwich of `Z`, `UTC`, `+02:00`, `-0530`, `+2`; nil if it is none of these.
  private static func fixedOffset(_ text: String) -> Int? {
    if ["Z", "z", "UTC", "utc", "GMT", "Etc/UTC"].contains(text) { return 0 }
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    let digits = text.dropFirst().filter { $0 != ":" }
    let colons = text.count - 1 - digits.count
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let value = Int(digits), colons <= 1 else { return nil }
    let (hours, minutes) = digits.count <= 2 ? (value, 0) : value.quotientAndRemainder(dividingBy: 100)
    guard (1...4).contains(digits.count), digits.count > 2 || colons == 0, hours <= 18, minutes < 60 else { return nil }
    let seconds = (hours * 60 + minutes) * 60
    return sign == "-" ? -seconds : seconds
  }
}

/// The six counts in front of a TZif data block (RFC 8536 section 3.1).
private struct TZifHeader {
  let version: Int
  let isUT: Int
  let isStandard: Int
  let leaps: Int
  let times: Int
  let types: Int
  let letters: Int

  init?(_ bytes: [UInt8], at start: Int) {
    guard start + 44 <= bytes.count, bytes[start..<start + 4].elementsEqual("TZif".utf8) else { return nil }
    let digit = bytes[start + 4]
    version = digit >= UInt8(ascii: "2") && digit <= UInt8(ascii: "9") ? Int(digit) - 0x30 : 1
    func count(_ i: Int) -> Int { Int(TZifHeader.integer(bytes, start + 20 + i * 4, 4)) }
    isUT = count(0)
    isStandard = count(1)
    leaps = count(2)
    times = count(3)
    types = count(4)
    letters = count(5)
    for value in [isUT, isStandard, leaps, times, types, letters] where value < 0 || value > bytes.count { return nil }
  }

  func dataLength(timeSize: Int) -> Int {
    times * timeSize + times + types * 6 + letters + leaps * (timeSize + 4) + isStandard + isUT
  }

  /// A signed big-endian integer; 0 past the end of a file that is cut short (its footer is then missing too).
  static func integer(_ bytes: [UInt8], _ start: Int, _ size: Int) -> Int64 {
    guard start + size <= bytes.count else { return 0 }
    var value: UInt64 = 0
    for byte in bytes[start..<start + size] { value = value << 8 | UInt64(byte) }
    return size == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
  }
}
