internal import Glibc
internal import TraceCore

/// Spans of a series of windows in which a share (of failed, of slow requests) is higher than in the rest of it.
///
/// Of all spans the one is looked for whose counts are the least likely if the share were the same inside and outside: the
/// one with the largest log-likelihood ratio of two binomials against one. Neither the share outside nor the span's place
/// or length is known beforehand, so an incident in the middle, at an end or over most of the log is found alike. Long spans
/// are made of cells of several windows, short ones of windows. What is found is taken out, and the rest is searched again.
///
/// Requests share their fate, so the ratio is divided by phi, by which shares scatter more than independent requests make
/// them: of the cells, and of stretches as long as the span (`ShareScan+Scatter`). A ratio t counts if t - log(spans looked
/// at) is over log(1 / alpha): the chance of a binomial ratio over t is at most exp(-t), of any of k spans k exp(-t).
///
/// Cost: at most 120 cells, 7,260 spans of them, and 40,000 short ones, for each span that is found and one more.
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

  /// What a higher share must be to matter: so much of the share outside and so much more, or more by `alone`; and so many
  /// bad requests.
  struct Effect {
    var ratio: Double
    var more: Double
    var alone: Double
    var bad: Int64 = 1
    /// More by so much is no matter of what is usual.
    var gross = Double.infinity

    func isMet(_ inside: Double, _ outside: Double) -> Bool {
      let difference = inside - outside
      return difference >= alone || (difference >= more && inside >= ratio * outside)
    }
  }

  /// How the search is made.
  struct Rules {
    var effect: Effect
    /// The chance to find something where nothing is.
    var alpha: Double
    /// Windows that may not be all that speaks for a span: without its worst ones it must still stand out.
    var spared: Int
    /// Windows that a span has at least.
    var least: Int
    /// Windows between two spans that belong together.
    var near: Int
    /// Other spans that stand out and do not make it usual.
    var sparedOthers: Int
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
  /// Windows with something bad, up to which all spans between two of them are looked at.
  private static let mostBad = 300
  /// Bad requests that a stretch without any would have had.
  private static let mostMissed = 10.0
  /// Spans that are looked at closely, most of which are no hits where a service has its episodes.
  private static let mostSpans = 32

  let windows: [Counts]
  /// Windows a cell.
  let group: Int
  let rules: Rules
  let cells: Int
  /// Windows of the stretches that say what is usual.
  let usualBlock: Int

  init(_ windows: [Counts], group: Int, _ rules: Rules) {
    self.windows = windows
    self.group = max(1, group)
    self.rules = rules
    cells = (windows.count + self.group - 1) / self.group
    usualBlock = ShareScan.usualBlock(windows, group: self.group)
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
      group += max(1, group / 8)
    }
    return group
  }

  /// The longest of the short spans, in windows.
  private var longestShort: Int { group > 1 ? min(2 * group, windows.count - 1) : 0 }

  /// Log-likelihood ratio over which a span is not chance.
  var needed: Double {
    log(Double(max(1, cells * (cells + 1) / 2 + windows.count * longestShort)) / rules.alpha)
  }

  /// The spans that stand out, the most improbable first; and how many others would, if their like did not come again and again.
  ///
  /// - Parameter excluded: windows that are not looked at, nor belong to what is outside.
  func hits(excluded: [Bool]? = nil) -> (hits: [Hit], recurring: Int) {
    // What was found is no part of what is usual; what was looked at and is none still is.
    var isFound = excluded ?? [Bool](repeating: false, count: windows.count)
    let candidates = self.candidates(isFound)
    var hits: [Hit] = []
    var recurring = 0
    for (index, candidate) in candidates.enumerated() where hits.count < ShareScan.mostHits {
      // Two other incidents do not make it usual; what comes more often does.
      let rest = (candidates[..<index] + candidates[(index + 1)...]).filter { !isFound[$0.refined.lowerBound] }
      var others = isFound
      for other in rest.prefix(rules.sparedOthers) { ShareScan.mark(other.refined, &others) }
      let level = rest.count > rules.sparedOthers ? rest[rules.sparedOthers].ratio : 0
      let inside = untaken(candidate.refined, isFound)
      let outside = untaken(windows.indices, isFound) - inside
      let isGross = isGross(inside, outside.share)
      let phi = min(dispersion(of: candidate.refined, others), isGross ? ShareScan.mostOfGross : .infinity)
      guard candidate.refined.count >= rules.least, candidate.ratio / phi >= needed,
        Double(inside.bad) >= leastClumps(candidate.refined) * phi,
        isSustained(candidate.refined, isFound, outside, needed * phi / 4),
        candidate.ratio >= 2 * level || isGross, isUnusual(candidate.refined, inside, others)
      else {
        if candidate.refined.count >= rules.least, candidate.ratio >= 3 * needed { recurring += 1 }
        continue
      }
      hits.append(
        Hit(windows: candidate.refined, inside: inside, ratio: candidate.ratio / phi, needed: needed, dispersion: phi))
      ShareScan.mark(candidate.refined, &isFound)
    }
    return (hits, recurring)
  }

  /// How much of what fails for the most part is taken to be the service's own scatter, at most.
  private static let mostOfGross = 4.0
  /// What is bad comes in clumps of phi, on average: so many of them at least. In a short span one clump of an unusual size is
  /// all that there is.
  private func leastClumps(_ span: Range<Int>) -> Double { span.count < 3 * group ? 10 : 5 }

  private struct Candidate {
    var refined: Range<Int>
    /// As of independent requests.
    var ratio: Double
  }

  /// Spans that would stand out if requests were independent.
  private func candidates(_ excluded: [Bool]) -> [Candidate] {
    var isSeen = excluded
    var candidates: [Candidate] = []
    while candidates.count < ShareScan.mostSpans, let span = best(isSeen) {
      let inside = untaken(span, isSeen)
      let outside = untaken(windows.indices, isSeen) - inside
      let ratio = ShareScan.ratio(inside, outside)
      guard ratio >= needed else { break }
      let refined = refine(span, isSeen, inside.share, outside)
      candidates.append(Candidate(refined: refined, ratio: ratio))
      ShareScan.mark(span, &isSeen)
      ShareScan.mark(refined, &isSeen)
    }
    return candidates
  }

  private static func mark(_ range: Range<Int>, _ isTaken: inout [Bool]) {
    for index in range { isTaken[index] = true }
  }

  func untaken(_ range: Range<Int>, _ isTaken: [Bool]) -> Counts {
    var sum = Counts()
    for index in range where !isTaken[index] { sum = sum + windows[index] }
    return sum
  }

  // MARK: The scan

  /// The span with the largest ratio among those with an effect that matters.
  private func best(_ isTaken: [Bool]) -> Range<Int>? {
    var sums = [Counts()]
    sums.reserveCapacity(windows.count + 1)
    for index in windows.indices { sums.append(isTaken[index] ? sums[index] : sums[index] + windows[index]) }
    let all = sums[windows.count]
    var (largest, span) = (0.0, 0..<0)
    func look(_ start: Int, _ end: Int) {
      let inside = sums[end] - sums[start]
      guard inside.bad >= rules.effect.bad, inside.total < all.total else { return }
      let outside = all - inside
      guard rules.effect.isMet(inside.share, outside.share) else { return }
      let ratio = ShareScan.ratio(inside, outside)
      if ratio > largest { (largest, span) = (ratio, start..<end) }
    }
    // A span begins and ends with something bad; what has none only dilutes.
    func isBad(_ start: Int, _ end: Int) -> Bool { sums[end].bad > sums[start].bad }
    // Nor does one span hold a time in which all is well: so many requests would not be by chance.
    func isParted(_ first: Int, _ end: Int, _ next: Int) -> Bool {
      guard next - end >= rules.near else { return false }
      let clean = sums[next] - sums[end]
      return Double(clean.total) * (sums[end] - sums[first]).share > ShareScan.mostMissed
    }
    /// All spans from one of these stretches to another.
    func look(_ bad: [Range<Int>], longest: Int) {
      for (place, first) in bad.enumerated() {
        var end = first.lowerBound
        for last in bad[place...] {
          if last.lowerBound - first.lowerBound >= longest || isParted(first.lowerBound, end, last.lowerBound) { break }
          end = last.upperBound
          look(first.lowerBound, end)
        }
      }
    }
    let bad = windows.indices.lazy.map { $0..<$0 + 1 }.filter { isBad($0.lowerBound, $0.upperBound) }
    if bad.count <= ShareScan.mostBad {
      look(Array(bad), longest: windows.count)
    } else {
      let cells = stride(from: 0, to: windows.count, by: group).map { $0..<min(windows.count, $0 + group) }
      look(cells.filter { isBad($0.lowerBound, $0.upperBound) }, longest: windows.count)
      look(Array(bad), longest: longestShort)
    }
    return largest > 0 ? span : nil
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
    guard rules.spared > 0 else { return true }
    let order = span.filter { !isTaken[$0] && windows[$0].bad > 0 }.sorted {
      (windows[$1].bad, $0) < (windows[$0].bad, $1)
    }
    var rest = untaken(span, isTaken)
    for index in order.prefix(rules.spared) { rest = rest - windows[index] }
    return rest.share > outside.share && ShareScan.ratio(rest, outside) >= needed
  }
}
