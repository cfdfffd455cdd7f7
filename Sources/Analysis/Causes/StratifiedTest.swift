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
  /// Windows kept at most; the shortest is a second.
  static let mostWindows = 128

  /// What the strata come to.
  struct Strata {
    /// Of each request.
    fileprivate let number: [Int32]
    fileprivate var requests: [Double]
    fileprivate var bad: [Double]
    /// By stratum and window.
    fileprivate var windowRequests: [Double]
    fileprivate var windowBad: [Double]
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
  private let windowSizes: [Double]
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
    var sizes = Array(repeating: 0.0, count: windows)
    for place in window { sizes[Int(place)] += 1 }
    windowSizes = sizes
  }

  var requests: Int { bad.count }

  /// - Parameter number: the stratum of each request, 0 ..< count.
  func strata(_ number: [Int32], count: Int) -> Strata {
    var strata = Strata(
      number: number, requests: Array(repeating: 0, count: count), bad: Array(repeating: 0, count: count),
      windowRequests: Array(repeating: 0, count: count * windows),
      windowBad: Array(repeating: 0, count: count * windows))
    for request in bad.indices {
      let stratum = Int(number[request])
      let place = stratum * windows + Int(window[request])
      strata.requests[stratum] += 1
      strata.windowRequests[place] += 1
      if bad[request] {
        strata.bad[stratum] += 1
        strata.windowBad[place] += 1
      }
    }
    return strata
  }

  /// All in one.
  var unstratified: Strata { strata(Array(repeating: 0, count: bad.count), count: 1) }

  /// - Parameter members: the requests of which the fact is true, each once.
  func test(_ members: [Int32], _ strata: Strata) -> Result {
    var with = Array(repeating: 0.0, count: strata.count)
    var badWith = with
    var scores = Array(repeating: 0.0, count: windows)
    for member in members {
      let request = Int(member)
      let stratum = Int(strata.number[request])
      with[stratum] += 1
      if bad[request] { badWith[stratum] += 1 }
      scores[Int(window[request])] += (bad[request] ? 1 : 0) - strata.bad[stratum] / strata.requests[stratum]
    }
    var result = Result()
    var odds = MantelHaenszel()
    for stratum in 0..<strata.count where strata.requests[stratum] > 1 {
      let (n, cases) = (strata.requests[stratum], strata.bad[stratum])
      let (exposed, a) = (with[stratum], badWith[stratum])
      guard exposed > 0 else { continue }
      for place in 0..<windows {
        let at = stratum * windows + place
        scores[place] -= exposed / n * (strata.windowBad[at] - cases / n * strata.windowRequests[at])
      }
      guard exposed < n else { continue }
      result.count += a
      result.expected += exposed * cases / n
      result.variance += exposed * (n - exposed) * cases * (n - cases) / (n * n * (n - 1))
      let (c, d) = (cases - a, n - exposed - cases + a)
      odds.add(a, exposed - a, c, d)
      let rate = c * weights.bad / (c * weights.bad + d * weights.other)
      result.excess += a * weights.bad - rate * (a * weights.bad + (exposed - a) * weights.other)
    }
    guard result.variance > 0 else { return result }
    result.scatter = scatter(scores, result.count - result.expected, variance: result.variance)
    result.odds = odds.interval(dispersion: result.scatter.weight)
    let z = abs(result.count - result.expected) / result.variance.squareRoot()
    // The normal tail is too thin for few bad requests: the binomial one of so many as are expected.
    let tail =
      result.count > result.expected && result.count < Double(bad.count)
      ? 2
        * Incomplete.beta(
          result.expected / Double(bad.count), result.count, Double(bad.count) - result.count + 1)
      : 0
    result.p = result.scatter.p(max(.leastNormalMagnitude, min(1, max(erfc(z / 2.0.squareRoot()), tail))))
    return result
  }

  /// - Parameter scores: what each window adds to the score.
  private func scatter(_ scores: [Double], _ sum: Double, variance: Double) -> Scatter {
    var found = Scatter.independent
    let all = Double(bad.count)
    var (values, sizes) = (scores, windowSizes)
    while true {
      var (squares, used) = (0.0, 0)
      for place in values.indices where sizes[place] > 0 {
        let step = values[place] - sum * sizes[place] / all
        squares += step * step
        used += 1
      }
      guard used >= Scatter.leastWindows else { return found }
      let phi = squares / variance * Double(used) / Double(used - 1)
      if phi > 1 {
        let scale = Scatter(phi: phi, freedom: Double(used - 1))
        if found == .independent || scale.weight > found.weight { found = scale }
      }
      let half = (values.count + 1) / 2
      func joined(_ list: [Double]) -> [Double] {
        (0..<half).map { list[2 * $0] + (2 * $0 + 1 < list.count ? list[2 * $0 + 1] : 0) }
      }
      (values, sizes) = (joined(values), joined(sizes))
    }
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
