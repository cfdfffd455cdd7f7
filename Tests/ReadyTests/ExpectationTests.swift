import Testing
import TraceCore

@testable import Analysis

/// A figure with its limit: how it is read, and that it never holds by what was not read.
struct ExpectationTests {
  private func fault(_ text: String) -> String {
    do throws(Analysis.Expectation.Fault) {
      _ = try Analysis.Expectation(parsing: text)
      return ""
    } catch {
      return "\(error.offset): \(error.message)"
    }
  }

  @Test(arguments: [
    ("error_rate < 2 %", 0.02), ("error_rate<=0.5%", 0.005), ("p95 < 300 ms", 300e6),
    ("p99.9 where status < 500 <= 1s", 1e9),
    ("requests where route = \"a < b\" and (x > 3) >= 100", 100), ("rate > 600/min", 10),
    ("p50 from +70s..+2m where `a<b` = 3 in ms < 20ms", 20e6), ("unfinished = 0", 0), ("duration > 1h", 3_600e9),
  ])
  func isRead(text: String, limit: Double) throws {
    let expectation = try Analysis.Expectation(parsing: text)
    #expect(expectation.limit == limit && expectation.text == text)
  }

  @Test func mistakes() {
    #expect(fault("error_rate").hasPrefix("10: what the figure must be is missing"))
    #expect(
      fault("error_rate < ").hasPrefix("12: the limit is missing: `error_rate < 2 %`")
        || fault("error_rate < ").hasPrefix("13: the limit"))
    #expect(fault("error_rate < 2") == "13: '2' is no limit of error_rate; write for example 2 %")
    #expect(fault("p95 < 300") == "6: '300' is no limit of p95; write for example 300 ms")
    #expect(fault("errors < 1.5") == "9: '1.5' is no limit of errors; write for example 100")
    #expect(fault("requests < -1").contains("is no limit of requests"))
    #expect(fault("error_rat < 2 %").contains("did you mean 'error_rate'?"))
    #expect(fault("p95 by version < 1s").contains("`by` gives several values"))
    #expect(fault("p95 from baseline < 1s").contains("there are no named spans here"))
    #expect(fault("first < 3").contains("times are not compared"))
    #expect(
      fault("errors where status >= 500").hasPrefix("19: ") || fault("errors where status >= 500").contains("status"))
    #expect(!fault("error_rate != 2 %").isEmpty)
  }

  // MARK: Judging

  /// So many requests, the first of them failed, with durations of 1 ms, 2 ms, …
  private func observed(
    _ requests: Int, errors: Int = 0, lost: Int64 = 0, gap: String? = nil, untimed: Int = 0, unfinished: Int64 = 0
  ) -> ObservedFigure {
    var total = GroupStats()
    total.requests = Int64(requests)
    total.errors = Int64(errors)
    total.unfinished = unfinished
    for number in 0..<(requests - untimed) { total.durations.add(Int64(number + 1) * 1_000_000) }
    return ObservedFigure(total: total, length: 100_000_000_000, traces: 5, lost: lost, gap: gap)
  }

  private func judge(_ text: String, _ observed: ObservedFigure, least: Int64 = 100) throws -> ReadyState {
    try Analysis.Expectation(parsing: text).judge(observed, least: least).state
  }

  @Test func holdsOrNot() throws {
    #expect(try judge("error_rate < 2 %", observed(200, errors: 3)) == .pass)
    #expect(try judge("error_rate < 2 %", observed(200, errors: 4)) == .fail)
    #expect(try judge("error_rate <= 2 %", observed(200, errors: 4)) == .pass)
    #expect(try judge("p95 <= 190ms", observed(200)) == .pass)
    #expect(try judge("p95 < 190ms", observed(200)) == .fail)
    #expect(try judge("max < 201ms", observed(200)) == .pass)
    #expect(try judge("rate > 1/s", observed(200)) == .pass)
    #expect(try judge("requests = 200", observed(200)) == .pass)
    #expect(try judge("traces > 5", observed(200)) == .fail)
    #expect(try judge("duration >= 100s", observed(200)) == .pass)
  }

  /// Few requests prove nothing, but that there are few.
  @Test func fewRequests() throws {
    #expect(try judge("error_rate < 2 %", observed(99)) == .unknown)
    #expect(try judge("error_rate < 2 %", observed(99, errors: 99)) == .unknown)
    #expect(try judge("p95 < 1s", observed(200, untimed: 150)) == .unknown)
    #expect(try judge("errors < 5", observed(99)) == .unknown)
    #expect(try judge("errors < 5", observed(99, errors: 9)) == .fail)
    #expect(try judge("requests > 1000", observed(99)) == .fail)
    #expect(try judge("requests > 10", observed(99)) == .pass)
    #expect(try judge("error_rate < 2 %", observed(0)) == .unknown)
    #expect(try judge("p95 < 1s", observed(0)) == .unknown)
    #expect(try judge("error_rate < 2 %", observed(99), least: 99) == .pass)
  }

  /// What was left out is counted against it.
  @Test func whatWasLeftOut() throws {
    #expect(try judge("error_rate < 2 %", observed(1000, errors: 10, lost: 9)) == .pass)
    #expect(try judge("error_rate < 2 %", observed(1000, errors: 10, lost: 11)) == .unknown)
    #expect(try judge("error_rate < 2 %", observed(1000, errors: 10, unfinished: 11)) == .unknown)
    #expect(try judge("error_rate < 2 %", observed(1000, errors: 30, lost: 900)) == .fail, "more could not mend it")
    #expect(try judge("errors < 11", observed(1000, errors: 10, lost: 1)) == .unknown)
    #expect(try judge("requests > 1000", observed(1000, lost: 1)) == .unknown)
    #expect(try judge("requests > 1001", observed(1000, lost: 1)) == .fail)
    #expect(try judge("requests < 1002", observed(1000, lost: 1)) == .pass)
    #expect(try judge("requests = 1000", observed(1000, lost: 1)) == .unknown)
    // The 951st of 1,000 is at 951 ms; of ten more that could all be slower, the 960th of 1,010.
    #expect(try judge("p95 < 961ms", observed(1000, lost: 10)) == .pass)
    #expect(try judge("p95 < 960ms", observed(1000, lost: 10)) == .unknown)
    #expect(try judge("p95 < 960ms", observed(1010, untimed: 10)) == .unknown)
    #expect(try judge("max < 2s", observed(1000, lost: 1)) == .unknown)
    #expect(try judge("p95 > 940ms", observed(1000, lost: 5)) == .pass)
    #expect(try judge("p95 > 949ms", observed(1000, lost: 100)) == .unknown)
  }

  @Test func aGapIsNoPass() throws {
    #expect(try judge("error_rate < 2 %", observed(1000, gap: "app.log.3 is missing")) == .unknown)
    #expect(try judge("error_rate < 2 %", observed(1000, errors: 900, gap: "app.log.3 is missing")) == .fail)
    #expect(try judge("requests > 2000", observed(1000, gap: "app.log.3 is missing")) == .unknown)
    let reason = try Analysis.Expectation(parsing: "error_rate < 2 %").judge(
      observed(1000, gap: "app.log.3 is missing"), least: 1
    ).reason
    #expect(reason == "error_rate < 2 %: 0 % of 1000 requests, but app.log.3 is missing")
  }

  @Test func nothingIsNoPass() {
    #expect(ReadyState(of: [ReadyState]()) == .unknown)
    #expect(ReadyState(of: [.pass, .unknown]) == .unknown && ReadyState(of: [.unknown, .fail]) == .fail)
    #expect(ReadyState(of: [.pass, .pass]) == .pass)
  }
}
