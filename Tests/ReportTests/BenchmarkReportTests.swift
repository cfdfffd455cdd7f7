import Analysis
import RulePack
import Testing
import TraceCore

@testable import Report

/// The page about a load test.
struct BenchmarkReportTests {
  private static func page(
    _ stats: StatsSummary = Samples.stats(), _ criteria: BenchmarkDocument.Criteria? = nil, redacted: Bool = false
  ) -> String {
    var document = BenchmarkDocument(
      title: "app.log", stats: stats, criteria: criteria, command: "skein stats -o benchmarks app.log", notes: [])
    if redacted { document = document.redacted(by: Redactor(RedactionRules([]))) }
    var sink = TextSink()
    BenchmarkReport.markdown(document, into: &sink)
    return sink.text
  }

  @Test func isCalledAfterTheLastRecord() {
    #expect(BenchmarkReport.fileName(Samples.stats()) == "benchmark_20261123_065300.md")
    #expect(
      BenchmarkReport.fileName(StatsSummary(by: "route", total: GroupSummary(name: "total"), groups: []))
        == "benchmark.md")
  }

  @Test(arguments: ["benchmark", "benchmark-missed"]) func golden(name: String) throws {
    let missed = GateReportSamples.failEarly.last { $0.isFinal }
    let criteria = name == "benchmark" ? nil : BenchmarkDocument.Criteria(gate: "load", verdict: missed)
    try Golden.expect(BenchmarkReportTests.page(Samples.stats(), criteria), "\(name).md")
  }

  /// What cannot be known is said, and is no 0.
  @Test func withoutDurations() {
    var stats = Samples.stats()
    stats.total.timed = 0
    (stats.total.p50, stats.total.p95, stats.total.p99, stats.total.max) = (nil, nil, nil, nil)
    var inFlight = InFlight()
    inFlight.withoutStart = 6534
    stats.inFlight = inFlight
    let page = BenchmarkReportTests.page(stats)
    #expect(page.contains("| p95 | - | no duration is logged |"))
    #expect(page.contains("| in flight at once, at most | - | no duration is logged |"))
  }

  @Test func namesOfTheLogAreRedactedAndCannotBeMarkup() {
    var stats = Samples.stats()
    stats.groups[0].name = "GET /users/jane.doe@example.org"
    stats.groups[1].name = "GET /[x](http://evil)|<b>"
    let page = BenchmarkReportTests.page(stats, redacted: true)
    #expect(!page.contains("jane.doe") && page.contains("email-1"))
    #expect(page.contains("Redacted: 1 different value of email."))
    #expect(!page.contains("[x](http") && !page.contains("|<b>"))
  }

  @Test func linesOfRequestsInFlight() {
    var inFlight = Samples.inFlight()
    let day = inFlight.start
    #expect(InFlightReport.line(inFlight, day: day) == "in flight: 3.20 on average, at most 41 at 06:50:39.123")
    (inFlight.withoutStart, inFlight.cut, inFlight.late) = (1, 2, 3)
    #expect(
      InFlightReport.line(inFlight)
        == "in flight: 3.20 on average, at most 41 at 2026-11-23 06:50:39.123; without 1 request that has no duration; "
        + "2 requests of over 15 min count for the last 15 min only; without 3 requests whose times do not fit the log's order"
    )
    inFlight = InFlight()
    #expect(InFlightReport.line(inFlight) == nil)
    inFlight.withoutStart = 5
    #expect(InFlightReport.line(inFlight) == "in flight: not known, since no request has a duration")
    inFlight.requests = 5
    (inFlight.mean, inFlight.isToTheSecond) = (0.5, true)
    inFlight.withoutStart = 0
    #expect(
      InFlightReport.line(inFlight) == "in flight: 0.50 on average, the most not known, since times are to the second")
  }
}
