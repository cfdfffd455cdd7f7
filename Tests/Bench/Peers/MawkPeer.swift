extension Peer {
  /// mawk, the fastest awk: one pass, fields by position, quantiles from a histogram of tenths of a millisecond.
  static let mawk = Peer(name: "mawk", install: "apt-get install mawk") { log, bench in
    guard let mawk = ChildProcess.find("mawk") else { return nil }
    let version = ChildProcess.output(of: [mawk, "-W", "version"], in: bench.folder)?.split(separator: " ")
    let script = try bench.script("mawk.\(log.format).awk", (log.format == .text ? text : json) + summary)
    return Contestant(
      name: "mawk", version: version.flatMap { $0.count > 1 ? String($0[1]) : nil } ?? "",
      command: [mawk, "-f", script, log.path], environment: ["LC_ALL": "C"], answer: .table("\t"))
  }

  /// Lines that do not start with a year continue the record before.
  private static let text = #"""
    $1 !~ /^[0-9][0-9][0-9][0-9]-/ { next }
    $5 != "[-]" { lines[$5]++ }
    $6 == "request" && $7 == "finished" {
      path = substr($9, 6); gsub(/\/[0-9]+/, "/{id}", path)
      route[$5] = substr($8, 8) " " path; status[$5] = substr($10, 8) + 0
      tenths[$5] = int(substr($11, 13) * 10 + 0.5)
    }

    """#

  /// Split at quotes: what people do, though it is no JSON parser.
  private static let json = #"""
    BEGIN { FS = "\"" }
    $14 == "request_id" && $15 == ": " { lines[$16]++ }
    $20 == "request finished" {
      path = $28; gsub(/\/[0-9]+/, "/{id}", path)
      route[$16] = $24 " " path; status[$16] = substr($31, 3) + 0
      tenths[$16] = int(substr($33, 3) * 10 + 0.5)
    }

    """#

  private static let summary = #"""
    function quantile(name, q,    rank, seen, i) {
      rank = int(q * n[name]); if (rank < q * n[name]) rank++
      for (i = 0; i <= top; i++)
        if ((name, i) in histogram) { seen += histogram[name, i]; if (seen >= rank) return i / 10 }
    }
    END {
      for (id in lines) traces++
      for (id in route) {
        t = tenths[id]; if (t > top) top = t
        n[route[id]]++; histogram[route[id], t]++
        n["total"]++; histogram["total", t]++
        if (status[id] >= 500) { errors[route[id]]++; errors["total"]++ }
      }
      for (name in n)
        printf "%s\t%d\t%d\t%s\t%s\t%s\n", name, n[name], errors[name], quantile(name, 0.5), quantile(name, 0.95),
          quantile(name, 0.99)
      printf "traces\t%d\n", traces
    }

    """#
}
