extension Peer {
  /// Python: one compiled expression a line for text, the json module for JSON.
  static let python = Peer(name: "Python", install: "apt-get install python3") { log, bench in
    guard let python = bench.python else { return nil }
    let version = ChildProcess.output(of: [python, "-V"], in: bench.folder)?.split(separator: " ").last.map(String.init)
    let script = try bench.script("python.\(log.format).py", (log.format == .text ? text : json) + summary)
    return Contestant(
      name: log.format == .text ? "Python, compiled re" : "Python, json", version: version ?? "",
      command: [python, script, log.path], answer: .table("\t"))
  }

  private static let text = #"""
    import re, sys
    match = re.compile(
        rb"\d{4}-\d\d-\d\d \S+ \S+ \[[^\]]*\] \[([^\]]+)\] "
        rb"(?:request finished method=(\S+) path=(\S+) status=(\d+) duration_ms=([\d.]+))?").match
    number = re.compile(rb"/\d+").sub
    traces = {}
    with open(sys.argv[1], "rb", buffering=1 << 20) as log:
        for line in log:
            m = match(line)
            if m is None:
                continue
            id, method, path, status, ms = m.groups()
            if method is not None:
                traces[id] = (method + b" " + number(b"/{id}", path), int(status), float(ms))
            elif id not in traces and id != b"-":
                traces[id] = None
    traces = {id: t and (t[0].decode(), t[1], t[2]) for id, t in traces.items()}

    """#

  private static let json = #"""
    import json, re, sys
    number = re.compile(r"/\d+").sub
    loads = json.loads
    traces = {}
    with open(sys.argv[1], "rb", buffering=1 << 20) as log:
        for line in log:
            event = loads(line)
            id = event["request_id"]
            if id is None:
                continue
            if event["msg"] == "request finished":
                traces[id] = (event["method"] + " " + number("/{id}", event["path"]), event["status"], event["duration_ms"])
            elif id not in traces:
                traces[id] = None

    """#

  private static let summary = #"""
    groups = {"total": ([], [])}
    for trace in traces.values():
        if trace:
            route, status, ms = trace
            for name in (route, "total"):
                times, errors = groups.setdefault(name, ([], []))
                times.append(ms)
                if status >= 500:
                    errors.append(status)
    for name, (times, errors) in groups.items():
        times.sort()
        ranks = (times[-(-percent * len(times) // 100) - 1] for percent in (50, 95, 99))
        print(name, len(times), len(errors), *ranks, sep="\t")
    print("traces", len(traces), sep="\t")

    """#
}
