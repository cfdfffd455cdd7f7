import Analysis
import Testing
import TraceCore

@testable import Report

/// What a scraper reads: both formats by their grammar, and numbers that agree with each other.
struct MetricsReportTests {
  private func metrics(route: String = "GET /orders/{id}", version: String? = "v1") -> ServiceMetrics {
    var counter = RequestMetrics(limits: [300_000_000])
    for (index, duration) in [Int64(1_000_000), 40_000_000, 299_000_000, 12_000_000_000, -1].enumerated() {
      let request = RequestEvent(
        time: 1_795_413_600_500_000_000, duration: duration, route: 0, group: 0, status: index == 3 ? 503 : 200,
        level: .info, watermark: 0)
      counter.add(request, route: 0, version: 0, id: "trace-\(index)")
    }
    let series = counter.series.sorted { $0.key < $1.key }.map { key, counts in
      ServiceSnapshot.Series(
        route: route, version: version, status: key.status, isError: key.isError, counts: counts)
    }
    let snapshot = ServiceSnapshot(
      hours: [], ticks: [], bounds: counter.bounds, series: series, findings: [], findingCounts: [1, 0, 2, 0],
      failures: [], marks: [], late: 0, forgotten: 0)
    var ledger = Ledger()
    ledger.totals.records = 5
    var source = SourceLedger(path: "a.log", stream: "a.log", compression: "none")
    source.notes = [LedgerNote(.lost, "lost"), LedgerNote(.possibleLoss, "perhaps")]
    ledger.sources = [source]
    return ServiceMetrics(
      snapshot: snapshot, ledger: ledger, time: 1_795_413_600_500_000_000, lag: 1_500_000_000, isBehind: false,
      gate: LiveGate(name: "rollout", stages: 1, final: LiveGate.Verdict(stage: "", state: .open)), version: "0.1.0")
  }

  private func lines(_ metrics: ServiceMetrics, isOpenMetrics: Bool = false) -> [String] {
    String(decoding: MetricsReport.bytes(metrics, isOpenMetrics: isOpenMetrics), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private func value(_ name: String, _ lines: [String]) -> [Double] {
    lines.filter { $0.hasPrefix(name + " ") || $0.hasPrefix(name + "{") }
      .compactMap { $0.split(separator: "#").first?.split(separator: " ").last.flatMap { Double($0) } }
  }

  @Test func numbersAgree() {
    let lines = lines(metrics())
    #expect(value("skein_requests_total", lines).reduce(0, +) == 5)
    #expect(value("http_server_request_duration_seconds_count", lines).reduce(0, +) == 4)
    let infinite = lines.filter { $0.contains("le=\"+Inf\"") }
    #expect(infinite.count == 2)
    #expect(lines.contains { $0.contains("status_code=\"200\"") && $0.contains("le=\"0.3\"") && $0.hasSuffix(" 3") })
    #expect(lines.contains { $0.contains("error_type=\"503\"") && $0.hasPrefix("skein_requests_total") })
    #expect(lines.contains("skein_ledger_gaps_total{kind=\"lost\"} 1"))
    #expect(!lines.contains { $0.contains("possible_loss") })
    #expect(lines.contains("skein_gate_state{gate=\"rollout\",state=\"inconclusive\"} 1"))
    #expect(lines.contains("skein_lag_seconds 1.5"))
    #expect(lines.contains("skein_log_time_seconds 1795413600.5"))
    // No example in the old format.
    #expect(!lines.contains { $0.contains(" # {") })
  }

  /// Every sample belongs to the family in front of it, each family is told once, no line twice.
  @Test(arguments: [false, true]) func grammar(isOpenMetrics: Bool) throws {
    let lines = lines(metrics(), isOpenMetrics: isOpenMetrics)
    #expect(lines.last == "" && (lines.dropLast().last == "# EOF") == isOpenMetrics)
    var family = ""
    var kind = ""
    var seen: Set<String> = []
    var samples: Set<String> = []
    for line in lines.dropLast() where line != "# EOF" {
      let words = line.split(separator: " ").map(String.init)
      if line.hasPrefix("# TYPE ") {
        (family, kind) = (words[2], words[3])
        #expect(seen.insert(family).inserted, "\(family)")
        continue
      }
      if line.hasPrefix("#") { continue }
      let name = String(line.prefix { $0 != "{" && $0 != " " })
      let endings: [String] =
        switch kind {
        case "histogram": ["_bucket", "_sum", "_count"]
        case "counter" where isOpenMetrics: ["_total"]
        default: [""]
        }
      #expect(endings.contains { family + $0 == name }, "\(line)")
      let key = line.firstRange(of: "} ").map { String(line[..<$0.upperBound]) } ?? words[0]
      #expect(samples.insert(key).inserted, "\(line)")
    }
    if isOpenMetrics {
      #expect(
        lines.contains { $0.contains("le=\"0.3\"") && $0.contains(" # {trace_id=\"trace-2\"} 0.299 1795413600.5") })
    }
  }

  /// Names are a log's: quotes, backslashes, line ends.
  @Test func hostileNames() {
    let lines = lines(metrics(route: "GET /a\"} 1\nevil 1", version: "v\\1\u{1B}"))
    #expect(!lines.contains { $0.hasPrefix("evil") })
    #expect(lines.contains { $0.contains("http_route=\"/a\\\"} 1\\nevil 1\"") })
    #expect(lines.contains { $0.contains("service_version=\"v\\\\1\u{FFFD}\"") })
  }

  /// Two numbers under one name are one line: a scraper refuses two.
  @Test func oneNameIsOneLine() {
    var metrics = metrics()
    metrics.snapshot.series += metrics.snapshot.series
    let lines = lines(metrics)
    #expect(lines.filter { $0.hasPrefix("skein_requests_total") }.count == 2)
    #expect(value("skein_requests_total", lines).reduce(0, +) == 10)
  }

  @Test func whatIsAskedFor() {
    #expect(!MetricsReport.wantsOpenMetrics(accept: nil))
    #expect(!MetricsReport.wantsOpenMetrics(accept: "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"))
    #expect(
      MetricsReport.wantsOpenMetrics(
        accept: "application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5"))
    #expect(!MetricsReport.wantsOpenMetrics(accept: "application/openmetrics-text;q=0.0"))
  }

  @Test func seconds() {
    #expect(MetricsReport.seconds(0) == "0.0" && MetricsReport.seconds(1_500_000_000) == "1.5")
    #expect(MetricsReport.seconds(1) == "0.000000001" && MetricsReport.seconds(-2_000_000_000) == "-2.0")
    #expect(MetricsReport.seconds(.max) == "9223372036.854775807")
  }
}
