package import RulePack
package import TraceCore

/// What `skein rules bench` finds out about rules: what they cost, which of them never hit, and which backtrack.
package struct RuleBench {
  /// A pattern that a text can send back and forth.
  package struct Backtracking: Sendable {
    package var rule: Rule
    package var pattern: String
    package var report: BacktrackProbe.Report
  }

  /// The dearest first.
  package private(set) var costs: [RuleCost] = []
  /// The worst first.
  package private(set) var backtracking: [Backtracking] = []
  /// Rules without a hit in the log; nil where there is no log.
  package private(set) var dead: [Rule]?
  /// Too many findings were there to be sure of every rule.
  package private(set) var isDeadUnsure = false
  /// Bytes of the text that the costs were measured on.
  package private(set) var bytes = 0
  package private(set) var ledger: Ledger?

  /// Bytes of a log that costs are measured on, at most.
  private static let mostText = 8 << 20
  /// Bytes of repeated samples.
  private static let sampleText = 1 << 20

  /// - Parameters:
  ///   - set: with all rules raising findings (`RuleSet(raisesAll:)`).
  ///   - plan: for the log; nil to measure on the rules' samples.
  ///   - clock: nanoseconds of a clock that runs only forward.
  package init(_ set: RuleSet, plan: RunPlan?, clock: () -> Int64) throws(RunError) {
    var text: [UInt8] = []
    if var plan {
      let lines = RuleLoader.lines(set)
      plan.rules = ScanRules(set: set, lines: lines)
      let tally = Tally(rules: set.lineRules.count)
      let result = try Driver(plan: plan, observer: tally.take).run()
      text = tally.text
      ledger = result.stats.ledger
      let findings = result.findings ?? Findings(of: set)
      isDeadUnsure = !findings.unkept.isEmpty
      dead = RuleBench.dead(set, tally, findings)
    } else {
      text = RuleBench.samples(set)
    }
    bytes = text.count
    costs = RuleCost.measure(set, on: text, clock: clock)
    for rule in set.rules {
      for pattern in rule.patterns {
        guard let report = BacktrackProbe.report(pattern) else { continue }
        backtracking.append(Backtracking(rule: rule, pattern: pattern, report: report))
      }
    }
    backtracking = backtracking.enumerated().sorted { a, b in
      (b.1.report.weight, a.0) < (a.1.report.weight, b.0)
    }.map(\.1)
  }

  /// Counts hits as blocks are parsed, and keeps the first of the log's text.
  private final class Tally {
    var hits: [Int64]
    var text: [UInt8] = []

    init(rules: Int) { hits = Array(repeating: 0, count: rules) }

    func take(_ parsed: ParsedBlock) {
      let found = parsed.batch.ruleHits
      for hit in found.hits where hit.kind == .match { hits[Int(hit.rule)] += 1 }
      for hit in found.orphans where hit.kind == .match { hits[Int(hit.rule)] += 1 }
      guard text.count < RuleBench.mostText else { return }
      let block = parsed.block
      let bytes = block.bytes
      text.reserveCapacity(text.count + bytes.count)
      for i in 0..<bytes.count { text.append(bytes[i]) }
    }
  }

  private static func dead(_ set: RuleSet, _ tally: Tally, _ findings: Findings) -> [Rule] {
    var line = 0
    var raised: Set<String> = []
    for finding in findings.findings where finding.kind == .rule { raised.insert(finding.rule.id) }
    return set.rules.filter { rule in
      guard case .line = rule.condition else { return !raised.contains(rule.id) }
      // The line rules of packs are numbered in the order of the rules.
      defer { line += 1 }
      return tally.hits[line] == 0
    }
  }

  /// All samples, again and again.
  private static func samples(_ set: RuleSet) -> [UInt8] {
    var once: [UInt8] = []
    for rule in set.rules {
      for sample in rule.samples.hits + rule.samples.misses {
        once += sample.text.utf8
        if once.last != 0x0A { once.append(0x0A) }
      }
    }
    var text = once
    while !once.isEmpty && text.count < sampleText { text += once }
    return text
  }
}
