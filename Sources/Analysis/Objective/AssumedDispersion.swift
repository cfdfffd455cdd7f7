internal import Glibc

/// The dispersion phi that is supposed where a sample is too small to show it.
///
/// Few bad requests cannot show whether they come alone or in clumps: three thousand good ones look the same if every bad one
/// would have come with another, and say half as much. So something is supposed where nothing is seen, and less as evidence comes:
/// for a pass with the number of bad requests, for a fail with the number of windows. Both numbers were chosen by simulation
/// (docs/gates.md, "How often it is wrong").
enum AssumedDispersion {
  /// What is supposed beyond 1 where nothing is known.
  static let unknown = 2.0
  /// Bad requests that halve what is supposed beyond 1; windows that count as much as it.
  static let badRequests = 4.0
  static let windows = 2.0

  /// What is added to the phi of a pass.
  ///
  /// - Parameter rare: bad requests, or good ones where those are fewer.
  static func besides(rare: Int64) -> Double { unknown * exp2(-Double(rare) / badRequests) }

  /// The least phi of a fail.
  ///
  /// - Parameter count: windows that are over.
  static func least(windows count: Int64) -> Double { 1 + unknown * min(1, windows / (1 + Double(max(1, count)))) }
}
