/// What stands out among the facts counted inside and outside.
///
/// Shares are compared with Fisher's exact test, corrected for the number of facts; the interval is Newcombe's. Facts with
/// the same counts are one comparison and one row. It says what goes together, not why.
extension Contrast {
  package struct Options: Sendable {
    /// Requests inside of which a fact must be true, at least.
    package var support: Int64 = 5
    /// By how much its share inside must be higher, at least.
    package var leastDifference = 0.05
    /// The rate of false discoveries among the rows.
    package var limit = 0.05
    /// Rows at most.
    package var most = 20
    /// How much more than independent ones requests scatter, whatever the fact.
    package var dispersion = 1.0

    package init() {}
  }

  /// Of a fact and the p of independent requests the p that is left, and how much requests scatter in what they have in common
  /// with the fact.
  package typealias Scattered = (_ fact: Fact, _ p: Double) -> (p: Double, scatter: Scatter)

  /// - Parameters:
  ///   - counts: each fact once.
  ///   - inside: what the requests inside are, in words; `outside` as well.
  ///   - leftOut: fields that were not counted.
  ///   - scattered: what the scatter of requests leaves of a fact's p; asked for only where independent ones would stand out.
  package static func rank(
    counts: [Count], inside: String, outside: String, insideRequests: Int64, outsideRequests: Int64,
    leftOut: [String] = [], options: Options = Options(), scattered: Scattered = { _, p in (p, .independent) }
  ) -> Contrast {
    var result = Contrast(
      inside: inside, outside: outside, insideRequests: insideRequests, outsideRequests: outsideRequests, rows: [],
      compared: 0, leftOut: leftOut)
    guard insideRequests > 0, outsideRequests > 0 else { return result }
    let valid = counts.filter {
      $0.inside >= 0 && $0.outside >= 0 && $0.inside <= insideRequests && $0.outside <= outsideRequests
    }
    // Same counts beside one another, the one to be named first in front.
    let sorted = valid.sorted { a, b in
      (a.inside, a.outside) != (b.inside, b.outside)
        ? (a.inside, a.outside) < (b.inside, b.outside) : precedes(a.fact, b.fact)
    }
    var groups: [(count: Count, also: [Fact])] = []
    for count in sorted {
      let sum = count.inside + count.outside
      // What is true of nothing or of everything tells nobody apart.
      guard sum > 0, sum < insideRequests + outsideRequests else { continue }
      if let last = groups.last, last.count.inside == count.inside, last.count.outside == count.outside {
        groups[groups.count - 1].also.append(count.fact)
      } else {
        groups.append((count, []))
      }
    }
    var dispersions = Array(repeating: options.dispersion, count: groups.count)
    let ps = groups.indices.map { index in
      let count = groups[index].count
      let p = Dispersed.p(
        FisherExact.p(count.outside, of: outsideRequests, count.inside, of: insideRequests),
        dispersion: options.dispersion)
      guard p < options.limit else { return p }
      let (own, scatter) = scattered(count.fact, p)
      dispersions[index] = max(options.dispersion, scatter.weight)
      return own
    }
    let qs = FalseDiscovery.adjust(ps)
    result.compared = groups.count
    for (index, group) in groups.enumerated() {
      let count = group.count
      let difference = Interval.difference(
        count.outside, of: outsideRequests, count.inside, of: insideRequests, dispersion: dispersions[index])
      guard qs[index] < options.limit, count.inside >= options.support, difference.lower > 0,
        difference.value >= options.leastDifference
      else { continue }
      result.rows.append(
        Row(
          count: count, shareInside: Double(count.inside) / Double(insideRequests),
          shareOutside: Double(count.outside) / Double(outsideRequests), difference: difference, p: ps[index],
          q: qs[index], also: group.also))
    }
    result.rows.sort { a, b in
      a.difference.value != b.difference.value
        ? a.difference.value > b.difference.value : precedes(a.count.fact, b.count.fact)
    }
    result.rows = Array(result.rows.prefix(options.most))
    return result
  }

  /// Fields before templates, then by name and value.
  private static func precedes(_ a: Fact, _ b: Fact) -> Bool {
    (a.kind.rawValue, a.name, a.value) < (b.kind.rawValue, b.name, b.value)
  }
}
