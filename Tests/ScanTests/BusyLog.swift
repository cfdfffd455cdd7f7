import TestKit

/// A random log in which everything is alive that a run keeps: requests that interleave, fail, repeat and never end, long ids,
/// hits of every kind of rule, tracebacks, lines that fit nothing, silences, late records and a clock that jumps.
struct BusyLog {
  private(set) var text = ""
  private var random: SplitMix64

  init(seed: UInt64, lines: Int = 700) {
    random = SplitMix64(seed: seed)
    let ids = (0..<14).map { "r\($0)" + String(repeating: "x", count: $0 % 3 == 0 ? 45 : $0) }
    let users = ["ana", "bob", "eve", "kim"]
    var now = 0
    for _ in 0..<lines {
      now += random.below(70) == 0 ? random.below(90_000) : random.below(600)
      // Threads take the time before the lock; once in a while a clock is wrong.
      let time = max(0, now - (random.below(5) == 0 ? random.below(1_900) : 0)) + (random.below(150) == 0 ? 400_000 : 0)
      let id = random.below(9) == 0 ? "-" : ids[random.below(ids.count)]
      let user = users[random.below(users.count)]
      let path = ["/a/\(random.below(99))", "/b", "/c?x=1", "/missing/\(random.below(5))"][random.below(4)]
      switch random.below(14) {
      case 0, 1: text += Log.text(time, "request started method=GET path=\(path)", logger: "access", id: id)
      case 2, 3, 4:
        let status = path.hasPrefix("/missing") ? 404 : [200, 200, 201, 422, 500, 503][random.below(6)]
        text += Log.text(
          time, "request finished method=GET path=\(path) status=\(status) duration_ms=\(random.below(3_000))",
          level: status >= 500 ? "ERROR" : "INFO", logger: "access", id: id)
      case 5: text += Log.text(time, "failed for \(user) ip=10.0.0.\(random.below(9))", level: "WARNING", id: id)
      case 6: text += Log.text(time, "welcome \(user)", id: id)
      case 7: text += Log.text(time, "query took_ms=\(random.below(900)) user=\(user)", logger: "db", id: id)
      case 8: text += Log.text(time, ["one", "two", "three"][random.below(3)], id: ids[random.below(3)])
      case 9: text += Log.text(time, ["lock taken", "lock freed"][random.below(2)], id: id)
      case 10:
        text += Log.text(time, "no good user=\(user)", level: "ERROR", logger: "db", id: id)
        text += "Traceback (most recent call last):\n  File \"a.py\", line 3\n    run()\nKeyError: 1\n"
      case 11: text += "a line of its own, needle \(random.below(3))\n"
      case 12: text += Log.text(time, "needle \(random.below(30))", id: id) + "  and more needle 7\n"
      default: text += Log.text(time, "tick", logger: "beat")
      }
    }
  }

  /// Every kind of rule, so that each has something to remember.
  static let rules = """
    - id: failed
      pattern: 'failed for (?<user>\\w+)'
      group-by: [user]
      cooldown: 20s
    - id: ok
      pattern: 'welcome (?<user>\\w+)'
      group-by: [user]
    - id: needle
      pattern: 'needle (?<n>\\d+)'
      group-by: [n]
    - id: cause
      pattern: '^\\w+Error: '
      where: 'user = ana or user = bob'
      group-by: [user]
    - id: query
      pattern: 'query took'
    - id: beat
      pattern: 'tick'
    - id: burst
      correlation:
        type: event_count
        rules: [failed]
        group-by: [user]
        timespan: 30s
        condition: {gte: 3, lte: 9}
      generate: true
      message: '{count} failures of {user}'
    - id: many-ips
      correlation:
        type: value_count
        rules: [failed]
        group-by: [user]
        timespan: 2m
        condition: {field: ip, gte: 3}
      generate: true
    - id: together
      correlation:
        type: temporal
        rules: [failed, ok]
        group-by: [user]
        timespan: 10s
      generate: true
    - id: broken-in
      correlation:
        type: temporal_ordered
        rules: [ok, failed, query]
        group-by: [user]
        timespan: 1m
      generate: true
    - id: slow
      correlation:
        type: value_percentile
        rules: [query]
        group-by: [user]
        timespan: 1m
        condition: {field: took_ms, percentile: 75, gt: 400ms}
      message: 'p75 is {value}'
      generate: true
    - id: silent
      correlation:
        type: event_count
        rules: [beat]
        group-by: [logger]
        timespan: 20s
        condition: {lt: 3}
    - id: few-ips
      correlation:
        type: value_count
        rules: [failed]
        group-by: [user]
        timespan: 30s
        condition: {field: ip, lt: 2}
      generate: true
    - id: trace-queries
      trace:
        where: 'count(logger = db) >= 2 and status >= 500'
      group-by: [route]
    - id: trace-steps
      trace:
        sequence: ['message = one', 'message = two', 'message = three']
        within: 5m
      group-by: [id]
    - id: trace-lock
      trace:
        begun: 'message = "lock taken"'
        ended: 'message = "lock freed"'
      group-by: [id]
    """

  static let suppressions = """
    suppressions:
      - {rule: needle, where: 'n = 7', owner: ana, reason: known, expires: 2027-01-31}
      - {rule: burst, where: 'user = eve', owner: ana, reason: known, expires: 2027-01-31}
      - {rule: trace-lock, owner: ana, reason: known, expires: 2027-01-31}
    """
}
