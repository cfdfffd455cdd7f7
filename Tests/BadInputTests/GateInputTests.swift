import Config
import Analysis
import Pipeline
import RulePack
import TestKit
import Testing

/// Mistakes in the YAML of a gate: all at once, each at its line and column, with what to do about it.
struct GateInputTests {
  private static let head = "name: t\nstages: [{for: 10m}]\n"

  private func problems(_ text: String) -> [String] {
    do throws(ConfigurationProblems) {
      _ = try GateReader.read(Array(text.utf8), path: "g.yml")
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  private func refuse(_ text: String, _ expected: [String], _ place: SourceLocation = #_sourceLocation) {
    #expect(problems(text) == expected, sourceLocation: place)
  }

  /// One objective, which stands from column 4 of line 4.
  private func refuse(objective: String, _ expected: String, _ place: SourceLocation = #_sourceLocation) {
    refuse(Self.head + "objectives:\n - \(objective)\n", ["g.yml:4:" + expected], place)
  }

  @Test func noGate() {
    refuse("", ["g.yml:1:1: there is nothing in this file"])
    refuse("text\n", ["g.yml:1:1: a gate is a mapping (key: value), not a text"])
    refuse(
      "name: t\n",
      [
        "g.yml:1:1: 'stages' is missing; write for example `stages: [{for: 10m}]`",
        "g.yml:1:1: 'objectives' is missing; write for example `objectives: [error_rate < 2 %]`",
      ])
    refuse(
      "stages: []\nobjectives: []\n",
      [
        "g.yml:1:9: there is no stage; write for example `stages: [{for: 10m}]`",
        "g.yml:2:13: there is no objective; write for example `objectives: [error_rate < 2 %]`",
      ])
    refuse("stages: [\n", ["g.yml:2:1: this is no YAML: did not find expected node content while parsing a flow node"])
    refuse(
      Self.head + "objectives: [error_rate < 2 %]\n---\nname: u\n",
      ["g.yml:5:1: a file holds one gate; put the other in its own"])
  }

  @Test func keys() {
    refuse(
      "windw: 10s\nstages: [{share: 10 %, fr: 10m}]\nobjectives: [error_rate < 2 %]\n",
      [
        "g.yml:1:1: unknown key 'windw'; did you mean 'window'?",
        "g.yml:2:10: 'for' is missing; write for example `for: 10m`",
        "g.yml:2:24: unknown key 'fr'; did you mean 'for'?",
      ])
    refuse(
      Self.head + "objectives: [{objectiv: p95 < 1s, wher: status < 400}]\n",
      [
        "g.yml:3:14: 'objective' is missing; write for example `objective: p95 < 300 ms`",
        "g.yml:3:15: unknown key 'objectiv'; did you mean 'objective'?",
        "g.yml:3:35: unknown key 'wher'; did you mean 'where'?",
      ])
  }

  @Test func values() {
    refuse(
      "window: 10\nwarm_up: soon\nmin_requests: 0\nconsecutive_failures: x\nconfidence: 20 %\nunfinished_after: -1s\n"
        + "stages: [{share: 0 %, for: 10m}]\nobjectives: [error_rate < 2 %]\n",
      [
        "g.yml:1:9: 'window' is a duration with its unit, as 30s, 5m or 1h",
        "g.yml:2:10: 'warm_up' is a duration with its unit, as 10s or 0s",
        "g.yml:3:15: 'min_requests' is a whole number from 1 to 1000000000",
        "g.yml:4:23: 'consecutive_failures' is a whole number from 1 to 100",
        "g.yml:5:13: 'confidence' is above 50 % and below 100 %, as 95 %",
        "g.yml:6:19: 'unfinished_after' is a duration with its unit, as 30s, 5m or 1h",
        "g.yml:7:18: 'share' is the new version's part of the traffic, above 0 % and at most 100 %, as 10 %",
      ])
    refuse(
      "warm_up: 10m\nwindow: 1ms\nstages: [{for: 10m}, {for: 1h}]\nobjectives: [error_rate < 2 %]\n",
      [
        "g.yml:3:10: this stage is over before its warm-up ('warm_up') is",
        "g.yml:3:22: this stage has more than 100000 windows ('window')",
      ])
  }

  // MARK: Objectives

  @Test func metrics() {
    refuse(objective: "eror_rate < 2 %", "4: nothing is measured by the name 'eror_rate'; did you mean 'error_rate'?")
    refuse(
      objective: "apdex > 0.9",
      "4: nothing is measured by the name 'apdex'; there are error_rate, unfinished_rate, throughput, p95 (any "
        + "percentile), ratio(…) and findings(…)")
    refuse(objective: "p0 < 300 ms", "4: p0 is no percentile: it must be above p0 and below p100")
    refuse(objective: "p100 < 300 ms", "4: p100 is no percentile: it must be above p0 and below p100")
    refuse(
      objective: "p999 < 300 ms", "4: p999 is no percentile: it must be above p0 and below p100; did you mean p99.9?")
    refuse(
      objective: "'p95() < 300 ms'",
      "9: the name of a field is missing: `p95(db_ms) < 100 ms`; without one leave the parentheses out")
    refuse(
      objective: "error_rate(/api) < 2 %",
      "15: error_rate cannot have anything in parentheses; write `where:` beside it")
    refuse(
      objective: "findings(high) = 0",
      "13: findings(…) needs the mildest severity that counts: `findings(P1) = 0` is about P0 and P1")
    refuse(objective: "ratio() < 1 %", "10: ratio(…) needs a condition on requests: `ratio(status = 429) < 1 %`")
    refuse(objective: "ratio(status = 429 < 1 %", "9: this `(` is never closed")
    refuse(objective: "< 2 %", "4: an objective begins with what is measured: `error_rate < 2 %`, `p95 < 300 ms`")
    refuse(objective: "[p95]", "4: an objective is a text as `error_rate < 2 %`, not a list")
  }

  @Test func comparisons() {
    refuse(
      objective: "error_rate 2 %",
      "15: a comparison (<, <=, >, >=) is missing here: `error_rate < 2 %`, `p95 < 300 ms`")
    refuse(objective: "error_rate = 2 %", "17: an exact value is never proven: write `<` or `>`")
    refuse(objective: "error_rate <", "16: the limit is missing after `<`: `error_rate < 2 %`, `p95 < 300 ms`")
    refuse(objective: "findings(P1) = 3", "19: `=` is for none at all (`= 0`); write `<= 3`")
    refuse(objective: "findings(P1) > 3", "19: findings are limited from above: `= 0` or `< 3`")
  }

  @Test func limits() {
    refuse(objective: "p95 < 300", "10: the limit of a duration is given with its unit, as 300 ms; '300' is not")
    refuse(
      objective: "p95 < fast", "10: the limit of a duration is given with its unit, as 300 ms or 1.5s; 'fast' is not")
    refuse(
      objective: "p95(db_ms) < 100", "17: db_ms is a duration by its name: give the limit its unit, as 100 ms")
    refuse(objective: "error_rate < 0.02", "17: the limit of a share is given in percent, as 2 %; '0.02' is not")
    refuse(
      objective: "error_rate < 0 %",
      "17: a share under 0 % is never proven, however many requests there are; give a small limit, as 0.1 %")
    refuse(objective: "error_rate < 100 %", "17: a share is always 100 % or less: give a limit below it")
    refuse(
      objective: "ratio(status < 400) > 100 %",
      "26: a share over 100 % is never proven; give a limit below it, as 99.9 %")
    refuse(objective: "throughput > 5", "17: the limit of throughput is given as 5/s or 300/min; '5' is not")
    refuse(objective: "throughput > 0/s", "17: the limit is above 0")
    refuse(objective: "findings(P1) <= few", "20: the limit of findings is a whole number; 'few' is not")
  }

  @Test func conditions() {
    #expect(
      problems(Self.head + "objectives:\n - ratio(statsu = ) < 1 %\n").first?.hasPrefix("g.yml:4:") == true)
    let wrong = problems(Self.head + "objectives:\n - {objective: p95 < 1s, where: 'status >', by: version}\n")
    #expect(wrong.count == 2 && wrong[0].hasPrefix("g.yml:4:") && wrong[0].contains("'where': "))
    #expect(wrong[1] == "g.yml:4:49: 'by' is route or instance; nothing else can be judged separately")
    refuse(
      Self.head + "objectives:\n - {objective: findings(P1) = 0, where: status < 400}\n",
      ["g.yml:4:16: findings are not requests: they cannot have a 'where'"])
    let many = (0..<17).map { " - ratio(status = \(400 + $0)) < 1 %\n" }.joined()
    refuse(
      Self.head + "objectives:\n" + many,
      ["g.yml:4:2: there are 17 conditions ('where' and ratio(…)); 16 at most"])
  }

  @Test func parts() throws {
    let gate = try GateReader.read(
      Array(
        (Self.head
          + "silence: allowed\nobjectives:\n - {objective: p95 < 1s, per: instance}\n - {objective: p95 < 2s, per: route}\n"
          + " - {objective: unfinished_rate < 1 %, by: route}\n - p95 < 3s\n").utf8), path: "g.yml")
    #expect(gate.objectives.map(\.per) == [.instance, .route, .route, nil] && gate.allowsSilence)
    for (wrong, problem) in [
      (
        "{objective: findings(P1) = 0, per: instance}", "findings are not requests: they cannot be judged by instance"
      ),
      ("{objective: unfinished_rate < 1 %, per: instance}", "a request without an end names no instance"),
      (
        "{objective: p95 < 1s, per: instnace}",
        "'per' is route or instance; nothing else can be judged separately; did you mean instance?"
      ),
      ("{objective: p95 < 1s, per: [route]}", "'per' is route or instance; nothing else can be judged separately"),
      ("{objective: p95 < 1s, per: route, by: route}", "'by' is another word for 'per': give one of them"),
    ] {
      let found = problems(Self.head + "objectives:\n - \(wrong)\n")
      #expect(found.count == 1 && found[0].hasSuffix(problem), "\(found)")
    }
    for value in ["yes", "[]", "5m"] {
      let found = problems(Self.head + "silence: \(value)\nobjectives: [p95 < 1s]\n")
      #expect(
        found.count == 1
          && found[0].hasSuffix("'silence' is inconclusive (traffic that stops does not pass) or allowed"))
    }
  }

  @Test func baselines() {
    refuse(
      Self.head + "objectives: [p95 < 1.2 * baseline]\n",
      [
        "g.yml:1:1: 'p95 < 1.2 * baseline' compares with a baseline, and there is none: give 'baseline' as {span: 10m}, "
          + "{log: before.log} or version"
      ])
    refuse(
      Self.head + "objectives: [p95 < 1.2 * baseline]\nbaseline: absolute\n",
      [
        "g.yml:4:11: 'p95 < 1.2 * baseline' compares with a baseline, and there is none: give 'baseline' as {span: 10m}, "
          + "{log: before.log} or version"
      ])
    refuse(
      Self.head + "objectives: [p95 < 1s]\nbaseline: verison\n",
      [
        "g.yml:4:11: 'baseline' is absolute, version, {span: 10m} or {log: before.log}; 'verison' is not; "
          + "did you mean 'version'?"
      ])
    refuse(
      Self.head + "objectives: [p95 < 1s]\nbaseline: version\n",
      ["g.yml:4:11: 'baseline: version' needs 'version_field': the field that names a request's version"])
    refuse(
      Self.head + "objectives: [p95 < 1s]\nbaseline: {span: 10m, log: x}\n",
      ["g.yml:4:11: 'baseline' is absolute, version, {span: 10m} or {log: before.log}"])
    refuse(
      Self.head + "objectives: [throughput > 0.8 * baseline]\nversion_field: v\nbaseline: version\n",
      [
        "g.yml:5:11: 'throughput > 0.8 * baseline' is about the whole service: it has no other version to compare with; "
          + "use {span: 10m}"
      ])
    let head = Self.head + "baseline: {span: 10m}\nobjectives:\n - "
    refuse(
      head + "p95 < two * baseline\n",
      ["g.yml:5:10: before `baseline` there must be a number above 0 and `*`: `1.2 * baseline`"])
    refuse(
      head + "error_rate < baseline * 2\n",
      ["g.yml:5:26: after `baseline` there must be `+` or `-` and a value: `baseline + 1 %`"])
    refuse(
      head + "error_rate < baseline + 1\n", ["g.yml:5:28: the limit of a share is given in percent, as 2 %; '1' is not"]
    )
  }

  // MARK: What is right

  @Test func theReadyGates() throws {
    for name in ["rollout", "quick", "relative"] {
      let gate = try GateReader.read(path: Self.package + "/rules/gates/\(name).yml")
      #expect(gate.name == name && !gate.stages.isEmpty && !gate.objectives.isEmpty)
    }
  }

  /// The example of docs/gates.md.
  @Test func theGateOfThePage() throws {
    let page = String(decoding: try readFile(Self.package + "/docs/gates.md"), as: UTF8.self)
    let text = try #require(page.firstMatch(of: /```yaml\n((?s:.*?))```/)?.1)
    let gate = try GateReader.read(Array(text.utf8), path: "docs/gates.md")
    #expect(gate.stages.count == 3 && gate.objectives.count == 7 && gate.fieldNames == ["db_ms"])
  }

  private static let package =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")

  @Test func everyKey() throws {
    let text = """
      name: all
      window: 5s
      warm_up: 0s
      min_requests: 50
      consecutive_failures: 2
      unfinished_after: 1m
      confidence: 99 %
      version_field: version
      version: v2
      baseline: {span: 10m}
      stages:
        - {share: 10%, for: 10m}
        - {name: rest, for: 1h}
      objectives:
        - error_rate <= 2 %
        - {objective: 'p99.9(db_ms) < 100 ms', where: 'route = "GET /api/spots"', by: route}
        - p50(depth) < 3
        - throughput >= 300/min
        - ratio(path ~ "a(b)" and status in (429, 503)) < 1 %
        - p95 < 1.2 * baseline - 5 ms
        - findings(P1) = 0
      """
    let gate = try GateReader.read(Array(text.utf8), path: "g.yml")
    #expect(gate.window == 5_000_000_000 && gate.warmUp == 0 && gate.minimumRequests == 50)
    #expect(gate.consecutiveFailures == 2 && gate.unfinishedAfter == 60_000_000_000 && gate.confidence == 0.99)
    #expect(gate.versionField == "version" && gate.version == "v2" && gate.baseline == .span(600_000_000_000))
    #expect(
      gate.stages == [
        .init(name: "10%", share: 0.1, duration: 600_000_000_000), .init(name: "rest", duration: 3_600_000_000_000),
      ])
    #expect(
      gate.requestConditions.map(\.source) == [
        "route = \"GET /api/spots\"", "path ~ \"a(b)\" and status in (429, 503)",
      ])
    #expect(gate.fields == [.init(name: "db_ms", isDuration: true), .init(name: "depth", isDuration: false)])
    #expect(gate.objectives.map { $0.per == .route } == [false, true, false, false, false, false, false])
    #expect(gate.objectives.map(\.limit.offset) == [0.02, 100e6, 3_000, 5, 0.01, -5e6, 0])
    #expect(gate.objectives.map(\.limit.factor) == [0, 0, 0, 0, 0, 1.2, 0])
    #expect(gate.objectives.map(\.comparison.rawValue) == ["<=", "<", "<", ">=", "<", "<", "<="])
  }
}
