internal import TraceCore

/// Runs a gate over simulated traffic, window by window, through the code that decides real ones.
///
/// One objective is simulated, as a share of the new version's requests; the chances of being wrong stay divided by all objectives
/// of the gate. It knows neither lines nor loss: those are other reasons to be inconclusive. Costs about a millisecond a run of a
/// hundred windows in a release build.
package struct SimulatedRollout: Sendable {
  /// What one run came to.
  package struct Result: Sendable {
    package var state: Verdict.State
    /// A stage was inconclusive before the end.
    package var isHeld = false
    /// Nanoseconds from the gate's start to its last verdict.
    package var time: Int64 = 0
    /// The new version's requests until then, warm-ups left out, window by window, and how many of them failed.
    package var windows: [(failed: Int, requests: Int)] = []

    package var requests: Int { windows.reduce(0) { $0 + $1.requests } }
    package var failed: Int { windows.reduce(0) { $0 + $1.failed } }
  }

  package let definition: GateDefinition
  /// The share of bad requests that the objective allows.
  package let limit: Double
  private let rate: Double
  private static let newVersion: Int32 = 0

  /// Nil where the objective is no share of requests, its limit is made of a baseline, or it is of the whole service in a
  /// rollout.
  ///
  /// - Parameters:
  ///   - objective: its number.
  ///   - rate: requests a second, of all versions.
  package init?(_ definition: GateDefinition, objective: Int, rate: Double) {
    // What is of the whole service is decided by each stage alone.
    guard !(definition.isRollout && definition.objectives[objective].isOfTheService),
      let limit = SimulatedRollout.limit(of: definition.objectives[objective])
    else { return nil }
    self.limit = limit
    self.rate = rate
    var definition = definition
    definition.statisticalObjectives = GateLevels(definition).objectives
    definition.objectives = [
      Objective(
        text: definition.objectives[objective].text, metric: .errorRate, comparison: .less, limit: .init(offset: limit))
    ]
    definition.baseline = .absolute
    definition.version = definition.versionField == nil ? nil : "new"
    self.definition = definition
  }

  /// The share of bad requests that an objective allows; nil where it is about something else, or relative.
  package static func limit(of objective: Objective) -> Double? {
    guard !objective.limit.isRelative else { return nil }
    switch objective.metric {
    case .errorRate, .ratio, .unfinishedRate:
      return objective.comparison.isCeiling ? objective.limit.offset : 1 - objective.limit.offset
    case .quantile(let q, _): return objective.comparison.isCeiling ? 1 - q : q
    case .throughput, .findings: return nil
    }
  }

  package func run(_ traffic: inout SimulatedTraffic) -> Result {
    var gate = Gate(definition, start: 0)
    gate.noteVersion(SimulatedRollout.newVersion, name: "new")
    let names = GateNames(route: { _ in "" })
    var result = Result(state: .inconclusive)
    // Requests of a window are whole; what is left goes into the next one.
    var rest = 0.0
    while !gate.isOver {
      let (from, to) = (gate.windowStart, gate.boundary)
      if gate.phase == .judging {
        let share = gate.isPartial ? definition.stages[gate.stageNumber].share ?? 1 : 1
        let expected = rest + rate * share * Double(to - from) / Double(EventTime.nanosecondsPerSecond)
        let requests = Int(saturating: expected)
        rest = expected - Double(requests)
        let failed = traffic.failures(of: requests)
        result.windows.append((failed, requests))
        gate.takeSimulated(
          failed: Int64(failed), of: Int64(requests), time: to - 1, version: SimulatedRollout.newVersion)
      }
      for verdict in gate.advance(to: to, open: [], names: names) {
        if verdict.isFinal {
          (result.state, result.time) = (verdict.state, verdict.time)
        } else if verdict.state == .inconclusive, verdict.stage.map({ $0 + 1 < definition.stages.count }) ?? false {
          result.isHeld = true
        }
      }
    }
    return result
  }
}

extension Gate {
  /// Requests of a window of which only it is known how many failed.
  fileprivate mutating func takeSimulated(failed: Int64, of requests: Int64, time: Int64, version: Int32) {
    guard requests > 0 else { return }
    evidence.add(bad: failed, of: requests, version: version)
    newest = max(newest, time)
    traffic.take(time, isJudged: true, requests: requests)
    versionTraffic[version, default: TrafficWatch()].take(time, isJudged: true, requests: requests)
  }
}
