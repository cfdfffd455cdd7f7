internal import Patterns
internal import TraceCore

/// What a rule's pattern costs on a piece of log: a measurement, which differs from run to run.
///
/// Whole lines are searched, which is about what a scan does for the lines that the prefilter points at.
package struct RuleCost: Sendable {
  package var rule: Rule
  /// How a scan finds the lines to search (`PrefilterMethod`).
  package var found: String
  package var isFoundEverywhere: Bool
  /// Lines of the text; lines on which the rule could hit; those on which its pattern matches.
  package var lines: Int
  package var candidates: Int
  package var matches: Int
  /// Lines on which PCRE2 gave up.
  package var givenUp: Int
  /// Nanoseconds of a search, of the average line and of the average candidate.
  package var perLine: Double
  package var perCandidate: Double
  /// Bytes of the text.
  package var bytes: Int

  /// Nanoseconds of PCRE2 for each megabyte of log, if every line were searched.
  package var perMegabyteAlone: Double { perLine * Double(lines) / max(Double(bytes), 1) * 1e6 }
  /// The same for the candidates alone: what a scan pays.
  package var perMegabyte: Double { perCandidate * Double(candidates) / max(Double(bytes), 1) * 1e6 }

  /// Searches are repeated until they took so long, in nanoseconds.
  private static let leastTime: Int64 = 2_000_000
  /// And stopped when they took this.
  private static let mostTime: Int64 = 300_000_000

  /// The costs of all rules with a pattern, the dearest first.
  ///
  /// - Parameters:
  ///   - text: lines; some MB.
  ///   - clock: nanoseconds of a clock that runs only forward.
  package static func measure(_ set: RuleSet, on text: [UInt8], clock: () -> Int64) -> [RuleCost] {
    let lines = RuleCost.lines(of: text)
    let prefilters = Dictionary(uniqueKeysWithValues: set.prefilterRules.map { ($0.index, $0) })
    var costs: [RuleCost] = []
    for (index, role) in set.roles.enumerated() {
      guard case .rule(let number) = role, let pattern = set.lineRules[index].pattern else { continue }
      let plan = prefilters[UInt32(index)].map { PrefilterPlan(rules: [$0]) }
      let found = candidates(plan, text, lines)
      let all = time(pattern, text, lines, clock)
      let few = found.count == lines.count ? all : time(pattern, text, found, clock)
      costs.append(
        RuleCost(
          rule: set.rules[number],
          found: plan?.methods.first?.description ?? "tried on every line: it is about a field",
          isFoundEverywhere: plan?.alwaysRules.isEmpty != true, lines: lines.count, candidates: found.count,
          matches: all.matches, givenUp: all.givenUp, perLine: all.average, perCandidate: few.average, bytes: text.count
        ))
    }
    return costs.enumerated().sorted { ($1.1.perMegabyte, $0.0) < ($0.1.perMegabyte, $1.0) }.map(\.1)
  }

  private static func lines(of text: [UInt8]) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var start = 0
    while start < text.count {
      let end = ByteSearch.first(0x0A, in: text.span, from: start, to: text.count) ?? text.count
      if end > start { lines.append(start..<end) }
      start = end + 1
    }
    return lines
  }

  /// Lines that a scan would search.
  private static func candidates(_ plan: PrefilterPlan?, _ text: [UInt8], _ lines: [Range<Int>]) -> [Range<Int>] {
    guard let plan, plan.alwaysRules.isEmpty else { return lines }
    var found: ContiguousArray<RuleCandidate> = []
    plan.makePrefilter().scan(text.span, into: &found)
    var candidates: [Range<Int>] = []
    var line = 0
    for candidate in found {
      while line < lines.count, lines[line].upperBound < Int(candidate.offset) { line += 1 }
      guard line < lines.count else { break }
      if candidates.last != lines[line] { candidates.append(lines[line]) }
    }
    return candidates
  }

  private struct Timing {
    var average = 0.0
    var matches = 0
    var givenUp = 0
  }

  /// The time of the fastest of several batches, which is the least disturbed by what else the machine does.
  private static func time(_ pattern: Regex, _ text: [UInt8], _ lines: [Range<Int>], _ clock: () -> Int64) -> Timing {
    var timing = Timing()
    guard !lines.isEmpty else { return timing }
    let scratch = MatchScratch()
    let begin = clock()
    let batch = max(256, lines.count / 4)
    var number = 0
    var best = Double.infinity
    repeat {
      let start = clock()
      var searched = 0
      repeat {
        let line = lines[number % lines.count]
        let result = pattern.firstMatch(in: text.span, from: line.lowerBound, to: line.upperBound, scratch: scratch)
        if number < lines.count {
          switch result {
          case .match: timing.matches += 1
          case .limitReached, .failure: timing.givenUp += 1
          case .noMatch: break
          }
        }
        number += 1
        searched += 1
      } while searched < batch && (searched & 63 != 0 || clock() - begin < mostTime)
      best = min(best, Double(clock() - start) / Double(searched))
      let now = clock() - begin
      if now > mostTime || (now > leastTime && number >= 3 * batch && number >= lines.count) { break }
    } while true
    timing.average = best
    return timing
  }
}
