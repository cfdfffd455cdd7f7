import Report
import TestKit
import TraceCore

/// Views of the live screen: of the incident in the captures, of nothing, and at random.
enum LiveSamples {
  static let second = EventTime.nanosecondsPerSecond
  /// 2026-11-23T06:50:52Z
  static let now: Int64 = 1_795_416_652 * second

  static func milliseconds(_ value: Double) -> Double { value * 1e6 }

  /// In the middle of the bad release, with all that can be shown.
  static func view() -> LiveView {
    var view = LiveView()
    view.files = ["app.log", "access.log"]
    view.time = now
    view.lag = 400_000_000
    view.lastWindow = now - 12 * second
    view.baseline = "the first 2 minutes"
    let rates: [Double?] = [
      10.9, 22.9, 21.5, 20.5, 21.5, 19.6, 22.1, 19.9, 19.8, 22.6, 23.7, 20.9, 21.3, 19.1, 23.4, 19.5, 20.5, 24.5,
    ]
    let errors: [Double?] = [
      0, 0.0131, 0.0186, 0.0098, 0.0047, 0.0204, 0.009, 0, 0.0051, 0.0088, 0.0042, 0.0048, 0, 0.0524, 0.0556, 0.0256,
      0.0683, 0.339,
    ]
    let p50: [Double?] = [
      40.5, 14.5, 17.4, 24.2, 13.1, 22.1, 29.1, 23.8, 24.6, 22.8, 14.5, 23.9, 20.8, 21.1, 26.6, 26.5, 23.9, 39.7,
    ]
    let p95: [Double?] = [173, 141, 162, 154, 150, 150, 176, 167, 182, 158, 184, 155, 177, 297, 394, 240, 433, 758]
    let p99: [Double?] = [230, 210, 209, 225, 174, 243, 239, 237, 285, 259, 251, 267, 376, 639, 771, 576, 680, 1_014]
    func latency(_ series: [Double?], _ before: Double) -> LiveFigure {
      let values = series.map { $0.map(milliseconds) }
      return LiveFigure(now: values.last ?? nil, baseline: milliseconds(before), series: values)
    }
    view.rate = LiveFigure(now: 24.5, baseline: 21.4, series: rates)
    view.errorRate = LiveFigure(now: 0.339, baseline: 0.011, series: errors)
    view.p50 = latency(p50, 22.1)
    view.p95 = latency(p95, 160)
    view.p99 = latency(p99, 231)
    view.listSpan = 60 * EventTime.nanosecondsPerSecond
    view.routes = [
      LiveRoute(
        name: "GET /api/spots", requests: 2_201, rate: 7.2, errors: 75, p50: 9_900_000, p95: 116_000_000,
        p99: 753_000_000, open: 3),
      LiveRoute(
        name: "GET /api/spots/{id}", requests: 1_439, rate: 4.71, errors: 79, p50: 9_700_000, p95: 43_000_000,
        p99: 753_000_000),
      LiveRoute(
        name: "PUT /api/settings/{id}", requests: 967, rate: 3.17, errors: 84, p50: 49_700_000, p95: 113_000_000,
        p99: 714_000_000),
      LiveRoute(
        name: "GET /api/payments/{id}", requests: 900, rate: 2.95, errors: 278, p50: 124_000_000, p95: 752_000_000,
        p99: 894_000_000),
      LiveRoute(
        name: "POST /api/bookings", requests: 805, rate: 2.63, errors: 167, p50: 150_000_000, p95: 724_000_000,
        p99: 883_000_000),
      LiveRoute(
        name: "GET /healthz", requests: 200, rate: 0.65, errors: 0, p50: 1_300_000, p95: 2_000_000, p99: 2_700_000),
      LiveRoute(name: "(unmatched)", requests: 22, rate: 0.07, errors: 0),
    ]
    view.findings = [
      LiveFinding(
        id: "f1", severity: 0, title: "the pool of 5 connections (and 10 more) was empty",
        rule: "sqlalchemy-pool-timeout",
        count: 333, first: now - 28 * second, last: now, trace: "0dc4db31-094f-4941-ab85-ef9612bbc599"),
      LiveFinding(
        id: "f2", severity: 1, title: "182 server errors within a minute", rule: "http-5xx-burst", count: 182,
        first: now - 41 * second, last: now - 2 * second, trace: "71cda8c152d34c7b9e0d47087e5d1a58"),
      LiveFinding(
        id: "f3", severity: 2, title: "A bearer token stands in the log", rule: "token-in-log", count: 2,
        first: now - 180 * second, last: now - 175 * second),
      LiveFinding(
        id: "f4", severity: 3, title: "cache missed for spots:near:52.51:13.40", rule: "cache-miss", count: 1_204,
        first: now - 290 * second, last: now - second),
    ]
    view.findingCounts = [1, 1, 1, 36]
    view.gate = gate()
    view.versions = [
      LiveVersion(name: "1.8.2", requests: 3_120, errors: 34, p95: 160_000_000, first: now - 290 * second),
      LiveVersion(name: "1.9.0", requests: 612, errors: 211, p95: 756_000_000, first: now - 60 * second, isNew: true),
    ]
    view.marks = [LiveMark(time: now - 61 * second, text: "deploy 1.9.0 to 50 %")]
    view.warnings = ["app.log was truncated by copytruncate at 06:48:12: lines between copy and truncation may be lost"]
    for i in 0..<12 {
      let route = i % 3 == 0 ? "POST /api/bookings" : "GET /api/payments/{id}"
      let trace = LiveTrace(
        id: "0dc4db31-094f-4941-ab85-ef9612bbc5\(10 + i)", route: route, status: i % 4 == 0 ? 503 : 500,
        duration: Int64(752 + i) * 1_000_000, time: now - Int64(12 - i) * second)
      view.traces.append(trace)
    }
    return view
  }

  static func gate() -> LiveGate {
    LiveGate(
      name: "rollout", stages: 3, stage: 1, stageName: "50 %", share: 0.5, left: 541 * second,
      objectives: [
        .init(
          text: "error_rate < 2 %", unit: .share, value: 0.081, lower: 0.0621, upper: 0.104, limit: 0.02, requests: 612,
          state: .fail, reason: "error_rate is 8.10 %, at least 6.21 %, and the limit is 2 %"),
        .init(
          text: "p95 < 300 ms", unit: .duration, value: milliseconds(288), lower: milliseconds(240),
          upper: milliseconds(433), limit: milliseconds(300), requests: 612, needed: 1_340),
        .init(
          text: "p99(db_ms) < 100 ms", route: "GET /api/spots", unit: .duration, value: milliseconds(66),
          lower: milliseconds(58), upper: milliseconds(81), limit: milliseconds(100), requests: 201, state: .pass),
        .init(
          text: "throughput > 5/s", unit: .perSecond, value: 12.2, lower: 11.4, upper: 13.1, limit: 5, requests: 612,
          state: .pass),
      ],
      verdicts: [.init(stage: "10 %", state: .pass, time: now - 60 * second)])
  }

  static func failed() -> LiveView {
    var view = view()
    view.gate?.stage = nil
    view.gate?.left = nil
    let verdict = LiveGate.Verdict(
      stage: "50 %", state: .fail, isEarly: true, time: now - 10 * second,
      reason: "error_rate is 33.9 %, at least 28.3 %, and the limit is 2 %")
    view.gate?.verdicts.append(verdict)
    view.gate?.final = verdict
    return view
  }

  /// All is well, and all three stages have passed.
  static func passed() -> LiveView {
    var view = view()
    view.errorRate = LiveFigure(now: 0.009, baseline: 0.011, series: view.errorRate.series.map { _ in 0.01 })
    view.p95 = LiveFigure(
      now: milliseconds(158), baseline: milliseconds(160), series: view.p95.series.map { _ in milliseconds(158) })
    view.p99 = LiveFigure(
      now: milliseconds(231), baseline: milliseconds(231), series: view.p99.series.map { _ in milliseconds(231) })
    view.p50 = LiveFigure(
      now: milliseconds(22), baseline: milliseconds(22), series: view.p50.series.map { _ in milliseconds(22) })
    view.gate?.objectives = [
      .init(
        text: "error_rate < 2 %", unit: .share, value: 0.009, lower: 0.006, upper: 0.0131, limit: 0.02, requests: 6_120,
        state: .pass),
      .init(
        text: "p95 < 300 ms", unit: .duration, value: milliseconds(158), lower: milliseconds(151),
        upper: milliseconds(166), limit: milliseconds(300), requests: 6_120, state: .pass),
    ]
    view.gate?.stage = nil
    view.gate?.verdicts = ["10 %", "50 %", "100 %"].map { .init(stage: $0, state: .pass, time: now) }
    view.gate?.final = .init(stage: "", state: .pass, time: now)
    view.findings = []
    view.findingCounts = [0, 0, 0, 0]
    view.traces = []
    view.warnings = []
    for i in view.routes.indices { view.routes[i].errors = 0 }
    return view
  }

  /// No rules, no gate, no versions.
  static func plain() -> LiveView {
    var view = view()
    view.gate = nil
    view.versions = []
    view.marks = []
    view.warnings = []
    view.hasRules = false
    view.findings = []
    view.findingCounts = [0, 0, 0, 0]
    return view
  }

  /// A proxy's log beside the application's.
  static func uncounted() -> LiveView {
    var view = view()
    view.uncounted = [
      UncountedTellings(source: "nginx-timed", stream: "access.log", requests: 7_012, errors: 31, reason: .sharesNoIDs)
    ]
    return view
  }

  // MARK: At random

  static let texts =
    WidthTests.hostile + [
      "GET /", "plain", "\u{1B}[31mred\u{1B}[0m", "\u{1B}[?1049l", "e\u{301}", "\u{200B}\u{FEFF}", "🏳️‍🌈 é 漢",
    ]

  static func random(_ random: inout SplitMix64) -> LiveView {
    func text() -> String {
      texts[random.below(texts.count)] + (random.below(3) == 0 ? texts[random.below(texts.count)] : "")
    }
    func number() -> Double? {
      switch random.below(8) {
      case 0: nil
      case 1: [.infinity, .nan, -1, 0, 1e300, 9.3e18][random.below(6)]
      default: random.unit() * [1.0, 100, 1e9, 1e12][random.below(4)]
      }
    }
    func integer() -> Int64 { [0, 1, 999, 123_456, .max, -1, .min][random.below(7)] }
    func time() -> Int64 { [now, EventTime.none, .max, 0, now - integer() / 2][random.below(5)] }
    func list<T>(_ most: Int, _ make: () -> T) -> [T] { (0..<random.below(most + 1)).map { _ in make() } }
    func figure() -> LiveFigure {
      LiveFigure(now: number(), baseline: number(), series: list(300, number), isThin: random.below(3) == 0)
    }
    func state() -> LiveGate.State { LiveGate.State.allCases[random.below(3)] }
    func verdict() -> LiveGate.Verdict {
      .init(stage: text(), state: state(), isEarly: random.below(2) == 0, time: time(), reason: text())
    }
    var view = LiveView()
    view.files = list(4, text)
    view.time = time()
    view.lag = random.below(2) == 0 ? nil : integer()
    view.progress =
      [
        .following, .catchingUp(bytes: integer()), .catchingUp(bytes: nil),
        .waiting,
        .ended,
      ][random.below(5)]
    view.window = [0, 1, second, 10 * second, .max, -5][random.below(6)]
    view.lastWindow = time()
    view.rate = figure()
    view.errorRate = figure()
    view.p50 = figure()
    view.p95 = figure()
    view.p99 = figure()
    view.baseline = text()
    view.listSpan = [nil, 0, 1, second, .max][random.below(5)]
    view.routes = list(30) {
      LiveRoute(
        name: text(), requests: integer(), rate: number() ?? 0, errors: integer(), p50: integer(), p95: nil,
        p99: integer(),
        open: integer())
    }
    view.findings = list(30) {
      LiveFinding(
        id: text(), severity: random.below(6) - 1, title: text(), rule: text(), count: integer(), first: time(),
        last: time(),
        trace: text())
    }
    view.findingCounts = list(5, integer)
    view.versions = list(5) {
      LiveVersion(
        name: text(), requests: integer(), errors: integer(), p95: integer(), first: time(), isNew: random.below(2) == 0
      )
    }
    view.marks = list(5) { LiveMark(time: time(), text: text()) }
    view.warnings = list(5, text)
    view.traces = list(30) {
      LiveTrace(id: text(), route: text(), status: random.below(3) == 0 ? nil : 503, duration: integer(), time: time())
    }
    if random.below(3) > 0 {
      let units: [LiveGate.Unit] = [.share, .duration, .perSecond, .count, .number]
      view.gate = LiveGate(
        name: text(), stages: random.below(5), stage: random.below(2) == 0 ? nil : random.below(5), stageName: text(),
        share: number(), isWarmingUp: random.below(2) == 0, left: random.below(2) == 0 ? nil : integer(),
        objectives: list(8) {
          .init(
            text: text(), route: random.below(2) == 0 ? nil : text(), unit: units[random.below(5)], value: number(),
            lower: number(), upper: number(), limit: number(), requests: integer(), needed: integer(), state: state(),
            reason: text())
        }, verdicts: list(4, verdict), final: random.below(3) == 0 ? verdict() : nil)
    }
    return view
  }

  static func keys(_ random: inout SplitMix64, _ count: Int) -> [Key] {
    let keys: [Key] = [
      .character("p"), .character("s"), .character("/"), .character("?"), .character("j"), .character("k"),
      .character("G"),
      .character("g"), .character("漢"), .tab, .backTab, .up, .down, .left, .right, .pageUp, .pageDown, .home, .end,
      .enter,
      .escape, .backspace, .delete, .control("u"), .control("w"), .control("l"), .control("z"), .character(" "),
    ]
    return (0..<count).map { _ in keys[random.below(keys.count)] }
  }
}
