import Analysis
import Foundation
import LogSource
import Pipeline
import Report
import RulePack
import TestKit
import TraceCore

/// The events of a run that must not depend on how it was read, as the lines of JSON that `skein follow --json` writes.
final class LiveLines {
  private(set) var lines: [String] = []
  private(set) var rotations: [FollowEvent] = []

  func take(_ event: LiveEvent) {
    var sink = TextSink()
    switch event {
    case .window(let window): EventReport.json(window, into: &sink)
    case .finding(let finding): EventReport.json(finding, into: &sink)
    case .mark(let mark): EventReport.json(mark, into: &sink)
    case .verdict(let verdict, let gate): GateReport.json(verdict, gate: gate, into: &sink)
    case .rotation(let event, _, _): return rotations.append(event)
    case .alert: return
    }
    lines.append(sink.text)
  }

  /// What differs first from another run's lines; nil if nothing does.
  func difference(from other: LiveLines) -> String? {
    for (index, pair) in zip(lines, other.lines).enumerated() where pair.0 != pair.1 {
      return "event \(index): \(pair.0.prefix(400)) and not \(pair.1.prefix(400))"
    }
    return lines.count == other.lines.count ? nil : "\(lines.count) events and not \(other.lines.count)"
  }

  /// As above, whatever was told twice.
  func differenceByID(from other: LiveLines) -> String? {
    if let twice = toldTwice ?? other.toldTwice {
      return "one event_id stands for two lines: \(twice.0.prefix(400)) and \(twice.1.prefix(400))"
    }
    let (own, others) = (byID, other.byID)
    for (id, line) in own where others[id] != line {
      return "\(line.prefix(400)) and not \(others[id]?.prefix(400) ?? "nothing")"
    }
    return own.count == others.count ? nil : "\(own.count) events and not \(others.count)"
  }

  /// Two lines with the same `event_id` that are not the same.
  private var toldTwice: (String, String)? {
    var found: [String: String] = [:]
    for line in lines {
      let id = id(line)
      if let known = found[id], known != line { return (known, line) }
      found[id] = line
    }
    return nil
  }

  private var byID: [String: String] { Dictionary(lines.map { (id($0), $0) }, uniquingKeysWith: { $1 }) }

  /// Empty where a line has none: two such lines are two for one.
  private func id(_ line: String) -> String {
    line.range(of: "\"event_id\":\"").map { String(line[$0.upperBound...].prefix(32)) } ?? ""
  }
}

/// What is asked of a run in these tests: windows of 10 s, marks by version, the rules that are built in, and a gate.
enum LiveRun {
  static let gate = """
    name: rollout
    window: 5s
    min_requests: 100
    version_field: version
    stages:
      - {name: baseline, for: 65s}
      - {name: ten, share: 10 %, for: 45s}
      - {name: half, share: 50 %, for: 45s}
      - {name: all, share: 100 %, for: 2m}
    objectives:
      - error_rate < 50 %
      - p95 < 5 s
      - throughput > 5/s
      - p95(duration_ms) < 5 s
      - {objective: 'error_rate < 60 %', by: route}
    """

  /// It is not over before the log is.
  static let longGate = gate.replacingOccurrences(of: "for: 2m", with: "for: 10m")

  static func plan(_ input: InputPlan = InputPlan(), gate: String = gate, hasGate: Bool = true) throws -> RunPlan {
    var plan = RunPlan(input: input)
    let set = try RuleLoader.load(paths: [], builtin: nil)
    plan.rules = ScanRules(set: set, lines: RuleLoader.lines(set))
    var live = LiveOptions()
    live.marks = ["begin"]
    live.versionField = "version"
    plan.groupBy = "version"
    if hasGate {
      live.gate = GatePlan(definition: try GateReader.read(Array(gate.utf8), path: "rollout.yml"))
    }
    plan.live = live
    return plan
  }

  /// All events over files that are there, and what is counted.
  static func batch(
    _ files: [String], hasGate: Bool = true, gate: String = gate, threads: Int = 2
  ) throws -> (lines: LiveLines, stats: StatsSummary) {
    var plan = try plan(try InputPlan.make(arguments: files), gate: gate, hasGate: hasGate)
    plan.threads = threads
    let lines = LiveLines()
    let stats = try Driver(plan: plan).run(onEvent: lines.take).stats
    return (lines, stats)
  }
}
