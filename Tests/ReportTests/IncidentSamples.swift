import Analysis
import Report
import RulePack
import TestKit
import TraceCore

/// Incident documents: one of the capture with its real requests, and small ones.
enum IncidentSamples {
  static let second: Int64 = 1_000_000_000
  /// 2026-11-23T06:50:35Z
  static let onset: Int64 = 1_795_416_635_000_000_000
  static let recovery = onset + 55 * second

  // MARK: The capture

  private struct Served {
    var event: RequestEvent
    var route: String
  }

  /// The bad release of the capture: figures from what the service counted, evidence from its log.
  static func capture() throws -> IncidentDocument {
    let requests = try Capture.text.requests().map { Served(event: event($0), route: route($0)) }
    // The first and the last record.
    let start: Int64 = 1_795_416_474_777_000_000
    let end: Int64 = 1_795_416_780_293_000_000
    var document = IncidentDocument(
      title: "app.log*",
      method:
        "the change points of the error rate, by likelihood (Page, Biometrika 41, 1954), in windows of 5 s against a "
        + "baseline of 32 of them.",
      ledger: Samples.ledger())
    document.span = IncidentSpan(onset: onset, recovery: recovery, signals: [.errors, .latency])
    document.series = series(requests, from: onset - 165 * second, to: end, length: 5 * second)
    document.segments = [("before", start, onset), ("during", onset, recovery), ("after", recovery, end)].map {
      var part = segment($0.0, from: $0.1, to: $0.2, requests)
      part.inFlight = $0.0 == "during" ? Samples.inFlight() : Samples.inFlight(peak: 12, mean: 0.91)
      return part
    }
    document.timeline = [
      .init(time: start, kind: .begin, text: "the log begins"),
      .init(
        time: onset - 89_402_000_000, kind: .release, text: "version v2 appears", place: place("app.log.7.gz", 4012)),
      .init(time: onset - 45_014_000_000, kind: .mark, text: "deploy 50 %"),
      .init(
        time: onset - 25_506_000_000, kind: .finding,
        text: "P1 payment-provider-throttled: the payment provider says 429",
        place: place("app.log.5.gz", 1288)),
      .init(time: onset, kind: .onset, text: "onset: the error rate leaves its baseline"),
      .init(time: onset - 12_000_000, kind: .mark, text: "deploy 100 %"),
      .init(
        time: onset + 13_123_000_000, kind: .finding,
        text: "P0 sqlalchemy-pool-timeout: the pool of 5 connections was empty",
        place: place("app.log.4.gz", 3120)),
      .init(time: onset + 15 * second, kind: .peak, text: "peak: 82.4 % of the requests of 5 s failed"),
      .init(time: onset + 54_989_000_000, kind: .mark, text: "rollback to v1"),
      .init(time: recovery, kind: .recovery, text: "recovery: back to the baseline"),
      .init(time: end, kind: .end, text: "the log ends"),
    ].sorted { ($0.time, $0.text) < ($1.time, $1.text) }
    document.audience = [.init(field: "user_id", affected: 412, all: 803, isEstimate: false)]
    (document.cleanWindows, document.cleanWindowsNeeded) = (18, 6)
    var findings = try ScanSamples.findings()
    findings.findings.removeAll { $0.kind == .matchLimit }
    document.findings = findings
    document.findingPlaces = findings.findings.map { $0.example.map { place($0.path, $0.line) } }
    document.templates = templates
    document.contrasts = contrasts
    document.exemplars = [
      .init(
        reason: "The failed request of GET /api/payments/{id} whose duration is the median of these",
        trace: Samples.trace(), records: Samples.traceRecords(), place: place("app.log.4.gz", 36993))
    ]
    document.stacks = stacks
    document.candidates = [
      .init(
        kind: .fact, text: "Version v2",
        evidence: [
          "it appears at 06:49:05, 89 s before the onset (app.log.7.gz:4012)",
          "99.7 % of the requests of the span are v2's, 14.2 % of those before",
        ],
        cause: Cause(
          facts: [.init(name: "version", value: "v2")], shareInside: 0.997, shareOutside: 0.142, excess: 0.9,
          odds: Interval(lower: 100, value: 200, upper: 400), p: 1e-20)),
      .init(
        kind: .message, text: "The pool of connections",
        evidence: ["333 waits for a connection ended without one, the first at 06:50:48 (app.log.4.gz:3120)"]),
    ]
    document.commands = [
      .init(
        purpose: "impact, and the figures of each route during the incident",
        command: "skein stats --since 2026-11-23T06:50:35Z --until 2026-11-23T06:51:30Z app.log*"),
      .init(purpose: "the charts", command: "skein stats --every 5s --json app.log*"),
      .init(purpose: "findings", command: "skein scan --json app.log*"),
      .init(purpose: "the exemplar", command: "skein show \(Samples.traceID) app.log*"),
    ]
    document.notes = ["times without a zone were read as UTC"]
    document.redacted = [("email", 3), ("ip", 41)]
    return document
  }

  private static func place(_ path: String, _ line: Int) -> IncidentDocument.Place {
    .init(path: path, line: line, hash: "1f0c9e72ab\(line % 90 + 10)")
  }

  private static func series(_ requests: [Served], from: Int64, to: Int64, length: Int64) -> [SeriesWindow] {
    stride(from: from, to: to, by: Int(length)).map { start in
      window(start, length, requests.map(\.event).filter { $0.time >= start && $0.time < start + length })
    }
  }

  static func window(_ start: Int64, _ length: Int64, _ requests: [RequestEvent]) -> SeriesWindow {
    var stats = GroupStats()
    var latency = LatencyHistogram()
    for request in requests {
      stats.add(request)
      latency.add(request.duration)
    }
    let quantiles = stats.durations.quantiles([0.5, 0.95, 0.99])
    return SeriesWindow(
      start: start, length: length, requests: stats.requests, clientErrors: stats.clientErrors, errors: stats.errors,
      timed: stats.durations.count, p50: quantiles.first, p95: quantiles.dropFirst().first, p99: quantiles.last,
      latency: latency)
  }

  private static func segment(_ name: String, from: Int64, to: Int64, _ requests: [Served]) -> IncidentDocument.Segment
  {
    var total = GroupStats()
    var routes: [String: GroupStats] = [:]
    for request in requests where request.event.time >= from && request.event.time < to {
      total.add(request.event)
      routes[request.route, default: GroupStats()].add(request.event)
    }
    let rows = routes.map { $0.value.summary(name: $0.key, span: to - from) }
      .sorted { ($1.requests, $0.name) < ($0.requests, $1.name) }
    return .init(name: name, from: from, to: to, total: total.summary(name: "total", span: to - from), routes: rows)
  }

  private static func route(_ request: Capture.ServedRequest) -> String {
    if request.route == "-" { return "(unmatched)" }
    let path = request.route.split(separator: "/", omittingEmptySubsequences: false)
    return "\(request.method) \(path.map { $0.hasPrefix("{") ? "{id}" : $0 }.joined(separator: "/"))"
  }

  private static func event(_ request: Capture.ServedRequest) -> RequestEvent {
    served(
      at: time(request.time), status: request.status, duration: Int64(request.tenthsOfMillisecond) * 100_000)
  }

  static func served(at time: Int64, status: Int, duration: Int64) -> RequestEvent {
    RequestEvent(
      time: time, duration: duration, route: -1, group: -1, status: UInt16(status), level: .info, watermark: time)
  }

  /// `2026-11-23T06:47:55.007Z`
  private static func time(_ text: String) -> Int64 {
    let parts = text.split { !$0.isNumber }.compactMap { Int64($0) }
    let days = Int64(EventTime.days(year: Int(parts[0]), month: Int(parts[1]), day: Int(parts[2])))
    return (days * 86_400 + parts[3] * 3600 + parts[4] * 60 + parts[5]) * second + parts[6] * 1_000_000
  }

  private static let templates: [TemplateShift] = [
    (
      "t9f31", "QueuePool limit of size <*> overflow <*> reached, connection timed out, timeout <*>", "error",
      [0, 333, 0],
      TemplateShift.Kind.new, 0.0, 248.5
    ),
    (
      "t07aa", "upstream call failed, will retry op=<*> attempt=<*> error=429 ms=<*> retry_in_ms=5", "warning",
      [41, 2206, 0],
      .new, 12.1, 1646.3
    ),
    (
      "t8b20", "upstream call failed, will retry op=<*> attempt=<*> error=503 ms=<*> retry_in_ms=<*>", "warning",
      [96, 4, 44], .changed, 28.3, 2.98
    ),
    ("t11c4", "cache refreshed for key=<*>", "debug", [812, 0, 455], .gone, 239.5, 0),
  ].map { id, text, level, counts, kind, a, b in
    TemplateShift(
      template: TemplateCounts(
        id: id, text: text, level: level, counts: counts, first: onset + 13_123_000_000, path: "app.log.4.gz",
        line: 3120,
        example: text), kind: kind, rateA: a, rateB: b, p: 1e-40, q: 1e-38)
  }

  private static let contrasts: [Contrast] = {
    func row(_ fact: Contrast.Fact, _ inside: Int64, _ outside: Int64, _ lower: Double, _ upper: Double) -> Contrast.Row
    {
      let (a, b) = (Double(inside) / 84, Double(outside) / 883)
      return .init(
        count: .init(fact: fact, inside: inside, outside: outside), shareInside: a, shareOutside: b,
        difference: Interval(lower: lower, value: a - b, upper: upper), p: 1e-30, q: 1e-28)
    }
    return [
      Contrast(
        inside: "failed requests of PUT /api/settings/{id}", outside: "its requests that did not fail",
        insideRequests: 84, outsideRequests: 883,
        rows: [
          row(.init(name: "version", value: "v2"), 84, 252, 0.67, 0.745),
          row(.init(name: "client", value: "android/4.1"), 61, 212, 0.381, 0.572),
          row(
            .init(kind: .template, name: "t9f31", value: "QueuePool limit of size <*> overflow <*> reached"), 43, 0,
            0.407,
            0.615),
        ], compared: 61, leftOut: ["request_id", "user_id"])
    ]
  }()

  private static let stacks: [StackGroup] = [
    StackGroup(
      cause: "app.UpstreamError", outermost: "app.PaymentUnavailable",
      message: "429 Too Many Requests from provider for refunds", frame: "handle (app.py:494)", count: 254,
      first: onset - 25_506_000_000, last: onset + 54_464_000_000, path: "app.log.4.gz", line: 37011,
      text: """
        Traceback (most recent call last):
          File "/srv/parkapi/app.py", line 523, in call_provider
            await asyncio.shield(work)
          File "/srv/parkapi/app.py", line 494, in handle
            raise UpstreamError(f"429 Too Many Requests from provider for {op}")
        app.UpstreamError: 429 Too Many Requests from provider for refunds
        """),
    StackGroup(
      cause: "app.PoolExhausted", outermost: nil, message: "QueuePool limit of size 5 overflow 10 reached",
      frame: "checkout (app.py:512)", count: 163, first: onset + 13_123_000_000, last: onset + 53_001_000_000,
      path: "app.log.4.gz", line: 3121,
      text: "Traceback (most recent call last):\napp.PoolExhausted: QueuePool limit of size 5 overflow 10 reached"),
  ]

  // MARK: Small ones

  /// Ten windows of 10 s: five requests in each, and of those in windows `failing` four fail and are slow.
  static func small(failing: Range<Int> = 4..<7, windows: Int = 10, isTimed: Bool = true) -> IncidentDocument {
    let length = 10 * second
    let start = onset - 40 * second
    func requests(_ range: Range<Int>) -> [RequestEvent] {
      range.flatMap { window in
        (0..<5).map { i in
          let fails = failing.contains(window) && i < 4
          let duration = Int64(fails ? 750 + i : 20 + i * 3) * 1_000_000
          return served(
            at: start + Int64(window) * length + Int64(i) * second, status: fails ? 503 : 200,
            duration: isTimed ? duration : -1)
        }
      }
    }
    func segment(_ name: String, _ range: Range<Int>) -> IncidentDocument.Segment {
      var stats = GroupStats()
      for request in requests(range) { stats.add(request) }
      let span = Int64(range.count) * length
      return .init(
        name: name, from: start + Int64(range.lowerBound) * length, to: start + Int64(range.upperBound) * length,
        total: stats.summary(name: "total", span: span), routes: [stats.summary(name: "GET /a/{id}", span: span)])
    }
    var document = IncidentDocument(
      title: "app.log", method: "change points of the error rate in windows of 10 s.", ledger: Samples.ledger())
    document.series = (0..<windows).map { window($0) }
    func window(_ i: Int) -> SeriesWindow { Self.window(start + Int64(i) * length, length, requests(i..<i + 1)) }
    let from = min(failing.lowerBound, windows)
    let to = min(failing.upperBound, windows)
    if from < to {
      document.span = IncidentSpan(
        onset: start + Int64(from) * length, recovery: start + Int64(to) * length, signals: [.errors],
        isOngoing: to == windows, beginsBefore: from == 0)
      if from > 0 { document.segments.append(segment("before", 0..<from)) }
      document.segments.append(segment("during", from..<to))
      if to < windows { document.segments.append(segment("after", to..<windows)) }
      (document.cleanWindows, document.cleanWindowsNeeded) = (windows - to, 3)
      document.timeline = [
        .init(time: start + Int64(from) * length, kind: .onset, text: "onset"),
        .init(time: start + Int64(to) * length, kind: .recovery, text: to == windows ? "the log ends" : "recovery"),
      ]
    } else {
      document.segments = [segment("all", 0..<windows)]
    }
    document.commands = [.init(purpose: "the figures", command: "skein stats app.log")]
    return document
  }

  /// Nothing at all.
  static func empty() -> IncidentDocument {
    IncidentDocument(title: "empty.log", method: "there is no request to look at.", ledger: Ledger())
  }
}
