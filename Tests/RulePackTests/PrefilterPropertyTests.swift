import Patterns
import TestKit
import Testing
import TraceCore

@testable import RulePack

/// Where PCRE2 finds a match on a line, every prefilter names the rule on that line, or has it among those that are always
/// tried.
struct PrefilterPropertyTests {
  private struct Rule {
    var made: RandomPattern.Made
    var regex: Regex
  }

  private static func rules(_ count: Int, _ source: inout RandomPattern) -> [Rule] {
    let options: [PatternOptions] = [
      [], [], [], .caseless, .caseless, .dotAll, .extended, [.caseless, .multiline], .literal, .bytes,
      [.bytes, .caseless],
    ]
    var rules: [Rule] = []
    while rules.count < count {
      let made = source.next()
      let options = options[source.random.below(options.count)]
      // What PCRE2 refuses is no pattern.
      guard let regex = try? Regex(made.pattern, options: options) else { continue }
      rules.append(Rule(made: made, regex: regex))
    }
    return rules
  }

  /// The lines of a block as ranges.
  private static func lines(_ block: [UInt8]) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var start = 0
    for (index, byte) in block.enumerated() where byte == 0x0A {
      lines.append(start..<index)
      start = index + 1
    }
    lines.append(start..<block.count)
    return lines
  }

  private static let modes: [PrefilterPlan.Mode] = [.automatic, .literals, .none]

  @Test(arguments: 0..<8)
  func everyMatchIsACandidate(seed: Int) {
    var source = RandomPattern(seed: UInt64(seed))
    let scratch = MatchScratch()
    var matches = 0
    var seen = 0
    for _ in 0..<3 {
      let rules = Self.rules(20, &source)
      let plans = Self.modes.map { mode in
        PrefilterPlan(
          rules: rules.indices.map {
            PrefilterRule(index: UInt32($0 + 7), pattern: rules[$0].made.pattern, options: rules[$0].regex.options)
          }, mode: mode)
      }
      var block: [UInt8] = []
      for rule in rules {
        for sample in rule.made.samples { block += source.line(around: sample) + [0x0A] }
      }
      let lines = Self.lines(block)
      for plan in plans {
        var candidates: ContiguousArray<RuleCandidate> = []
        plan.makePrefilter().scan(block.span, into: &candidates)
        #expect(zip(candidates, candidates.dropFirst()).allSatisfy { $0.offset <= $1.offset })
        for (number, rule) in rules.enumerated() {
          let isAlways = plan.alwaysRules.contains(number + 7)
          let offsets = candidates.filter { $0.rule == number + 7 }.map { Int($0.offset) }
          for line in lines {
            let result = rule.regex.firstMatch(
              in: block.span, from: line.lowerBound, to: line.upperBound, scratch: scratch)
            guard case .match = result else { continue }
            matches += 1
            if isAlways { continue }
            seen += 1
            #expect(
              offsets.contains { line.contains($0) },
              """
              \(rule.made.pattern) with \(rule.regex.options), \(plan.methods[number]), on \
              \(String(decoding: block[line], as: UTF8.self).debugDescription)
              """)
          }
        }
      }
    }
    // It is not about nothing.
    #expect(matches > 500 && seen > 100)
  }

  /// Texts with line breaks in them, taken whole.
  @Test(arguments: 100..<104)
  func matchesAcrossLines(seed: Int) {
    var source = RandomPattern(seed: UInt64(seed))
    let scratch = MatchScratch()
    let rules = Self.rules(30, &source)
    let plan = PrefilterPlan(
      rules: rules.indices.map {
        PrefilterRule(
          index: UInt32($0), pattern: rules[$0].made.pattern, options: rules[$0].regex.options, acrossLines: true)
      })
    let prefilter = plan.makePrefilter()
    var seen = 0
    for _ in 0..<3 {
      for rule in rules {
        for sample in rule.made.samples {
          var text = source.line(around: sample)
          for _ in 0..<3 { text.insert(0x0A, at: source.random.below(text.count + 1)) }
          var candidates: ContiguousArray<RuleCandidate> = []
          prefilter.scan(text.span, into: &candidates)
          let found = Set(candidates.map(\.rule) + plan.alwaysRules.map { UInt32($0) })
          for (number, rule) in rules.enumerated() where !found.contains(UInt32(number)) {
            let result = rule.regex.firstMatch(in: text.span, from: 0, to: text.count, scratch: scratch)
            guard case .match = result else { continue }
            Issue.record("\(rule.made.pattern), \(plan.methods[number]), on \(text)")
          }
          seen += candidates.count
        }
      }
    }
    #expect(seen > 100)
  }
}
