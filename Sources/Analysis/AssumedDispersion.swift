/// The dispersion phi that is supposed where a sample is too small to show it.
///
/// Few bad requests cannot show whether they come alone or in clumps: three thousand good ones look the same if every bad one
/// would have come with another, and say half as much. So phi is `unknown` where nothing is seen, and falls to what the windows
/// show as evidence comes: for a pass with the number of bad requests, for a fail with the number of windows. Both numbers were
/// chosen by simulation (docs/gates.md, "How often it is wrong").
enum AssumedDispersion {
  /// phi of which nothing is known.
  static let unknown = 3.0
  /// Bad requests, and windows, that count as much as what is supposed.
  static let badRequests = 2.0
  static let windows = 2.0

  /// - Parameters:
  ///   - rare: bad requests, or good ones where those are fewer.
  ///   - windows: that are over.
  static func of(rare: Int64, windows: Int64, isPass: Bool) -> Double {
    let weight =
      isPass ? badRequests / (badRequests + Double(rare)) : min(1, Self.windows / (1 + Double(max(1, windows))))
    return 1 + (unknown - 1) * weight
  }
}
