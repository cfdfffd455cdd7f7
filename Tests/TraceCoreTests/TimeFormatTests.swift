import Testing
import TraceCore

/// Times in forms that somebody describes.
struct TimeFormatTests {
  private static func read(_ format: TimeFormat, _ text: String, zone: TimeZoneRules = .utc) -> String? {
    let bytes = ContiguousArray(text.utf8)
    // The end of November 2026, for forms without a year.
    var times = TimestampParser(zone: zone, referenceTime: 1_795_996_800 * EventTime.nanosecondsPerSecond)
    guard let time = times.parse(bytes.span, from: 0, to: bytes.count, format: format) else { return nil }
    let rest = time.end == bytes.count ? "" : " +\(bytes.count - time.end)"
    return (time.time == EventTime.none ? "none" : EventTime.rfc3339(time.time)) + rest
  }

  @Test(arguments: [
    ("%d.%m.%Y %H:%M:%S,%f", "23.11.2026 06:47:55,003", "2026-11-23T06:47:55.003Z"),
    ("%d.%m.%Y %H:%M:%S,%f", "3.11.2026 6:47:55,123456789 x", "2026-11-03T06:47:55.123456789Z +2"),
    ("%m/%d/%y %I:%M:%S %p", "11/23/26 06:47:55 PM", "2026-11-23T18:47:55.000Z"),
    ("%m/%d/%y %I:%M:%S %p", "11/23/26 12:47:55 a.m.", "2026-11-23T00:47:55.000Z"),
    ("%e %B %Y %T %z", " 3 November 2026 06:47:55 +0100", "2026-11-03T05:47:55.000Z"),
    ("%a, %d %b %Y %T %Z", "Mon, 23 Nov 2026 06:47:55 GMT", "2026-11-23T06:47:55.000Z"),
    ("%F %T %Z", "2026-11-23 06:47:55 CET", "2026-11-23T05:47:55.000Z"),
    ("%F %T %Z x", "2026-11-23 06:47:55 Europe/Berlin x", "2026-11-23T05:47:55.000Z"),
    ("%F %T %Z", "2026-11-23 06:47:55 No/Where", "2026-11-23T06:47:55.000Z"),
    ("%F %T%z", "2026-11-23 06:47:55Z", "2026-11-23T06:47:55.000Z"),
    ("%Y%j-%H%M%S", "2026327-064755", "2026-11-23T06:47:55.000Z"),
    ("%s", "1795416475.250", "2026-11-23T06:47:55.250Z"),
    ("%s", "1795416475", "2026-11-23T06:47:55.000Z"),
    ("%b %d %H:%M:%S", "Nov 23 06:47:55", "2026-11-23T06:47:55.000Z"),
    ("%b %d %H:%M:%S", "Dec 23 06:47:55", "2025-12-23T06:47:55.000Z"),
    ("%H:%M:%S", "06:47:55", "none"),
    ("%F %R", "2026-11-23 06:47", "2026-11-23T06:47:00.000Z"),
    ("%D %T%%", "11/23/26 06:47:55%", "2026-11-23T06:47:55.000Z"),
    ("%Y-%m-%d %H:%M:%S", "2026-11-23 23:59:60", "2026-11-23T23:59:59.999999999Z"),
  ])
  func readsWhatItDescribes(_ format: String, _ text: String, _ time: String) throws {
    #expect(Self.read(try TimeFormat(strptime: format), text) == time)
  }

  @Test(arguments: [
    ("%d.%m.%Y %H:%M", "31.02.2026 06:47"), ("%d.%m.%Y %H:%M", "23.13.2026 06:47"),
    ("%d.%m.%Y %H:%M", "23.11.2026 24:47"),
    ("%d.%m.%Y %H:%M", "23.11.2026"), ("%d.%m.%Y %H:%M:%S", "23.11.2026 06:47:61"),
    ("%I:%M %p %F", "13:00 PM 2026-11-23"),
    ("%j %Y %H:%M", "366 2026 06:47"), ("%b %d %T %Y", "Foo 23 06:47:55 2026"),
    ("%F %T %z", "2026-11-23 06:47:55 soon"),
    ("%F %T", ""), ("%s", "-5"), ("%s", "99999999999999999999"),
  ])
  func refusesWhatIsNone(_ format: String, _ text: String) throws {
    #expect(Self.read(try TimeFormat(strptime: format), text) == nil)
  }

  @Test func aTimeWithoutAZoneIsInThatOfTheLog() throws {
    let format = try TimeFormat(strptime: "%d.%m.%Y %H:%M:%S")
    #expect(
      Self.read(format, "23.11.2026 06:47:55", zone: try TimeZoneRules(named: "+02:00")) == "2026-11-23T04:47:55.000Z")
  }

  @Test(arguments: ["", "abc", "%", "%Y-%", "%Q", "%é", "100%%"])
  func badFormatsAreErrors(_ format: String) {
    #expect(throws: TimeFormat.Problem.self) { try TimeFormat(strptime: format) }
  }

  @Test func knownFormsAreLeftToTheirParser() throws {
    for known in ["%Y-%m-%d %H:%M:%S,%f", "%Y-%m-%dT%H:%M:%S%z", "%d/%b/%Y:%H:%M:%S %z"] {
      #expect(try TimeFormat(strptime: known).isKnown, "\(known)")
    }
    for own in ["%Y.%j %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%H:%M:%S", "%m-%d-%Y %T"] {
      #expect(try !TimeFormat(strptime: own).isKnown, "\(own)")
    }
  }

  @Test func patternsOfJavaAndDotNet() throws {
    #expect(
      Self.read(try TimeFormat(pattern: "dd.MM.yyyy 'um' HH:mm:ss,SSS", dialect: .java), "23.11.2026 um 06:47:55,003")
        == "2026-11-23T06:47:55.003Z")
    #expect(
      Self.read(
        try TimeFormat(pattern: "dd/MM/yyyy hh:mm:ss.FFF tt zzz", dialect: .dotNet), "23/11/2026 06:47:55 PM +00:00")
        == "2026-11-23T18:47:55.000Z")
    #expect(
      Self.read(try TimeFormat(pattern: "DD MMM YYYY HH:mm:ss", dialect: .pendulum), "23 Nov 2026 06:47:55")
        == "2026-11-23T06:47:55.000Z")
  }

  /// No text of a format or a time ends the program.
  @Test func anyTextIsATimeOrNone() {
    var random = SystemRandomNumberGenerator()
    let letters = Array("YymbBdejaAHIklpPMSfLNzZsTRDFcnt%")
    for _ in 0..<5000 {
      let format = (0..<Int.random(in: 1...6, using: &random)).map { _ in
        "%\(letters.randomElement(using: &random) ?? "Y")"
      }
      .joined(separator: ["", " ", ":", "."].randomElement(using: &random) ?? "")
      guard let compiled = try? TimeFormat(strptime: format) else { continue }
      _ = compiled.isKnown
      let text = String(
        (0..<24).map { _ in "0123456789 :.-/ANovpm+ZCETurope/Blin".randomElement(using: &random) ?? "0" })
      _ = Self.read(compiled, text)
    }
  }
}
