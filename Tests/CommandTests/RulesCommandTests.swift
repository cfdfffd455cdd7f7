import Foundation
import TestKit
import Testing

/// The commands of `skein rules`, as a person runs them.
@Suite struct RulesCommandTests {
  private static let good = """
    pack: pools
    title: Pools
    rules:
      - id: pool-empty
        title: A pool is empty
        description: Somebody keeps its connections.
        severity: P1
        status: stable
        pattern: 'pool (?<name>\\w+) is empty'
        where: 'level >= warning'
        message: 'the pool {name} is empty'
        group-by: [name]
        cooldown: 1m
        samples:
          hit: ['2026-11-23 06:50:48,101 ERROR [db] [a1] pool main is empty']
          miss: ['2026-11-23 06:50:48,101 ERROR [db] [a1] pool main is full']
      - id: never
        title: What never is
        severity: P3
        status: stable
        pattern: 'dragons at (?<place>\\w+)'
        message: '{place}'
        samples:
          hit: ['dragons at sea']
          miss: ['no dragons']

    """

  private static let log = """
    2026-11-23 06:00:00,000 ERROR [db] [a1] pool main is empty
    2026-11-23 06:00:10,000 ERROR [db] [a2] pool main is empty
    2026-11-23 06:00:20,000 ERROR [db] [a3] pool side is empty
    2026-11-23 07:00:00,000 ERROR [db] [a4] pool main is empty
    2026-11-23 08:00:00,000 INFO [db] [a5] pool main is fine

    """

  private func folder(_ rules: String = good) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.file("pools.yml", Array(rules.utf8))
    _ = try folder.file("app.log", Array(Self.log.utf8))
    return folder
  }

  /// Runs skein beside a file of rules and the log.
  private func run(
    _ arguments: [String], rules: String = good, input: [UInt8]? = nil
  ) throws -> SkeinBinary.Outcome {
    let folder = try folder(rules)
    return try withExtendedLifetime(folder) { try SkeinBinary.run(arguments, in: folder.path, input: input) }
  }

  private func json(_ outcome: SkeinBinary.Outcome) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  private func remarks(_ rules: String, _ exitCode: Int32, strict: Bool = false) throws -> [String] {
    let outcome = try run(["rules", "lint", "--json", "pools.yml"] + (strict ? ["--strict"] : []), rules: rules)
    #expect(outcome.exitCode == exitCode, "\(outcome.errors)\(outcome.output)")
    let found = try #require(try json(outcome)["remarks"] as? [[String: Any]])
    return try found.map { remark in
      let level = try #require(remark["level"] as? String)
      let check = try #require(remark["check"] as? String)
      return "\(remark["line"] ?? 0):\(remark["column"] ?? 0) \(level) \(check)"
    }
  }

  // MARK: lint and list

  @Test func lintIsQuietAboutGoodRules() throws {
    #expect(try remarks(Self.good, 0) == [])
    let text = try run(["rules", "lint", "pools.yml"])
    #expect(text.output == "2 rules, 4 samples: nothing to remark\n")
  }

  @Test func lintNamesEachWeakness() throws {
    let weak = Self.good
      .replacingOccurrences(of: #"'dragons at (?<place>\w+)'"#, with: #"'.*dragons at (?<place>(?:\w+\s?)*)$'"#)
      .replacingOccurrences(of: "'{place}'", with: "'{plase}'")
      .replacingOccurrences(of: "['no dragons']", with: "['dragons at home']")
    let found = try remarks(weak, 1)
    #expect(
      found == [
        "17:5 warning near-miss", "21:14 warning unused-group", "21:14 warning leading-anything",
        "21:14 warning backtracking", "25:14 error sample",
      ])
  }

  @Test func warningsAloneFailOnlyUnderStrict() throws {
    let weak = Self.good.replacingOccurrences(of: "P1", with: "P0").replacingOccurrences(
      of: "stable", with: "experimental")
    #expect(try remarks(weak, 0) == ["4:5 warning experimental-page"])
    #expect(try remarks(weak, 1, strict: true) == ["4:5 warning experimental-page"])
  }

  @Test func rulesThatDoNotLoad() throws {
    let broken = Self.good.replacingOccurrences(of: "severity: P1", with: "severity: high")
    #expect(try remarks(broken, 64) == ["7:15 error format"])
  }

  @Test func listNamesTheRules() throws {
    let outcome = try run(["rules", "list", "pools.yml"])
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.contains("pool-empty") && outcome.output.contains("A pool is empty"))
    let builtIn = try run(["rules", "list", "--json"])
    let rules = try #require(try json(builtIn)["rules"] as? [[String: Any]])
    #expect(rules.contains { $0["rule"] as? String == "http-5xx" })
  }

  // MARK: explain

  private func explain(_ line: String, _ exitCode: Int32) throws -> String {
    let arguments = ["rules", "explain", "--rules", "pools.yml", "--packs", "none", "pool-empty", line]
    let outcome = try run(arguments)
    #expect(outcome.exitCode == exitCode, "\(outcome.errors)")
    return outcome.output
  }

  @Test func explainsAMatch() throws {
    let output = try explain("2026-11-23 06:50:48,101 ERROR [db] [a1] the pool main is empty", 0)
    #expect(
      output.contains(
        """
            message: the pool main is empty
                         ^^^^^^^^^^^^^^^^^^
        """))
    #expect(output.contains("name = main"))
    #expect(output.contains("a finding: the pool main is empty"))
  }

  @Test func explainsHowFarAPatternGets() throws {
    let output = try explain("2026-11-23 06:50:48,101 ERROR [db] [a1] the pool main is emptied", 1)
    #expect(output.contains(#"up to here it does  pool (?<name>\w+) is empt"#))
    #expect(output.contains("and then not        y\n"))
  }

  @Test func explainsConditions() throws {
    let output = try explain("2026-11-23 06:50:48,101 INFO [db] [a1] pool main is empty", 1)
    #expect(output.contains("no       level >= warning  level is info"))
    let unknown = try explain("pool main is empty", 1)
    #expect(unknown.contains("no layout fits"))
    #expect(unknown.contains("unknown  level >= warning  the record has no level"))
  }

  @Test func explainReadsStandardInput() throws {
    let outcome = try run(
      ["rules", "explain", "--rules", "pools.yml", "--json", "pool-empty", "-"], input: Array(Self.log.utf8))
    let records = try #require(try json(outcome)["records"] as? [[String: Any]])
    let holds = records.map { record in ((record["parts"] as? [[String: Any]])?.first?["holds"] as? Bool) ?? false }
    #expect(holds == [true, true, true, true, false])
    #expect(try json(outcome)["findings"] as? [String] != [])
  }

  @Test func explainSuggestsAnID() throws {
    let outcome = try run(["rules", "explain", "http-5x", "line"])
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.contains("did you mean 'http-5xx'?"))
  }

  // MARK: backtest and bench

  @Test func backtestCountsFindingsAnHour() throws {
    let outcome = try run(["rules", "backtest", "pools.yml", "app.log", "--json"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let object = try json(outcome)
    #expect(object["hours"] as? Double == 2)
    let rules = try #require(object["rules"] as? [[String: Any]])
    let first = try #require(rules.first)
    #expect(first["rule"] as? String == "pool-empty")
    #expect(first["findings"] as? Int == 3)
    #expect(first["hits"] as? Int == 4)
    #expect(first["per_hour"] as? Double == 1.5)
    let groups = try #require(first["groups"] as? [[String: Any]])
    #expect(groups.map { $0["findings"] as? Int } == [2, 1])
    #expect((groups.first?["group"] as? [String: String]) == ["name": "main"])
    #expect(rules.last?["findings"] as? Int == 0)
  }

  @Test func backtestTakesRulesFirst() throws {
    for (pack, part) in [("app.log", "name the rules first"), ("htpp", "did you mean 'http'?")] {
      let outcome = try run(["rules", "backtest", pack, "app.log"])
      #expect(outcome.exitCode == 64)
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
    }
  }

  @Test func benchNamesDeadRules() throws {
    let outcome = try run(["rules", "bench", "pools.yml", "--log", "app.log", "--json"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let object = try json(outcome)
    #expect(object["dead"] as? [String] == ["never"])
    let costs = try #require(object["costs"] as? [[String: Any]])
    let matches = Dictionary(
      uniqueKeysWithValues: costs.map { ($0["rule"] as? String ?? "", $0["matches"] as? Int ?? -1) })
    #expect(matches == ["pool-empty": 4, "never": 0])
    let alone = try run(["rules", "bench", "pools.yml"])
    #expect(alone.output.contains("no pattern backtracks badly"))
  }
}
