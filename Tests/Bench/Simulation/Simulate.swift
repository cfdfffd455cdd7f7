internal import Analysis
internal import ArgumentParser

/// How often gates, the search for incidents and burn alerts are wrong, on simulated traffic: the tables of docs/gates.md,
/// docs/incidents.md and docs/alerts.md, as Markdown. The same seeds, the same tables.
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "How often gates, incidents, comparisons and burn alerts are wrong, simulated, beside other methods on the same traffic."
  )

  /// Which tables.
  enum Subject: String, CaseIterable, ExpressibleByArgument { case gates, incidents, diff, budgets }

  @Argument(help: "gates, incidents, diff or budgets.")
  var subject = Subject.gates

  @Option(help: "Runs of each row; 2000 for gates, 300 for incidents, 400 for diff, 100 for budgets.")
  var runs: Int?

  @Option(help: "The first seed of the tables of incidents, diff and budgets.")
  var seed: UInt64 = 2_026

  func run() throws {
    switch subject {
    case .gates:
      Simulate.atTheLimit(runs ?? 2_000)
      Simulate.rollouts(runs ?? 2_000)
    case .incidents:
      Simulate.incidents(runs ?? 300, seed: seed)
    case .diff:
      Simulate.diff(runs ?? 400, seed: seed)
    case .budgets:
      Simulate.budgets(runs ?? 100, seed: seed)
    }
  }

  // MARK: Comparisons

  private static func diff(_ runs: Int, seed: UInt64) {
    print(
      "| traffic | comparisons that report a change | p95 intervals that hold the truth | a fact stands out | Mann-Whitney reports "
        + "a change | two shares do |")
    print("|---|---:|---:|---:|---:|---:|")
    for traffic in NullComparisons.Traffic.allCases {
      let result = NullComparisons(traffic: traffic).run(runs, seed: seed)
      print(
        "| \(traffic.description) | \(rate(result.wrong, runs)) | \(rate(result.covered, result.intervals)) | "
          + "\(rate(result.wrongFacts, runs)) | \(rate(result.wrongByMannWhitney, runs)) | "
          + "\(rate(result.wrongByTwoShares, runs)) |")
    }
  }

  // MARK: Incidents

  private static func incidents(_ runs: Int, seed: UInt64) {
    print("| nothing is wrong | an incident is reported | by PELT on failures | by a threshold of 5 % |")
    print("|---|---:|---:|---:|")
    for (index, scenario) in IncidentScenario.quiet.enumerated() {
      let counts = scenario.run(runs, seed: seed + UInt64(index), others: true)
      print(
        "| \(scenario) | \(rate(counts.alarms, runs)) | \(rate(counts.foundByPELT, runs)) | "
          + "\(rate(counts.foundByThreshold, runs)) |")
    }
    print("")
    print("| planted | found | within two cells | within two windows | by PELT on failures | by a threshold of 5 % |")
    print("|---|---:|---:|---:|---:|---:|")
    for (index, scenario) in IncidentScenario.planted.enumerated() {
      let counts = scenario.run(runs, seed: seed + 100 + UInt64(index), others: true)
      print(
        "| \(scenario) | \(rate(counts.found, runs)) | \(rate(counts.near, runs)) | \(rate(counts.exact, runs)) | "
          + "\(rate(counts.foundByPELT, runs)) | \(rate(counts.foundByThreshold, runs)) |")
    }
  }

  private static let patterns: [SimulatedTraffic.Pattern] = [
    .independent, .bursty(phi: 2), .bursty(phi: 3), .episodic,
  ]

  // MARK: One stage, at its limit

  /// A stage whose true rate is its limit: whatever it says, it should hardly ever say pass, and hardly ever fail.
  private static func atTheLimit(_ runs: Int) {
    print(
      "| limit | requests | traffic | gate fails | gate passes | point estimate fails | passes | consecutive fails | passes "
        + "| Mann-Whitney fails | passes |")
    print("|---|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for limit in [0.001, 0.005, 0.02, 0.05] {
      for requests in [50, 500, 5_000] {
        for pattern in patterns {
          let gate = stage(limit, requests)
          var traffic = SimulatedTraffic(pattern, share: limit, seed: UInt64(requests) + UInt64(limit * 1e6))
          var baseline = SimulatedTraffic(pattern, share: limit, seed: 99 + UInt64(requests) + UInt64(limit * 1e6))
          var counts = Outcomes()
          for _ in 0..<runs {
            guard let result = gate?.run(&traffic) else { continue }
            // What the gate did not wait for, the others see all the same.
            var windows = result.windows
            while windows.count < Simulate.windows {
              windows.append((traffic.failures(of: requests / Simulate.windows), requests / Simulate.windows))
            }
            let control = windows.map { (baseline.failures(of: $0.requests), $0.requests) }
            counts.add(result.state, OtherMethods(windows, control, limit: limit))
          }
          print("| \(percent(limit)) | \(requests) | \(pattern) | \(counts.text(runs))")
        }
      }
    }
    print("")
  }

  private static let windows = 59

  /// One stage of 59 windows with so many requests.
  private static func stage(_ limit: Double, _ requests: Int) -> SimulatedRollout? {
    let second: Int64 = 1_000_000_000
    var definition = GateDefinition(
      name: "t", stages: [.init(name: "all", duration: Int64(windows) * 10 * second)],
      objectives: [Objective(text: "error_rate", metric: .errorRate, comparison: .less, limit: .init(offset: limit))])
    definition.window = 10 * second
    return SimulatedRollout(definition, objective: 0, rate: Double(requests) / Double(windows * 10))
  }

  // MARK: A rollout

  private static func rollouts(_ runs: Int) {
    print(
      "| true rate | traffic | passes | fails | inconclusive | a stage held | over after | failed requests | point estimate passes "
        + "| consecutive passes | Mann-Whitney passes |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for share in [0.005, 0.01, 0.02, 0.03, 0.05, 0.1] {
      for pattern in patterns {
        guard let gate = SimulatedRollout(rollout, objective: 0, rate: 10) else { continue }
        var traffic = SimulatedTraffic(pattern, share: share, seed: UInt64(share * 1e6))
        var baseline = SimulatedTraffic(pattern, share: 0.02, seed: 77 + UInt64(share * 1e6))
        var counts = Outcomes()
        var (times, failed, held): ([Int64], Int, Int) = ([], 0, 0)
        for _ in 0..<runs {
          let result = gate.run(&traffic)
          times.append(result.time)
          failed += result.failed
          if result.isHeld { held += 1 }
          let control = result.windows.map { (baseline.failures(of: $0.requests), $0.requests) }
          counts.add(result.state, OtherMethods(result.windows, control, limit: 0.02))
        }
        let median = times.sorted()[times.count / 2] / 1_000_000_000
        print(
          "| \(percent(share)) | \(pattern) | \(rate(counts.gate.passes, runs)) | \(rate(counts.gate.fails, runs)) | "
            + "\(rate(runs - counts.gate.passes - counts.gate.fails, runs)) | \(rate(held, runs)) | \(median / 60) m \(median % 60) s | "
            + "\(Int((Double(failed) / Double(runs)).rounded())) | \(rate(counts.point.passes, runs)) | "
            + "\(rate(counts.consecutive.passes, runs)) | \(rate(counts.mannWhitney.passes, runs)) |")
      }
    }
  }

  /// The one that is shipped, at 10 requests a second.
  private static var rollout: GateDefinition {
    let second: Int64 = 1_000_000_000
    var definition = GateDefinition(
      name: "rollout",
      stages: [
        .init(name: "10 %", share: 0.1, duration: 240 * second),
        .init(name: "50 %", share: 0.5, duration: 240 * second),
        .init(name: "100 %", share: 1, duration: 240 * second, longest: 900 * second),
      ],
      objectives: [
        Objective(text: "error_rate < 2 %", metric: .errorRate, comparison: .less, limit: .init(offset: 0.02))
      ])
    definition.window = 10 * second
    definition.warmUp = 10 * second
    definition.versionField = "version"
    // As many as rules/gates/rollout.yml has.
    definition.statisticalObjectives = 4
    return definition
  }

  // MARK: Text

  private struct Outcomes {
    struct Count {
      var passes = 0
      var fails = 0
    }
    var (gate, point, consecutive, mannWhitney) = (Count(), Count(), Count(), Count())

    mutating func add(_ state: Verdict.State, _ others: OtherMethods) {
      if state == .pass { gate.passes += 1 }
      if state == .fail { gate.fails += 1 }
      func note(_ passes: Bool, _ count: inout Count) { if passes { count.passes += 1 } else { count.fails += 1 } }
      note(others.pointEstimatePasses, &point)
      note(others.consecutivePasses, &consecutive)
      note(others.mannWhitneyPasses, &mannWhitney)
    }

    func text(_ runs: Int) -> String {
      [gate, point, consecutive, mannWhitney]
        .map { "\(rate($0.fails, runs)) | \(rate($0.passes, runs))" }.joined(separator: " | ") + " |"
    }
  }

  private static func rate(_ count: Int, _ runs: Int) -> String {
    percent((Double(count) / Double(runs) * 1e4).rounded() / 1e4)
  }

  static func percent(_ share: Double) -> String { GateText.value(share, .share) }
}
