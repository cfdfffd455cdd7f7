internal import Foundation

extension Peer {
  /// mtail: counters by route and a histogram with fixed buckets, from the closing lines. It groups no lines by id and has
  /// no quantiles. mtail has no function that replaces by an expression, so a path comes apart at its number.
  static let mtail = Peer(name: "mtail", install: "apt-get install mtail") { log, bench in
    guard let mtail = ChildProcess.find("mtail") else { return nil }
    // "mtail version 3.0.0~rc50 git revision …"
    let words = ChildProcess.output(of: [mtail, "--version"], in: bench.folder)?.split(separator: " ")
    let script = try bench.script("bench.mtail", program)
    return Contestant(
      name: "mtail", version: words.flatMap { $0.count > 2 ? String($0[2]) : nil } ?? "",
      command: [mtail, "-one_shot", "-logtostderr", "-progs", script, "-logs", log.path],
      answer: .counts(part: "requests and errors by route only", counts))
  }

  private static let program = #"""
    counter requests by method, prefix, suffix
    counter errors by method, prefix, suffix
    histogram duration_ms by method, prefix, suffix buckets 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000

    / request finished method=(?P<method>\S+) path=(?P<prefix>[^\d ]*)\d*(?P<suffix>\S*) status=(?P<status>\d+) duration_ms=(?P<ms>[\d.]+)/ {
      requests[$method][$prefix][$suffix]++
      duration_ms[$method][$prefix][$suffix] = $ms
      $status >= 500 {
        errors[$method][$prefix][$suffix]++
      }
    }

    """#

  /// One metric of what mtail prints as JSON.
  private struct Metric: Decodable {
    struct Sample: Decodable {
      /// A counter's value is a number; a histogram's is left out.
      struct Count: Decodable {
        var Value: Int?
      }
      var Labels: [String]?
      var Value: Count
    }
    var LabelValues: [Sample]?
  }

  private static let counts: @Sendable (Data) throws -> Counts = { data in
    let metrics = try JSONDecoder().decode([String: [Metric]].self, from: data)
    var counts = Counts()
    for sample in metrics["requests"]?.flatMap({ $0.LabelValues ?? [] }) ?? [] {
      counts.routes[route(sample.Labels ?? []), default: .init()].requests += sample.Value.Value ?? 0
      counts.total.requests += sample.Value.Value ?? 0
    }
    for sample in metrics["errors"]?.flatMap({ $0.LabelValues ?? [] }) ?? [] {
      counts.routes[route(sample.Labels ?? []), default: .init()].errors += sample.Value.Value ?? 0
      counts.total.errors += sample.Value.Value ?? 0
    }
    return counts
  }

  /// `GET`, `/api/spots/` and `/availability` become `GET /api/spots/{id}/availability`.
  private static func route(_ labels: [String]) -> String {
    guard labels.count == 3 else { return labels.joined(separator: " ") }
    return labels[0] + " " + labels[1] + (labels[1].hasSuffix("/") ? "{id}" : "") + labels[2]
  }
}
