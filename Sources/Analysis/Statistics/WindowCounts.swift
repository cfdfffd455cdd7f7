package import TraceCore

/// Counts of bad among all requests, window by window, and how much more they scatter than independent requests would.
///
/// Requests of one window share their fate (a slow disk, a busy pool), so n of them tell less than n independent ones. How
/// much less, the scatter of the windows' shares says: the factor phi, by which the variance is larger than that of a
/// binomial. Keeps a few sums, never the windows.
///
/// Sources: P. McCullagh and J. A. Nelder, "Generalized Linear Models", 2nd ed., 1989, section 4.5 (phi as Pearson's
/// chi-squared over its degrees of freedom); J. von Neumann, R. H. Kent, H. R. Bellinson and B. I. Hart, "The Mean Square
/// Successive Difference", Ann. Math. Stat. 12(2), 1941 (successive differences, which a shift of the level hardly moves).
package struct WindowCounts: Sendable, Equatable {
  package private(set) var windows: Int64 = 0
  package private(set) var total: Int64 = 0
  package private(set) var bad: Int64 = 0
  /// Sum of bad² / total of each window.
  private var squares = 0.0
  /// Sum of (difference of neighbouring shares)² / (1/n + 1/n').
  private var differences = 0.0
  private var lastShare = 0.0
  private var lastTotal: Int64 = 0

  package init() {}

  /// A window without requests says nothing here.
  package mutating func add(bad windowBad: Int64, of windowTotal: Int64) {
    guard windowTotal > 0 else { return }
    let n = Double(windowTotal)
    let share = Double(windowBad) / n
    squares += Double(windowBad) * share
    if windows > 0 {
      let step = share - lastShare
      differences += step * step / (1 / n + 1 / Double(lastTotal))
    }
    (lastShare, lastTotal) = (share, windowTotal)
    windows += 1
    total += windowTotal
    bad += windowBad
  }

  package var share: Double { total > 0 ? Double(bad) / Double(total) : 0 }

  /// Of two windows that are in no order (other routes): their sums, without the step from one to the other.
  mutating func merge(_ other: WindowCounts) {
    windows += other.windows
    total += other.total
    bad += other.bad
    squares += other.squares
    differences += other.differences
  }

  /// phi for what could fail a stage: by successive differences, at least 1.
  ///
  /// A level that shifts within the stage, which is what an incident does, is no scatter and must not hide it.
  package var dispersionForFail: Double { capped(bySteps) }

  /// phi for what could pass a stage: the larger of both estimates, and of what it has over 1 so much more as its own
  /// uncertainty asks for (1.645 standard errors of a variance, sqrt(2 / (windows - 1))). At least 1.
  ///
  /// A sample that missed the rare bad windows has a low share and little scatter at once; without the addition it
  /// would pass too often (docs/gates.md, the table of simulated stages).
  package var dispersionForPass: Double {
    let estimate = capped(max(bySteps, byPearson))
    guard windows > 1 else { return estimate }
    return capped(1 + (estimate - 1) * (1 + 1.645 * (2 / Double(windows - 1)).squareRoot()))
  }

  /// Never more than a window's mean number of requests: then each window counts as one observation.
  private func capped(_ dispersion: Double) -> Double {
    guard windows > 1 else { return 1 }
    return max(1, min(dispersion, Double(total) / Double(windows)))
  }

  private var unit: Double { share * (1 - share) * Double(windows - 1) }

  private var byPearson: Double {
    unit > 0 ? (squares - Double(bad) * share) / unit : 1
  }

  private var bySteps: Double {
    unit > 0 ? differences / unit : 1
  }
}

extension WindowCounts: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(count: &windows)
    try coder.code(count: &total)
    try coder.code(count: &bad)
    try coder.code(&squares)
    try coder.code(&differences)
    try coder.code(&lastShare)
    try coder.code(count: &lastTotal)
    let isValid = bad <= total && squares >= 0 && differences >= 0 && lastShare >= 0 && lastShare <= 1
    guard isValid, squares.isFinite, differences.isFinite else { throw .invalid("counts of windows") }
  }
}
