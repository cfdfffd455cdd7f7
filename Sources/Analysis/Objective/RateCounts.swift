package import TraceCore

/// Requests by window, and how much more these counts scatter than those of independent arrivals (Poisson) would.
///
/// The same estimates as in `WindowCounts`: variance over mean, and successive differences. Windows of one length only.
package struct RateCounts: Sendable, Equatable {
  package private(set) var windows: Int64 = 0
  package private(set) var total: Int64 = 0
  private var squares = 0.0
  private var differences = 0.0
  private var last: Int64 = 0

  package init() {}

  package mutating func add(_ count: Int64) {
    let n = Double(count)
    squares += n * n
    if windows > 0 { differences += (n - Double(last)) * (n - Double(last)) / 2 }
    last = count
    windows += 1
    total += count
  }

  /// Adds requests of the same windows. How both scatter together is not known: the most that it can be, by Cauchy and
  /// Schwarz.
  mutating func merge(_ other: RateCounts) {
    func most(_ a: Double, _ b: Double) -> Double { a + b + 2 * (a * b).squareRoot() }
    squares = most(squares, other.squares)
    differences = most(differences, other.differences)
    last += other.last
    windows = max(windows, other.windows)
    total += other.total
  }

  package var dispersionForFail: Double { capped(differences / unit) }

  package var dispersionForPass: Double {
    let mean = windows > 0 ? Double(total) / Double(windows) : 0
    let estimate = capped(max(differences, squares - mean * Double(total)) / unit)
    guard windows > 1 else { return estimate }
    return capped(1 + (estimate - 1) * (1 + 1.645 * (2 / Double(windows - 1)).squareRoot()))
  }

  /// The mean times the degrees of freedom; never 0.
  private var unit: Double {
    windows > 1 && total > 0 ? Double(total) / Double(windows) * Double(windows - 1) : .infinity
  }

  /// Never more than a window's mean number of requests.
  private func capped(_ dispersion: Double) -> Double {
    guard windows > 1 else { return 1 }
    return max(1, min(dispersion, Double(total) / Double(windows)))
  }
}

extension RateCounts: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(count: &windows)
    try coder.code(count: &total)
    try coder.code(&squares)
    try coder.code(&differences)
    try coder.code(count: &last)
    let isValid = squares >= 0 && squares.isFinite && differences >= 0 && differences.isFinite
    guard isValid else { throw .invalid("counts of windows") }
  }
}
