package import TraceCore

/// How a route differs between two sets of requests, A and B.
package struct RouteShift: Sendable, Equatable {
  /// One figure that moved, or did not.
  package struct Change: Sendable, Equatable {
    /// B - A with its 95 % interval: a share for the error rate, nanoseconds for a quantile.
    package var difference: Interval
    package var p: Double
    /// After the correction for the number of comparisons (Benjamini and Hochberg).
    package var q: Double
    /// q is under the limit: more than chance.
    package var isSignificant: Bool

    package init(difference: Interval, p: Double, q: Double, isSignificant: Bool) {
      self.difference = difference
      self.p = p
      self.q = q
      self.isSignificant = isSignificant
    }
  }

  package var route: String
  /// Nil where the route has no requests in that set.
  package var a: GroupSummary?
  package var b: GroupSummary?
  /// Nil where there is too little to compare.
  package var errorRate: Change?
  package var p50: Change?
  package var p95: Change?

  package init(route: String, a: GroupSummary?, b: GroupSummary?, errorRate: Change?, p50: Change?, p95: Change?) {
    self.route = route
    self.a = a
    self.b = b
    self.errorRate = errorRate
    self.p50 = p50
    self.p95 = p95
  }
}
