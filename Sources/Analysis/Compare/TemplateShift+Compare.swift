internal import Glibc
internal import TraceCore

/// Which log messages came, went, or changed in rate between two segments.
///
/// Rates are over requests, so that more load is no change; over seconds where there are none. Two rates are compared with
/// the exact conditional test (`RateTest`), corrected for the number of templates.
extension TemplateShift {
  package struct Options: Sendable {
    /// Records that a template must have to be new or gone, at least.
    package var support: Int64 = 3
    /// How many times the other the larger rate is, at least, to be a change.
    package var ratio = 2.0
    /// The rate of false discoveries.
    package var limit = 0.05
    /// How much more than independent ones records scatter: several that are logged together count as fewer.
    package var dispersion = 1.0

    package init() {}
  }

  /// - Parameters:
  ///   - a: index of the segment A in `counts`; `b` as well.
  ///   - spanA: event time of the segment in nanoseconds, for rates where one of both has no requests.
  /// - Returns: new ones by rate, then changed ones by the ratio, then gone ones by rate; empty where there is nothing that
  ///   rates could be over.
  package static func compare(
    _ templates: [TemplateCounts], a: Int, b: Int, requestsA: Int64, requestsB: Int64, spanA: Int64, spanB: Int64,
    options: Options = Options()
  ) -> [TemplateShift] {
    let byRequests = requestsA > 0 && requestsB > 0
    let exposureA = byRequests ? Double(requestsA) : Double(spanA) / 1e9
    let exposureB = byRequests ? Double(requestsB) : Double(spanB) / 1e9
    guard exposureA > 0, exposureB > 0 else { return [] }
    let unit = byRequests ? 1_000.0 : 1
    var shifts: [TemplateShift] = []
    for template in templates where a < template.counts.count && b < template.counts.count {
      let (countA, countB) = (template.counts[a], template.counts[b])
      guard countA + countB > 0 else { continue }
      let p = Dispersed.p(
        RateTest.p(countA, per: exposureA, countB, per: exposureB), dispersion: options.dispersion)
      shifts.append(
        TemplateShift(
          template: template, kind: countA == 0 ? .new : countB == 0 ? .gone : .changed,
          rateA: Double(countA) / exposureA * unit, rateB: Double(countB) / exposureB * unit, p: p, q: 1))
    }
    let qs = FalseDiscovery.adjust(shifts.map(\.p))
    for index in shifts.indices { shifts[index].q = qs[index] }
    let kept = shifts.filter { shift in
      guard shift.q < options.limit else { return false }
      return shift.kind == .changed
        ? shift.ratio >= options.ratio
        : max(shift.template.counts[a], shift.template.counts[b]) >= options.support
    }
    return kept.map { ($0, $0.rank) }.sorted { $0.1 < $1.1 }.map(\.0)
  }

  /// The larger rate over the smaller one.
  private var ratio: Double { max(rateA, rateB) / min(rateA, rateB) }

  private var rank: (Int, Double, String) {
    switch kind {
    case .new: (0, -rateB, template.id)
    case .changed: (1, -ratio, template.id)
    case .gone: (2, -rateA, template.id)
    }
  }
}
