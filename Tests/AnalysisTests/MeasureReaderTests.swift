import Testing
import TraceCore

@testable import Analysis

/// What placeholders ask for, and every mistake in one at the character where it stands.
struct MeasureReaderTests {
  private func refuse(_ text: String, _ expected: String, at offset: Int, _ place: SourceLocation = #_sourceLocation) {
    do throws(MeasureReader.Fault) {
      _ = try MeasureReader.read(text)
      Issue.record("\(text) was read", sourceLocation: place)
    } catch {
      #expect(error == MeasureReader.Fault(message: expected, offset: offset), sourceLocation: place)
    }
  }

  @Test func everyFigure() throws {
    let figures: [(String, Measure.Figure)] = [
      ("requests", .requests), ("Errors", .errors), ("client_errors", .clientErrors), ("unfinished", .unfinished),
      ("ERROR_RATE", .errorRate), ("rate", .rate), ("max", .max), ("traces", .traces), ("first", .first),
      ("last", .last), ("duration", .duration), ("P95", .quantile(q: 0.95, name: "p95")),
      ("p99.9", .quantile(q: 99.9 / 100, name: "p99.9")), ("p0.5", .quantile(q: 0.005, name: "p0.5")),
    ]
    for (text, figure) in figures {
      #expect(try MeasureReader.read(placeholder: "MEASURE \(text)").figure == figure)
      #expect(try MeasureReader.read(" \(text)\t").figure == figure)
    }
  }

  @Test func clausesInAnyOrderAndCase() throws {
    let texts = [
      "measure p95 where route = \"/api/spots\" and status in (200, 404) from baseline by version in ms",
      "Measure p95 IN ms BY version FROM baseline WHERE route = \"/api/spots\" and status in (200, 404)",
    ]
    for text in texts {
      let measure = try MeasureReader.read(placeholder: text)
      #expect(measure.condition?.source == "route = \"/api/spots\" and status in (200, 404)")
      #expect(measure.place == .named("baseline"))
      #expect(measure.group == "version")
      #expect(measure.unit == .milliseconds)
    }
  }

  @Test func keywordsInQuotesAndParenthesesArePartOfTheCondition() throws {
    let text =
      "errors where message ~ \"from a by b\" and (logger = 'in where' or `from` = 1) and not (status in (500))"
    #expect(try MeasureReader.read(text).condition?.source == String(text.dropFirst("errors where ".count)))
    #expect(try MeasureReader.read("p50 by `odd.name`").group == "odd.name")
  }

  @Test func spans() throws {
    let time: Int64 = 1_795_416_474_000_000_000
    func place(_ text: String) throws -> Measure.Place { try MeasureReader.read("rate from \(text)").place }
    #expect(
      try place("2026-11-23T06:47:54Z..2026-11-23 06:48:04")
        == .span(MeasureSpan(from: .time(time), to: .time(time + 10_000_000_000))))
    #expect(try place("+0..+1m30s") == .span(MeasureSpan(from: .afterFirst(0), to: .afterFirst(90_000_000_000))))
    #expect(try place("+70s ..") == .span(MeasureSpan(from: .afterFirst(70_000_000_000))))
    #expect(try place(".. 2026-11-23T06:47:54Z") == .span(MeasureSpan(to: .time(time))))
    #expect(try place("before-deploy_2") == .named("before-deploy_2"))
  }

  @Test func aSpanBecomesTimes() {
    let span = MeasureSpan(from: .afterFirst(5), to: .time(100))
    #expect(span.isRelative)
    #expect(span.resolved(first: 10) == MeasureSpan(since: 15, until: 100))
    #expect(MeasureSpan(from: .afterFirst(.max)).resolved(first: 10).since == .max)
    #expect(span.resolved(first: EventTime.none).since == .max)
  }

  @Test func whatMeasuresTheSameAgainReadsTheSame() throws {
    let measure = try MeasureReader.read("p99.9 where status < 400 from x in s")
    let text = measure.text(in: MeasureSpan(since: 1_795_416_474_000_000_000, until: nil))
    #expect(text == "p99.9 where status < 400 from 2026-11-23T06:47:54.000Z.. in s")
    let again = try MeasureReader.read(text)
    #expect(again.figure == measure.figure && again.unit == measure.unit)
    #expect(again.condition?.source == measure.condition?.source)
  }

  @Test func wrongFigures() {
    let examples = "`p95 where route = \"/api/spots\"`, `error_rate from baseline`, `requests by version`"
    refuse("", "what is to be measured is missing: \(examples)", at: 0)
    refuse("where status = 500", "what is to be measured is missing: \(examples)", at: 0)
    refuse("eror_rate", "nothing is measured by the name 'eror_rate'; did you mean 'error_rate'?", at: 0)
    refuse("median", "nothing is measured by the name 'median'; did you mean 'p50'?", at: 0)
    refuse("average", "there is no average: it hides the slow requests; write p50 or p95", at: 0)
    refuse(
      "dragons",
      "nothing is measured by the name 'dragons'; there are requests, errors, client_errors, unfinished, error_rate, rate, "
        + "max, in_flight, in_flight_peak, in_flight_peak_at, traces, first, last, duration and p95 (any percentile)",
      at: 0)
    refuse("p100", "p100 is no percentile: it must be above p0 and below p100", at: 0)
    refuse("p999", "p999 is no percentile: it must be above p0 and below p100; did you mean p99.9?", at: 0)
    refuse(
      "requests during x", "the figure is followed by `where`, `from`, `by` or `in`: \(examples)", at: 9)
  }

  @Test func wrongClauses() {
    refuse("p95 where", "the condition is missing: `where route = \"/api/spots\"`", at: 9)
    refuse("p95 where status => 500", "`=>` is no operator here: write `>=`", at: 17)
    refuse("p95 where a = 1 where b = 2", "`where` is here for the second time", at: 16)
    refuse("p95 where a = \"b", "this quote is never closed", at: 14)
    refuse("p95 from", "the span is missing: `from baseline`, or \(MeasureSpan.examples)", at: 8)
    refuse(
      "p95 from 06:50..07:00",
      "'06:50' is neither a time (2026-11-23T06:50:00Z) nor a duration after the first record (+70s)", at: 9)
    refuse(
      "p95 from +5..+70s", "'+5' is not a duration after the first record; write +70s, +2m or +1h30m", at: 9)
    refuse("p95 from +70s..+10s", "this span ends before it begins, or where it begins", at: 15)
    refuse(
      "p95 from ..",
      "a span has a beginning, an end or both: \(MeasureSpan.examples); for the whole log leave it out", at: 9)
    refuse("p95 by", "the field is missing: `by version`", at: 6)
    refuse("p95 by a b", "'a b' is not one field; write for example `by version`", at: 7)
    refuse("p95 in %", "% is no unit of p95: it is given in ns, us, ms, s, min, h", at: 7)
    refuse("errors in ms", "ms is no unit of errors: it has none; leave `in` out", at: 10)
    refuse(
      "rate in parsecs",
      "'parsecs' is not a unit; rate is given in /s, /min, /h (a list of values must be in parentheses: `status in (500, 503)`)",
      at: 8)
  }

  @Test func whatMakesNoSenseTogether() {
    refuse("traces from baseline", "traces are counted over the whole log: leave `from` out", at: 12)
    refuse(
      "first where status = 500",
      "first is about all records of the log, and a condition chooses requests: leave `where` out", at: 12)
    refuse(
      "unfinished where status = 500",
      "an unfinished request has no closing record that a condition could look at: leave `where` out", at: 17)
    refuse("duration by version", "duration is about the whole log: leave `by` out", at: 12)
    refuse("p75 by route", "by a field there are p50, p90, p95 and p99; p75 is not among them", at: 7)
  }
}
