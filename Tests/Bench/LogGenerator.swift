internal import Foundation

/// Makes a log of the imagined service, and the exact truth about it.
///
/// 64 requests are in flight at any moment: each slot runs one to its end and starts the next. Events come out
/// in order of time, so that the lines of 64 requests interleave. One id stands for one request. The same
/// number of requests and the same seed make the same bytes, and the same events in both formats.
struct LogGenerator {
  /// Goes up when the bytes made for a seed change, so that kept logs are made anew.
  static let version = 1
  /// Requests in flight.
  static let slots = 64
  /// Bytes of text log that one request makes, on average: turns a size into a number of requests.
  static func bytesPerRequest(stretch: Int) -> Int { 300 + 660 * stretch }

  private var random: SplitMix64
  private var writer: EventWriter
  private var truth = TruthCollector()
  private var remaining: Int
  private let stretch: Int
  private var inFlight: [InFlight] = []

  /// Writes the log of `requests` requests to `path`; returns what it holds. A handler goes through its steps `stretch`
  /// times.
  static func make(path: String, format: LogFormat, requests: Int, seed: UInt64, stretch: Int) throws -> Truth {
    var generator = LogGenerator(
      random: SplitMix64(seed: seed), writer: try EventWriter(path: path, format: format), remaining: requests,
      stretch: stretch)
    try generator.run()
    let writer = generator.writer
    return generator.truth.finish(bytes: writer.bytes, lines: writer.lines, records: writer.records)
  }

  private init(random: SplitMix64, writer: EventWriter, remaining: Int, stretch: Int) {
    self.random = random
    self.writer = writer
    self.remaining = remaining
    self.stretch = stretch
  }

  /// One request on its way. Times are tenths of a millisecond after the log's start.
  private struct InFlight {
    var id = ""
    var route = 0
    var number = 0
    var path = ""
    var status = 200
    var start = 0
    var duration = 0
    /// 0 is the start line, 1 ... steps the handler's, then the finish line, then (perhaps) the audit line.
    var step = 0
    var due = 0
  }

  private mutating func run() throws {
    for slot in 0..<Self.slots {
      inFlight.append(InFlight())
      // The first requests do not all start in the same millisecond.
      begin(slot, at: random.below(4_000))
    }
    while true {
      // 64 comparisons cost less than keeping a heap in order.
      var next = 0
      for slot in 1..<Self.slots where inFlight[slot].due < inFlight[next].due { next = slot }
      if inFlight[next].due == .max { break }
      try advance(next)
    }
    try writer.flush()
  }

  /// Puts a new request into the slot, or retires the slot when all were made.
  private mutating func begin(_ slot: Int, at time: Int) {
    guard remaining > 0 else {
      inFlight[slot].due = .max
      return
    }
    remaining -= 1
    var share = random.below(100)
    var index = 0
    while share >= Route.all[index].share {
      share -= Route.all[index].share
      index += 1
    }
    let route = Route.all[index]
    var request = InFlight()
    request.id = makeID()
    request.route = index
    request.number = 1 + random.below(100_000)
    request.path = route.hasNumber ? "\(route.prefix)/\(request.number)\(route.suffix)" : route.prefix
    request.status = makeStatus(route)
    // Half a minute at most: shorter than any time-out that a reader of logs would close a trace by.
    let milliseconds = min(random.lognormal(median: route.median, sigma: route.sigma), 30_000)
    request.duration = max(Int(milliseconds * 10), 1)
    request.start = time
    request.due = time
    inFlight[slot] = request
  }

  /// 32 hex digits, or a dashed UUID: half of each, as services have it.
  private mutating func makeID() -> String {
    let high = random.next()
    let low = random.next()
    let dashed = random.oneIn(2)
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for nibble in 0..<32 {
      if dashed, nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 { text.append(UInt8(ascii: "-")) }
      let word = nibble < 16 ? high : low
      text.append(Self.hexDigits[Int(word >> UInt64(60 - nibble % 16 * 4) & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)

  /// About 2 % 5xx and 3 % 4xx, the health check spared.
  private mutating func makeStatus(_ route: Route) -> Int {
    let draw = random.below(1000)
    if route.steps.isEmpty { return route.successStatus }
    switch draw {
    case ..<8: return 500
    case ..<14: return 502
    case ..<21: return 503
    case ..<41 where route.hasNumber: return 404
    case ..<51: return route.method == "GET" ? 422 : 409
    default: return route.successStatus
    }
  }

  /// Logs what is due in a slot, and says what comes next.
  private mutating func advance(_ slot: Int) throws {
    let request = inFlight[slot]
    let route = Route.all[request.route]
    let finish = route.steps.count * stretch + 1
    let now = request.due
    switch request.step {
    case 0:
      writer.begin(now, "INFO", "api.access", request.id, "request started")
      writer.field("method", route.method)
      writer.field("path", request.path)
      writer.field("client", "10.0.\(random.below(8)).\(random.below(250)):\(32_768 + random.below(28_000))")
      try writer.end()
    case ..<finish: try log(route.steps[(request.step - 1) % route.steps.count], request)
    case finish: try logFinish(request, route)
    default:
      writer.begin(now, "INFO", "audit", request.id, "audit written")
      writer.field("kind", route.method == "PUT" ? "settings.saved" : "booking.changed")
      writer.field("subject", request.number)
      try writer.end()
    }

    inFlight[slot].step += 1
    if request.step < finish {
      inFlight[slot].due = request.start + request.duration * (request.step + 1) / finish
    } else if request.step == finish && route.audited {
      inFlight[slot].due = now + 10 + random.below(300)
    } else {
      begin(slot, at: now + random.below(400))
    }
  }

  private mutating func logFinish(_ request: InFlight, _ route: Route) throws {
    if request.status >= 500, random.oneIn(20) { try logTraceback(request) }
    let level = request.status >= 500 ? "ERROR" : request.status >= 400 ? "WARNING" : "INFO"
    writer.begin(request.due, level, "api.access", request.id, "request finished")
    writer.field("method", route.method)
    writer.field("path", request.path)
    writer.field("status", request.status)
    writer.field("duration_ms", tenths: request.duration)
    writer.field("version", random.oneIn(10) ? "v2" : "v1")
    try writer.end()
    truth.add(route: request.route, status: request.status, tenths: request.duration)
  }

  private mutating func log(_ step: Route.Step, _ request: InFlight) throws {
    let (now, id) = (request.due, request.id)
    switch step {
    case .cache:
      writer.begin(now, "DEBUG", "cache", id, random.oneIn(3) ? "cache miss" : "cache hit")
      writer.field("key", "spot:\(request.number)")
      writer.field("ttl_s", tenths: random.below(200))
    case .pool:
      writer.begin(now, "DEBUG", "db.pool", id, "connection acquired")
      writer.field("conn", 1 + random.below(40))
      writer.field("wait_ms", tenths: random.below(100))
      writer.field("in_use", random.below(40))
      writer.field("size", 40)
    case .query:
      try logQuery(request)
      return
    case .search:
      // The thread pool loses the request's id.
      if random.oneIn(50) {
        writer.begin(now, "DEBUG", "geo.score", "", "scored")
        writer.field("candidates", random.below(400))
        try writer.end()
      }
      writer.begin(now, "INFO", "api.spots", id, "search done")
      writer.field("q", "Rue de l'Église \(1 + random.below(90))")
      writer.field("radius_m", 500 * (1 + random.below(6)))
      writer.field("results", random.below(40))
    case .spot:
      writer.begin(now, "DEBUG", "api.spots", id, "spot served")
      writer.field("spot_id", request.number)
      writer.field("street", "Königstraße \(1 + random.below(90))")
    case .booking:
      writer.begin(now, "INFO", "api.bookings", id, "booking stored")
      writer.field("booking_id", 1_000_000 + request.number)
      writer.field("amount_cents", 50 * (1 + random.below(80)))
    case .charge, .ledger:
      let milliseconds = 100 + random.below(2_000)
      writer.begin(now, "INFO", "payments.client", id, "POST https://pay.example/v1/\(request.number) -> 200")
      writer.field("op", step == .charge ? "charge" : "ledger")
      writer.field("attempt", 1 + random.below(3))
      writer.field("ms", tenths: milliseconds)
    case .settings:
      writer.begin(now, "INFO", "api.settings", id, "settings saved")
      writer.field("user_id", request.number)
      writer.field("theme", "dark")
      writer.field("plate", "M-XY \(10 + random.below(90))")
    case .payment:
      writer.begin(now, "INFO", "api.payments", id, "payment served")
      writer.field("payment_id", request.number)
      writer.field("amount_cents", 50 * (1 + random.below(80)))
    case .vehicles:
      writer.begin(now, "DEBUG", "api.users", id, "vehicles listed")
      writer.field("user_id", request.number)
      writer.field("count", random.below(4))
    }
    try writer.end()
  }

  /// Once in 500 a slow one, with its SQL on lines of its own.
  private mutating func logQuery(_ request: InFlight) throws {
    let names = ["spot_lock", "spot_by_id", "settings_read", "payment_by_id", "booking_insert"]
    let slow = random.oneIn(500)
    writer.begin(request.due, slow ? "WARNING" : "DEBUG", "db.query", request.id, slow ? "slow query" : "query")
    writer.field("query", names[random.below(names.count)])
    writer.field("conn", 1 + random.below(40))
    writer.field("rows", random.below(50))
    writer.field("ms", tenths: 20 + random.below(400))
    if slow { writer.attachment("sql", "SELECT id, street, price_cents\n  FROM spots\n WHERE id = $1\n   FOR UPDATE") }
    try writer.end()
  }

  private mutating func logTraceback(_ request: InFlight) throws {
    writer.begin(request.due, "ERROR", "api.errors", request.id, "unhandled error")
    writer.field("exc_type", "ConnectionResetError")
    writer.attachment(
      "exc",
      """
      Traceback (most recent call last):
        File "/srv/app/routing.py", line 301, in app
          raw_response = await run_endpoint_function(
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        File "/srv/app/app.py", line \(300 + random.below(500)), in save
          await query(conn, "settings_upsert")
      ConnectionResetError: [Errno 104] Connection reset by peer while running settings_upsert
      """)
    try writer.end()
  }
}
