internal import Glibc
internal import TraceCore

/// Whether bad requests have a fact more often than others within strata: while whatever the strata are made of is held fixed.
///
/// The score of Cochran, Mantel and Haenszel, its variance times phi: how much more than independent requests these
/// scatter between windows *in this very comparison*. A fact that comes with every tenth request of each second is not
/// made uncertain by a burst of failures; one that changes every minute is. Phi is that of the score's sums by window
/// (K.-Y. Liang and S. L. Zeger, "Longitudinal data analysis using generalized linear models", Biometrika 73(1), 1986) over the
/// variance of independent requests, at the window length that says the most against the sample, as in `Scatter`.
///
/// Sources: W. G. Cochran, Biometrics 10, 1954; N. Mantel and W. Haenszel, "Statistical aspects of the analysis of data from
/// retrospective studies of disease", J. National Cancer Institute 22(4), 1959; J. Robins, N. Breslow, S. Greenland,
/// Biometrics 42, 1986 (the interval of the common odds ratio).
struct StratifiedTest {
  /// Windows kept at most, the shortest is a second; and windows that a scale needs. Of twice as many as `Scatter` asks for:
  /// a fact is one of hundreds, and the tail of Student's t with few degrees of freedom would let none of them stand out.
  static let mostWindows = 128
  static let leastWindows = 16

  /// Spans of time within which requests are compared, too.
  static let slices = 16

  /// What the strata come to.
  struct Strata {
    /// Of each request.
    fileprivate let number: [Int32]
    fileprivate var requests: [Double]
    fileprivate var bad: [Double]
    /// By stratum and window.
    fileprivate var windowRequests: [Double]
    fileprivate var windowBad: [Double]
    /// Windows in which a stratum has requests; from the first to after the last.
    fileprivate var first: [Int]
    fileprivate var end: [Int]
    var count: Int { requests.count }
  }

  struct Result: Equatable {
    /// Bad requests with the fact, and how many there would be if it made no difference within the strata.
    var count = 0.0
    var expected = 0.0
    /// Of independent requests.
    var variance = 0.0
    var scatter = Scatter.independent
    /// Common odds ratio, 95 % interval; nil where a side is empty.
    var odds: Interval?
    /// Bad requests more than the rate of the others of its stratum would make of those with the fact (weighted).
    var excess = 0.0
    /// Two-sided; 1 where the strata say nothing.
    var p = 1.0

    /// Standard errors by which the count is over the expected one.
    var deviate: Double {
      variance > 0 ? (count - expected) / (variance * scatter.phi).squareRoot() : 0
    }
  }

  private let bad: [Bool]
  private let window: [Int32]
  private let windows: Int
  /// Requests that a bad one, and another, stand for.
  private let weights: (bad: Double, other: Double)

  /// - Parameters:
  ///   - times: nanoseconds of event time, of each request; `EventTime.none` joins the first window.
  init(times: [Int64], bad: [Bool], weights: (bad: Double, other: Double)) {
    self.bad = bad
    self.weights = weights
    let known = times.filter { $0 != EventTime.none }
    let (first, last) = (known.min() ?? 0, known.max() ?? 0)
    let second = EventTime.nanosecondsPerSecond
    let length = max(second, last.less(first) / Int64(StratifiedTest.mostWindows) + 1)
    window = times.map { $0 == EventTime.none ? 0 : Int32(truncatingIfNeeded: $0.less(first) / length) }
    windows = Int(window.max() ?? 0) + 1
  }

  var requests: Int { bad.count }

  /// - Parameter number: the stratum of each request, 0 ..< count.
  func strata(_ number: [Int32], count: Int) -> Strata {
    var strata = Strata(
      number: number, requests: Array(repeating: 0, count: count), bad: Array(repeating: 0, count: count),
      windowRequests: Array(repeating: 0, count: count * windows),
      windowBad: Array(repeating: 0, count: count * windows), first: Array(repeating: windows, count: count),
      end: Array(repeating: 0, count: count))
    for request in bad.indices {
      let stratum = Int(number[request])
      let place = stratum * windows + Int(window[request])
      strata.requests[stratum] += 1
      strata.first[stratum] = min(strata.first[stratum], Int(window[request]))
      strata.end[stratum] = max(strata.end[stratum], Int(window[request]) + 1)
      strata.windowRequests[place] += 1
      if bad[request] {
        strata.bad[stratum] += 1
        strata.windowBad[place] += 1
      }
    }
    return strata
  }

  /// Strata, and each of them divided into spans of time.
  struct Both {
    fileprivate let plain: Strata
    fileprivate let sliced: Strata
  }

  /// - Parameter number: the stratum of each request, 0 ..< count.
  func both(_ number: [Int32], count: Int) -> Both {
    let slices = Int32(truncatingIfNeeded: StratifiedTest.slices)
    let windows = Int32(truncatingIfNeeded: windows)
    let sliced = number.indices.map { number[$0] * slices + window[$0] * slices / windows }
    return Both(plain: strata(number, count: count), sliced: strata(sliced, count: count * StratifiedTest.slices))
  }

  /// The comparison over all of the time, or within spans of it, whichever is surer: what a release is rolled out to changes
  /// with time, as failures do, and within a minute both releases serve the same traffic; what is there for a minute can
  /// only be compared with other minutes. p is corrected for having had two chances.
  func test(_ members: [Int32], _ both: Both) -> Result {
    let (plain, sliced) = tests(members, both)
    var better = sliced.p < plain.p ? sliced : plain
    better.p = min(1, 2 * better.p)
    // Within spans less may be left to compare.
    better.excess = plain.excess
    return better
  }

  func tests(_ members: [Int32], _ both: Both) -> (plain: Result, sliced: Result) {
    (test(members, both.plain), test(members, both.sliced))
  }

  /// - Parameter members: the requests of which the fact is true, each once.
  func test(_ members: [Int32], _ strata: Strata) -> Result {
    var with = Array(repeating: 0.0, count: strata.count)
    var badWith = with
    var windowed = Windowed(windows)
    for member in members {
      let request = Int(member)
      let stratum = Int(strata.number[request])
      with[stratum] += 1
      if bad[request] { badWith[stratum] += 1 }
      windowed.members[Int(window[request])] += 1
      windowed.scores[Int(window[request])] += (bad[request] ? 1 : 0) - strata.bad[stratum] / strata.requests[stratum]
    }
    var result = Result()
    var ratio = MantelHaenszel()
    // Bad requests without the fact.
    var without = (count: 0.0, expected: 0.0)
    for stratum in 0..<strata.count where strata.requests[stratum] > 1 {
      let (n, cases) = (strata.requests[stratum], strata.bad[stratum])
      let (exposed, a) = (with[stratum], badWith[stratum])
      guard exposed > 0 else { continue }
      let (share, rate) = (exposed / n, cases / n)
      for place in strata.first[stratum]..<strata.end[stratum] {
        let at = stratum * windows + place
        let (all, failed) = (strata.windowRequests[at], strata.windowBad[at])
        guard all > 0 else { continue }
        windowed.requests[place] += all
        windowed.scores[place] -= share * (failed - rate * all)
        windowed.odds[place] +=
          share * (1 - share) * (failed * (1 - rate) * (1 - rate) + (all - failed) * rate * rate)
        windowed.differences[place] += share * (1 - share) * all
      }
      windowed.cells += [
        .init(a, share, rate, isWith: true, isBad: true), .init(exposed - a, share, rate, isWith: true, isBad: false),
        .init(cases - a, share, rate, isWith: false, isBad: true),
        .init(n - exposed - cases + a, share, rate, isWith: false, isBad: false),
      ]
      guard exposed < n else { continue }
      result.count += a
      result.expected += exposed * cases / n
      result.variance += exposed * (n - exposed) * cases * (n - cases) / (n * n * (n - 1))
      let (c, d) = (cases - a, n - exposed - cases + a)
      ratio.add(a, exposed - a, c, d)
      without.count += c
      without.expected += (n - exposed) * cases / n
      let usual = c * weights.bad / (c * weights.bad + d * weights.other)
      result.excess += a * weights.bad - usual * (a * weights.bad + (exposed - a) * weights.other)
    }
    guard result.variance > 0 else { return result }
    result.scatter = windowed.scatter
    result.odds = ratio.interval(dispersion: result.scatter.weight)
    let z = abs(result.count - result.expected) / result.variance.squareRoot()
    // The normal tail is too thin for few bad requests: the binomial ones of so many as are expected with the fact, and
    // without it, are thicker than the exact one, so the thinner of them will do.
    let all = Double(bad.count)
    var tail = 0.0
    if result.count > result.expected, result.count < all {
      let with = Incomplete.beta(result.expected / all, result.count, all - result.count + 1)
      let few = 1 - Incomplete.beta(without.expected / all, without.count + 1, all - without.count)
      tail = 2 * min(with, max(few, 0))
    }
    result.p = result.scatter.p(max(.leastNormalMagnitude, min(1, max(erfc(z / 2.0.squareRoot()), tail))))
    return result
  }
}

/// What each window adds to a score, and to what one effect throughout would make of it.
private struct Windowed {
  /// Requests of a stratum that are alike.
  struct Cell {
    var requests: Double
    var score: Double
    /// What one of them says of a common odds ratio, and of a common difference of rates.
    var odds: Double
    var difference: Double

    init(_ requests: Double, _ share: Double, _ rate: Double, isWith: Bool, isBad: Bool) {
      let (with, bad) = ((isWith ? 1 : 0) - share, (isBad ? 1 : 0) - rate)
      self.requests = requests
      score = with * bad
      difference = share * (1 - share)
      odds = difference * bad * bad
    }
  }

  var scores: [Double]
  /// All requests, and those with the fact.
  var requests: [Double]
  var members: [Double]
  var odds: [Double]
  var differences: [Double]
  var cells: [Cell] = []

  init(_ windows: Int) {
    scores = Array(repeating: 0, count: windows)
    odds = scores
    (requests, members) = (scores, scores)
    differences = scores
  }

  /// The design effect: the variance of windows' sums about one effect throughout over that of as many requests for
  /// themselves (L. Kish, "Survey Sampling", 1965). The effect is an odds ratio or a difference of rates, whichever
  /// describes the windows better: it is no scatter that failures come and go with what makes them.
  var scatter: Scatter {
    let sum = scores.reduce(0, +)
    let (perOdds, perDifference) = (sum / odds.reduce(0, +), sum / differences.reduce(0, +))
    func squares(_ effect: Double, _ information: (Cell) -> Double) -> Double {
      cells.reduce(0) { all, cell in
        let step = cell.score - effect * information(cell)
        return all + cell.requests * step * step
      }
    }
    let alone = (squares(perOdds, \.odds), squares(perDifference, \.difference))
    var (found, scale) = (Scatter.independent, self)
    while true {
      var (byOdds, byDifference, used) = (0.0, 0.0, 0)
      for place in scale.scores.indices where scale.differences[place] > 0 {
        let steps = (
          scale.scores[place] - perOdds * scale.odds[place],
          scale.scores[place] - perDifference * scale.differences[place]
        )
        byOdds += steps.0 * steps.0
        byDifference += steps.1 * steps.1
        used += 1
      }
      guard used >= StratifiedTest.leastWindows, alone.0 > 0, alone.1 > 0 else { return found }
      let phi = min(byOdds / alone.0, byDifference / alone.1) * Double(used) / Double(used - 1)
      if phi > 1 {
        let own = Scatter(phi: phi, freedom: min(Double(used - 1), max(1, scale.spread - 1)))
        if found == .independent || own.weight > found.weight { found = own }
      }
      scale.join()
    }
  }

  /// In how many windows the fact is, each counted by its part (L. Kish's effective number), where it is true of whole windows:
  /// what is true of one moment is one observation, however many requests it had. No limit where windows have requests with
  /// and without it.
  private var spread: Double {
    let (all, squares) = (members.reduce(0, +), members.reduce(0) { $0 + $1 * $1 })
    let within = zip(members, requests).reduce(0) { $1.1 > 0 ? $0 + $1.0 * max(0, $1.1 - $1.0) / $1.1 : $0 }
    let whole = all * (1 - all / max(1, requests.reduce(0, +)))
    guard squares > 0, within < Windowed.leastWithin * whole else { return .infinity }
    return all * all / squares
  }

  private static let leastWithin = 0.25

  private mutating func join() {
    let half = (scores.count + 1) / 2
    func joined(_ list: [Double]) -> [Double] {
      (0..<half).map { list[2 * $0] + (2 * $0 + 1 < list.count ? list[2 * $0 + 1] : 0) }
    }
    (scores, requests, members) = (joined(scores), joined(requests), joined(members))
    (odds, differences) = (joined(odds), joined(differences))
  }
}

/// The common odds ratio of several tables of two by two.
private struct MantelHaenszel {
  private var (r, s) = (0.0, 0.0)
  private var (pr, mixed, qs) = (0.0, 0.0, 0.0)

  /// Exposed bad and other, not exposed bad and other.
  mutating func add(_ a: Double, _ b: Double, _ c: Double, _ d: Double) {
    let n = a + b + c + d
    let (ri, si, p, q) = (a * d / n, b * c / n, (a + d) / n, (b + c) / n)
    r += ri
    s += si
    pr += p * ri
    mixed += p * si + q * ri
    qs += q * si
  }

  func interval(dispersion: Double) -> Interval? {
    guard r > 0, s > 0 else { return nil }
    let variance = pr / (2 * r * r) + mixed / (2 * r * s) + qs / (2 * s * s)
    let step = 1.959964 * (variance * dispersion).squareRoot()
    let ratio = r / s
    return Interval(lower: ratio * exp(-step), value: ratio, upper: ratio * exp(step))
  }
}
