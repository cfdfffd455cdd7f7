internal import Glibc

/// Spans of a series of windows in which a share (of failed, of slow requests) is higher than in the rest of it.
///
/// Of all spans the one is looked for whose counts are the least likely if the share were the same inside and outside: the
/// one with the largest log-likelihood ratio of two binomials against one. Neither the share outside nor the span's place
/// or length is known beforehand, so an incident in the middle, at an end or over most of the log is found alike. What is
/// found is taken out, and the rest is searched again.
///
/// Requests share their fate, so the ratio is divided by phi, the dispersion of the cells outside the span (or inside), from successive
/// differences: a shift of the level is no scatter (see `WindowCounts`). A ratio t counts if t - log(spans looked at) is
/// over log(1 / alpha): the chance of a binomial ratio over t is at most exp(-t), of any of k spans k exp(-t).
///
/// Cost: at most 120 cells, 7,260 spans, for each span that is found and one more.
///
/// Sources: M. Kulldorff, "A spatial scan statistic", Communications in Statistics, Theory and Methods 26(6), 1997 (the
/// binomial ratio); A. B. Olshen, E. S. Venkatraman, R. Lucito and M. Wigler, "Circular binary segmentation for the
/// analysis of array-based DNA copy number data", Biostatistics 5(4), 2004 (a span against the rest, again in what remains);
/// H. Chernoff, "A Measure of Asymptotic Efficiency for Tests of a Hypothesis Based on the Sum of Observations", Ann. Math.
/// Stat. 23, 1952 (the bound); P. McCullagh and J. A. Nelder, "Generalized Linear Models", 2nd ed., 1989, section 4.5 (phi).
struct ShareScan {
  struct Counts: Equatable {
    var bad: Int64 = 0
    var total: Int64 = 0
    var share: Double { total > 0 ? Double(bad) / Double(total) : 0 }

    static func + (a: Counts, b: Counts) -> Counts { Counts(bad: a.bad + b.bad, total: a.total + b.total) }
    static func - (a: Counts, b: Counts) -> Counts { Counts(bad: a.bad - b.bad, total: a.total - b.total) }
  }

  /// What a higher share must be to matter: so much of the share outside and so much more, or more by `alone`.
  struct Effect {
    var ratio: Double
    var more: Double
    var alone: Double

    func isMet(_ inside: Double, _ outside: Double) -> Bool {
      let difference = inside - outside
      return difference >= alone || (difference >= more && inside >= ratio * outside)
    }
  }

  struct Hit {
    var windows: Range<Int>
    var inside: Counts
    /// The log-likelihood ratio, divided by phi; how large it had to be.
    var ratio: Double
    var needed: Double
    var dispersion: Double
  }

  static let mostCells = 120
  /// Requests that most cells are to have at least.
  static let leastRequests: Int64 = 20
  static let mostHits = 8

  let windows: [Counts]
  /// Windows a cell.
  let group: Int
  let effect: Effect
  /// The chance to find something where nothing is.
  let alpha: Double
  /// Windows that may not be all that speaks for a span: without its worst ones it must still stand out.
  let spared: Int
  /// Windows that a span has at least.
  let least: Int
  /// Windows between two spans that belong together.
  let near: Int
  private let cells: Int

  init(_ windows: [Counts], group: Int, effect: Effect, alpha: Double, spared: Int, least: Int, near: Int) {
    self.windows = windows
    self.group = max(1, group)
    self.effect = effect
    self.alpha = alpha
    self.spared = spared
    self.least = least
    self.near = near
    cells = (windows.count + self.group - 1) / self.group
  }

  /// Windows that make a cell: as many as it takes for at most `mostCells`, and for enough requests in half of them.
  static func group(_ totals: [Int64]) -> Int {
    var group = max(1, (totals.count + mostCells - 1) / mostCells)
    while group < totals.count {
      var sums: [Int64] = []
      for start in stride(from: 0, to: totals.count, by: group) {
        sums.append(totals[start..<min(totals.count, start + group)].reduce(0, +))
      }
      sums = sums.filter { $0 > 0 }.sorted()
      if sums.isEmpty || sums[sums.count / 2] >= leastRequests { break }
      // Four cells are the least that one can stand out of.
      if sums.count <= 4 { break }
      group += 1
    }
    return group
  }

  func sum(_ range: Range<Int>) -> Counts { windows[range].reduce(Counts(), +) }

  /// The spans that stand out, the most improbable first.
  func hits() -> [Hit] {
    var hits: [Hit] = []
    var isTaken = [Bool](repeating: false, count: windows.count)
    for _ in 0..<2 * ShareScan.mostHits where hits.count < ShareScan.mostHits {
      guard let span = best(isTaken) else { break }
      let inside = untaken(span, isTaken)
      let outside = untaken(windows.indices, isTaken) - inside
      let phi = dispersion(of: span, isTaken)
      let ratio = ShareScan.ratio(inside, outside) / phi
      let needed = log(Double(cells * (cells + 1) / 2) / alpha)
      guard ratio >= needed else { break }
      let refined = refine(span, isTaken, inside.share, outside)
      if refined.count >= least, isSustained(refined, isTaken, outside, needed * phi / 4) {
        let counts = untaken(refined, isTaken)
        hits.append(Hit(windows: refined, inside: counts, ratio: ratio, needed: needed, dispersion: phi))
      }
      for index in span { isTaken[index] = true }
      for index in refined { isTaken[index] = true }
    }
    return hits
  }

  private func untaken(_ range: Range<Int>, _ isTaken: [Bool]) -> Counts {
    var sum = Counts()
    for index in range where !isTaken[index] { sum = sum + windows[index] }
    return sum
  }

  // MARK: The scan

  /// The span of whole cells with the largest ratio among those with an effect that matters.
  private func best(_ isTaken: [Bool]) -> Range<Int>? {
    var sums = [Counts()]
    for cell in 0..<cells {
      sums.append(sums[cell] + untaken(cell * group..<min(windows.count, (cell + 1) * group), isTaken))
    }
    let all = sums[cells]
    var (largest, span) = (0.0, 0..<0)
    for first in 0..<cells where sums[first + 1].total > sums[first].total {
      for end in first + 1...cells where sums[end].total > sums[end - 1].total {
        let inside = sums[end] - sums[first]
        // Cells without a bad request only dilute.
        guard inside.bad > 0, inside.total < all.total else { continue }
        let outside = all - inside
        guard effect.isMet(inside.share, outside.share) else { continue }
        let ratio = ShareScan.ratio(inside, outside)
        if ratio > largest { (largest, span) = (ratio, first..<end) }
      }
    }
    guard largest > 0 else { return nil }
    return span.lowerBound * group..<min(windows.count, span.upperBound * group)
  }

  /// Log-likelihood of two shares against that of one.
  static func ratio(_ inside: Counts, _ outside: Counts) -> Double {
    likelihood(inside) + likelihood(outside) - likelihood(inside + outside)
  }

  private static func likelihood(_ counts: Counts) -> Double {
    guard counts.bad > 0, counts.bad < counts.total else { return 0 }
    let (bad, total) = (Double(counts.bad), Double(counts.total))
    return bad * log(bad / total) + (total - bad) * log1p(-bad / total)
  }

  /// phi of the cells outside a span, or inside where it is larger: a span that is chosen for its clumps of bad requests
  /// leaves none outside. Shares within an incident swing, too, so what is inside counts up to `mostInside`; and not at all
  /// beside what was found already, of which it is a part.
  private func dispersion(of span: Range<Int>, _ isTaken: [Bool]) -> Double {
    let outside = dispersion(isTaken) { !span.overlaps($0) }
    let around = max(0, span.lowerBound - near)..<min(windows.count, span.upperBound + near)
    if isTaken[around].contains(true) { return outside }
    let inside = dispersion(isTaken) { span.contains($0.lowerBound) }
    return max(outside, min(inside, ShareScan.mostInside))
  }

  static let mostInside = 3.0

  /// phi of some cells by successive differences, and so much more of what it has over 1 as its own uncertainty asks for.
  private func dispersion(_ isTaken: [Bool], _ isIncluded: (Range<Int>) -> Bool) -> Double {
    var (sum, steps, all, last) = (0.0, 0, Counts(), Counts())
    for cell in 0..<cells {
      let range = cell * group..<min(windows.count, (cell + 1) * group)
      guard isIncluded(range) else { continue }
      let counts = untaken(range, isTaken)
      guard counts.total > 0 else { continue }
      if last.total > 0 {
        let step = counts.share - last.share
        sum += step * step / (1 / Double(counts.total) + 1 / Double(last.total))
        steps += 1
      }
      all = all + counts
      last = counts
    }
    guard steps > 1, all.bad > 0, all.bad < all.total else { return 1 }
    let phi = sum / (all.share * (1 - all.share) * Double(steps))
    let enlarged = 1 + (phi - 1) * (1 + 1.645 * (2 / Double(steps)).squareRoot())
    return max(1, min(enlarged, Double(all.total) / Double(steps + 1)))
  }

  // MARK: Its borders

  /// The borders to a window, within a cell of where they were: where the windows up to them speak the most for the share
  /// inside and against that outside.
  private func refine(_ span: Range<Int>, _ isTaken: [Bool], _ inside: Double, _ outside: Counts) -> Range<Int> {
    guard group > 1 else { return span }
    let p = min(max(inside, 1e-9), 1 - 1e-9)
    let base = max(outside.share, 0.5 / Double(outside.total + 1))
    guard p > base else { return span }
    let (good, bad) = (log1p(-p) - log1p(-base), log(p / base))
    func score(_ index: Int) -> Double {
      guard !isTaken[index] else { return 0 }
      let counts = windows[index]
      return Double(counts.bad) * bad + Double(counts.total - counts.bad) * good
    }
    let middle = (span.lowerBound + span.upperBound) / 2
    var (start, best, sum) = (middle, -Double.infinity, 0.0)
    for index in stride(from: middle, through: max(0, span.lowerBound - group), by: -1) {
      sum += score(index)
      // Windows without a request are no part of it.
      if sum > best + ShareScan.gain, windows[index].total > 0 { (best, start) = (sum, index) }
    }
    var end = middle + 1
    (best, sum) = (-Double.infinity, 0)
    for index in middle..<min(windows.count, span.upperBound + group) {
      sum += score(index)
      if sum > best + ShareScan.gain, windows[index].total > 0 { (best, end) = (sum, index + 1) }
    }
    return start..<end
  }

  /// What more windows must add to the log-likelihood to be taken in, so that one slow request at the border is not.
  private static let gain = 1.5

  /// Whether the span stands out without its worst windows, too.
  private func isSustained(_ span: Range<Int>, _ isTaken: [Bool], _ outside: Counts, _ needed: Double) -> Bool {
    guard spared > 0 else { return true }
    let order = span.filter { !isTaken[$0] && windows[$0].bad > 0 }.sorted {
      (windows[$1].bad, $0) < (windows[$0].bad, $1)
    }
    var rest = untaken(span, isTaken)
    for index in order.prefix(spared) { rest = rest - windows[index] }
    return rest.share > outside.share && ShareScan.ratio(rest, outside) >= needed
  }
}
