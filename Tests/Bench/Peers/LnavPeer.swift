internal import Foundation

extension Peer {
  /// lnav without its screen: a format definition with the request id as opid, then SQL over its table.
  static let lnav = Peer(name: "lnav", install: "apt-get install lnav") { log, bench in
    guard let lnav = ChildProcess.find("lnav") else { return nil }
    let version = ChildProcess.output(of: [lnav, "-V"], in: bench.folder)?.split(separator: " ").last.map(String.init)
    let formats = bench.path("lnav/formats/skein_bench")
    try FileManager.default.createDirectory(atPath: formats, withIntermediateDirectories: true)
    _ = try bench.script("lnav/formats/skein_bench/text.json", text)
    _ = try bench.script("lnav/formats/skein_bench/json.json", json)
    let answer = bench.path("lnav.\(log.format).csv")
    try? FileManager.default.removeItem(atPath: answer)
    let script = try bench.script("lnav.\(log.format).lnav", query(log.format, answer))
    return Contestant(
      name: "lnav", version: version ?? "", command: [lnav, "-n", "-I", bench.path("lnav"), "-f", script, log.path],
      environment: ["HOME": bench.path("lnav"), "XDG_CONFIG_HOME": bench.path("lnav")], answer: .table(","),
      answerFile: answer)
  }

  private static let text = #"""
    {"skein_bench_text": {
      "title": "skein bench, text", "description": "The log that SkeinBench makes.",
      "opid-field": "request_id", "level-field": "level", "body-field": "body",
      "regex": {
        "finish": {"pattern": "^(?<timestamp>\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2},\\d{3}) (?<level>\\w+) \\[(?<logger>[^\\]]*)\\] \\[(?<request_id>[^\\]]+)\\] (?<body>request finished method=(?<method>\\S+) path=(?<path>\\S+) status=(?<status>\\d+) duration_ms=(?<duration_ms>[\\d.]+).*)$"},
        "other": {"pattern": "^(?<timestamp>\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2},\\d{3}) (?<level>\\w+) \\[(?<logger>[^\\]]*)\\] \\[(?<request_id>[^\\]]+)\\] (?<body>(?!request finished ).*)$"}
      },
      "value": {
        "logger": {"kind": "string"}, "request_id": {"kind": "string", "identifier": true},
        "method": {"kind": "string"}, "path": {"kind": "string"}, "status": {"kind": "integer"},
        "duration_ms": {"kind": "float"}
      },
      "sample": [{"line": "2026-11-23 08:00:00,011 INFO [api.access] [0df6c205] request finished method=GET path=/api/spots status=200 duration_ms=6.9 version=v1"}]
    }}

    """#

  private static let json = #"""
    {"skein_bench_json": {
      "title": "skein bench, JSON", "description": "The log that SkeinBench makes.", "json": true, "hide-extra": true,
      "opid-field": "request_id", "level-field": "level", "body-field": "msg", "timestamp-field": "ts",
      "line-format": [{"field": "ts"}, " ", {"field": "level"}, " ", {"field": "request_id"}, " ", {"field": "msg"}],
      "value": {
        "logger": {"kind": "string"}, "request_id": {"kind": "string", "identifier": true},
        "method": {"kind": "string"}, "path": {"kind": "string"}, "status": {"kind": "integer"},
        "duration_ms": {"kind": "float"}
      }
    }}

    """#

  /// SQLite has no quantiles: rows are numbered in order, and the first at or above the rank is taken.
  private static func query(_ format: LogFormat, _ answer: String) -> String {
    let sql = """
      WITH traces AS (
        SELECT request_id, max(method || ' ' || regexp_replace(path, '/[0-9]+', '/{id}')) AS route, max(status) AS status,
          max(duration_ms) AS ms
        FROM skein_bench_\(format) WHERE request_id IS NOT NULL AND request_id != '-' GROUP BY request_id
      ), requests AS (
        SELECT route, status, ms FROM traces WHERE status IS NOT NULL
        UNION ALL SELECT 'total', status, ms FROM traces WHERE status IS NOT NULL
      ), ranked AS (
        SELECT route, status, ms, row_number() OVER (PARTITION BY route ORDER BY ms) AS i,
          count(*) OVER (PARTITION BY route) AS n
        FROM requests
      )
      SELECT route, max(n), sum(status >= 500), min(CASE WHEN i >= 0.5 * n THEN ms END),
        min(CASE WHEN i >= 0.95 * n THEN ms END), min(CASE WHEN i >= 0.99 * n THEN ms END)
      FROM ranked GROUP BY route
      UNION ALL SELECT 'traces', count(*), 0, 0, 0, 0 FROM traces
      """
    // A command of an lnav script is one line.
    return ";" + sql.replacing("\n", with: " ") + "\n:write-csv-to \(answer)\n"
  }
}
