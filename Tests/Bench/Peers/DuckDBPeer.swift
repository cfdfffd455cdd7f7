extension Peer {
  /// DuckDB in Python, two threads. Text is read as one column and split by expressions.
  static let duckDB = Peer(name: "DuckDB", install: "pip install duckdb") { log, bench in
    guard let python = bench.python, let version = bench.pythonModule("duckdb") else { return nil }
    let script = try bench.script("duckdb.\(log.format).py", program(log.format == .text ? text : json))
    return Contestant(
      name: "DuckDB", version: version, command: [python, script, log.path], answer: .table("\t"))
  }

  private static func program(_ traces: String) -> String {
    #"""
    import duckdb, sys
    db = duckdb.connect()
    db.execute("SET threads = 2")
    query = r"""
    \#(traces)
    SELECT CASE WHEN grouping(route) = 1 THEN 'total' ELSE route END AS name, count(ms),
      count(*) FILTER (WHERE status >= 500), quantile_disc(ms, [0.5, 0.95, 0.99]), count(*)
    FROM requests GROUP BY GROUPING SETS ((route), ())
    """
    rows = db.execute(query.replace("LOG", sys.argv[1])).fetchall()
    for name, requests, errors, quantiles, traces in rows:
        if requests:
            print(name, requests, errors, *quantiles, sep="\t")
        if name == "total":
            print("traces", traces, sep="\t")

    """#
  }

  private static let text = #"""
    WITH lines AS (
      SELECT regexp_extract(line, '^\d{4}-\d\d-\d\d \S+ \S+ \[[^\]]*\] \[([^\]]+)\]', 1) AS id, line
      FROM read_csv('LOG', columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '', header = false,
        auto_detect = false)
    ), traces AS (
      SELECT id, max(line[strpos(line, ' request finished ') + 18:])
        FILTER (WHERE contains(line, ' request finished ')) AS finish
      FROM lines WHERE id NOT IN ('', '-') GROUP BY id
    ), parts AS (
      SELECT regexp_extract(finish, '^method=(\S+) path=(\S+) status=(\d+) duration_ms=([\d.]+)',
        ['method', 'path', 'status', 'ms']) AS f
      FROM traces
    ), requests AS (
      SELECT f.method || ' ' || regexp_replace(f.path, '/\d+', '/{id}', 'g') AS route,
        TRY_CAST(f.status AS INT) AS status, TRY_CAST(f.ms AS DOUBLE) AS ms
      FROM parts
    )
    """#

  private static let json = #"""
    WITH lines AS (
      SELECT *, msg = 'request finished' AS finish
      FROM read_ndjson('LOG', columns = {request_id: 'VARCHAR', msg: 'VARCHAR', method: 'VARCHAR', path: 'VARCHAR',
        status: 'INT', duration_ms: 'DOUBLE'})
    ), requests AS (
      SELECT request_id,
        any_value(method || ' ' || regexp_replace(path, '/\d+', '/{id}', 'g')) FILTER (WHERE finish) AS route,
        any_value(status) FILTER (WHERE finish) AS status, any_value(duration_ms) FILTER (WHERE finish) AS ms
      FROM lines WHERE request_id IS NOT NULL GROUP BY request_id
    )
    """#
}
