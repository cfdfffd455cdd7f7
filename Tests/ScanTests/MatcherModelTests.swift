import LogSource
import Patterns
import RulePack
import TestKit
import Testing
import TraceCore

/// Counts of findings against a search that is written down in the plainest way: every rule on every text of every event.
struct MatcherModelTests {
  /// An event as the test composed it: what the log says of it is known without reading it.
  private struct Event {
    var level: String
    var logger: String
    var user: String?
    var lines: [String]
  }

  /// A rule, in words that the test can evaluate itself.
  private struct Rule {
    enum Target: String, CaseIterable { case text, message, logger, user }

    var target: Target
    var pattern: String?
    var keywords: [String]
    /// level >= error
    var errorsOnly: Bool
    /// has(user)
    var usersOnly: Bool

    func yaml(_ number: Int) -> String {
      func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
      var lines = ["- id: r\(number)", "  on: \(target.rawValue)"]
      if let pattern { lines.append("  pattern: \(quoted(pattern))") }
      if !keywords.isEmpty { lines.append("  keywords: [\(keywords.map(quoted).joined(separator: ", "))]") }
      let conditions = (errorsOnly ? ["level >= error"] : []) + (usersOnly ? ["has(user)"] : [])
      if !conditions.isEmpty { lines.append("  where: \(quoted(conditions.joined(separator: " and ")))") }
      return lines.joined(separator: "\n")
    }

    func count(_ events: [Event], _ scratch: MatchScratch) throws -> Int {
      let regex = try pattern.map { try Regex($0) }
      var count = 0
      for event in events {
        if errorsOnly && event.level != "ERROR" || usersOnly && event.user == nil { continue }
        let texts: [String] =
          switch target {
          case .text: event.lines
          case .message: [event.lines[0]]
          case .logger: [event.logger]
          case .user: event.user.map { [$0] } ?? []
          }
        for text in texts {
          let lower = text.lowercased()
          if !keywords.isEmpty && !keywords.contains(where: { lower.contains($0.lowercased()) }) { continue }
          if let regex {
            let bytes = Array(text.utf8)
            guard case .match = regex.firstMatch(in: bytes.span, from: 0, to: bytes.count, scratch: scratch) else {
              continue
            }
          }
          count += 1
        }
      }
      return count
    }
  }

  private static let words = [
    "needle", "needles", "Needle", "pin", "haystack", "time", "out", "error 17", "error", "x", "db.pool", "12", "a1b2",
    "(why)",
    "C:/tmp", "50%", "--", "aaa", "tick tock",
  ]
  private static let patterns = [
    "needle", "^needle", "needle$", "(?i)needle\\b", "\\bpin\\b", "error \\d+", "^\\s+at", "a{3}",
    "(?:time|tick) ?(?:out|tock)",
    "haystack.*pin", "\\d{2}", "[(]why[)]", "^[a-z]+$", "x", "^(?!.*needle).*error", "(\\w)\\1{2}", "50%", "^at$|^db",
  ]

  private static func sentence(_ random: inout SplitMix64) -> String {
    (0...random.below(4)).map { _ in words[random.below(words.count)] }.joined(separator: " ")
  }

  private static func events(_ random: inout SplitMix64, count: Int) -> [Event] {
    (0..<count).map { _ in
      var lines = [sentence(&random)]
      if random.below(4) == 0 { for _ in 0...random.below(3) { lines.append("  at " + sentence(&random)) } }
      return Event(
        level: ["INFO", "ERROR"][random.below(2)], logger: ["db.pool", "needle", "app"][random.below(3)],
        user: random.below(3) == 0 ? ["ana", "needle", "a1b2"][random.below(3)] : nil, lines: lines)
    }
  }

  private static func rules(_ random: inout SplitMix64) -> [Rule] {
    (0..<40).map { _ in
      let kind = random.below(4)
      let keywords = (0...random.below(2)).map { _ in ["NEEDLE", "error", "pin", "tock", "12"][random.below(5)] }
      return Rule(
        target: Rule.Target.allCases[random.below(8) % 4],
        pattern: kind == 0 ? nil : patterns[random.below(patterns.count)],
        keywords: kind < 2 ? keywords : [], errorsOnly: random.below(4) == 0, usersOnly: random.below(5) == 0)
    }
  }

  private static func log(_ events: [Event], json: Bool) -> String {
    events.enumerated().map { number, event in
      if json {
        // Several lines of a message, as one string.
        let user = event.user.map { #", "user": "\#($0)""# } ?? ""
        return Log.json(
          number, event.lines.joined(separator: "\n"), level: event.level.lowercased(), logger: event.logger, more: user
        )
      }
      // A pair stands in the message: so it does for the model.
      var lines = event.lines
      if let user = event.user { lines[0] += " user=\(user)" }
      return Log.text(number, lines.joined(separator: "\n"), level: event.level, logger: event.logger)
    }.joined()
  }

  @Test(arguments: 0..<6, [false, true]) func counts(seed: Int, json: Bool) throws {
    var random = SplitMix64(seed: UInt64(seed))
    var events = Self.events(&random, count: 120)
    let log = Self.log(events, json: json)
    if !json {
      for index in events.indices { events[index].lines[0] += events[index].user.map { " user=\($0)" } ?? "" }
    }
    // In JSON the message is all of the lines, and `on: message` sees them as one text.
    let rules = Self.rules(&random).filter { !json || $0.target != .message }
    let scratch = MatchScratch()
    let expected = try rules.map { try $0.count(events, scratch) }
    var scan = try Scan(rules.enumerated().map { $0.element.yaml($0.offset) }.joined(separator: "\n"))
    for (mode, way) in zip([PrefilterPlan.Mode.automatic, .literals, .none], [Way.all[0], Way.all[7], Way.all[4]]) {
      scan.mode = mode
      let found = try scan.result(.memory(Array(log.utf8), name: "app.log"), way).findings
      let counts = rules.indices.map { number in
        Int(found.filter { $0.rule.id == "r\(number)" }.reduce(0) { $0 + $1.count })
      }
      for number in rules.indices {
        #expect(counts[number] == expected[number], "\(mode) \(rules[number].yaml(number))")
      }
    }
    #expect(expected.reduce(0, +) > 100)
  }
}
