import LogSource
import Pipeline
import RulePack
import TestKit
import TraceCore

/// A scan by the library, and what it found as lines that can be compared.
struct Scan {
  var set: RuleSet
  var mode: PrefilterPlan.Mode = .automatic
  var threads = 1
  var blockSize = 256 * 1024

  init(_ set: RuleSet) { self.set = set }

  /// A pack of rules in YAML, without the samples, which these tests do not need.
  init(_ rules: String, suppressions: String? = nil) throws {
    let samples = "samples: {hit: [x], miss: [y]}"
    var text = "pack: test\nrules:\n"
    for line in rules.split(separator: "\n") {
      text += line.hasPrefix("- ") ? "  \(line)\n    title: t\n    severity: P2\n    \(samples)\n" : "  \(line)\n"
    }
    let pack = try PackReader.read(Array(text.utf8), path: "test.yml")
    let hidden = try suppressions.map { try SuppressionReader.read(Array($0.utf8), path: "s.yml", rules: pack.rules) }
    set = try RuleSet(packs: [pack], suppressions: hidden ?? [])
  }

  /// The packs that are built in.
  static func builtin() throws -> Scan { Scan(try RuleLoader.load(paths: [], builtin: nil)) }

  func findings(_ input: InputPlan) throws -> [Finding] {
    var plan = RunPlan(input: input)
    plan.rules = ScanRules(set: set, lines: RuleLoader.lines(set, mode: mode))
    plan.threads = threads
    plan.blockSize = blockSize
    return try Driver(plan: plan).run().findings?.findings ?? []
  }

  func findings(in text: [UInt8]) throws -> [Finding] { try findings(.memory(text, name: "app.log")) }

  func findings(in text: String) throws -> [Finding] { try findings(in: Array(text.utf8)) }

  func findings(_ capture: Capture) throws -> [Finding] {
    try findings(try InputPlan.make(arguments: capture.appLogs))
  }

  /// One line a finding: everything of it.
  static func lines(_ findings: [Finding]) -> [String] {
    findings.map { finding in
      let group = finding.group.map { "\($0.name)=\($0.value ?? "(missing)")" }.joined(separator: ",")
      let example = finding.example.map { "\($0.line): \($0.text)" } ?? "-"
      return
        "\(finding.rule.id) \(finding.kind.rawValue) [\(group)] x\(finding.count) \(finding.first)...\(finding.last) "
        + "\(finding.traceCount) \(finding.traces) \(finding.message) | \(example)"
    }
  }
}
