import TraceCore

@testable import Analysis

/// What gates said, made up.
enum GateReportSamples {
  static let start: Int64 = 1_795_416_544_985_000_000
  private static let second: Int64 = 1_000_000_000

  private static func objective(
    _ text: String, _ state: Verdict.State, _ unit: Objective.Unit, _ value: Double?, _ lower: Double?,
    _ upper: Double?,
    limit: Double?, of requests: Int64, bad: Int64 = 0, reason: String
  ) -> ObjectiveVerdict {
    ObjectiveVerdict(
      text: text, route: nil, unit: unit, value: value, lower: lower, upper: upper, limit: limit, baseline: nil,
      requests: requests, bad: bad, needed: nil, state: state, reason: reason, dispersion: 1, isInformative: false)
  }

  private static func stage(
    _ number: Int, _ name: String, _ state: Verdict.State, from begin: Int64, to end: Int64, isEarly: Bool = false,
    _ objectives: [ObjectiveVerdict], _ notes: [String]
  ) -> Verdict {
    Verdict(
      stage: number, stageName: name, state: state, isEarly: isEarly, isFinal: false, time: start + end * second,
      start: start + begin * second, end: start + end * second, objectives: objectives,
      judgedFrom: start + begin * second,
      judgedTo: start + end * second, notes: notes)
  }

  /// As a gate makes it of its last stage.
  private static func whole(_ last: Verdict, _ state: Verdict.State, notes: [String] = []) -> Verdict {
    Verdict(
      stage: nil, stageName: nil, state: state, isEarly: last.isEarly, isFinal: true, time: last.time, start: start,
      end: last.time, objectives: last.objectives, judgedFrom: last.judgedFrom, judgedTo: last.judgedTo, notes: notes,
      stageNotes: last.notes)
  }

  static let pass: [Verdict] = {
    let objectives = [
      objective(
        "error_rate < 2 %", .pass, .share, 0.0107, 0.00618, 0.0164, limit: 0.02, of: 1_491, bad: 16,
        reason: "at most 1.64 %, under 2 %"),
      objective(
        "p95 < 300 ms", .pass, .nanoseconds, 162e6, 150e6, 170e6, limit: 300e6, of: 1_491, bad: 9,
        reason: "at most 170 ms, under 300 ms"),
      objective("findings(P1) = 0", .pass, .count, 0, 0, 0, limit: 0, of: 0, reason: "none was found"),
      objective(
        "throughput > 5/s", .pass, .perSecond, 21.3, 20.1, 22.5, limit: 5, of: 1_491,
        reason: "at least 20.1/s, over 5/s"),
      objective(
        "p99(rows) < 50", .pass, .thousandths, 12_000, 11_000, 14_000, limit: 50_000, of: 800,
        reason: "at most 14, under 50"),
    ]
    let judged = stage(0, "100 %", .pass, from: 0, to: 70, objectives, [])
    return [judged, whole(judged, .pass)]
  }()

  static let failEarly: [Verdict] = {
    var slow = objective(
      "p95 < 300 ms", .inconclusive, .nanoseconds, 882e6, 160e6, nil, limit: 300e6, of: 105, bad: 9,
      reason: "too few requests for a bound; 160 ms or more")
    slow.needed = 132
    var errors = objective(
      "error_rate < 2 %", .fail, .share, 0.276, 0.131, 0.593, limit: 0.02, of: 105, bad: 29,
      reason: "at least 13.1 %, over 2 %")
    errors.worstRoute = .init(name: "GET /api/spots", requests: 60, bad: 28)
    errors.worstInstance = .init(name: "web-2", requests: 29, bad: 29)
    var relative = objective(
      "p50 < 1.2 * baseline", .inconclusive, .nanoseconds, 31e6, 28e6, 44e6, limit: 36e6, of: 105,
      reason: "between 28 ms and 44 ms; 36 ms cannot be distinguished from it")
    relative.baseline = 30e6
    var found = objective(
      "findings(P1) = 0", .fail, .count, 3, 3, 3, limit: 0, of: 0, bad: 3,
      reason: "3 findings, the first: P1 db-pool-exhausted: no connection left in the pool (id r-17)")
    found.finding = GateFinding(
      rule: "db-pool-exhausted", severity: 1, message: "no connection left in the pool",
      time: start + 54_000_000_000, trace: "r-17", place: "app.log:212")
    var replica = objective(
      "p95 < 1 s", .pass, .nanoseconds, 0.2e9, 0.18e9, 0.24e9, limit: 1e9, of: 105,
      reason: "at most 240 ms, under 1 s")
    replica.instance = "web-2"
    var judged = stage(
      1, "50 %", .fail, from: 45, to: 54, isEarly: true, [errors, slow, relative, found, replica],
      [
        "judged: the requests of version v2",
        "p95 < 300 ms: open requests cannot be told apart here and are not counted",
        "not counted: 105 requests of nginx in proxy.log, 31 of them failed; they share no id with those that are",
      ])
    judged.places = ["the first finding is at app.log:212"]
    return [judged, whole(judged, .fail)]
  }()

  static let inconclusive: [Verdict] = {
    var errors = objective(
      "error_rate < 2 %", .inconclusive, .share, 0.0427, 0.0151, 0.0959, limit: 0.02, of: 117, bad: 5,
      reason: "between 1.51 % and 9.59 %; 2 % cannot be distinguished from it")
    errors.needed = 110
    var few = objective(
      "p95 < 300 ms", .inconclusive, .nanoseconds, 153e6, nil, nil, limit: 300e6, of: 14,
      reason: "only 14 requests of at least 100")
    few.needed = 824
    let none = objective(
      "ratio(status = 429) < 1 %", .inconclusive, .share, nil, nil, nil, limit: 0.01, of: 0,
      reason: "no request to judge")
    var route = objective(
      "error_rate < 5 %", .pass, .share, 0, 0, 0.021, limit: 0.05, of: 126, reason: "at most 2.1 %, under 5 %")
    route.route = "GET /api/spots"
    var others = objective(
      "error_rate < 5 %", .inconclusive, .share, 0.1, 0.01, 0.4, limit: 0.05, of: 20, bad: 2,
      reason: "too few requests on their own: GET /healthz, PUT /api/settings/{id}")
    (others.route, others.isInformative) = ("(other routes)", true)
    let judged = stage(
      0, "10 %", .inconclusive, from: 0, to: 33, [errors, few, none, route, others],
      [
        "the log ends 12 s before the stage does", "judged: the requests of version v2",
        "up to 20 lines may be missing of 9,020: no pass",
      ])
    return [judged, whole(judged, .inconclusive, notes: ["1 of 3 stages were seen"])]
  }()

  static let hostileName =
    "[x](http://evil.example) ![i](//e) @admin #1 !2 <b>|`a` \\| www.evil.example *b* ~c~ a_b_ \u{1b}]8;;e\u{7} \u{202e}\n# h"

  /// Names of everything are such.
  static let hostile: [Verdict] = {
    var first = objective(
      "ratio(route = \"\(hostileName)\") < 1 %", .fail, .share, 0.276, 0.131, 0.593, limit: 0.01, of: 105, bad: 29,
      reason: "at least 13.1 %, over 1 %")
    first.route = hostileName
    first.worstInstance = .init(name: hostileName, requests: 2, bad: 1)
    first.finding = GateFinding(
      rule: hostileName, severity: 1, message: hostileName, time: start, trace: hostileName, place: hostileName)
    var second = first
    (second.state, second.reason, second.text) = (
      .inconclusive, "too few requests on their own: \(hostileName)", "p95 < 1 s"
    )
    (second.route, second.instance) = (nil, hostileName)
    var judged = stage(
      0, hostileName, .fail, from: 0, to: 45, [first, second], ["judged: the requests of version \(hostileName)"])
    judged.places = ["the first finding is at \(hostileName)"]
    return [judged, whole(judged, .fail)]
  }()
}
