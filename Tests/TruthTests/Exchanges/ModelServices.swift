import TestKit

/// Random services that write logs, with the truth about their requests: 1 to 4 instances with clocks of their own, 1 to 3
/// tellings an exchange (the application's, its server's, a proxy's), ids or none, retries, releases that rename the logger or
/// change the layout, rotations at any line, lines of start-up and shutdown.
///
/// What the design does not promise is not generated: attempts on two instances closer together than their clocks agree.
struct ModelServices {
  /// One log: its lines in order, when they were written (milliseconds of the day), and before which of them it was rotated.
  struct Log {
    var name: String
    var lines: [String]
    var times: [Int]
    var rotations: [Int]
  }

  /// A request as the record that is counted tells it: its end (milliseconds of the day by that log's clock).
  struct Request {
    var end: Int
    var isError: Bool
  }

  private(set) var logs: [Log] = []
  /// Without those that only the server's lines tell: they say no time.
  private(set) var told: [Request] = []
  private(set) var toldByServer = 0
  /// What counts: requests, failed ones, logged durations (ms), requests that began and never ended.
  private(set) var requests = 0
  private(set) var errors = 0
  private(set) var milliseconds: [Int] = []
  private(set) var unfinished = 0
  /// Of a proxy's log that shares no ids: its requests, which are not counted, and those that failed.
  private(set) var uncounted = 0
  private(set) var uncountedErrors = 0
  /// The requests one a line, to look at.
  private(set) var truth = ""

  private enum Proxy { case none, timed, bare, stranger }

  private struct Entry {
    var time: Int
    var order: Int
    var text: String
  }

  /// One release of the application: how it logs.
  private struct Release {
    var isJSON: Bool
    var logger: String
  }

  private var random: SplitMix64
  private var entries: [[Entry]]
  private let instances: Int
  private let skews: [Int]
  private let proxy: Proxy
  private let hasIDs: Bool
  private let hasServer: Bool
  private let logsOpenings: Bool
  private var releases: [Release]
  private var order = 0
  /// The release that was asked last.
  private var asked = -1

  init(seed: UInt64) {
    random = SplitMix64(seed: seed &* 0x9E37_79B9_7F4A_7C15)
    instances = 1 + random.below(4)
    hasIDs = random.below(4) > 0
    proxy = hasIDs ? [.none, .none, .timed, .bare, .stranger][random.below(5)] : .none
    var skews: [Int] = []
    for _ in 0..<5 { skews.append(random.below(1_000) - 500) }
    self.skews = skews
    hasServer = random.below(2) == 0
    let logs = random.below(2) == 0
    logsOpenings = hasIDs && logs
    entries = Array(repeating: [], count: instances + 1)
    var release = Release(isJSON: random.below(2) == 0, logger: "api.access")
    releases = [release]
    for number in 0..<random.below(3) {
      switch random.below(3) {
      case 0: release.logger = "api.http\(number)"
      case 1: release.isJSON.toggle()
      default:
        release.isJSON.toggle()
        release.logger = "web\(number)"
      }
      releases.append(release)
    }
    generate(exchanges: 8 + random.below(40))
    finish()
  }

  /// What it is like, for messages.
  var summary: String {
    "\(instances) instances, proxy \(proxy), \(hasIDs ? "ids" : "no ids"), \(hasServer ? "server lines" : "no server lines"), "
      + "\(logsOpenings ? "openings" : "no openings"), "
      + releases.map { "\($0.logger) \($0.isJSON ? "JSON" : "text")" }.joined(separator: " then ")
  }

  // MARK: Exchanges

  private mutating func generate(exchanges: Int) {
    var now = 21_600_000
    var last = now
    for instance in 0..<instances { startUp(instance, now - 3_000) }
    for number in 0..<exchanges {
      now += random.below(12) == 0 ? random.below(80_000) : random.below(900)
      let release = releases[number * releases.count / exchanges]
      // Logs show that they are of one service by telling in the same layouts, so each instance is asked once a release.
      if number * releases.count / exchanges != asked {
        asked += 1
        for instance in 0..<instances {
          now = attempts(now + 50, release, "s\(asked)-\(instance)", "GET", "/orders/1", by: instance)
        }
      }
      let path = ["/orders/\(random.below(500))", "/orders", "/pay?x=\(number)", "/items/7/parts"][random.below(4)]
      let method = ["GET", "POST"][random.below(2)]
      // Both kinds of log begin at the same time.
      switch number == 0 ? 3 : random.below(10) {
      case 0 where proxy != .none: alone(now, number)
      case 1 where hasServer: serverAlone(now, random.below(instances))
      case 2 where logsOpenings:
        opening(now, random.below(instances), release, "r\(number)", method, path)
        unfinished += 1
      default:
        let end = attempts(now, release, "r\(number)", method, path)
        last = max(last, end)
        // Some are under way at once.
        if random.below(3) > 0 { now = end }
      }
    }
    for instance in 0..<instances { shutDown(instance, max(now, last) + 500) }
  }

  /// One to three attempts under one id; returns when the last one ended.
  private mutating func attempts(
    _ start: Int, _ release: Release, _ id: String, _ method: String, _ path: String, by first: Int? = nil
  ) -> Int {
    let count = random.below(4) == 0 && hasIDs && first == nil ? 2 + random.below(2) : 1
    var instance = first ?? random.below(instances)
    var at = start
    for number in 0..<count {
      let duration = random.below(5) == 0 ? 200 + random.below(1_500) : 1 + random.below(60)
      let status = [200, 200, 200, 201, 404, 500, 503][random.below(7)]
      if logsOpenings { opening(at, instance, release, id, method, path) }
      at += duration
      tell(at, instance, release, id, method, path, status, duration)
      requests += 1
      if status >= 500 { errors += 1 }
      truth += "\(Self.clock(at, " ", ".")) \(id) web-\(instance) \(method) \(path) \(status) \(duration) ms\n"
      guard number + 1 < count else { break }
      // An instance is another one only where the clocks leave no doubt.
      if proxy == .none, random.below(2) == 0 {
        instance = random.below(instances)
        at += 2_500 + random.below(500)
      } else if proxy == .timed {
        // What the proxy took for which one is to be right, too: so its clock leaves no doubt.
        at += 1_300 + random.below(800)
      } else {
        at += 5 + random.below(800)
      }
    }
    return at
  }

  /// All tellings of one exchange, that ended at `time`.
  private mutating func tell(
    _ time: Int, _ instance: Int, _ release: Release, _ id: String, _ method: String, _ path: String, _ status: Int,
    _ duration: Int
  ) {
    let isFirst = random.below(2) == 0
    let server =
      "INFO:     10.0.0.\(instance):4\(time % 1_000) - \"\(method) \(path) HTTP/1.1\" \(status) \(Self.reason(status))"
    if hasServer && isFirst { append(instance, time, server) }
    let text = path.split(separator: "?")[0]
    if release.isJSON {
      let field = hasIDs ? ",\"request_id\":\"\(id)\"" : ""
      append(
        instance, time,
        "{\"time\":\"\(Self.clock(time + skews[instance], "T", "."))Z\",\"logger\":\"\(release.logger)\",\"msg\":\"done\","
          + "\"method\":\"\(method)\",\"path\":\"\(text)\",\"status\":\(status),\"duration_ms\":\(duration)\(field)}")
    } else {
      append(
        instance, time,
        "\(Self.clock(time + skews[instance], " ", ",")) INFO [\(release.logger)] [\(hasIDs ? id : "-")] request finished "
          + "method=\(method) path=\(text) status=\(status) duration_ms=\(duration)")
    }
    if hasServer && !isFirst { append(instance, time, server) }
    let more = random.below(200)
    switch proxy {
    case .none: milliseconds.append(duration)
    case .timed:
      told.append(Request(end: time + more + skews[instances], isError: status >= 500))
      milliseconds.append(duration + more)
      viaProxy(time + more, id, method, path, status, duration + more)
    case .bare:
      milliseconds.append(duration)
      viaProxy(time + more, id, method, path, status, nil)
    case .stranger:
      milliseconds.append(duration)
      stranger(time + more, method, path, status)
    }
    if proxy != .timed { told.append(Request(end: time + skews[instance], isError: status >= 500)) }
  }

  private mutating func opening(
    _ time: Int, _ instance: Int, _ release: Release, _ id: String, _ method: String, _ path: String
  ) {
    let text = path.split(separator: "?")[0]
    if release.isJSON {
      append(
        instance, time,
        "{\"time\":\"\(Self.clock(time + skews[instance], "T", "."))Z\",\"logger\":\"\(release.logger)\",\"msg\":\"begun\","
          + "\"method\":\"\(method)\",\"path\":\"\(text)\",\"request_id\":\"\(id)\"}")
    } else {
      append(
        instance, time,
        "\(Self.clock(time + skews[instance], " ", ",")) INFO [\(release.logger)] [\(id)] request started "
          + "method=\(method) path=\(text)")
    }
  }

  private mutating func viaProxy(
    _ time: Int, _ id: String, _ method: String, _ path: String, _ status: Int, _ duration: Int?
  ) {
    let took = duration.map { ",\"duration_ms\":\($0)" } ?? ""
    append(
      instances, time,
      "{\"time\":\"\(Self.clock(time + skews[instances], "T", "."))Z\",\"method\":\"\(method)\",\"path\":\"\(path)\","
        + "\"status\":\(status)\(took),\"request_id\":\"\(id)\"}")
  }

  private mutating func stranger(_ time: Int, _ method: String, _ path: String, _ status: Int) {
    let clock = Self.clock(time + skews[instances], " ", ",").split(separator: " ")[1].prefix(8)
    append(
      instances, time,
      "10.0.0.9 - - [23/Nov/2026:\(clock) +0000] \"\(method) \(path) HTTP/1.1\" \(status) \(order) \"-\" \"curl/8\"")
    uncounted += 1
    if status >= 500 { uncountedErrors += 1 }
  }

  /// What the proxy answers by itself.
  private mutating func alone(_ time: Int, _ number: Int) {
    let status = [200, 304, 502][random.below(3)]
    guard proxy != .stranger else { return stranger(time, "GET", "/static/\(number).css", status) }
    let duration = 1 + random.below(9)
    viaProxy(time, "p\(number)", "GET", "/static/\(number).css", status, proxy == .timed ? duration : nil)
    requests += 1
    if status >= 500 { errors += 1 }
    told.append(Request(end: time + skews[instances], isError: status >= 500))
    if proxy == .timed { milliseconds.append(duration) }
  }

  /// What only the server's access lines tell.
  private mutating func serverAlone(_ time: Int, _ instance: Int) {
    append(instance, time, "INFO:     10.0.0.\(instance):\(10_000 + order) - \"GET /healthz HTTP/1.1\" 200 OK")
    requests += 1
    toldByServer += 1
  }

  // MARK: Lines

  private mutating func startUp(_ instance: Int, _ time: Int) {
    for number in 0..<random.below(8) {
      append(
        instance, time + number,
        ["INFO:     Started server process [\(number)]", "INFO:     Waiting for application startup."][number % 2])
    }
    line(instance, time + 10, "starting")
  }

  private mutating func shutDown(_ instance: Int, _ time: Int) {
    line(instance, time, "stopping")
    append(instance, time + 1, "INFO:     Shutting down")
  }

  private mutating func line(_ instance: Int, _ time: Int, _ text: String) {
    append(instance, time, "\(Self.clock(time + skews[instance], " ", ",")) INFO [app.main] [-] \(text)")
  }

  private mutating func append(_ log: Int, _ time: Int, _ text: String) {
    entries[log].append(Entry(time: time, order: order, text: text))
    order += 1
  }

  private mutating func finish() {
    let hasProxy = proxy != .none
    for index in 0..<(instances + (hasProxy ? 1 : 0)) {
      let sorted = entries[index].sorted { ($0.time, $0.order) < ($1.time, $1.order) }
      let lines = sorted.map(\.text)
      var rotations: [Int] = []
      for _ in 0..<random.below(3) where lines.count > 2 { rotations.append(1 + random.below(lines.count - 1)) }
      let name = index == instances ? "proxy.log" : "web-\(index).log"
      logs.append(Log(name: name, lines: lines, times: sorted.map(\.time), rotations: Array(Set(rotations)).sorted()))
    }
    milliseconds.sort()
  }

  /// Milliseconds of the day as `2026-11-23 06:00:00,000`.
  private static func clock(_ time: Int, _ separator: String, _ point: String) -> String {
    func padded(_ value: Int, _ width: Int) -> String { String(String(value + 1_000_000).suffix(width)) }
    return "2026-11-23\(separator)\(padded(time / 3_600_000, 2)):\(padded(time / 60_000 % 60, 2)):"
      + "\(padded(time / 1_000 % 60, 2))\(point)\(padded(time % 1_000, 3))"
  }

  private static func reason(_ status: Int) -> String {
    [200: "OK", 201: "Created", 404: "Not Found", 500: "Internal Server Error"][status] ?? "Service Unavailable"
  }
}
