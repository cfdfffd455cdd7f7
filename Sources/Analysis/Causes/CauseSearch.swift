internal import TraceCore

/// Looks for the facts that set bad requests apart while the others are held fixed.
///
/// 1. Every fact is compared by itself: Fisher's exact test, with the scatter between windows, corrected for their number.
/// 2. Of those that stand out the one is chosen that surely accounts for the most bad requests; then the next one within
///    the strata of what is chosen, as long as one remains; and what no longer stands out within the strata of the others
///    is given up: it is explained by them (stepwise selection by stratified tests; N. Mantel, "Why Stepdown Procedures in
///    Variable Selection", Technometrics 12(3), 1970, on why giving up matters).
/// 3. Two facts are one cause if neither makes a difference without the other.
///
/// It says what goes together, not why. Cost: a pass over the sample for each fact that is tested.
///
/// Meaning: docs/semantics.md#incidents-and-causes.
package struct CauseSearch {
  /// Facts that are held against each other, causes at most.
  static let mostFacts = 40
  static let mostCauses = 4
  /// Bad requests of which a fact must be true, at least.
  static let support = 5
  /// The share of bad requests that it must account for, at least.
  static let leastExcess = 0.05
  static let leastOdds = 1.5
  /// What is left of the requests a fact accounts for, where it is explained.
  static let vanished = 0.3
  /// Requests so near to the incident count for neither (nanoseconds), nor within a tenth of its length.
  private static let margin = 10 * EventTime.nanosecondsPerSecond

  /// A fact, or two together, and the places of the requests inside the incident and around it of which it is true.
  struct Column {
    var facts: [Contrast.Fact]
    var inside: [Int32] = []
    var outside: [Int32] = []
    /// By itself.
    var marginal = StratifiedTest.Result()
    /// It was suspected before anything was compared, and is more than chance at one comparison.
    var isSuspect = false
  }

  let sample: RequestSample
  /// Places in the sample of the requests of the incident, and of those around it; which of them are bad.
  let inside: [Int]
  let outside: [Int]
  let test: StratifiedTest
  let bad: [Bool]
  let badAround: [Bool]
  let weights: (bad: Double, other: Double)
  let weightsAround: (bad: Double, other: Double)
  private let limit: Double
  private let suspects: [Contrast.Fact]
  private let suspectLimit: Double

  /// - Parameters:
  ///   - limit: the rate of false discoveries among facts that are taken for more than chance.
  ///   - suspects: facts that somebody would ask for first, a release that appeared: they are no ones of hundreds, and need
  ///     not stand out as these.
  ///   - suspectLimit: how often a suspect without an effect may be taken for a cause.
  package init(
    _ sample: RequestSample, limit: Double = 0.05, suspects: [Contrast.Fact] = [], suspectLimit: Double = 0.025
  ) {
    self.sample = sample
    self.limit = limit
    self.suspects = suspects
    self.suspectLimit = suspectLimit / Double(max(1, Set(suspects.map(\.value)).count))
    let inside = (0..<sample.count).filter { sample.marks[$0].contains(.inside) }
    // The borders of an incident are not known to the second.
    let known = inside.map { sample.times[$0] }.filter { $0 != EventTime.none }
    let (first, last) = (known.min() ?? 0, known.max() ?? 0)
    let margin = max(CauseSearch.margin, last.less(first) / 10)
    let near = first.less(margin)...last.plus(margin)
    let outside = (0..<sample.count).filter {
      !sample.marks[$0].contains(.inside) && !near.contains(sample.times[$0])
    }
    self.inside = inside
    self.outside = outside
    weights = (sample.weight(of: 3), sample.weight(of: 1))
    weightsAround = (sample.weight(of: 2), sample.weight(of: 0))
    bad = inside.map { sample.marks[$0].contains(.bad) }
    badAround = outside.map { sample.marks[$0].contains(.bad) }
    test = StratifiedTest(times: inside.map { sample.times[$0] }, bad: bad, weights: weights)
  }

  /// Bad requests of the incident, as they were counted.
  var allBad: Double { Double(sample.counted[3]) }

  package func find() -> CauseFindings {
    var findings = CauseFindings()
    guard bad.count(where: { $0 }) >= CauseSearch.support, bad.contains(false) else { return findings }
    let all = columns()
    let (columns, others, compared) = standingOut(all)
    findings.compared = compared
    findings.suspects = columns.filter(\.isSuspect).map { $0.facts[0] }
    let chosen = joined(select(columns), columns + others)
    let causes = chosen.indices.map { cause(chosen, $0, among: all, standingOut: columns) }
    let scores = chosen.indices.map { surely(chosen, $0) }
    let order = causes.indices.sorted { a, b in
      (causes[a].isChronic ? 1 : 0, -scores[a], a) < (causes[b].isChronic ? 1 : 0, -scores[b], b)
    }
    findings.general = general(chosen.indices.filter { !causes[$0].isChronic }.map { chosen[$0] })
    findings.causes = order.map { causes[$0] }
    return findings
  }

  // MARK: Facts by themselves

  /// Those that stand out, others that may do so together with one of them, and how many were compared.
  private func standingOut(_ all: [Column]) -> ([Column], others: [Column], compared: Int) {
    let strata = strata(of: [])
    let (cases, others) = (Int64(bad.count { $0 }), Int64(bad.count { !$0 }))
    var (ps, places): ([Double], [Int]) = ([], [])
    var columns = all
    for place in columns.indices {
      let inside = Int64(columns[place].inside.count { bad[Int($0)] })
      let outside = Int64(columns[place].inside.count) - inside
      guard inside + outside > 0, inside + outside < cases + others else { continue }
      var p = FisherExact.p(outside, of: others, inside, of: cases)
      // Scatter makes no p smaller.
      if p < 0.05, inside >= CauseSearch.support {
        columns[place].marginal = test.test(columns[place].inside, strata)
        p = max(p, columns[place].marginal.p)
      }
      ps.append(p)
      places.append(place)
    }
    let qs = FalseDiscovery.adjust(ps)
    func sorted(_ isWanted: (Int) -> Bool) -> [Column] {
      let wanted = places.indices.filter { isWanted($0) && isEnough(columns[places[$0]].marginal) }
      return Array(
        wanted.map { columns[places[$0]] }.sorted { surely($0.marginal) > surely($1.marginal) }
          .prefix(CauseSearch.mostFacts))
    }
    for place in columns.indices where suspects.contains(columns[place].facts[0]) {
      if columns[place].marginal == .init() { columns[place].marginal = test.test(columns[place].inside, strata) }
      columns[place].isSuspect = isEnough(columns[place].marginal) && withinRoutes(columns[place]).p < suspectLimit
    }
    func standsOut(_ index: Int) -> Bool { qs[index] < limit || columns[places[index]].isSuspect }
    return (sorted(standsOut), sorted { !standsOut($0) && ps[$0] < 0.05 }, ps.count)
  }

  /// Of requests of the same route at the same time, what differs between them may well be the suspect.
  private func withinRoutes(_ column: Column) -> StratifiedTest.Result {
    let routes = inside.map { max(0, sample.routeNumbers[$0] + 1) }
    return test.test(column.inside, test.both(routes, count: Int(routes.max() ?? 0) + 1))
  }

  func isEnough(_ result: StratifiedTest.Result) -> Bool {
    result.count - result.expected > 0 && result.excess >= CauseSearch.leastExcess * allBad
      && result.count >= Double(CauseSearch.support) && (result.odds?.value ?? .infinity) >= CauseSearch.leastOdds
  }

  /// Bad requests that it accounts for, less what may be chance.
  func surely(_ result: StratifiedTest.Result) -> Double {
    result.excess * max(0, 1 - 1.959964 / max(1.959964, result.deviate))
  }

  private func surely(_ chosen: [Column], _ index: Int) -> Double {
    surely(test.test(chosen[index].inside, strata(of: others(chosen, index))))
  }

  // MARK: Selection

  func others(_ chosen: [Column], _ index: Int) -> [Column] {
    chosen.indices.filter { $0 != index }.map { chosen[$0] }
  }

  /// Each combination of the columns is a stratum.
  func strata(of columns: [Column]) -> StratifiedTest.Both {
    var numbers = Array(repeating: Int32(0), count: bad.count)
    for (place, column) in columns.enumerated() {
      for member in column.inside { numbers[Int(member)] += 1 << Int32(truncatingIfNeeded: place) }
    }
    return test.both(numbers, count: 1 << columns.count)
  }

  func remains(_ result: StratifiedTest.Result, of compared: Int) -> Bool {
    isEnough(result) && result.p * Double(compared) < limit
  }

  private func select(_ columns: [Column]) -> [Column] {
    var chosen: [Column] = []
    var givenUp: Set<[Contrast.Fact]> = []
    while chosen.count < CauseSearch.mostCauses {
      let fixed = strata(of: chosen)
      var best: (score: Double, column: Column)?
      for column in columns
      where !givenUp.contains(column.facts) && !chosen.contains(where: { $0.facts == column.facts }) {
        let result = test.test(column.inside, fixed)
        let isLeft =
          column.isSuspect ? isEnough(result) && result.p < suspectLimit : remains(result, of: columns.count)
        guard isLeft, surely(result) > best?.score ?? 0 else { continue }
        best = (surely(result), column)
      }
      guard let best else { break }
      chosen.append(best.column)
      // What is chosen may explain what was chosen before.
      for index in chosen.indices.dropLast().reversed() {
        let rest = others(chosen, index)
        let result = test.test(chosen[index].inside, strata(of: rest))
        let limit = chosen[index].isSuspect ? suspectLimit : self.limit
        if !isEnough(result) || result.p >= limit
          || result.excess < CauseSearch.vanished * chosen[index].marginal.excess
        {
          givenUp.insert(chosen[index].facts)
          chosen.remove(at: index)
        }
      }
    }
    return chosen
  }
}
