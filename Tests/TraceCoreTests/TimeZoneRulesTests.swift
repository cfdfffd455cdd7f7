import Testing
import TraceCore

struct TimeZoneRulesTests {
  /// A TZif file without transitions, only a rule: what zoneinfo files of today hold for times to come.
  static func zone(_ rule: String, initial: Int32 = 0, transitions: [(Int64, Int32)] = []) -> TimeZoneRules? {
    func header(times: Int, types: Int, letters: Int) -> [UInt8] {
      var bytes = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
      for count in [0, 0, 0, times, types, letters] { bytes += big(Int64(count), 4) }
      return bytes
    }
    func big(_ value: Int64, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * (size - 1 - $0))) }
    }
    var bytes = header(times: 0, types: 1, letters: 1) + [0, 0, 0, 0, 0, 0] + [0]
    bytes += header(times: transitions.count, types: transitions.count + 1, letters: 1)
    for (time, _) in transitions { bytes += big(time, 8) }
    for i in transitions.indices { bytes.append(UInt8(i + 1)) }
    bytes += big(Int64(initial), 4) + [0, 0]
    for (_, offset) in transitions { bytes += big(Int64(offset), 4) + [0, 0] }
    bytes += [0]
    bytes += Array("\n\(rule)\n".utf8)
    return TimeZoneRules(name: "test", tzif: bytes)
  }

  static func local(_ text: String) -> Int64 {
    var parser = TimestampParser()
    return (parser.read(text)?.time ?? 0) / 1_000_000_000
  }

  @Test(arguments: [
    ("Z", 0), ("UTC", 0), ("+02:00", 7200), ("-0530", -19800), ("+2", 7200), ("+0200", 7200), ("-00:30", -1800),
  ])
  func fixedOffsets(name: String, seconds: Int) throws {
    let zone = try TimeZoneRules(named: name)
    #expect(zone.fixedOffset == seconds)
    #expect(zone.offset(atLocal: 0, previous: nil).offset == seconds)
  }

  @Test(arguments: ["+25:00", "+2:5:0", "+", "+1x", "../../etc/passwd", "/etc/passwd", "", "Europe/../UTC"])
  func refusesOtherNames(_ name: String) {
    #expect(throws: TimeZoneError.self) { try TimeZoneRules(named: name) }
  }

  @Test func ruleOfCentralEurope() throws {
    let zone = try #require(Self.zone("CET-1CEST,M3.5.0,M10.5.0/3", initial: 3600))
    #expect(zone.fixedOffset == nil)
    // 2026-03-29T01:00Z and 2026-10-25T01:00Z.
    #expect(zone.offset(atUTC: 1_774_745_999) == 3600)
    #expect(zone.offset(atUTC: 1_774_746_000) == 7200)
    #expect(zone.offset(atUTC: 1_792_889_999) == 7200)
    #expect(zone.offset(atUTC: 1_792_890_000) == 3600)
  }

  @Test func repeatedHourTakesTheEarlierPassUntilTimeStepsBack() throws {
    let zone = try #require(Self.zone("CET-1CEST,M3.5.0,M10.5.0/3", initial: 3600))
    var previous: Int64?
    func utc(_ text: String) -> String {
      let seconds = Self.local(text)
      let found = zone.offset(atLocal: seconds, previous: previous)
      previous = seconds - Int64(found.offset)
      return EventTime.timeOfDay((previous ?? 0) * 1_000_000_000)
    }
    #expect(utc("2026-10-25T01:59:59") == "23:59:59.000")
    #expect(utc("2026-10-25T02:00:00") == "00:00:00.000")
    #expect(utc("2026-10-25T02:30:00") == "00:30:00.000")
    // A little late is still the first pass.
    #expect(utc("2026-10-25T02:29:58") == "00:29:58.000")
    #expect(utc("2026-10-25T02:59:59") == "00:59:59.000")
    #expect(utc("2026-10-25T02:00:00") == "01:00:00.000")
    #expect(utc("2026-10-25T02:00:05") == "01:00:05.000")
    #expect(utc("2026-10-25T02:00:04") == "01:00:04.000")
    // A line of the first pass that comes late.
    #expect(utc("2026-10-25T02:59:58") == "00:59:58.000")
    #expect(utc("2026-10-25T02:00:06") == "01:00:06.000")
    // Gaps within the second pass.
    #expect(utc("2026-10-25T02:30:00") == "01:30:00.000")
    #expect(utc("2026-10-25T02:59:59") == "01:59:59.000")
    #expect(utc("2026-10-25T03:00:00") == "02:00:00.000")
  }

  @Test func parserFollowsBothPasses() throws {
    let zone = try #require(Self.zone("CET-1CEST,M3.5.0,M10.5.0/3", initial: 3600))
    var parser = TimestampParser(zone: zone)
    var last = Int64.min
    // Every half minute of both passes: strictly rising.
    for pass in 0..<2 {
      for half in 0..<120 {
        let minute = half / 2
        let text = "2026-10-25 02:\(minute < 10 ? "0" : "")\(minute):\(half % 2 == 0 ? "00" : "30"),000 x"
        let found = parser.read(text)
        let time = try #require(found).time
        #expect(time > last, "pass \(pass) half minute \(half)")
        last = time
      }
    }
    #expect(parser.sawRepeatedHour)
    #expect(EventTime.rfc3339(last) == "2026-10-25T01:59:30.000Z")
  }

  @Test func skippedHourMovesForward() throws {
    let zone = try #require(Self.zone("CET-1CEST,M3.5.0,M10.5.0/3", initial: 3600))
    let skipped = Self.local("2026-03-29T02:30:00")
    let found = zone.offset(atLocal: skipped, previous: nil)
    #expect(EventTime.rfc3339((skipped - Int64(found.offset)) * 1_000_000_000) == "2026-03-29T01:30:00.000Z")
    #expect(zone.offset(atLocal: Self.local("2026-03-29T01:59:59"), previous: nil).offset == 3600)
    #expect(zone.offset(atLocal: Self.local("2026-03-29T03:00:00"), previous: nil).offset == 7200)
  }

  @Test func southernSummerSpansNewYear() throws {
    let zone = try #require(Self.zone("AEST-10AEDT,M10.1.0,M4.1.0/3", initial: 36000))
    #expect(zone.offset(atUTC: Self.local("2026-01-01T00:00:00")) == 39600)
    #expect(zone.offset(atUTC: Self.local("2026-07-01T00:00:00")) == 36000)
    #expect(zone.offset(atUTC: Self.local("2026-12-01T00:00:00")) == 39600)
  }

  @Test func otherKindsOfRule() throws {
    // Quoted names, no summer time.
    #expect(Self.zone("<+0330>-3:30")?.fixedOffset == 12_600)
    // Julian days, negative hours, summer time east of standard time given outright.
    let julian = try #require(Self.zone("XXX3YYY2,J60/0,J300/0"))
    #expect(julian.offset(atUTC: Self.local("2024-02-29T12:00:00")) == -10_800)
    #expect(julian.offset(atUTC: Self.local("2024-03-01T12:00:00")) == -7_200)
    let zeroBased = try #require(Self.zone("XXX3YYY2,59/0,300/0"))
    #expect(zeroBased.offset(atUTC: Self.local("2024-02-29T12:00:00")) == -7_200)
    let greenland = try #require(Self.zone("<-02>2<-01>,M3.5.0/-1,M10.5.0/0"))
    #expect(greenland.offset(atUTC: Self.local("2026-03-29T00:59:59")) == -7_200)
    #expect(greenland.offset(atUTC: Self.local("2026-03-29T01:00:00")) == -3_600)
  }

  @Test func tableBeforeRule() throws {
    let zone = try #require(Self.zone("AAA-2", initial: 0, transitions: [(1_000, 3600), (2_000, 7200)]))
    #expect(zone.offset(atUTC: 999) == 0)
    #expect(zone.offset(atUTC: 1_000) == 3600)
    #expect(zone.offset(atUTC: 1_999) == 3600)
    #expect(zone.offset(atUTC: 2_000) == 7200)
  }

  @Test(arguments: [
    "CET", "-1", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-200",
  ])
  func refusesDamagedRules(_ rule: String) {
    #expect(Self.zone(rule) == nil)
  }

  @Test func refusesDamagedFiles() {
    #expect(TimeZoneRules(name: "x", tzif: []) == nil)
    #expect(TimeZoneRules(name: "x", tzif: Array("TZif2".utf8)) == nil)
    #expect(TimeZoneRules(name: "x", tzif: [UInt8](repeating: 0xFF, count: 200)) == nil)
  }

  /// The system's own files, where it has them.
  static let hasDatabase = (try? TimeZoneRules(named: "Europe/Berlin")) != nil

  @Test(.enabled(if: hasDatabase))
  func systemZones() throws {
    let berlin = try TimeZoneRules(named: "Europe/Berlin")
    #expect(berlin.offset(atUTC: Self.local("2026-07-01T00:00:00")) == 7200)
    #expect(berlin.offset(atUTC: Self.local("2026-11-23T00:00:00")) == 3600)
    #expect(berlin.offset(atUTC: Self.local("1980-01-01T00:00:00")) == 3600)
    #expect(berlin.offset(atUTC: Self.local("2150-07-01T00:00:00")) == 7200)
    #expect(try TimeZoneRules(named: "Asia/Kolkata").offset(atUTC: 1_795_416_474) == 19_800)
  }

  @Test(.enabled(if: hasDatabase))
  func misspeltNamesAreAnswered() {
    func message(_ name: String) -> String {
      do throws(TimeZoneError) {
        _ = try TimeZoneRules(named: name)
        return ""
      } catch {
        return error.description
      }
    }
    #expect(message("europe/berlin").contains("Europe/Berlin"))
    #expect(message("Europe/Berlim").contains("did you mean Europe/Berlin"))
    #expect(message("Tokyo").contains("Asia/Tokyo"))
    #expect(message("Middle-earth/Shire").contains("such as Europe/Berlin"))
  }
}
