internal import Foundation

extension Peer {
  /// GoAccess: hits by status and by path (not by route) with their mean time, from the closing lines, the request id in the
  /// place of the host. It groups no lines by id and has no quantiles. Panels that tell nothing here are left out.
  static let goAccess = Peer(name: "GoAccess", install: "apt-get install goaccess") { log, bench in
    guard let goaccess = ChildProcess.find("goaccess") else { return nil }
    // "GoAccess - 1.7."
    let line = ChildProcess.output(of: [goaccess, "--version"], in: bench.folder)?.split(separator: "\n").first
    let version = line?.split(separator: " ").last.map { $0.hasSuffix(".") ? $0.dropLast() : $0 }
    let answer = bench.path("goaccess.json")
    let ignored = panels.map { "--ignore-panel=\($0)" }
    return Contestant(
      name: "GoAccess", version: version.map(String.init) ?? "",
      command: [
        goaccess, log.path, "--no-global-config", "--no-progress", "--num-tests=0", "--no-ip-validation",
        "--date-format=%Y-%m-%d", "--time-format=%H:%M:%S", "--log-format=\(format)",
      ] + ignored + ["-o", answer],
      answer: .counts(part: "requests and errors in all only", counts), answerFile: answer)
  }

  /// Milliseconds are whole ones for it.
  private static let format =
    "%d %t,%^ %^ [api.access] [%h] request finished method=%m path=%U status=%s duration_ms=%L.%^ version=%^"

  private static let panels = [
    "VISITORS", "REQUESTS_STATIC", "NOT_FOUND", "HOSTS", "OS", "BROWSERS", "VISIT_TIMES", "VIRTUAL_HOSTS", "REFERRERS",
    "REFERRING_SITES", "KEYPHRASES", "REMOTE_USER", "CACHE_STATUS", "GEO_LOCATION", "MIME_TYPE", "TLS_TYPE",
  ]

  /// The part of its JSON that is compared.
  private struct Report: Decodable {
    struct General: Decodable {
      var valid_requests: Int
    }
    struct Panel: Decodable {
      struct Row: Decodable {
        struct Hits: Decodable {
          var count: Int
        }
        var hits: Hits
        /// `5xx Server Errors`.
        var data: String
      }
      var data: [Row]
    }
    var general: General
    var status_codes: Panel
  }

  private static let counts: @Sendable (Data) throws -> Counts = { data in
    let report = try JSONDecoder().decode(Report.self, from: data)
    var counts = Counts()
    counts.total.requests = report.general.valid_requests
    for row in report.status_codes.data where row.data.hasPrefix("5xx") { counts.total.errors += row.hits.count }
    return counts
  }
}
