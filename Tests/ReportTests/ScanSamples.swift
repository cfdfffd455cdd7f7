import RulePack
import TraceCore

/// Findings as `skein scan` makes them of the capture of the parking service.
enum ScanSamples {
  static let pack = """
    pack: parkapi
    rules:
      - id: sqlalchemy-pool-timeout
        title: SQLAlchemy found no free connection in its pool
        description: Requests wait for connections that others hold; look for slow queries and leaked sessions.
        severity: P0
        pattern: 'QueuePool limit of size (?<size>\\d+) overflow (?<overflow>\\d+) reached'
        keywords: [QueuePool limit]
        message: 'the pool of {size} connections (and {overflow} more) was empty'
        group-by: [logger]
        runbook: https://runbooks.example.org/db/pool
        tags: [database, pool]
        falsepositives: [a load test against a small pool]
        samples: {hit: ['QueuePool limit of size 5 overflow 10 reached'], miss: ['QueuePool opened']}
      - id: http-5xx
        title: A request ended with a server error
        severity: P2
        where: 'status >= 500'
        group-by: [route]
        samples: {hit: ['a'], miss: ['b']}
      - id: http-5xx-burst
        title: Ten server errors of one route in a minute
        severity: P1
        correlation: {type: event_count, rules: [http-5xx], group-by: [route], timespan: 1m, condition: {gte: 10}}
        message: '{count} server errors within a minute'
        tags: [http]
        samples: {hit: ['a'], miss: ['b']}
      - id: payment-never-ended
        title: A payment began and did not end
        severity: P1
        status: experimental
        trace: {begun: 'message ~ "^payment started"', ended: 'message ~ "^payment (done|failed)"'}
        samples: {hit: ['a'], miss: ['b']}
      - id: token-in-log
        title: A bearer token stands in the log
        severity: P2
        pattern: 'Bearer [A-Za-z0-9._-]{20,}'
        secret: true
        tags: [privacy]
        samples: {hit: ['Bearer aaaaaaaaaaaaaaaaaaaaaaaa'], miss: ['Bearer']}
      - id: cache-miss
        title: A value was not in the cache
        severity: P3
        pattern: 'cache miss'
        message: 'cache missed for {key}'
        group-by: [key]
        samples: {hit: ['cache miss'], miss: ['cache hit']}
    """

  static func rules(_ pack: String = pack) throws -> [Rule] {
    try PackReader.read(Array(pack.utf8), path: "rules/packs/parkapi.yml").rules
  }

  static func rule(_ id: String) throws -> Rule {
    var rules = try rules()
    rules.removeAll { $0.id != id }
    return rules[0]
  }

  /// 2026-11-23T06:50:48.123Z
  static let start: Int64 = 1_795_416_648_123_000_000

  static func finding(
    _ id: String, _ message: String = "", group: [(String, String?)] = [], count: Int64 = 1, after: Double = 0,
    lasting: Double = 0, example: Finding.Example? = nil, traces: [String] = [], traceCount: Int64 = 0,
    kind: Finding.Kind = .rule
  ) throws -> Finding {
    let first = start + Int64(after * 1000) * 1_000_000
    return Finding(
      kind: kind, rule: try rule(id), message: message, group: group.map { (name: $0.0, value: $0.1) }, count: count,
      first: first, last: first + Int64(lasting * 1000) * 1_000_000, example: example, traces: traces,
      traceCount: traceCount)
  }

  static let ids = ["0dc4db31-094f-4941-ab85-ef9612bbc599", "71cda8c152d34c7b9e0d47087e5d1a58"]

  static func pool() throws -> Finding {
    try finding(
      "sqlalchemy-pool-timeout", "the pool of 5 connections (and 10 more) was empty", group: [("logger", "db.pool")],
      count: 333, lasting: 39.878,
      example: .init(
        path: "app.log.1", line: 3120,
        text: "2026-11-23 06:50:48,123 ERROR [db.pool] [-] QueuePool limit of size 5 overflow 10 reached, connection "
          + "timed out, timeout 0.75"),
      traces: ids, traceCount: 213)
  }

  static func findings() throws -> Findings {
    let payments = "GET /api/payments/{id}"
    var all = [
      try pool(),
      try finding(
        "http-5xx-burst", "182 server errors within a minute", group: [("route", payments)], count: 182, after: 2.1,
        lasting: 41.2,
        example: .init(
          path: "app.log.1", line: 3188,
          text: "2026-11-23 06:50:50,223 INFO [api.access] [\(ids[1])] request finished method=GET "
            + "path=/api/payments/4711 status=503 duration_ms=752.3"), traces: [ids[1]], traceCount: 1),
      try finding(
        "payment-never-ended", "", after: 31,
        example: .init(path: "app.log", line: 77, text: "2026-11-23 06:51:19,123 INFO [payments] payment started"),
        traces: Array(ids.reversed()), traceCount: 2),
      try finding(
        "token-in-log", "", count: 2, lasting: 1,
        example: .init(
          path: "app.log", line: 12, text: "2026-11-23 06:50:48,123 DEBUG [auth] [-] authorization: <token-1>")),
    ]
    for (i, key) in ["spots:near:52.51:13.40", "settings:812", "spots:7", "spots:9", "spots:12"].enumerated() {
      all.append(
        try finding(
          "cache-miss", "cache missed for \(key)", group: [("key", key)], count: Int64(1204 / (i + 1)),
          after: Double(i * 7) - 170, lasting: 290 / Double(i + 1),
          example: .init(path: "app.log.9.gz", line: 12 + i * 31, text: "cache miss key=\(key)")))
    }
    all.append(
      try finding(
        "token-in-log", "", count: 4, after: 1, kind: .matchLimit))
    all[all.count - 1].example = .init(path: "app.log", line: 4096, text: "")
    let suppression = Suppression(
      rule: "http-5xx", expression: try FilterExpression(parsing: "route = \"GET /reports\""), owner: "ana@example.org",
      reason: "the nightly export is slow by design", expires: 1_801_440_000_000_000_000,
      path: "rules/suppressions.yml", line: 2)
    return Findings(
      findings: all, suppressed: [.init(suppression: suppression, findings: 2, hits: 1204)], unkept: [.p3: 31],
      notes: ["the suppression of http-slow-route by bo@example.org ended on 2026-11-01; what it hid is shown again"],
      ruleCount: 34, packs: ["http", "parkapi", "postgres"])
  }

  /// Text that a log or an id may hold and no reader must suffer from.
  static let hostile =
    WidthTests.hostile + [
      String(repeating: "long ", count: 2000), String(decoding: [0x61, 0xFF, 0xC0, 0x62] as [UInt8], as: UTF8.self),
      "[click](https://evil.example) {0} {name}", "a\u{2028}b\u{0}c\u{9b}31m", "'; rm -rf / #", "GET /x?a=1&b=\"2\"\\",
    ]

  /// Every hostile text in every place that text of the log or of a pack can reach.
  static func hostileFindings() throws -> Findings {
    var all: [Finding] = []
    for (i, text) in hostile.enumerated() {
      let rule = ["sqlalchemy-pool-timeout", "http-5xx-burst", "http-5xx", "cache-miss"][i % 4]
      var finding = try finding(
        rule, text, group: [(text, text), ("route", nil), (text, "again")], count: Int64(i) * 1_234_567,
        after: Double(i) * 40_000, lasting: 90_000,
        example: .init(path: text.isEmpty ? "-" : text, line: i, text: text), traces: [text, text],
        traceCount: Int64(i), kind: i % 5 == 4 ? .matchLimit : .rule)
      finding.rule.id += "-\(i / 4)"
      finding.rule.title = text
      finding.rule.description = text
      finding.rule.runbook = text
      finding.rule.tags = [text, text, "attack.t1110"]
      finding.rule.pack = text
      if i == 3 { (finding.first, finding.last) = (EventTime.none, EventTime.none) }
      all.append(finding)
    }
    all.sort { $0.rule.severity < $1.rule.severity }
    let suppressed = hostile.map { text in
      Findings.SuppressedCount(
        suppression: Suppression(
          rule: text, expression: nil, owner: text, reason: text, expires: .max, path: text, line: 1), findings: 1,
        hits: 1)
    }
    return Findings(
      findings: all, suppressed: suppressed, unkept: [.p0: 1, .p3: 1_000_000], notes: hostile, ruleCount: 16,
      packs: hostile)
  }
}
