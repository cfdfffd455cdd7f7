import Testing
import TraceCore

extension TimestampParser {
  /// `parse` for arrays: the checking macros take no spans.
  mutating func read(_ bytes: [UInt8], from start: Int = 0, to end: Int? = nil) -> ParsedTimestamp? {
    parse(bytes.span, from: start, to: end ?? bytes.count)
  }
  mutating func read(
    _ bytes: [UInt8], from start: Int = 0, to end: Int? = nil, shape: TimestampShape
  ) -> ParsedTimestamp? {
    parse(bytes.span, from: start, to: end ?? bytes.count, shape: shape)
  }
  mutating func read(_ text: String) -> ParsedTimestamp? { read(Array(text.utf8)) }
}

struct TimestampParserTests {
  /// 2026-11-23T06:47:54Z.
  static let base: Int64 = 1_795_416_474_000_000_000
  static let march: Int64 = 1_772_520_474_000_000_000  // 2026-03-03T06:47:54Z

  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    var time: Int64
    var length: Int
    var hasZone: Bool
    var shape: TimestampShape
    var testDescription: String { text }
    init(_ text: String, _ time: Int64, _ shape: TimestampShape, zone: Bool, length: Int? = nil) {
      self.text = text
      self.time = time
      self.length = length ?? text.utf8.count
      hasZone = zone
      self.shape = shape
    }
  }

  static let good: [Case] = [
    Case("2026-11-23T06:47:54.777Z", base + 777_000_000, .iso, zone: true),
    Case("2026-11-23T06:47:54Z", base, .iso, zone: true),
    Case("2026-11-23t06:47:54z", base, .iso, zone: true),
    Case("2026-11-23 06:47:54,627", base + 627_000_000, .iso, zone: false),
    Case("2026-11-23 06:47:54,627 INFO x", base + 627_000_000, .iso, zone: false, length: 23),
    Case("2026-11-23 06:47:54.123456789", base + 123_456_789, .iso, zone: false),
    Case("2026-11-23 06:47:54.1234567891234", base + 123_456_789, .iso, zone: false),
    Case("2026-11-23 06:47:54.5", base + 500_000_000, .iso, zone: false),
    Case("2026-11-23_06:47:54", base, .iso, zone: false),
    Case("2026/11/23 06:47:54 [error] 1#1", base, .iso, zone: false, length: 19),
    Case("2026-11-23 06:47", base - 54_000_000_000, .iso, zone: false),
    Case("2026-11-23 06:47: x", base - 54_000_000_000, .iso, zone: false, length: 16),
    Case("2026-11-23T06:47Z", base - 54_000_000_000, .iso, zone: true),
    Case("2026-11-23T08:47:54.777+02:00", base + 777_000_000, .iso, zone: true),
    Case("2026-11-23T08:47:54+0200", base, .iso, zone: true),
    Case("2026-11-23 08:47:54+02", base, .iso, zone: true),
    Case("2026-11-23 08:47:54 +0200", base, .iso, zone: true),
    Case("2026-11-23 01:17:54.000 -05:30 x", base, .iso, zone: true, length: 30),
    Case("2026-11-23 06:47:54 UTC", base, .iso, zone: true),
    Case("2026-11-23 06:47:54.100 UTC [12] LOG", base + 100_000_000, .iso, zone: true, length: 27),
    Case("2026-11-23 06:47:54 UTCX", base, .iso, zone: false, length: 19),
    Case("2026-11-23 06:47:54 - name", base, .iso, zone: false, length: 19),
    Case("2026-11-23 06:47:54 -12 items", base, .iso, zone: false, length: 19),
    Case("2026-11-23 06:47:54, x", base, .iso, zone: false, length: 19),
    Case("2026-11-23 06:47:54] x", base, .iso, zone: false, length: 19),
    Case("2026-11-23T06:47:54Zulu", base, .iso, zone: false, length: 19),
    Case("2026-11-22T24:00:00", base - 24_474_000_000_000, .iso, zone: false),
    Case("2026-11-23T06:47:60Z", base + 5_999_999_999, .iso, zone: true),
    Case("2026-11-23T06:47:60.500Z", base + 5_999_999_999, .iso, zone: true),
    Case("1969-12-31T23:59:59.5Z", -500_000_000, .iso, zone: true),
    Case("2024-02-29T00:00:00Z", 1_709_164_800_000_000_000, .iso, zone: true),
    Case("20261123T064754Z", base, .isoBasic, zone: true),
    Case("20261123T064754.25+0000", base + 250_000_000, .isoBasic, zone: true),
    Case("20261123T0647 x", base - 54_000_000_000, .isoBasic, zone: false, length: 13),
    Case("1795416474", base, .epoch, zone: true),
    Case("1795416474.982", base + 982_000_000, .epoch, zone: true),
    Case("1795416474.000000001 x", base + 1, .epoch, zone: true, length: 20),
    Case("1795416474777", base + 777_000_000, .epoch, zone: true),
    Case("1795416474777000", base + 777_000_000, .epoch, zone: true),
    Case("1795416474777000001", base + 777_000_001, .epoch, zone: true),
    Case("999999999", 999_999_999_000_000_000, .epoch, zone: true),
    Case("23/Nov/2026:06:47:54 +0000", base, .clf, zone: true),
    Case("23/Nov/2026:08:47:54 +0200] \"GET", base, .clf, zone: true, length: 26),
    Case("23/Nov/2026:06:47:54.250 +0000", base + 250_000_000, .clf, zone: true),
    Case("23/Nov/2026:06:47:54", base, .clf, zone: false),
    Case("Nov 23 06:47:54 host app", base, .syslog, zone: false, length: 15),
    Case("Nov 23 06:47:54.123 host", base + 123_000_000, .syslog, zone: false, length: 19),
    Case("Mar  3 06:47:54 host app", march, .syslog, zone: false, length: 15),
    Case("Nov 23 2026 06:47:54 host", base, .syslog, zone: false, length: 20),
    Case("Sun Nov 23 06:47:54.123456 2026", base + 123_456_000, .ctime, zone: false),
    Case("Sun Nov 23 06:47:54 2026] x", base, .ctime, zone: false, length: 24),
    Case("Mon Nov 23 06:47:54 UTC 2026", base, .ctime, zone: true),
    Case("Tue Mar  3 06:47:54 2026", march, .ctime, zone: false),
    Case("Mon, 23 Nov 2026 06:47:54 GMT", base, .mail, zone: true),
    Case("Tue, 3 Mar 2026 07:47:54 +0100", march, .mail, zone: true),
    Case("23 Nov 2026 06:47:54.777 # x", base + 777_000_000, .mail, zone: false, length: 24),
    Case("23-Nov-2026 06:47:54.777 INFO", base + 777_000_000, .mail, zone: false, length: 24),
    Case("3 Mar 2026 06:47:54", march, .mail, zone: false),
    Case("I1123 06:47:54.123456       1 x.go", base + 123_456_000, .klog, zone: false, length: 21),
    Case("E20261123 06:47:54.123456 1 x.cc", base + 123_456_000, .klog, zone: false, length: 25),
  ]

  @Test(arguments: good)
  func reads(_ example: Case) throws {
    // With bytes around it, so that it neither starts at 0 nor may read on.
    let bytes = Array("ab\(example.text)9".utf8)
    let end = bytes.count - 1
    // Twice: the second time from memory.
    var parser = TimestampParser(referenceTime: Self.base + 3_600_000_000_000)
    for _ in 0..<2 {
      let result = parser.read(bytes, from: 2, to: end)
      let found = try #require(result)
      #expect(found.time == example.time)
      #expect(found.end == 2 + example.length)
      #expect(found.hasZone == example.hasZone)
      #expect(found.shape == example.shape)
      let again = parser.read(bytes, from: 2, to: end, shape: example.shape)
      #expect(again == found)
    }
    // With another minute in memory.
    var other = TimestampParser(referenceTime: Self.base + 3_600_000_000_000)
    for warm in ["2026-11-23T06:48:54.777Z", "22/Nov/2026:06:47:54 +0000", "Nov 22 06:47:54 host app x"] {
      _ = other.read(warm)
      let found = other.read(bytes, from: 2, to: end)
      #expect(found?.time == example.time)
    }
  }

  @Test(arguments: [
    "2026-13-23T06:47:54Z", "2026-00-23T06:47:54Z", "2026-02-30T06:47:54Z", "2025-02-29T00:00:00Z",
    "2026-11-31T06:47:54Z", "2026-11-00T06:47:54Z", "2026-11-23T25:47:54Z", "2026-11-23T06:60:54Z",
    "2026-11-23T06:47:61Z", "2026-11-23T24:00:01Z", "2026-11-23T24:01:00Z", "2026-11-23T06:47:543",
    "2026-11-23", "06:47:54.777", "06:47:54.777 INFO x", "2026-11/23 06:47:54",
    "20a6-11-23T06:47:54Z", "2026-11-23T06:47:54+25:00", "2026-11-23T06:47:5", "1600-01-01T00:00:00Z",
    "2300-01-01T00:00:00Z", "2026-11-23X06:47:54", "23/Foo/2026:06:47:54 +0000", "32/Nov/2026:06:47:54 +0000",
    "Nov 31 06:47:54 host", "Foo 23 06:47:54 host", "Sun Nov 23 06:47:54", "Son Nov 23 06:47:54 2026",
    "Mon, 23 Nox 2026 06:47:54 GMT", "I1323 06:47:54.123456", "X1123 06:47:54.123456", "20261323T064754Z",
    "20261123T2400010", "12345678", "17954164747", "17954164747777", "1795416474abc", "1795416474-1", "1795416474.1.2",
    "99999999999999999999", "", "2", "hello there, world", "127.0.0.1 - - [x]", "2026-11-23T06:4",
  ])
  func refuses(_ text: String) {
    let bytes = Array("\(text)Z23456789012345".utf8)
    var parser = TimestampParser(referenceTime: Self.base)
    let found = parser.read(bytes, to: text.utf8.count)
    #expect(found == nil)
    for shape in TimestampShape.allCases {
      let found = parser.read(bytes, to: text.utf8.count, shape: shape)
      #expect(found == nil)
    }
  }

  @Test func timesOfTwoCenturiesAgreeWithTheCalendar() {
    var parser = TimestampParser()
    // A step that visits all hours, days and months in a few thousand times.
    var time: Int64 = -31_536_000_000_000_000
    while time < EventTime.end {
      let found = parser.read(EventTime.rfc3339(time))
      #expect(found?.time == time)
      time += 12_345_678_910_000_000
    }
  }

  @Test func yearlessTimesTakeTheYearOfTheFile() throws {
    // The file was last written on 1 January 2026 at noon.
    var parser = TimestampParser(referenceTime: 1_767_268_800_000_000_000)
    func time(_ text: String) throws -> String {
      let found = parser.read(text)
      return EventTime.date(try #require(found).time)
    }
    #expect(try time("Dec 31 23:59:59 host x") == "2025-12-31")
    #expect(try time("Jan  1 00:00:01 host x") == "2026-01-01")
    #expect(try time("Jan  2 00:00:01 host x") == "2026-01-02")
    #expect(try time("Jan  3 00:00:01 host x") == "2025-01-03")
    #expect(try time("Feb 29 00:00:01 host x") == "2024-02-29")
    #expect(try time("I1231 23:59:59.000000 1 x.go") == "2025-12-31")
  }

  @Test func parserZoneAppliesToTextWithoutOne() throws {
    var parser = TimestampParser(zone: try TimeZoneRules(named: "+02:00"))
    for _ in 0..<2 {
      let local = parser.read("2026-11-23 08:47:54,000")
      let zoned = parser.read("2026-11-23 08:47:54Z")
      #expect(local?.time == Self.base)
      #expect(zoned?.time == Self.base + 7_200_000_000_000)
    }
  }

  @Test func epochNumbers() {
    func epoch(_ text: String) -> Int64? {
      let bytes = Array(text.utf8)
      return TimestampParser.parseEpochNumber(bytes.span, from: 0, to: bytes.count)
    }
    #expect(epoch("1795416474.982") == Self.base + 982_000_000)
    #expect(epoch("1.795416474982e9") == Self.base + 982_000_000)
    #expect(epoch("1795416474982") == Self.base + 982_000_000)
    #expect(epoch("1795416474982000000") == Self.base + 982_000_000)
    #expect(epoch("1795416474.9820001") == Self.base + 982_000_100)
    #expect(epoch("12.5") == nil)
    #expect(epoch("0") == nil)
    #expect(epoch("-1795416474") == nil)
    #expect(epoch("1795416474x") == nil)
    #expect(epoch("1e400") == nil)
    #expect(epoch("") == nil)
  }

  @Test func cutTextNeverReadsPastItsEnd() {
    var parser = TimestampParser(referenceTime: Self.base)
    for example in Self.good {
      let bytes = Array(example.text.utf8)
      for length in 0...bytes.count {
        // The span itself ends there: an access past it would trap.
        let cut = Array(bytes[0..<length])
        _ = parser.read(cut)
        for shape in TimestampShape.allCases { _ = parser.read(cut, shape: shape) }
      }
    }
  }

  @Test func anyTextIsReadOrRefusedButNeverTraps() {
    var parser = TimestampParser(referenceTime: Self.base)
    var seed: UInt64 = 3
    let pool = Array("0123456789999--::/ T.,Z+eENovSunI".utf8)
    for example in Self.good {
      for _ in 0..<200 {
        var bytes = Array(example.text.utf8)
        for _ in 0..<2 {
          seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          bytes[Int(seed >> 40) % bytes.count] = pool[Int(seed >> 20 & 0xFFFF) % pool.count]
        }
        let end = bytes.count
        if let found = parser.read(bytes), found.end > end || found.end < 9 { Issue.record("\(bytes)") }
        for shape in TimestampShape.allCases { _ = parser.read(bytes, shape: shape) }
      }
    }
  }
}
