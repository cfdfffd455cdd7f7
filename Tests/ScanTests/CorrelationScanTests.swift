import LogSource
import RulePack
import TestKit
import Testing
import TraceCore

/// Correlations in a scan: which hits they count, and whose findings are raised.
struct CorrelationScanTests {
  private static func rules(generate: Bool?) -> String {
    """
    - id: login-failed
      pattern: 'failed for (?<user>\\w+)'
    - id: login-ok
      pattern: 'welcome (?<user>\\w+)'
    - id: burst
      correlation:
        type: event_count
        rules: [login-failed]
        group-by: [user]
        timespan: 10s
        condition: {gte: 3}
      message: '{count} failures of {user}'
      \(generate.map { "generate: \($0)" } ?? "tags: []")
    - id: broken-in
      correlation:
        type: temporal_ordered
        rules: [login-failed, login-ok]
        group-by: [user]
        timespan: 10s
    """
  }

  private static let log =
    (0..<4).map { Log.text($0 * 1_000, "failed for ana", id: "r\($0)") }.joined() + Log.text(4_000, "failed for bob")
    + Log.text(5_000, "welcome ana", id: "w") + Log.text(6_000, "welcome bob")

  @Test func generate() throws {
    for generate in [nil, false] {
      let found = try Scan(Self.rules(generate: generate)).everywhere(Self.log)
      #expect(Scan.ids(found) == ["broken-in", "burst"])
    }
    // Of two correlations the other still keeps what it names to itself.
    let both = try Scan(Self.rules(generate: true)).everywhere(Self.log)
    #expect(Scan.ids(both) == ["broken-in", "burst"])
    let alone = Self.rules(generate: true).components(before: "- id: broken-in")
    #expect(try Scan.ids(Scan(alone).everywhere(Self.log)) == ["burst", "login-failed", "login-ok"])
  }

  @Test func evidence() throws {
    let found = try Scan(Self.rules(generate: nil)).everywhere(Self.log)
    let burst = try #require(found.first { $0.rule.id == "burst" })
    #expect(burst.message == "3 failures of ana" && burst.count == 4)
    #expect(burst.first == Log.time(0) && burst.last == Log.time(3_000))
    #expect(burst.example?.line == 3 && burst.group.map(\.value) == ["ana"])
    #expect(found.filter { $0.rule.id == "broken-in" }.map { $0.group[0].value } == ["ana", "bob"])
  }

  /// A rule that is named twice is two steps: two failures, then a success.
  @Test func aRuleNamedTwice() throws {
    func rules(_ steps: String) -> String {
      """
      - id: failed
        pattern: 'failed for (?<user>\\w+)'
      - id: ok
        pattern: 'welcome (?<user>\\w+)'
      - id: broken-in
        correlation:
          type: temporal_ordered
          rules: [\(steps)]
          group-by: [user]
          timespan: 10s
      """
    }
    let log =
      Log.text(0, "failed for ana") + Log.text(100, "failed for bob") + Log.text(200, "failed for ana")
      + Log.text(300, "welcome bob") + Log.text(400, "welcome ana") + Log.text(500, "failed for ana")
    for (steps, users) in [
      ("failed, failed, ok", ["ana"]), ("failed, ok", ["bob", "ana"]), ("failed, ok, failed", ["ana"]),
      ("ok, ok", []),
    ] {
      let found = try Scan(rules(steps)).everywhere(log)
      #expect(found.filter { $0.rule.id == "broken-in" }.map { $0.group[0].value } == users, "\(steps)")
    }
  }

  /// Values of hits that go on with a record from another block.
  @Test func hitsBehindARecord() throws {
    let rules = """
      - id: cause
        pattern: '^\\w+Error: '
        where: 'user = ana'
      - id: many
        correlation:
          type: value_count
          rules: [cause]
          group-by: [logger]
          timespan: 1m
          condition: {field: request_id, gte: 3}
      """
    let log = (0..<5).map {
      Log.text($0 * 100, "failed user=\($0 == 1 ? "bob" : "ana")", level: "ERROR", logger: "db", id: "r\($0)")
        + "Traceback (most recent call last):\n  File \"a.py\"\nKeyError: 1\n"
    }.joined()
    let found = try Scan(rules).everywhere(log)
    #expect(found.map { $0.group[0].value } == ["db"])
    #expect(found.map(\.first) == [Log.time(0)] && found.map(\.count) == [4])
  }

  /// Events of one trace; hits without an id, or without a value of the group, form no group.
  @Test func withoutAGroup() throws {
    let rules = """
      - id: hit
        pattern: 'needle'
      - id: pair
        correlation:
          type: event_count
          rules: [hit]
          group-by: [request_id]
          timespan: 1m
          condition: {gte: 2}
      """
    let log =
      Log.text(0, "needle") + Log.text(1, "needle") + Log.text(2, "needle", id: "a") + Log.text(3, "needle", id: "b")
      + Log.text(4, "needle", id: "a") + "needle alone\nneedle alone\n"
    #expect(try Scan(rules).everywhere(log).map { $0.group[0].value } == ["a"])
  }
}

extension String {
  /// What stands before `mark`.
  fileprivate func components(before mark: String) -> String {
    firstRange(of: mark).map { String(self[..<$0.lowerBound]) } ?? self
  }
}
