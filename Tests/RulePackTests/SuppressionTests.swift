import Config
import TestKit
import Testing
import TraceCore

@testable import RulePack

/// Reading suppressions, and what they hide.
struct SuppressionTests {
  static func rule(_ id: String, _ condition: Rule.Condition = .trace(TraceCondition(sequence: []))) -> Rule {
    Rule(
      id: id, title: "", description: nil, severity: .p3, status: .stable, condition: condition, message: nil,
      groupBy: [],
      cooldown: Rule.usualCooldown, isSecret: false, runbook: nil, tags: [], falsePositives: [],
      samples: Rule.Samples(),
      pack: "p", path: "p.yml", line: 1, column: 1)
  }

  static let rules: [Rule] = [
    rule("http-slow-route", .line(LineCondition(target: .text, keywords: [], expression: nil, rule: LineRule()))),
    rule("db-pool", .line(LineCondition(target: .text, keywords: [], expression: nil, rule: LineRule()))),
    rule(
      "burst",
      .correlation(
        CorrelationCondition(
          kind: .eventCount, rules: ["db-pool"], groupBy: ["route", "user", "request_id"], timespan: 1,
          comparisons: [(.gte, 1)], field: nil, percentile: 0, generate: false, aliases: [:]))),
    rule("many-queries"),
  ]

  static func read(_ text: String) throws(ConfigurationProblems) -> [Suppression] {
    try SuppressionReader.read(Array(text.utf8), path: "s.yml", rules: rules)
  }

  static func one(_ rule: String, _ expression: String?, expires: String = "2027-01-31") throws -> Suppressions {
    Suppressions(
      try read(
        "suppressions:\n  - rule: \(rule)\n" + (expression.map { "    where: '\($0)'\n" } ?? "")
          + "    owner: ana\n    reason: because\n    expires: \(expires)\n"))
  }

  static func time(_ text: String) throws -> Int64 { try #require(OptionValue.time(text)) }

  @Test func readsTheExampleOfTheFormat() throws {
    let read = try SuppressionTests.read(
      """
      suppressions:
        - rule: http-slow-route
          where: 'route = "GET /reports"'     # optional
          owner: ana@example.org
          reason: the nightly export is slow by design
          expires: 2027-01-31
        - rule: db-pool
          owner: bob
          reason: known
          expires: 2027-01-31T18:30:00+01:00
      """)
    #expect(read.map(\.rule) == ["http-slow-route", "db-pool"])
    #expect(read[0].owner == "ana@example.org" && read[0].reason == "the nightly export is slow by design")
    #expect(read[0].expression?.source == #"route = "GET /reports""#)
    #expect(EventTime.rfc3339(read[0].expires) == "2027-02-01T00:00:00.000Z")
    #expect(EventTime.rfc3339(read[1].expires) == "2027-01-31T17:30:00.000Z")
    #expect(read.map(\.line) == [2, 7])
    #expect(try SuppressionTests.read("suppressions: []").isEmpty)
  }

  @Test(arguments: [
    ("", "1:1: there is nothing in this file"),
    ("suppress: []", "1:1: 'suppressions' is missing"),
    ("suppressions: {rule: x}", "1:15: 'suppressions' is a list"),
    ("suppressions:\n  - db-pool", "2:5: a suppression is a mapping"),
    ("suppressions:\n  - {owner: a, reason: b, expires: 2027-01-01}", "2:5: 'rule' is missing"),
    (
      "suppressions:\n  - rule: db-pol\n    owner: a\n    reason: b\n    expires: 2027-01-01",
      "2:11: there is no rule 'db-pol' among the rules loaded; did you mean 'db-pool'?"
    ),
    ("suppressions:\n  - rule: db-pool\n    reason: b\n    expires: 2027-01-01", "2:5: 'owner' is missing"),
    ("suppressions:\n  - rule: db-pool\n    owner: a\n    expires: 2027-01-01", "2:5: 'reason' is missing"),
    (
      "suppressions:\n  - rule: db-pool\n    owner: a\n    reason: ' '\n    expires: 2027-01-01",
      "4:13: 'reason' says why it may be hidden"
    ),
    ("suppressions:\n  - rule: db-pool\n    owner: a\n    reason: b", "2:5: 'expires' is missing"),
    (
      "suppressions:\n  - rule: db-pool\n    owner: a\n    reason: b\n    expires: never",
      "5:14: 'expires' is a date as 2027-01-31"
    ),
    (
      "suppressions:\n  - rule: db-pool\n    owner: a\n    reason: b\n    expires: 2027-02-30",
      "5:14: 'expires' is a date as 2027-01-31"
    ),
    (
      "suppressions:\n  - rule: db-pool\n    where: status >=\n    owner: a\n    reason: b\n    expires: 2027-01-01",
      "3:12: 'where':"
    ),
    (
      "suppressions:\n  - rule: db-pool\n    wher: a = 1\n    owner: a\n    reason: b\n    expires: 2027-01-01",
      "3:5: unknown key 'wher'; did you mean 'where'?"
    ),
    (
      "suppressions:\n  - rule: db-pool\n    where: line ~ x\n    owner: a\n    reason: b\n    expires: 2027-01-01",
      "3:12: 'where': a suppression does not see the whole line"
    ),
    (
      "suppressions:\n  - rule: burst\n    where: status = 500\n    owner: a\n    reason: b\n    expires: 2027-01-01",
      "3:12: 'where': status is not known of 'burst': of a correlation ask for its group-by fields (group-by: route, user,"
    ),
    (
      "suppressions:\n  - rule: many-queries\n    where: logger = x\n    owner: a\n    reason: b\n    expires: 2027-01-01",
      "3:12: 'where': logger is not known of 'many-queries'"
    ),
    ("suppressions:\n  - rule: [", "3:1: this is no YAML"),
  ])
  func mistakesAreToldAtTheirPlace(source: String, message: String) {
    do throws(ConfigurationProblems) {
      _ = try SuppressionTests.read(source)
      Issue.record("no problem told: \(source)")
    } catch {
      #expect(error.problems.map(\.description).contains { $0.hasPrefix("s.yml:" + message) }, "\(error.problems)")
    }
  }

  @Test func allMistakesAreToldAtOnce() {
    do throws(ConfigurationProblems) {
      _ = try SuppressionTests.read("suppressions:\n  - rule: x\n  - owner: a\n")
      Issue.record("no problem told")
    } catch {
      #expect(error.problems.count == 7, "\(error.problems)")
    }
  }

  @Test func hidesUntilItExpires() throws {
    let suppressions = try SuppressionTests.one("db-pool", nil)
    let end = try SuppressionTests.time("2027-02-01")
    #expect(suppressions.covers(ruleID: "db-pool", time: end - 1, fields: []) == 0)
    #expect(suppressions.covers(ruleID: "db-pool", time: end, fields: []) == nil)
    #expect(suppressions.covers(ruleID: "db-pool", time: EventTime.none, fields: []) == 0)
    #expect(suppressions.covers(ruleID: "http-slow-route", time: 0, fields: []) == nil)
    #expect(suppressions.expired(newest: end - 1).isEmpty && suppressions.expired(newest: EventTime.none).isEmpty)
    #expect(suppressions.expired(newest: end).map(\.rule) == ["db-pool"])
  }

  static let fields: [(name: String, value: String?)] = [
    ("status", "503"), ("route", "GET /reports/{id}"), ("duration", "812.5ms"), ("level", "error"), ("method", "GET"),
    ("path", "/reports/7"), ("logger", "api.access"), ("message", "request \"finished\"\u{1}"), ("id", "1f0c"),
    ("user", "ana"), ("wait_ms", "300"), ("size", "10MB"), ("cpu_percent", "2.5"), ("code", "200"), ("gone", nil),
  ]

  @Test(arguments: [
    ("status >= 500", true), ("status in (4xx)", false), (#"route = "GET /reports/{id}""#, true),
    (#"route = "/reports/{id}""#, true), ("duration > 800ms and duration < 1s", true), ("duration < 800ms", false),
    ("level >= warning", true), ("level = critical", false), ("method = GET", true), (#"path ~ "^/reports""#, true),
    ("logger = api.access", true), (#"message ~ "finished""#, true), ("id = 1f0c", true), ("request_id = 1f0c", true),
    ("user = ana", true), ("User != bob", true), ("wait_ms >= 250ms", true), ("size > 9MB", true),
    ("cpu_percent < 2 %", false), ("code = 200 and status = 503", true), ("has(user)", true), ("has(gone)", false),
    ("not (gone = 1)", false), ("time >= 2026-11-23", true), ("time < 2026-11-23", false),
    ("gone = 1 or user in (ana, bob)", true),
  ])
  func expressionsSeeTheValuesOfAHit(expression: String, hides: Bool) throws {
    let suppressions = try SuppressionTests.one("db-pool", expression)
    let time = try SuppressionTests.time("2026-11-23T06:50:00Z")
    #expect((suppressions.covers(ruleID: "db-pool", time: time, fields: SuppressionTests.fields) == 0) == hides)
  }

  @Test func namesWhatItNeeds() throws {
    let suppressions = try SuppressionTests.one(
      "db-pool", #"user = a and status > 1 and trace_id ~ "x" and time > 2026-01-01 or User = b"#)
    #expect(suppressions.fieldsNeeded(byRule: "db-pool") == ["status", "id", "user"])
    #expect(suppressions.fieldsNeeded(byRule: "burst") == [] && !suppressions.concern(ruleID: "burst"))
    // What it is not given is unknown, so the hit is shown.
    #expect(suppressions.covers(ruleID: "db-pool", time: 0, fields: []) == nil)
  }

  @Test func theFirstThatHoldsCounts() throws {
    let suppressions = Suppressions(
      try SuppressionTests.read(
        """
        suppressions:
          - {rule: db-pool, where: 'user = bob', owner: a, reason: b, expires: 2027-01-01}
          - {rule: db-pool, owner: a, reason: b, expires: 2026-01-01}
          - {rule: db-pool, where: 'user = ana', owner: a, reason: b, expires: 2027-01-01}
          - {rule: db-pool, owner: a, reason: b, expires: 2027-01-01}
        """))
    let time = try SuppressionTests.time("2026-06-01")
    #expect(suppressions.covers(ruleID: "db-pool", time: time, fields: [("user", "ana")]) == 2)
    #expect(suppressions.covers(ruleID: "db-pool", time: time, fields: [("user", "eve")]) == 3)
    #expect(suppressions.covers(ruleID: "db-pool", time: 0, fields: [("user", "eve")]) == 1)
  }

  @Test func correlationsAreSuppressedByTheirGroup() throws {
    let suppressions = try SuppressionTests.one("burst", #"route = "GET /x" and not (user = ana) and id = 7"#)
    #expect(
      suppressions.covers(
        ruleID: "burst", time: 0, fields: [("route", "GET /x"), ("user", "bob"), ("request_id", "7")])
        == 0)
    #expect(
      suppressions.covers(
        ruleID: "burst", time: 0, fields: [("route", "GET /x"), ("user", "ana"), ("request_id", "7")])
        == nil)
  }
}
