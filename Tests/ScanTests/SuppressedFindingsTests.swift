import LogSource
import Pipeline
import RulePack
import TestKit
import Testing
import TraceCore

/// What suppressions hide in a scan, and what they say.
struct SuppressedFindingsTests {
  private static let rules = """
    - id: hit
      pattern: 'needle (?<n>\\d)'
      group-by: [n]
    - id: burst
      correlation:
        type: event_count
        rules: [hit]
        group-by: [n]
        timespan: 1m
        condition: {gte: 2}
      generate: true
    - id: trace
      trace:
        where: 'count(message ~ needle) >= 1'
      group-by: [id]
    """

  private static let log =
    Log.text(0, "needle 1 user=ana", id: "a") + Log.text(1_000, "needle 1 user=bob", id: "b")
    + Log.text(2_000, "needle 2 user=ana", level: "ERROR", id: "c") + "  needle 2\n" + Log.text(90_000, "end", id: "d")

  /// What is found, and the findings and hits that each suppression hides.
  private func scan(_ suppressions: [(rule: String, expression: String?, expires: String)]) throws -> (
    found: [String], hidden: [[Int64]], notes: [String]
  ) {
    var text = "suppressions:\n"
    for entry in suppressions {
      text += "  - {rule: \(entry.rule), owner: ana, reason: known, expires: \(entry.expires)"
      text += entry.expression.map { ", where: '\($0)'}\n" } ?? "}\n"
    }
    let all = try Scan(Self.rules, suppressions: text).everywhere(.memory(Array(Self.log.utf8), name: "app.log"))
    let found = all.findings.map { "\($0.rule.id) \($0.group[0].value ?? "-") x\($0.count)" }.sorted()
    return (found, all.suppressed.map { [$0.findings, $0.hits] }, all.notes)
  }

  private static let all = [
    "burst 1 x2", "burst 2 x2", "hit 1 x2", "hit 2 x2", "trace a x1", "trace b x1", "trace c x1",
  ]

  @Test func none() throws {
    #expect(try scan([("hit", "user = nobody", "2027-01-31")]).found == Self.all)
  }

  @Test func lineRules() throws {
    let whole = try scan([("hit", nil, "2027-01-31")])
    #expect(whole.found == Self.all.filter { !$0.hasPrefix("hit") } && whole.hidden == [[2, 4]] && whole.notes.isEmpty)
    // Each hit by itself, also behind the record that has the field.
    let ana = try scan([("hit", "user = ana", "2027-01-31")])
    #expect(
      ana.found == Self.all.filter { !$0.hasPrefix("hit") } + ["hit 1 x1"].sorted() || ana.found.contains("hit 1 x1"))
    #expect(!ana.found.contains { $0.hasPrefix("hit 2") } && ana.hidden == [[2, 3]])
    let capture = try scan([("hit", "n = 2 and level >= error", "2027-01-31")])
    #expect(capture.found == Self.all.filter { $0 != "hit 2 x2" } && capture.hidden == [[1, 2]])
  }

  @Test func correlations() throws {
    #expect(try scan([("burst", "n = 1", "2027-01-31")]).found == Self.all.filter { $0 != "burst 1 x2" })
    #expect(try scan([("burst", nil, "2027-01-31")]).found == Self.all.filter { !$0.hasPrefix("burst") })
    // Hiding a rule does not hide it from those that count it.
    #expect(try scan([("hit", nil, "2027-01-31")]).found.contains("burst 1 x2"))
  }

  @Test func traces() throws {
    let one = try scan([("trace", "level >= error", "2027-01-31")])
    #expect(one.found == Self.all.filter { $0 != "trace c x1" } && one.hidden == [[1, 1]])
    #expect(try scan([("trace", "id = a", "2027-01-31")]).found == Self.all.filter { $0 != "trace a x1" })
  }

  /// On event time: hits at and after the expiry are shown, and the reader is told that it has expired.
  @Test func expiry() throws {
    let expired = try scan([("hit", nil, "2026-11-23T06:00:01Z")])
    #expect(expired.found.contains("hit 1 x1") && expired.found.contains("hit 2 x2") && expired.hidden == [[1, 1]])
    #expect(expired.notes.count == 1 && expired.notes[0].contains("hit") && expired.notes[0].contains("expired"))
    let past = try scan([("hit", nil, "2026-11-22")])
    #expect(past.found == Self.all && past.hidden.isEmpty && past.notes.count == 1)
    // The last second of its day still counts.
    #expect(try scan([("hit", nil, "2026-11-23")]).notes.isEmpty)
  }

  /// Of two the first counts.
  @Test func twoOfARule() throws {
    let both = try scan([("hit", "n = 1", "2027-01-31"), ("hit", nil, "2027-01-31")])
    #expect(both.found == Self.all.filter { !$0.hasPrefix("hit") } && both.hidden == [[1, 2], [1, 2]])
  }
}
