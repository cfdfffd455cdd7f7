import Analysis
import Report
import TestKit
import TraceCore

/// Views of a service: a quarter of an hour with an incident in its middle, nothing at all, very much of everything, and with
/// hostile text wherever text can stand.
enum ServiceSamples {
  static let second = EventTime.nanosecondsPerSecond
  /// 2026-11-23T06:50:50Z
  static let now: Int64 = 1_795_416_650 * second
  static let start = now - 900 * second

  private struct Kind {
    var route: String
    var weight: Int
    /// Milliseconds, roughly the median.
    var typical: Double
    var failing: Double
  }

  private static let kinds: [Kind] = [
    Kind(route: "GET /api/spots", weight: 220, typical: 10.0, failing: 0.02),
    Kind(route: "GET /api/spots/{id}", weight: 144, typical: 9.5, failing: 0.02),
    Kind(route: "PUT /api/settings/{id}", weight: 97, typical: 49, failing: 0.05),
    Kind(route: "GET /api/payments/{id}", weight: 90, typical: 120, failing: 0.62),
    Kind(route: "POST /api/bookings", weight: 80, typical: 150, failing: 0.45),
    Kind(route: "GET /api/bookings/{id}", weight: 62, typical: 22, failing: 0.03),
    Kind(route: "GET /healthz", weight: 60, typical: 1.3, failing: 0),
    Kind(route: "POST /api/login", weight: 41, typical: 95, failing: 0.02),
    Kind(route: "GET /api/users/{id}", weight: 38, typical: 14, failing: 0.02),
    Kind(route: "GET /api/vehicles", weight: 33, typical: 18, failing: 0.01),
    Kind(route: "POST /api/payments", weight: 31, typical: 210, failing: 0.7),
    Kind(route: "GET /api/prices", weight: 24, typical: 6, failing: 0),
    Kind(route: "PATCH /api/bookings/{id}", weight: 18, typical: 88, failing: 0.3),
    Kind(route: "DELETE /api/bookings/{id}", weight: 12, typical: 70, failing: 0.2),
    Kind(route: "GET /api/invoices/{id}", weight: 11, typical: 45, failing: 0.02),
    Kind(route: "GET /api/reports/occupancy/{id}", weight: 7, typical: 640, failing: 0.1),
    Kind(route: "POST /api/webhooks/provider", weight: 6, typical: 33, failing: 0.04),
    Kind(route: "GET /metrics", weight: 6, typical: 3, failing: 0),
    Kind(route: "GET /api/zones/{id}/availability", weight: 5, typical: 27, failing: 0),
    Kind(route: "(unmatched)", weight: 3, typical: 0.8, failing: 0),
  ]

  private struct Sum {
    var figures = ServiceFigures()
    var durations: [Int64] = []

    mutating func add(_ status: Int, _ duration: Int64) {
      figures.requests += 1
      figures.timed += 1
      if status >= 500 { figures.errors += 1 } else if status >= 400 { figures.clientErrors += 1 }
      durations.append(duration)
    }

    func done(_ seconds: Double) -> ServiceFigures {
      var out = figures
      let sorted = durations.sorted()
      func quantile(_ share: Double) -> Int64? {
        sorted.isEmpty ? nil : sorted[min(Int(Double(sorted.count) * share), sorted.count - 1)]
      }
      (out.p50, out.p95, out.p99) = (quantile(0.5), quantile(0.95), quantile(0.99))
      out.ratePerSecond = Double(out.requests) / seconds
      out.inFlight = Double(durations.reduce(0, +)) / 1e9 / seconds
      return out
    }
  }

  /// A release that broke payments, and was rolled back.
  static func view() -> ServiceView { served }

  private static let served = serve()

  private static func serve() -> ServiceView {
    var view = ServiceView()
    view.logs = ["app.log", "replica-2/app.log"]
    view.programVersion = "0.9.0"
    (view.time, view.lag, view.progress) = (now, 400_000_000, .following)
    (view.range, view.lastRequest) = (start..<now, now - 200_000_000)
    view.beforeName = "the 15 minutes before"
    var random = SplitMix64(seed: 41)
    var total = Sum()
    var (routes, versions, instances): ([String: Sum], [String: Sum], [String: Sum]) = ([:], [:], [:])
    var before: [String: Sum] = [:]
    var people: [String: Sum] = [:]
    var writes = Sum()
    var slow: Int64 = 0
    let weights = kinds.reduce(0) { $0 + $1.weight }
    for index in -90..<90 {
      let time = now - Int64(90 - index) * 10 * second
      var window = SeriesWindow(start: time, length: 10 * second)
      var durations: [Int64] = []
      let isBad = (42..<58).contains(index)
      for _ in 0..<Int.random(in: 190...240, using: &random) {
        var pick = Int.random(in: 0..<weights, using: &random)
        let kind = kinds.first { one in
          pick -= one.weight
          return pick < 0
        }!
        let isNew = index >= 38 && index < 60 && Bool.random(using: &random)
        let spread = Double.random(in: 0.4...1, using: &random) / Double.random(in: 0.15...1, using: &random)
        var duration = Int64(kind.typical * spread * 1e6)
        var status = Double.random(in: 0..<1, using: &random) < 0.03 ? 404 : 200
        if Double.random(in: 0..<1, using: &random) < (isBad ? kind.failing : 0.004) {
          status = isBad ? 503 : 500
          if isBad { duration = Int64(Double.random(in: 700...1_400, using: &random) * 1e6) }
        } else if isBad {
          duration = Int64(Double(duration) * 1.8)
        }
        guard index >= 0 else {
          before[kind.route, default: Sum()].add(status, duration)
          before["", default: Sum()].add(status, duration)
          continue
        }
        total.add(status, duration)
        routes[kind.route, default: Sum()].add(status, duration)
        versions[isNew ? "1.9.0" : index < 30 && Bool.random(using: &random) ? "1.8.1" : "1.8.2", default: Sum()]
          .add(status, duration)
        instances[Bool.random(using: &random) ? "app.log" : "replica-2/app.log", default: Sum()].add(status, duration)
        if ["POST", "PUT ", "PATC", "DELE"].contains(kind.route.prefix(4)) { writes.add(status, duration) }
        people["user \(Int.random(in: 1_000...1_803, using: &random))", default: Sum()].add(status, duration)
        if duration > second { slow += 1 }
        window.requests += 1
        window.timed += 1
        if status >= 500 { window.errors += 1 }
        window.latency.add(duration)
        durations.append(duration)
      }
      guard index >= 0 else { continue }
      durations.sort()
      (window.p50, window.p95) = (durations[durations.count / 2], durations[durations.count * 95 / 100])
      window.p99 = durations[durations.count * 99 / 100]
      view.windows.append(window)
    }
    view.total = total.done(900)
    view.before = before[""]?.done(900)
    func rows(_ sums: [String: Sum], _ then: [String: Sum] = [:]) -> [ServiceRow] {
      sums.map { ServiceRow(name: $0.key, figures: $0.value.done(900), before: then[$0.key]?.done(900)) }
        .sorted { ($1.figures.requests, $0.name) < ($0.figures.requests, $1.name) }
    }
    view.routes = rows(routes, before)
    view.versions = rows(versions)
    for i in view.versions.indices {
      view.versions[i].first = view.versions[i].name == "1.9.0" ? start + 380 * second : start - 86_400 * second
    }
    view.instances = rows(instances)
    view.marks = [
      LiveMark(time: start + 380 * second, text: "version 1.9.0"),
      LiveMark(time: start + 412 * second, text: "deploy 1.9.0 to 50 %"),
      LiveMark(time: start + 601 * second, text: "rollback"),
    ]
    view.users.field = "user_id"
    view.users.people = Int64(people.count)
    view.users.failedPeople = Int64(people.values.count { $0.figures.errors > 0 })
    view.users.named = view.total.requests
    view.users.rows = Array(
      people.filter { $0.value.figures.errors > 0 }.map { name, sum in
        ServicePerson(name: name, errors: sum.figures.errors, slow: 1, last: now - 40 * second, trace: "r-\(name)")
      }.sorted { ($1.errors, $0.name) < ($0.errors, $1.name) }.prefix(50))
    view.users.writes = writes.done(900)
    view.users.writesBefore = view.before
    (view.users.slow, view.users.retries, view.users.identified) = (slow, 214, view.total.requests)
    view.release = view.marks[0]
    (view.findings, view.causes) = (findings, causes)
    for i in 0..<60 {
      let kind = kinds[[3, 4, 10, 12][i % 4]]
      let duration = Int64(752 + 7 * i) * 1_000_000
      let time = now - Int64(310 + i) * second
      let id = "0dc4db31-094f-4941-ab85-ef9612bbc5\(10 + i)"
      let status = i % 5 == 0 ? 500 : 503
      view.failures.append(LiveTrace(id: id, route: kind.route, status: status, duration: duration, time: time))
    }
    view.newMessages = [
      ServiceMessage(
        pattern: "upstream gave up op=<*> attempts=<*> error=<*> total_ms=<*>", level: .error, count: 812,
        first: start + 430 * second, trace: "71cda8c152d34c7b9e0d47087e5d1a58"),
      ServiceMessage(
        pattern: "provider pool resized from <*> to <*>", level: .info, count: 3, first: start + 381 * second),
    ]
    view.uncounted = [
      UncountedTellings(source: "nginx", stream: "access.log", requests: 18_233, errors: 1_204, reason: .sharesNoIDs)
    ]
    view.notes = [
      "app.log was truncated by copytruncate at 06:48:12: lines between copy and truncation may be lost",
      "12 lines could not be parsed, the first is app.log:90211",
    ]
    view.gate = LiveSamples.gate()
    return view
  }

  private static var findings: [ServiceFinding] {
    var pool = ServiceFinding(
      id: "f1", severity: 0, title: "the pool of 5 connections (and 10 more) was empty",
      rule: "sqlalchemy-pool-timeout",
      count: 333, first: start + 431 * second, last: start + 589 * second, trace: "0dc4db31-094f-4941-ab85-ef9612bbc599"
    )
    pool.message =
      "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 0.60"
    pool.place = "app.log:36993"
    var burst = ServiceFinding(
      id: "f2", severity: 1, title: "182 server errors within a minute", rule: "http-5xx-burst", count: 1_182,
      first: start + 425 * second, last: start + 592 * second, trace: "71cda8c152d34c7b9e0d47087e5d1a58")
    burst.message = "request finished method=GET path=/api/payments/34225 status=503 duration_ms=781.7 version=1.9.0"
    burst.place = "replica-2/app.log:37033"
    var token = ServiceFinding(
      id: "f3", severity: 2, title: "A bearer token stands in the log", rule: "token-in-log", count: 2,
      first: start + 20 * second, last: start + 25 * second)
    (token.message, token.place) = ("calling provider with Authorization: Bearer <token-1>", "app.log:1204")
    var cache = ServiceFinding(
      id: "f4", severity: 3, title: "cache misses for one key", rule: "cache-miss", count: 1_204,
      first: start - 80_000 * second, last: now - second, trace: "29ffae1ba6fb452d869f67bd1d91c77b")
    (cache.message, cache.place) = ("cache miss key=spots:near:52.51:13.40", "app.log:12")
    return [burst, pool, token, cache]
  }

  private static var causes: [ServiceCause] {
    [
      ServiceCause(
        title: "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached",
        place: "app.py:391 in checkout",
        count: 333, first: start + 431 * second, last: start + 589 * second,
        trace: "0dc4db31-094f-4941-ab85-ef9612bbc599"),
      ServiceCause(
        title: "app.UpstreamError: 429 Too Many Requests from provider for refunds", place: "app.py:494 in handle",
        count: 87, first: start + 433 * second, last: start + 577 * second, trace: "71cda8c152d34c7b9e0d47087e5d1a58"),
    ]
  }

  /// Nothing was read yet.
  static func empty() -> ServiceView {
    var view = ServiceView()
    view.logs = ["app.log"]
    return view
  }

  /// The log goes on, but no request has ended for some time.
  static func silent() -> ServiceView {
    var view = empty()
    (view.time, view.progress, view.lag) = (now, .following, 42 * second)
    (view.range, view.lastRequest) = (start..<now, now - 3_000 * second)
    return view
  }

  /// Far more of everything than a page shows.
  static func large() -> ServiceView {
    var view = view()
    let (routes, finding) = (view.routes, view.findings[1])
    view.routes = (0..<1_000).map { i in
      var row = routes[i % routes.count]
      row.name = "GET /api/v\(i)/a/rather/long/name/of/a/route/{id}/with/{id}/parts"
      row.before = row.figures
      return row
    }
    view.instances = (0..<60).map {
      ServiceRow(name: "replica-\($0)/app.log", figures: view.total, before: view.before)
    }
    view.versions = (0..<60).map { ServiceRow(name: "2026.11.\($0)", figures: view.total, before: view.before) }
    view.findings = (0..<200).map { i in
      var one = finding
      (one.id, one.message) = ("f\(i)", String(repeating: "a long message with <values> & 'quotes' ", count: 20))
      return one
    }
    view.causes = (0..<100).map { _ in view.causes[0] }
    view.newMessages = (0..<200).map { _ in view.newMessages[0] }
    view.failures = (0..<20).flatMap { _ in view.failures }
    view.notes = (0..<100).map { _ in view.notes[0] }
    let windows = view.windows
    view.windows = (0..<3_000).map { i in
      var window = windows[i % windows.count]
      for place in 0..<56 where (i + place) % 3 == 0 { window.latency.add(LatencyHistogram.border(place)) }
      window.start = start + Int64(i) * window.length
      return window
    }
    view.range = start..<(start + 30_000 * second)
    view.marks = (0..<200).map { LiveMark(time: start + Int64($0) * 150 * second, text: "version 1.\($0).0") }
    view.users.rows = (0..<2_000).map {
      ServicePerson(name: "user \($0)", errors: 1, slow: 2, last: start, trace: "id-\($0)")
    }
    return view
  }

  /// Text of a hostile log in every place that text can reach.
  static func hostile(_ text: String) -> ServiceView {
    var view = view()
    func spoil(_ rows: inout [ServiceRow]) { for i in rows.indices { rows[i].name = "\(text)\(i)" } }
    (view.logs, view.programVersion, view.beforeName, view.filter) = ([text, text], text, text, "")
    view.marks = view.marks.map { LiveMark(time: $0.time, text: text) }
    spoil(&view.routes)
    spoil(&view.versions)
    spoil(&view.instances)
    for i in view.users.rows.indices { (view.users.rows[i].name, view.users.rows[i].trace) = ("\(text)\(i)", text) }
    view.users.field = text
    view.release?.text = text
    view.newMessagesNote = text
    for i in view.findings.indices {
      (view.findings[i].id, view.findings[i].title, view.findings[i].rule) = (text, text, text)
      (view.findings[i].trace, view.findings[i].message, view.findings[i].place) = (text, text, text)
    }
    for i in view.causes.indices {
      (view.causes[i].title, view.causes[i].place, view.causes[i].trace) = (text, text, text)
    }
    for i in view.newMessages.indices { (view.newMessages[i].pattern, view.newMessages[i].trace) = (text, text) }
    for i in view.failures.indices { (view.failures[i].id, view.failures[i].route) = (text, text) }
    view.uncounted = [
      UncountedTellings(source: text, stream: text, requests: 1, errors: 1, reason: .notChosen)
    ]
    view.notes = [text]
    view.gate?.name = text
    view.gate?.stageName = text
    view.gate?.objectives = [
      .init(text: text, route: text, unit: .share, value: 1, limit: 0, state: .fail, reason: text)
    ]
    view.gate?.verdicts = [.init(stage: text, state: .fail, time: now, reason: text)]
    return view
  }
}
