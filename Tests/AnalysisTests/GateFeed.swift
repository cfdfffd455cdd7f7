import TestKit

@testable import Analysis

/// Gives a gate requests as a driver does: in order of the log, event time 2 s behind the newest one.
struct GateFeed {
  static let second: Int64 = 1_000_000_000

  var gate: Gate
  var verdicts: [Verdict] = []
  /// Requests that are open at a time.
  var open: (Int64) -> [OpenRequest] = { _ in [] }
  var loss = GateLoss.none
  private var watermark = Int64.min

  init(_ definition: GateDefinition, start: Int64 = 0) { gate = Gate(definition, start: start) }

  static func routeName(_ number: Int32) -> String { "GET /\(number)" }
  static var names: GateNames {
    GateNames(
      route: routeName, instance: { "web-\($0)" },
      source: { .init(name: "source-\($0)", reason: "they share no id with those that are") })
  }

  mutating func take(_ request: GateRequest) {
    gate.take(request)
    advance(to: request.time - 2 * GateFeed.second)
  }

  mutating func advance(to time: Int64) {
    watermark = max(watermark, time)
    while gate.due <= watermark {
      verdicts += gate.advance(to: gate.due, open: open(gate.due), names: GateFeed.names, loss: loss)
    }
  }

  mutating func finish(reached: Int64? = nil) {
    verdicts += gate.finish(
      reached: reached, open: open(reached ?? watermark), names: GateFeed.names, loss: loss)
  }

  /// Requests at an even rate from `from` to `to` seconds: every `each`-th an error, every `slow`-th takes a second.
  mutating func traffic(
    from: Double, to: Double, rate: Double, errorEach: Int = 0, slowEach: Int = 0, route: Int32 = 0,
    version: Int32 = -1, instance: Int32 = -1, truths: UInt32 = 0
  ) {
    for i in 0..<Int((to - from) * rate) {
      take(
        GateRequest(
          time: Int64((from + Double(i) / rate) * 1e9),
          duration: slowEach > 0 && i % slowEach == 0 ? GateFeed.second : 20_000_000,
          isError: errorEach > 0 && i % errorEach == 0, route: route, version: version, instance: instance,
          truths: truths))
    }
  }

  var last: Verdict? { verdicts.last }
}

extension GateDefinition {
  /// One stage of that many seconds without a warm-up, a look every 10 s.
  static func simple(_ objectives: [Objective], seconds: Int64 = 120) -> GateDefinition {
    var definition = GateDefinition(
      name: "t", stages: [.init(name: "all", duration: seconds * GateFeed.second)], objectives: objectives)
    definition.window = 10 * GateFeed.second
    return definition
  }
}

extension Objective {
  static let errors = Objective(
    text: "error_rate < 2 %", metric: .errorRate, comparison: .less, limit: .init(offset: 0.02))
  static let slow = Objective(
    text: "p95 < 300 ms", metric: .quantile(q: 0.95, of: .duration), comparison: .less, limit: .init(offset: 300e6))
  static let floor = Objective(
    text: "throughput > 5/s", metric: .throughput, comparison: .greater, limit: .init(offset: 5))
  static let findings = Objective(
    text: "findings(P1) = 0", metric: .findings(worst: 1), comparison: .lessOrEqual, limit: .init(offset: 0))
  static let unfinished = Objective(
    text: "unfinished_rate < 1 %", metric: .unfinishedRate, comparison: .less, limit: .init(offset: 0.01))
}

extension Gate {
  /// Of which only that is known.
  mutating func takeFinding(severity: Int, time: Int64) {
    takeFinding(GateFinding(rule: "r", severity: severity, message: "", time: time))
  }
}
