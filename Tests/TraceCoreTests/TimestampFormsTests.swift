import Testing
import TraceCore

/// The spellings of a time that logs have, each as the head of a line, and what they mean: the right time or none.
struct TimestampFormsTests {
  /// 2026-11-23T06:47:55Z.
  static let base: Int64 = 1_795_416_475_000_000_000
  static let day: Int64 = 86_400_000_000_000
  static let hour: Int64 = 3_600_000_000_000
  static let reference = base + 6 * day

  struct Form: Sendable, CustomTestStringConvertible {
    var line: String
    /// Nil: there is no time that is certain.
    var time: Int64?
    var testDescription: String { line }
    init(_ line: String, _ time: Int64?) {
      self.line = line
      self.time = time
    }
    /// Milliseconds behind the base.
    init(_ line: String, ms: Int64 = 0) {
      self.init(line, TimestampFormsTests.base + ms * 1_000_000)
    }
  }

  static let usual: [Form] = [
    Form("2026-11-23T06:47:55.003Z start", ms: 3),
    Form("2026-11-23 06:47:55,003 INFO start", ms: 3),
    Form("2026/11/23 06:47:55 [error] start"),
    Form("2026-11-23 06:47:55.003 +00:00 [INF] start", ms: 3),
    Form("2026-11-23T07:47:55.003+01:00[Europe/Berlin] start", ms: 3),
    Form("2026-11-23_06:47:55 start"),
    Form("20261123T064755Z start"),
    Form("10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] \"GET / HTTP/1.1\" 200 12"),
    Form("Nov 23 06:47:55 host app[7]: start"),
    Form("Nov  3 06:47:55 host app[7]: start", base - 20 * day),
    Form("Nov 3 06:47:55 host app[7]: start", base - 20 * day),
    Form("Nov 23 2026 06:47:55 host start"),
    Form("Mon Nov 23 06:47:55.003 2026 start", ms: 3),
    Form("Mon, 23 Nov 2026 06:47:55 +0000 start"),
    Form("23 Nov 2026 06:47:55.003 # start", ms: 3),
    Form("23-Nov-2026 06:47:55.003 start", ms: 3),
    Form("I1123 06:47:55.003000 1 x.go:7] start", ms: 3),
    Form("1795416475.003 start", ms: 3),
    Form("1795416475003 start", ms: 3),
    Form("[1795416475] start"),
  ]

  static let numbers: [Form] = [
    Form("2026.11.23 06:47:55 LOG5[7]: start"),
    Form("2026.11.23 06:47:55.003123 start", base + 3_123_000),
    Form("2026-11-23  6:47:55 7 [Note] start"),
    Form("2026-11-23\t06:47:55\tstart"),
    Form("2026-11-23, 06:47:55 start"),
    Form("2026-11-3 6:47:55 start", base - 20 * day),
    Form("2026-11-23-06.47.55.003000 start", ms: 3),
    Form("2026-11-23 06.47.55 start"),
    Form("2026:11:23-06:47:55: start"),
    Form("2026:11:23 06:47:55 start"),
    Form("[GIN] 2026/11/23 - 06:47:55 | 200 | start"),
    Form("23.11.2026 06:47:55,003 start", ms: 3),
    Form("23.11.2026 6:47:55 start"),
    Form("3.11.2026 06:47:55 start", base - 20 * day),
    Form("23.11.26 06:47:55 start"),
    Form("23/11/2026 06:47:55 start"),
    Form("23/11/2026, 06:47:55 start"),
    Form("23-11-2026 06:47:55 +0000 start"),
    Form("11/23/2026 06:47:55 start"),
    Form("11/23/2026:06:47:55 start"),
    Form("11-23-2026 06:47:55.003 start", ms: 3),
    Form("11/11/2026 06:47:55 start", base - 12 * day),
    Form("L 11/23/2026 - 06:47:55: start"),
    Form("[7:7-42] 23-11-2026 06:47:55   start"),
    Form("26/11/23 06:47:55 INFO job.Runner: start"),
    Form("<11/23/26@06:47:55> start"),
    Form("[11/23/26 6:47:55:003 GMT] 00000001 start", ms: 3),
    Form("[20261123-06:47:55] [INFO ] start"),
    Form("20261123-6:47:55:3|Step|7|start", ms: 3),
    Form("20261123 06:47:55 start"),
    Form("20261123 064755 start"),
    Form("20261123064755 start"),
    Form("261123  6:47:55 [Warning] start"),
    Form("261123 064755 148 INFO start"),
    Form("[I 261123 06:47:55 web:7] start"),
    Form("11-23 06:47:55.003  1702  2395 I App: start", ms: 3),
    Form("[11.23 06:47:55] start"),
  ]

  static let names: [Form] = [
    Form("[23/Nov/2026 06:47:55] \"GET / HTTP/1.1\" 200 12"),
    Form("[23/nov./2026:07:47:55 +0100] start"),
    Form("Nov 23, 2026 6:47:55 AM shop.Server start"),
    Form("Nov 23, 2026 6:47:55\u{202F}AM shop.Server start"),
    Form("Nov 23, 2026 6:47:55 PM shop.Server start", base + 12 * hour),
    Form("November 23, 2026 at 6:47:55 AM start"),
    Form("Monday, November 23, 2026 6:47:55 AM start"),
    Form("Nov-23-26 06:47:55 start"),
    Form("Nov/23/2026 06:47:55 start"),
    Form("23 Okt 2026 06:47:55 start", base - 31 * day),
    Form("23. Oktober 2026 06:47:55 start", base - 31 * day),
    Form("23 M\u{E4}r 2026 06:47:55 start", base - 245 * day),
    Form("[23/f\u{E9}vr./2026:06:47:55 +0000] start", base - 273 * day),
    Form("23 Dez 2025 06:47:55 start", base - 335 * day),
    Form("23 dic 2025 06:47:55 start", base - 335 * day),
    Form("23-Nov-26 06:47:55 start"),
    Form("23 Nov 06:47:55.003 start", ms: 3),
    Form("Mon Nov 23 2026 07:47:55 GMT+0100 (Central European Standard Time) start"),
    Form("[Nest] 7  - 11/23/2026, 6:47:55 AM     LOG [App] start"),
    Form("11/05/2026, 6:47:55 AM start", base - 18 * day),
    Form("11/23/2026 06:47:55 PM start", base + 12 * hour),
    Form("2026-11-23 06:47:55 PM start", base + 12 * hour),
    Form("2026-11-23 12:47:55 AM start", base - 6 * hour),
    Form("11/23/2026, 6:47:55 a.m. start"),
  ]

  static let zones: [Form] = [
    Form("Mon Nov 23 01:47:55 EST 2026 start"),
    Form("Mon Nov 23 01:47:55 EST 2020 start", 1_606_114_075_000_000_000),
    Form("Mon Nov 23 06:47:55 QQT 2026 start"),
    Form("[PST Nov 22 22:47:55] start"),
    Form("[CET Nov 23 07:47:55] start"),
    Form("2026-11-23 07:47:55.003 CET [7] start", ms: 3),
    Form("2026-11-23 07:47:55 Europe/Berlin start"),
    Form("[23-Nov-2026 07:47:55 Europe/Berlin] start"),
    Form("2026-11-23T07:47:55.003[Europe/Berlin] start", ms: 3),
    Form("2026-11-23 15:47:55 JST start"),
    Form("2026-11-23 09:47:55 MSK start"),
  ]

  static let heads: [Form] = [
    Form("@400000006b03e1a500000000 start", base),
    Form("type=USER_AUTH msg=audit(1795416475.003:987): pid=7 start", ms: 3),
    Form("- 1795416475 2026.11.23 dn7 Nov 23 06:47:55 dn7 start"),
    Form("134681 node-7 unix.hw state.change 1795416475 1 start"),
    Form("134681 node-7 node status 1795416475 -1 start"),
    Form("10007 1795416475.003000 execve(\"/bin/true\") = 0", ms: 3),
    Form("10.11.22.7 7 [23/Nov/2026 06:47:55] start"),
    Form("00:16:3e:11:22:33 2026-11-23 06:47:55 start"),
    Form("Main::ERROR::2026-11-23 06:47:55,003::app::7:: start", ms: 3),
    Form("<W>2026-11-23 06:47:55.003 1 => start", ms: 3),
  ]

  /// What is not certain, what stands in the message, and what no calendar has.
  static let none: [Form] = [
    Form("05/11/2026 06:47:55 start", nil),
    Form("05-11-2026 06:47:55 start", nil),
    Form("05/11/2026, 06:47:55 start", nil),
    Form("11-05 06:47:55 start", nil),
    Form("12/11/10 06:47:55 start", nil),
    Form("31/31/2026 06:47:55 start", nil),
    Form("31.02.2026 06:47:55 start", nil),
    Form("06:47:55.003 ERROR start", nil),
    Form("[06:47:55 INF] last run 2016-01-01 00:00:00", nil),
    Form("06:47:55 INFO last run 2016-01-01 00:00:00", nil),
    Form("05/11/2026 06:47:55 INFO last run 2016-01-01 00:00:00", nil),
    Form("2026-13-45 06:47:55 INFO last run 2016-01-01 00:00:00", nil),
    Form("2026-11-23 INFO last run 2016-01-01 00:00:00", nil),
    Form("order 1795416475 shipped 2 days ago", nil),
    Form("1795 orders 1795416475 start", nil),
    Form("134681 node-7 node status 2795416475 1 start", nil),
    Form("23 jui 2026 06:47:55 start", nil),
  ]

  static let forms = usual + numbers + names + zones + heads + none

  private func time(_ line: String, _ layouts: inout LayoutSet, _ times: inout TimestampParser) -> Int64? {
    let bytes = Array(line.utf8)
    var fields = LineFields()
    guard layouts.parse(bytes.span, from: 0, to: bytes.count, into: &fields, times: &times) != nil,
      fields.time != EventTime.none
    else { return nil }
    return fields.time
  }

  @Test(arguments: forms)
  func meansItsTimeOrNone(_ form: Form) {
    var layouts = LayoutSet(catalog: FieldCatalog())
    var times = TimestampParser(referenceTime: Self.reference)
    // Twice: the second time from memory.
    for _ in 0..<2 { #expect(time(form.line, &layouts, &times) == form.time) }
  }

  /// The parser remembers the minute before; it says the same of every form behind every other.
  @Test func noFormChangesTheNext() {
    var layouts = LayoutSet(catalog: FieldCatalog())
    var times = TimestampParser(referenceTime: Self.reference)
    for first in Self.forms {
      for second in Self.forms {
        _ = time(first.line, &layouts, &times)
        let found = time(second.line, &layouts, &times)
        if found != second.time { Issue.record("\(second.line) behind \(first.line)") }
      }
    }
  }

  @Test func listIsLongEnough() {
    #expect(Self.forms.count >= 92)
    #expect(Self.forms.count { $0.time != nil } >= 84)
    #expect(Set(Self.forms.map(\.line)).count == Self.forms.count)
  }

  /// Of damaged forms: no trap, nothing beyond the end, and the same answer from a parser that has read others before.
  @Test func damagedFormsAreReadOrRefused() {
    var warm = TimestampParser(referenceTime: Self.reference)
    var layouts = LayoutSet(catalog: FieldCatalog())
    var seed: UInt64 = 7
    func random(_ count: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % count
    }
    let pool = Array("0123456789--::/.. \tT,Z+@[]<>()EAMPMNovCET".utf8) + [0, 0x7F, 0xC3, 0xA9, 0xE2, 0x80, 0xAF, 0xFF]
    for form in Self.forms {
      for _ in 0..<60 {
        var bytes = Array(form.line.utf8)
        for _ in 0...random(3) {
          switch random(4) {
          case 0: bytes.remove(at: random(bytes.count))
          case 1: bytes.insert(pool[random(pool.count)], at: random(bytes.count + 1))
          case 2: bytes = Array(bytes[..<max(1, random(bytes.count + 1))])
          default: bytes[random(bytes.count)] = pool[random(pool.count)]
          }
          if bytes.isEmpty { bytes = [0x30] }
        }
        _ = time(String(decoding: bytes, as: UTF8.self), &layouts, &warm)
        for start in 0...min(bytes.count, 30) {
          var fresh = TimestampParser(referenceTime: Self.reference)
          let found = warm.read(bytes, from: start)
          if let found, found.end > bytes.count || found.end <= start { Issue.record("\(bytes)") }
          let again = fresh.read(bytes, from: start)
          if found != again { Issue.record("\(start) \(String(decoding: bytes, as: UTF8.self))") }
        }
      }
    }
  }
}

/// What is told beside a time, and what a log as a whole says of its dates.
struct TimestampMeaningTests {
  private static let base = TimestampFormsTests.base

  @Test func zonesThatAreNotCertainAreMarked() {
    var times = TimestampParser(referenceTime: TimestampFormsTests.reference)
    for text in ["2026-11-23 06:47:55 IST", "2026-11-23 06:47:55.003 CST [7]", "Mon Nov 23 06:47:55 QQT 2026"] {
      let found = times.read(text)
      #expect(found?.zoneUnknown == true && found?.hasZone == false, "\(text)")
    }
    for text in [
      "2026-11-23 06:47:55 CET", "2026-11-23 06:47:55 INFO", "2026-11-23 06:47:55 POST /", "2026-11-23 06:47:55",
    ] {
      let found = times.read(text)
      #expect(found?.zoneUnknown == false, "\(text)")
    }
    // No zone of that name: a word of the message.
    let word = times.read("2026-11-23 06:47:55 Europe/Nowhere")
    #expect(word?.hasZone == false && word?.end == 19)
  }

  /// Where a record begins does not depend on the time of its file.
  @Test func placesNeedNoFileTime() {
    for text in ["26/11/23 06:47:55", "12/11/10 06:47:55", "11-23 06:47:55.003", "Nov 23 06:47:55"] {
      var places = TimestampParser(placesIn: .utc)
      var unknown = TimestampParser()
      let place = places.read(text)
      let time = unknown.read(text)
      #expect(place?.end == text.utf8.count, "\(text)")
      #expect((time == nil) == text.contains("/"), "\(text)")
    }
  }

  @Test func summerTimeOfANamedZone() {
    var times = TimestampParser()
    let summer = times.read("2026-07-23 08:47:55 Europe/Berlin")
    let winter = times.read("2026-11-23 07:47:55 Europe/Berlin")
    let other = times.read("2026-11-23 01:47:55 America/New_York")
    #expect(summer?.time == Self.base - 123 * TimestampFormsTests.day)
    #expect(winter?.time == Self.base)
    #expect(other?.time == Self.base)
  }

  @Test func orderOfALog() {
    func order(_ text: String) -> DateOrder {
      let head = Array(text.utf8)
      return DateOrder.of(head.span, referenceTime: TimestampFormsTests.reference)
    }
    #expect(order("05/11/2026 06:47:55 a\n23/11/2026 06:47:55 b\n") == .dayFirst)
    #expect(order("11/05/2026 06:47:55 a\n11/23/2026 06:47:55 b\n") == .monthFirst)
    #expect(order("05/11/2026 06:47:55 a\n") == .unknown)
    #expect(order("23/11/2026 06:47:55 a\n11/23/2026 06:47:55 b\n") == .unknown)
    #expect(order("26/11/23 06:47:55 a\n") == .yearFirst)
    #expect(order("2026-11-23 06:47:55 a\n") == .unknown)
    #expect(order("") == .unknown)
  }

  @Test func aKnownOrderDecides() {
    var times = TimestampParser(referenceTime: TimestampFormsTests.reference)
    times.dateOrder = .dayFirst
    let day = times.read("05/11/2026 06:47:55")
    let certain = times.read("11/23/2026 06:47:55")
    times.dateOrder = .monthFirst
    let month = times.read("11/05/2026 06:47:55")
    #expect(day?.time == Self.base - 18 * TimestampFormsTests.day)
    #expect(month?.time == Self.base - 18 * TimestampFormsTests.day)
    #expect(certain?.time == Self.base)
  }
}
