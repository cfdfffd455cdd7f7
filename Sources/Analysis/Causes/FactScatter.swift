/// How much more than independent ones the requests of a contrast scatter in what they have in common with a fact: by the
/// sampled requests, fact by fact.
package struct FactScatter: Sendable {
  private let sample: RequestSample
  private let members: [[Int32]]
  private let numbers: [Contrast.Fact: Int]

  package init(_ sample: RequestSample) {
    self.sample = sample
    members = sample.members()
    var numbers: [Contrast.Fact: Int] = [:]
    for (number, fact) in sample.facts.enumerated() { numbers[fact] = number }
    self.numbers = numbers
  }

  /// Of the requests of the incident, on one route or on all.
  ///
  /// - Returns: of a fact and the p of independent requests the p that is left, and how much requests scatter; its cost is that
  ///   of the requests that have the fact.
  package func of(_ target: SurveyResult.Target, route: String? = nil) -> Contrast.Scattered {
    let mark = target == .failed ? RequestSample.Marks.failed : .slow
    let number = route.map { route in sample.routes.firstIndex(of: route) ?? -1 }
    // The place of each sampled request among those that are looked at.
    var places = Array(repeating: Int32(-1), count: sample.count)
    var (times, bad): ([Int64], [Bool]) = ([], [])
    for request in 0..<sample.count where sample.marks[request].contains(.inside) {
      if let number, Int(sample.routeNumbers[request]) != number { continue }
      places[request] = Int32(truncatingIfNeeded: times.count)
      times.append(sample.times[request])
      bad.append(sample.marks[request].contains(mark))
    }
    guard !times.isEmpty else { return { _, p in (p, .independent) } }
    let test = StratifiedTest(times: times, bad: bad, weights: (1, 1))
    let strata = test.both(Array(repeating: 0, count: times.count), count: 1)
    // Of a part of the requests less is seen of what they share.
    let part = [RequestSample.Marks.inside.union(.bad), .inside].map { sample.weight(of: $0.part) }.max() ?? 1
    func whole(_ scatter: Scatter) -> Scatter {
      part > 1 && scatter != .independent
        ? Scatter(phi: 1 + (scatter.phi - 1) * part, freedom: scatter.freedom) : scatter
    }
    return { fact, p in
      let requests: [Int32]
      if let known = numbers[fact] {
        requests = members[known].compactMap { places[Int($0)] >= 0 ? places[Int($0)] : nil }
      } else if fact.name == "route", let known = sample.routes.firstIndex(of: fact.value) {
        requests = places.indices.compactMap {
          places[$0] >= 0 && Int(sample.routeNumbers[$0]) == known ? places[$0] : nil
        }
      } else {
        return (p, .independent)
      }
      let (plain, sliced) = test.tests(requests, strata)
      let overall = whole(plain.scatter).p(p)
      let within = max(p, sliced.p)
      return overall <= within
        ? (min(1, 2 * overall), whole(plain.scatter)) : (min(1, 2 * within), whole(sliced.scatter))
    }
  }
}
