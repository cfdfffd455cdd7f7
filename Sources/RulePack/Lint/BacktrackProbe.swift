internal import Patterns
internal import TraceCore

/// Finds out whether a pattern can be sent back and forth by a text made for it, by running it on such texts.
///
/// The texts come from the pattern (`AttackFinder`), the answer from PCRE2: the fewest steps that it needs to come to a
/// result, for texts that grow. Steps are counted by its interpreter, one search at one place, so the same pattern gives the
/// same answer on any machine. It proves what it reports; a pattern that it passes over may still have a text that it did
/// not think of. Takes under a millisecond for most patterns, up to a second for the worst.
package struct BacktrackProbe {
  /// How the steps grow with the text.
  package enum Growth: Int, Sendable, Comparable {
    case linear = 1, quadratic, cubic
    /// Faster than cubic.
    case exponential

    package static func < (a: Growth, b: Growth) -> Bool { a.rawValue < b.rawValue }

    package var name: String {
      switch self {
      case .linear: "linear"
      case .quadratic: "quadratic"
      case .cubic: "cubic"
      case .exponential: "exponential"
      }
    }
  }

  /// What the worst text does.
  package struct Report: Sendable, Equatable {
    package var growth: Growth
    /// What the pattern's author can do about it: one sentence without a full stop.
    package var advice: String
    /// The text: `prefix`, `pump` so many times as one likes, `suffix`.
    package var prefix: String
    package var pump: String
    package var suffix: String
    /// Steps and bytes of the longest text measured.
    package var steps: Int
    package var bytes: Int
    /// Bytes of the shortest text at which a scan gives the pattern up (`MatchLimits.standard`); nil: none up to
    /// `BacktrackProbe.longestText`.
    package var givenUpAt: Int?
    /// It is bad enough to be mended: not merely what any pattern with two `.*` does.
    package var isBad: Bool

    /// To compare reports: the worse has the more.
    package var weight: Int { (isBad ? 100 : 0) + growth.rawValue * 10 + (givenUpAt == nil ? 0 : 1) }
  }

  /// Bytes of the texts tried, at most.
  package static let longestText = 4096
  /// Steps are counted up to this.
  private static let mostSteps = 1 << 20

  private let interpreted: Regex
  private let compiled: Regex
  private let ladder = StepLadder(most: BacktrackProbe.mostSteps)
  private let scratch = MatchScratch()

  private init(_ pattern: String) throws(PatternError) {
    // What PCRE2 makes possessive by itself still reads its characters each time, but counts no steps for them.
    interpreted = try Regex("(*NO_AUTO_POSSESS)" + pattern, options: [.anchored, .interpreted])
    compiled = try Regex(pattern)
  }

  /// The worst that was found; nil where all texts tried take steps in proportion to their length, or the pattern is not
  /// valid.
  package static func report(_ pattern: String) -> Report? {
    let attacks = AttackFinder(PatternOutline(pattern)).attacks
    guard !attacks.isEmpty, let probe = try? BacktrackProbe(pattern) else { return nil }
    return probe.worst(of: attacks)
  }

  // MARK: Measuring

  private struct Measure {
    var growth: Growth
    var steps: Int
    var bytes: Int
  }

  private func worst(of attacks: [BacktrackAttack]) -> Report? {
    var worst: Report?
    for attack in attacks where looksBad(attack) {
      guard let measure = measure(attack), measure.growth > .linear else { continue }
      // Another text of the same kind says nothing new.
      if let worst, worst.isBad, worst.growth >= measure.growth, worst.givenUpAt != nil { continue }
      let report = report(attack, measure)
      if worst.map({ $0.weight < report.weight }) ?? true { worst = report }
      if report.isBad, report.growth == .exponential, report.givenUpAt != nil { break }
    }
    return worst
  }

  /// A look at two short texts, since most attacks come to nothing.
  private func looksBad(_ attack: BacktrackAttack) -> Bool {
    let count = min(attack.pump.utf8.count > 3 ? 16 : 32, attack.mostPumps ?? .max)
    let long = attack.text(count)
    guard let after = ladder.steps(interpreted, long) else { return true }
    guard after > 4 * long.count, let before = ladder.steps(interpreted, attack.text(count / 2)) else {
      return after > 64 * long.count
    }
    return after * 10 > before * 26 || after > 64 * long.count
  }

  private func measure(_ attack: BacktrackAttack) -> Measure? {
    let most = attack.pumps(inBytes: Self.longestText)
    var points: [(pumps: Int, steps: Int)] = []
    var isOver = false
    // 4, 6, 8, 12, 16, 24 …
    var pumps = 4
    while pumps <= most {
      guard let steps = ladder.steps(interpreted, attack.text(pumps)) else {
        isOver = true
        break
      }
      points.append((pumps, steps))
      pumps = pumps & (pumps - 1) == 0 ? pumps * 3 / 2 : pumps / 3 * 4
    }
    if let counted = attack.mostPumps, counted > 4, !isOver, points.last?.pumps != counted, counted <= most {
      guard let steps = ladder.steps(interpreted, attack.text(counted)) else { return nil }
      points.append((counted, steps))
    }
    guard points.count >= 3, let last = points.last else { return nil }
    let bytes = attack.text(last.pumps).count
    let first = points[points.count - 3]
    let exponent =
      ByteRarity.log2(Double(last.steps) / Double(first.steps))
      / ByteRarity.log2(Double(last.pumps) / Double(first.pumps))
    var growth: Growth =
      switch exponent {
      case ..<1.5: .linear
      case ..<2.5: .quadratic
      case ..<3.5: .cubic
      default: .exponential
      }
    // So many steps for each byte: all ways to fill a counted repetition.
    if isOver && growth == .linear { growth = .exponential }
    return Measure(growth: growth, steps: last.steps, bytes: bytes)
  }

  private func report(_ attack: BacktrackAttack, _ measure: Measure) -> Report {
    let givenUpAt = limit(attack)
    let isBad =
      switch attack.cause {
      case .nested, .doubled: true
      case .overlapping: measure.growth > .quadratic
      // Any pattern with two `.*` is here; only what a scan could not finish counts.
      case .separated: measure.growth > .quadratic && givenUpAt != nil
      }
    return Report(
      growth: measure.growth, advice: BacktrackProbe.advice(attack.cause), prefix: attack.prefix, pump: attack.pump,
      suffix: attack.suffix, steps: measure.steps, bytes: measure.bytes, givenUpAt: givenUpAt, isBad: isBad)
  }

  /// Bytes of the shortest text of the attack that a scan gives up on.
  private func limit(_ attack: BacktrackAttack) -> Int? {
    let most = attack.pumps(inBytes: Self.longestText)
    func isGivenUp(_ pumps: Int) -> Bool {
      let text = attack.text(pumps)
      return compiled.firstMatch(in: text.span, from: 0, to: text.count, scratch: scratch) == .limitReached
    }
    var passed = 0
    var pumps = 8
    while !isGivenUp(min(pumps, most)) {
      guard pumps < most else { return nil }
      passed = pumps
      pumps += max(pumps / 2, 1)
    }
    var failed = min(pumps, most)
    while failed - passed > 1 {
      let middle = (passed + failed) / 2
      if isGivenUp(middle) { failed = middle } else { passed = middle }
    }
    return attack.text(failed).count
  }

  private static func advice(_ cause: BacktrackAttack.Cause) -> String {
    switch cause {
    case .nested:
      "a repetition is inside another and both can match the same text: make one of them possessive (++, *+) or atomic"
    case .doubled: "the same repetition occurs twice in a row: remove one"
    case .overlapping:
      "repetitions in a row can match the same characters: let the classes differ, or make the first one possessive (++, *+)"
    case .separated: "repetitions can match what is between them: use classes that exclude it, as [^\"]* does"
    }
  }
}

/// Counts the steps of searches by finding the lowest limit under which they come to a result, to within a fifth.
private final class StepLadder {
  private let limits: [UInt32]
  private var scratches: [MatchScratch?]

  /// - Parameter most: what counts as too many.
  init(most: Int) {
    var limits: [UInt32] = []
    var step = 32
    while step < most {
      for quarter in 4..<8 { limits.append(UInt32(step * quarter / 4)) }
      step *= 2
    }
    limits.append(UInt32(most))
    self.limits = limits
    scratches = Array(repeating: nil, count: limits.count)
  }

  /// Nil where they are too many.
  func steps(_ regex: Regex, _ text: [UInt8]) -> Int? {
    func isEnough(_ index: Int) -> Bool {
      let scratch =
        scratches[index]
        ?? MatchScratch(limits: MatchLimits(steps: limits[index], depth: .max, heap: 1 << 17, stack: 32 << 10))
      scratches[index] = scratch
      return regex.firstMatch(in: text.span, from: 0, to: text.count, scratch: scratch) != .limitReached
    }
    var low = -1
    var high = 0
    while !isEnough(high) {
      low = high
      guard high < limits.count - 1 else { return nil }
      high = min(high + 4, limits.count - 1)
    }
    while high - low > 1 {
      let middle = (low + high) / 2
      if isEnough(middle) { high = middle } else { low = middle }
    }
    return Int(limits[high])
  }
}
