import Testing
import TraceCore

struct EventTimeTests {
  @Test func rfc3339RoundsDownAndKeepsDigits() {
    #expect(EventTime.rfc3339(1_795_416_474_777_000_000) == "2026-11-23T06:47:54.777Z")
    #expect(EventTime.rfc3339(-1) == "1969-12-31T23:59:59.999999999Z")
  }

  @Test(arguments: [-719_468, -1, 0, 59, 60, 365, 11_016, 20_780, 2_932_896])
  func civilAndDaysAreInverse(day: Int) {
    let date = EventTime.civil(days: day)
    #expect(EventTime.days(year: date.year, month: date.month, day: date.day) == day)
  }
}
