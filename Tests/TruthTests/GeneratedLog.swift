import TestKit

/// A random log of requests that interleave, with what a service writes around them, and its records as values.
///
/// Times step back by less than the reorder bound; ids come back after their lives have ended; some requests never end.
struct GeneratedLog {
  /// What a line is in its request.
  enum Role: Equatable {
    case plain
    case opening
    case closing(status: Int, milliseconds: Int?)
  }

  struct Record {
    /// Milliseconds since the log's day began.
    var time: Int
    var level: String
    /// Nil: no request.
    var id: String?
    var role: Role
    var method = "GET"
    /// As logged, and as skein names the route.
    var path = ""
    var route = ""
    /// Lines after the first; the first of them says that a traceback follows.
    var traceback: [String] = []
  }

  var records: [Record] = []
  private var random: SplitMix64

  /// The log of a seed: the same seed, the same bytes.
  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    let ids = (0..<random.below(8) + 2).map { "req-\(seed)-\($0)" }
    // Live requests: id, route, when they began, what is left to be said.
    var open: [(id: String, path: String, route: String, start: Int, steps: Int)] = []
    var now = 1_000_000
    for _ in 0..<random.below(160) + 20 {
      // Mostly milliseconds, now and then a silence that ends lives.
      now += random.below(10) == 0 ? random.below(45_000) : random.below(300)
      switch random.below(6) {
      case 0, 1:
        let id = ids[random.below(ids.count)]
        let (path, route) = self.path()
        if random.below(12) > 0 { append(now, "INFO", id, .opening, path, route) }
        open.append((id, path, route, now, random.below(4)))
      case 2 where random.below(3) == 0:
        append(now, "DEBUG", nil, .plain, "", "")
      case 3 where random.below(4) == 0 && !open.isEmpty:
        // Never ends.
        open.remove(at: random.below(open.count))
      default:
        guard !open.isEmpty else { continue }
        let at = random.below(open.count)
        if open[at].steps > 0 {
          open[at].steps -= 1
          let fails = random.below(5) == 0
          append(now, fails ? "ERROR" : "INFO", open[at].id, .plain, "", "")
          if fails && random.below(2) == 0 {
            records[records.count - 1].traceback = [
              "Traceback (most recent call last):", "  File \"app.py\", line \(random.below(90))", "    run()",
              "ValueError: no",
            ]
          }
        } else {
          let request = open.remove(at: at)
          let statuses = request.route.hasSuffix("/missing") ? [404] : [200, 200, 201, 404, 422, 500, 503]
          let status = statuses[random.below(statuses.count)]
          append(
            now, status >= 500 ? "ERROR" : status >= 400 ? "WARNING" : "INFO", request.id,
            .closing(status: status, milliseconds: random.below(15) == 0 ? nil : now - request.start), request.path,
            request.route)
        }
      }
    }
  }

  /// The bytes of the log in the layout `python-request-id`.
  var text: String {
    var text = ""
    for record in records {
      func padded(_ value: Int, _ width: Int) -> String { String(String(value + 1_000_000).suffix(width)) }
      let (hours, minutes) = (record.time / 3_600_000, record.time / 60_000 % 60)
      let clock =
        "\(padded(hours, 2)):\(padded(minutes, 2)):\(padded(record.time / 1_000 % 60, 2)),\(padded(record.time % 1_000, 3))"
      text += "2026-11-23 \(clock) \(record.level) "
      switch record.role {
      case .plain: text += "[app.work] [\(record.id ?? "-")] a step items=\(record.time % 7)"
      case .opening:
        text += "[api.access] [\(record.id ?? "-")] request started method=\(record.method) path=\(record.path)"
      case .closing(let status, let milliseconds):
        text +=
          "[api.access] [\(record.id ?? "-")] request finished method=\(record.method) path=\(record.path) status=\(status)"
        if let milliseconds { text += " duration_ms=\(milliseconds)" }
      }
      text += "\n"
      for line in record.traceback { text += line + "\n" }
    }
    return text
  }

  private mutating func append(
    _ now: Int, _ level: String, _ id: String?, _ role: Role, _ path: String, _ route: String
  ) {
    // Threads take the time before the lock: a record may be up to 1.5 s older than the one before it.
    let time = now - (random.below(4) == 0 ? random.below(1_500) : 0)
    records.append(Record(time: time, level: level, id: id, role: role, path: path, route: route))
  }

  private mutating func path() -> (path: String, route: String) {
    switch random.below(4) {
    case 0: ("/api/spots", "GET /api/spots")
    case 1: ("/api/spots/\(random.below(9_000))?x=1", "GET /api/spots/{id}")
    case 2: ("/healthz", "GET /healthz")
    default: ("/missing", "GET /missing")
    }
  }
}
