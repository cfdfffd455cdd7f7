extension Peer {
  /// ClickHouse's engine in a process (chdb), two threads. The fastest query of several tried: ids by expression,
  /// the finish line kept whole while grouping and taken apart afterwards.
  static let clickHouse = Peer(name: "ClickHouse (chdb)", install: "pip install chdb") { log, bench in
    guard let python = bench.python, let version = bench.pythonModule("chdb") else { return nil }
    let script = try bench.script("chdb.\(log.format).py", program(log.format == .text ? text : json))
    return Contestant(
      name: "ClickHouse (chdb)", version: version, command: [python, script, log.path], answer: .table("\t"))
  }

  private static func program(_ traces: String) -> String {
    #"""
    import chdb, sys
    query = r"""
    \#(traces)
    SELECT if(grouping(route) = 1, 'total', route) AS name, count(ms), countIf(status >= 500),
      (quantilesExact(0.5, 0.95, 0.99)(ms) AS q)[1], q[2], q[3], count()
    FROM requests GROUP BY GROUPING SETS ((route), ())
    SETTINGS max_threads = 2, input_format_skip_unknown_fields = 1
    """
    for row in str(chdb.query(query.replace("LOG", sys.argv[1]), "TSV")).splitlines():
        *cells, traces = row.split("\t")
        if cells[1] != "0":
            print(*cells, sep="\t")
        if cells[0] == "total":
            print("traces", traces, sep="\t")

    """#
  }

  private static let text = #"""
    WITH lines AS (
      SELECT line, extract(line, '^\\d{4}-\\S+ \\S+ \\S+ \\[[^\\]]*\\] \\[([^\\]]+)\\]') AS id,
        position(line, ' request finished ') AS at
      FROM file('LOG', 'LineAsString', 'line String')
    ), traces AS (
      SELECT id, max(if(at > 0, substring(line, at + 18), '')) AS finish FROM lines WHERE id NOT IN ('', '-') GROUP BY id
    ), parts AS (
      SELECT extractGroups(finish, 'method=(\\S+) path=(\\S+) status=(\\d+) duration_ms=([\\d.]+)') AS f
      FROM traces
    ), requests AS (
      SELECT f[1] || ' ' || replaceRegexpAll(f[2], '/\\d+', '/{id}') AS route, toUInt16OrZero(f[3]) AS status,
        toFloat64OrNull(f[4]) AS ms
      FROM parts
    )
    """#

  private static let json = #"""
    WITH traces AS (
      SELECT request_id, anyIf((method, path, status, duration_ms), msg = 'request finished') AS f,
        countIf(msg = 'request finished') AS finished
      FROM file('LOG', 'JSONEachRow', 'request_id Nullable(String), msg String, method String, path String,
        status UInt16, duration_ms Float64')
      WHERE request_id IS NOT NULL GROUP BY request_id
    ), requests AS (
      SELECT f.1 || ' ' || replaceRegexpAll(f.2, '/\\d+', '/{id}') AS route, f.3 AS status,
        if(finished > 0, f.4, NULL) AS ms
      FROM traces
    )
    """#
}
