import TraceCore

/// Summaries as they come out of a real capture (fixtures of the parking service), so that goldens look like life.
enum Samples {
  /// Name, requests, 4xx, errors, then p50, p90, p95, p99, max in microseconds.
  typealias Row = (String, Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64)

  static func group(_ row: Row, seconds: Double) -> GroupSummary {
    var group = GroupSummary(name: row.0)
    (group.requests, group.timed, group.clientErrors, group.errors) = (row.1, row.1, row.2, row.3)
    group.ratePerSecond = Double(row.1) / seconds
    (group.p50, group.p90, group.p95) = (row.4 * 1000, row.5 * 1000, row.6 * 1000)
    (group.p99, group.max) = (row.7 * 1000, row.8 * 1000)
    group.approximate = row.1 > 1000
    return group
  }

  /// `skein stats` over the capture.
  static func stats(every: Bool = false) -> StatsSummary {
    var summary = StatsSummary(
      by: "route", total: group(total, seconds: 305.516), groups: groups.map { group($0, seconds: 305.516) })
    summary.firstTime = 1_795_416_474_777_000_000
    summary.lastTime = 1_795_416_780_293_000_000
    summary.traces = 6327
    summary.sources = [TellingSummary(name: "api.access", stream: "app.log", requests: 6534, hops: 0)]
    summary.inFlight = inFlight()
    summary.ledger = ledger()
    if every {
      summary.every = 10_000_000_000
      summary.windows = windows.map { row in
        let start = (Int64(row.0) ?? 0) * 1_000_000_000
        return WindowSummary(start: start, end: start + 10_000_000_000, total: group(row, seconds: 10), groups: [])
      }
    }
    return summary
  }

  /// Its requests in flight.
  static func inFlight(peak: Int64 = 41, mean: Double = 3.2) -> InFlight {
    var inFlight = InFlight()
    (inFlight.requests, inFlight.mean) = (6534, mean)
    (inFlight.peak, inFlight.peakAt) = (peak, 1_795_416_639_123_000_000)
    (inFlight.start, inFlight.end) = (1_795_416_474_770_000_000, 1_795_416_780_293_000_000)
    return inFlight
  }

  /// One record of `skein filter --json` over it.
  static func record() -> RecordDetail {
    var record = RecordDetail()
    record.time = 1_795_416_475_003_000_000
    record.level = .info
    (record.logger, record.id) = ("api.access", "8165e189245a414bb37dbdfc278ba209")
    (record.method, record.path, record.route) = ("GET", "/api/spots/324", "/api/spots/{id}")
    (record.status, record.duration) = (200, 6_900_000)
    record.message = "request finished method=GET path=/api/spots/324 status=200 duration_ms=6.9"
    (record.source, record.line) = ("app.log.9.gz", 4)
    record.text = Array(
      "2026-11-23 06:47:55,003 INFO [api.access] [8165e189245a414bb37dbdfc278ba209] \(record.message)".utf8)
    return record
  }

  static func ledger() -> Ledger {
    var ledger = Ledger()
    for (i, size) in [85_405, 85_043, 631_936, 158_064].enumerated() as EnumeratedSequence<[Int64]> {
      let name = ["app.log.9.gz", "app.log.8.gz", "app.log.1", "app.log"][i]
      var source = SourceLedger(path: name, stream: "app.log", compression: i < 2 ? "gzip" : "none")
      source.bytesRead = size
      source.counts.bytes = [2_545_108, 2_545_108, 631_936, 158_064][i]
      source.counts.lines = [20_800, 20_400, 5_102, 1_200][i]
      source.counts.records = [16_400, 16_406, 4_500, 1_100][i]
      source.counts.continuationLines = source.counts.lines - source.counts.records
      source.counts.recordsWithoutID = [380, 300, 90, 12][i]
      source.counts.tracebacks = [200, 150, 60, 7][i]
      source.firstTime = 1_795_416_474_777_000_000 + Int64(i) * 76_000_000_000
      source.lastTime = source.firstTime + 75_516_000_000
      source.layouts = [LayoutUse(name: "parkapi", records: source.counts.records, firstLine: 1)]
      ledger.sources.append(source)
      ledger.totals.add(source.counts)
    }
    ledger.distinctIDs = 6327
    return ledger
  }

  /// The same with all that can be wrong.
  static func troubledLedger() -> Ledger {
    var ledger = ledger()
    ledger.sources[0].notes = [
      LedgerNote(.truncated, "compressed data ends early; 1,204 lines before that were used", bytes: 4096)
    ]
    ledger.sources[2].notes = [
      LedgerNote(
        .possibleLoss, "copied and truncated while written: lines of up to 14 ms may be lost", span: 14_000_000),
      LedgerNote(.duplicate, "the same content as app.log.1.gz, read once"),
    ]
    ledger.totals.nulRuns = 1
    ledger.totals.nulBytes = 65_536
    ledger.totals.unparsedLines = 12
    ledger.totals.stepsBack = 31
    ledger.totals.largestStepBack = 1_000_000
    ledger.evictedTraces = 3
    return ledger
  }

  static let groups: [Row] = [
    ("GET /api/spots", 2201, 0, 75, 9900, 66300, 115700, 752700, 892500),
    ("GET /api/spots/{id}", 1439, 107, 79, 9700, 43000, 751500, 753100, 778200),
    ("PUT /api/settings/{id}", 967, 0, 84, 49700, 112500, 713600, 753600, 782900),
    ("GET /api/payments/{id}", 900, 17, 278, 123900, 751700, 752500, 894100, 1494200),
    ("POST /api/bookings", 805, 29, 167, 150200, 724300, 754300, 883200, 1087300),
    ("GET /healthz", 200, 0, 0, 1300, 2000, 2100, 2700, 3900),
    ("(unmatched)", 22, 22, 0, 1200, 1700, 1800, 2100, 2100),
  ]
  static let total: Row = ("total", 6534, 175, 683, 28900, 237300, 751800, 754500, 1494200)
  /// Named by their start in seconds.
  static let windows: [Row] = [
    ("1795416470", 109, 3, 0, 40500, 137100, 173100, 229800, 257400),
    ("1795416480", 229, 6, 3, 14500, 117000, 140700, 209600, 240400),
    ("1795416490", 215, 7, 4, 17400, 131600, 162400, 208800, 229100),
    ("1795416500", 205, 5, 2, 24200, 128200, 154300, 225000, 332500),
    ("1795416510", 215, 6, 1, 13100, 122100, 150100, 174300, 279900),
    ("1795416520", 196, 9, 4, 22100, 121900, 149600, 242600, 288800),
    ("1795416530", 221, 8, 2, 29100, 118900, 176300, 239000, 281800),
    ("1795416540", 199, 7, 0, 23800, 131200, 166600, 237300, 254800),
    ("1795416550", 198, 2, 1, 24600, 146800, 182300, 285400, 289900),
    ("1795416560", 226, 9, 2, 22800, 140400, 157700, 258500, 322900),
    ("1795416570", 237, 8, 1, 14500, 141500, 183800, 251300, 411500),
    ("1795416580", 209, 4, 1, 23900, 126700, 155100, 267100, 478800),
    ("1795416590", 213, 5, 0, 20800, 150500, 176500, 375900, 451300),
    ("1795416600", 191, 7, 10, 21100, 179800, 296500, 639000, 765200),
    ("1795416610", 234, 6, 13, 26600, 272700, 394000, 770700, 910300),
    ("1795416620", 195, 8, 5, 26500, 165100, 239600, 576200, 595600),
    ("1795416630", 205, 5, 14, 23900, 223100, 433300, 680400, 826900),
    ("1795416640", 245, 3, 83, 39700, 752700, 758300, 1013800, 1197900),
    ("1795416650", 241, 3, 182, 752300, 754500, 755900, 1348800, 1494200),
    ("1795416660", 236, 3, 133, 751800, 754200, 774900, 983500, 1070500),
    ("1795416670", 234, 5, 53, 45600, 341700, 490300, 648400, 899200),
    ("1795416680", 285, 3, 149, 71900, 368600, 501200, 755900, 892700),
    ("1795416690", 210, 6, 2, 21800, 107200, 186100, 449400, 649400),
    ("1795416700", 212, 5, 3, 15000, 126900, 180200, 274300, 432400),
    ("1795416710", 199, 5, 2, 32400, 143600, 164400, 199300, 245300),
    ("1795416720", 213, 8, 1, 23700, 135700, 167200, 212400, 292000),
    ("1795416730", 219, 9, 3, 24800, 122400, 150800, 223900, 267500),
    ("1795416740", 213, 5, 4, 15100, 110200, 147800, 169200, 227900),
    ("1795416750", 200, 7, 3, 22600, 143400, 165800, 198700, 214800),
    ("1795416760", 218, 4, 1, 12900, 150600, 180400, 216500, 534600),
    ("1795416770", 112, 4, 1, 19100, 135800, 162100, 212400, 214100),
  ]

  /// `skein show` of a request that retried two calls in parallel and gave up.
  static let traceID = "71cda8c152d34c7b9e0d47087e5d1a58"

  static func trace() -> TraceSummary {
    TraceSummary(
      id: traceID, start: 1_795_416_689_382_000_000, end: 1_795_416_689_464_000_000, duration: 81_700_000,
      inferred: false,
      route: "GET /api/payments/{id}", status: 502, level: .error, records: 16, lines: 37, requests: 1, unfinished: 0,
      tracebacks: 1, errors: 3, reopened: false)
  }

  static func traceRecords() -> [EvidenceRecord] {
    lines.map { time, level, logger, role, line, step, text in
      let first = text.prefix { $0 != "\n" }
      let head = "2026-11-23 06:51:29,382  [] [] ".count + "\(level)".count + logger.count + traceID.count
      return EvidenceRecord(
        time: time * 1_000_000, level: level, logger: logger, message: String(first.dropFirst(head)),
        text: Array(text.utf8), path: "app.log.4.gz", line: line, step: step.map { $0 * 1000 }, role: role)
    }
  }

  /// Milliseconds, level, logger, role, line, step in microseconds, text.
  private static let lines: [(Int64, Level, String, EvidenceRecord.Role, Int, Int64?, String)] = [
    (
      1795416689382, .info, "api.access", .opening, 36993, nil,
      #"""
      2026-11-23 06:51:29,382 INFO [api.access] [71cda8c152d34c7b9e0d47087e5d1a58] request started method=GET path=/api/payments/34225 client=127.0.0.1:57052
      """#
    ),
    (
      1795416689382, .debug, "db.pool", .plain, 36994, 0,
      #"""
      2026-11-23 06:51:29,382 DEBUG [db.pool] [71cda8c152d34c7b9e0d47087e5d1a58] connection acquired conn=8 wait_ms=0.0 in_use=10 size=10
      """#
    ),
    (
      1795416689398, .debug, "db.query", .plain, 36997, 15500,
      #"""
      2026-11-23 06:51:29,398 DEBUG [db.query] [71cda8c152d34c7b9e0d47087e5d1a58] query query=payment_by_id conn=8 rows=1 ms=15.5
      """#
    ),
    (
      1795416689403, .warning, "payments.client", .plain, 36998, 4300,
      #"""
      2026-11-23 06:51:29,403 WARNING [payments.client] [71cda8c152d34c7b9e0d47087e5d1a58] upstream call failed, will retry op=ledger attempt=1 error=429 ms=4.3 retry_in_ms=5
      """#
    ),
    (
      1795416689404, .warning, "payments.client", .plain, 36999, 5600,
      #"""
      2026-11-23 06:51:29,404 WARNING [payments.client] [71cda8c152d34c7b9e0d47087e5d1a58] upstream call failed, will retry op=refunds attempt=1 error=429 ms=5.6 retry_in_ms=5
      """#
    ),
    (
      1795416689413, .warning, "payments.client", .plain, 37000, 4400,
      #"""
      2026-11-23 06:51:29,413 WARNING [payments.client] [71cda8c152d34c7b9e0d47087e5d1a58] upstream call failed, will retry op=ledger attempt=2 error=429 ms=4.4 retry_in_ms=5
      """#
    ),
    (
      1795416689414, .warning, "payments.client", .plain, 37001, 4800,
      #"""
      2026-11-23 06:51:29,414 WARNING [payments.client] [71cda8c152d34c7b9e0d47087e5d1a58] upstream call failed, will retry op=refunds attempt=2 error=429 ms=4.8 retry_in_ms=5
      """#
    ),
    (
      1795416689423, .warning, "payments.client", .plain, 37002, 4400,
      #"""
      2026-11-23 06:51:29,423 WARNING [payments.client] [71cda8c152d34c7b9e0d47087e5d1a58] upstream call failed, will retry op=ledger attempt=3 error=429 ms=4.4 retry_in_ms=5
      """#
    ),
    (
      1795416689425, .warning, "payments.client", .plain, 37003, 5800,
      #"""
      2026-11-23 06:51:29,425 WARNING [payments.client] [71cda8c152d34c7b9e0d47087e5d1a58] upstream call failed, will retry op=refunds attempt=3 error=429 ms=5.8 retry_in_ms=5
      """#
    ),
    (
      1795416689433, .warning, "payments.client", .plain, 37004, 4500,
      #"""
      2026-11-23 06:51:29,433 WARNING [payments.client] [71cda8c152d34c7b9e0d47087e5d1a58] upstream call failed, will retry op=ledger attempt=4 error=429 ms=4.5 retry_in_ms=5
      """#
    ),
    (
      1795416689436, .warning, "payments.client", .plain, 37005, 4700,
      #"""
      2026-11-23 06:51:29,436 WARNING [payments.client] [71cda8c152d34c7b9e0d47087e5d1a58] upstream call failed, will retry op=refunds attempt=4 error=429 ms=4.7 retry_in_ms=5
      """#
    ),
    (
      1795416689443, .warning, "payments.client", .plain, 37006, 3600,
      #"""
      2026-11-23 06:51:29,443 WARNING [payments.client] [71cda8c152d34c7b9e0d47087e5d1a58] upstream call failed, will retry op=ledger attempt=5 error=429 ms=3.6 retry_in_ms=5
      """#
    ),
    (
      1795416689448, .warning, "payments.client", .plain, 37008, 6400,
      #"""
      2026-11-23 06:51:29,448 WARNING [payments.client] [71cda8c152d34c7b9e0d47087e5d1a58] upstream call failed, will retry op=refunds attempt=5 error=429 ms=6.4 retry_in_ms=5
      """#
    ),
    (
      1795416689462, .error, "payments.client", .plain, 37010, nil,
      #"""
      2026-11-23 06:51:29,462 ERROR [payments.client] [71cda8c152d34c7b9e0d47087e5d1a58] upstream gave up op=refunds attempts=6 error=429 total_ms=63.8
      """#
    ),
    (
      1795416689462, .error, "api.payments", .plain, 37011, nil,
      #"""
      2026-11-23 06:51:29,462 ERROR [api.payments] [71cda8c152d34c7b9e0d47087e5d1a58] payment lookup failed payment_id=34225
        + Exception Group Traceback (most recent call last):
        |   File "/srv/parkapi/app.py", line 798, in get_payment
        |     async with asyncio.TaskGroup() as group:
        |   File "/usr/lib/python3.11/asyncio/taskgroups.py", line 133, in __aexit__
        |     raise me from None
        | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
        +-+---------------- 1 ----------------
          | Traceback (most recent call last):
          |   File "/srv/parkapi/app.py", line 523, in call_provider
          |     await asyncio.shield(work)
          |   File "/srv/parkapi/app.py", line 494, in handle
          |     raise UpstreamError(f"429 Too Many Requests from provider for {op}")
          | app.UpstreamError: 429 Too Many Requests from provider for refunds
          | 
          | The above exception was the direct cause of the following exception:
          | 
          | Traceback (most recent call last):
          |   File "/srv/parkapi/app.py", line 530, in call_provider
          |     raise PaymentUnavailable(f"{op}: {n} attempts failed, last was {why}") from exc
          | app.PaymentUnavailable: refunds: 6 attempts failed, last was 429
          +------------------------------------
      """#
    ),
    (
      1795416689464, .error, "api.access", .closing, 37033, 81700,
      #"""
      2026-11-23 06:51:29,464 ERROR [api.access] [71cda8c152d34c7b9e0d47087e5d1a58] request finished method=GET path=/api/payments/34225 status=502 duration_ms=81.7 version=v2
      """#
    ),
  ]

  /// Rows of `skein traces` with all that can be said of one.
  static func traces() -> [TraceSummary] {
    var slow = trace()
    (slow.id, slow.duration, slow.status) = ("0dc4db31-094f-4941-ab85-ef9612bbc599", 1_494_200_000, 503)
    (slow.lines, slow.records, slow.requests) = (139, 55, 3)
    var orphan = trace()
    (orphan.id, orphan.route, orphan.status, orphan.level) = ("4f621ce5099349c29b856660eb853a7e", nil, 0, .warning)
    (orphan.inferred, orphan.requests, orphan.unfinished, orphan.reopened) = (true, 0, 1, true)
    var fine = trace()
    (fine.id, fine.route, fine.status, fine.level) = ("29ffae1ba6fb452d869f67bd1d91c77b", "GET /healthz", 200, .info)
    (fine.duration, fine.records, fine.lines, fine.errors, fine.tracebacks) = (1_300_000, 2, 2, 0, 0)
    return [slow, trace(), orphan, fine]
  }
}
