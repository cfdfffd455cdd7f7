/// What is compared, and what is said of what was chosen.
extension CauseSearch {
  /// Requests around the incident that tell what was usual, at least.
  private static let leastAround = 100
  /// Of the requests that have a field at all at least so many must be well: a field that only bad requests have says what
  /// became of them.
  private static let leastWell = 0.2
  /// The share of the requests with either that must have both, for two facts to be the same.
  private static let alike = 0.97
  private static let slicesAround = 16
  static let mostSame = 4
  static let mostExplained = 4

  /// One of each name and value, in order of their numbers, routes last.
  func columns() -> [Column] {
    // The place of each request among those inside, or around.
    var places = Array(repeating: Int32(-1), count: sample.count)
    for part in [inside, outside] {
      for (place, request) in part.enumerated() { places[request] = Int32(truncatingIfNeeded: place) }
    }
    let members = sample.members()
    let circumstances = names(members)
    var columns: [Column] = []
    func add(_ fact: Contrast.Fact, _ requests: [Int32]) {
      var column = Column(facts: [fact])
      for request in requests {
        if sample.marks[Int(request)].contains(.inside) {
          column.inside.append(places[Int(request)])
        } else if places[Int(request)] >= 0 {
          column.outside.append(places[Int(request)])
        }
      }
      columns.append(column)
    }
    var byName: [Contrast.Fact: [Int]] = [:]
    var order: [Contrast.Fact] = []
    for (number, fact) in sample.facts.enumerated() where fact.kind != .template && circumstances.contains(fact.name) {
      guard fact.kind == .field || Circumstance.isPlace(fact.name) else { continue }
      let name = Contrast.Fact(name: fact.name, value: fact.value)
      if byName[name] == nil { order.append(name) }
      byName[name, default: []].append(number)
    }
    for fact in order {
      let numbers = byName[fact] ?? []
      add(fact, numbers.count == 1 ? members[numbers[0]] : Set(numbers.flatMap { members[$0] }).sorted())
    }
    var routes: [[Int32]] = Array(repeating: [], count: sample.routes.count)
    for request in 0..<sample.count where sample.routeNumbers[request] >= 0 {
      routes[Int(sample.routeNumbers[request])].append(Int32(truncatingIfNeeded: request))
    }
    for (number, requests) in routes.enumerated() {
      add(Contrast.Fact(name: "route", value: sample.routes[number]), requests)
    }
    return columns
  }

  /// Names of fields that requests have whether they are well or not.
  private func names(_ members: [[Int32]]) -> Set<String> {
    var has: [String: [Bool]] = [:]
    for (number, fact) in sample.facts.enumerated() where fact.kind != .template && !Circumstance.isOutcome(fact.name) {
      var requests = has.removeValue(forKey: fact.name) ?? Array(repeating: false, count: sample.count)
      for member in members[number] { requests[Int(member)] = true }
      has[fact.name] = requests
    }
    let weights = (0..<RequestSample.parts).map { sample.weight(of: $0) }
    var names: Set<String> = Set(sample.manyValued)
    for (name, requests) in has {
      var (well, all) = (0.0, 0.0)
      for request in requests.indices where requests[request] {
        let mark = sample.marks[request]
        all += weights[mark.part]
        if !mark.contains(.bad) { well += weights[mark.part] }
      }
      if well >= CauseSearch.leastWell * all { names.insert(name) }
    }
    return names
  }

  // MARK: What is said

  func cause(_ chosen: [Column], _ index: Int, among all: [Column], standingOut: [Column]) -> Cause {
    let column = chosen[index]
    let rest = others(chosen, index)
    let result = test.test(column.inside, strata(of: rest))
    let cases = Double(column.inside.count { bad[Int($0)] })
    let (badSum, otherSum) = (Double(bad.count { $0 }), Double(bad.count { !$0 }))
    var cause = Cause(
      facts: column.facts, shareInside: cases / badSum,
      shareOutside: (Double(column.inside.count) - cases) / max(1, otherSum),
      excess: min(1, result.excess / max(1, allBad)), odds: result.odds, p: result.p)
    cause.fixed = rest.map(\.facts)
    cause.isChronic = isChronic(column)
    let fixed = strata(of: [column])
    let known = Set(chosen.flatMap(\.facts))
    for other in all where cause.same.count < CauseSearch.mostSame && !known.contains(other.facts[0]) {
      if alikeness(column, other) >= CauseSearch.alike { cause.same.append(other.facts[0]) }
    }
    for other in standingOut
    where cause.explains.count < CauseSearch.mostExplained && !known.contains(other.facts[0])
      && !cause.same.contains(other.facts[0])
    {
      let within = test.test(other.inside, fixed)
      if within.excess < CauseSearch.vanished * other.marginal.excess { cause.explains.append(other.facts[0]) }
    }
    return cause
  }

  /// Whether requests with it were as much worse than the others around the incident, and in most of the time around it: it
  /// accounts for at least half of so many bad requests there as here, for as many requests.
  private func isChronic(_ column: Column) -> Bool {
    let slices = CauseSearch.slicesAround
    guard isInMost(column, of: slices) else { return false }
    func rates(_ members: [Int32], _ bad: [Bool], _ weights: (bad: Double, other: Double)) -> Double? {
      let all = bad.count { $0 }
      let with = members.count { bad[Int($0)] }
      func rate(_ bad: Int, _ other: Int) -> Double? {
        let sum = Double(bad) * weights.bad + Double(other) * weights.other
        return sum > 0 ? Double(bad) * weights.bad / sum : nil
      }
      guard let own = rate(with, members.count - with),
        let others = rate(all - with, bad.count - members.count - all + with)
      else { return nil }
      return own - others
    }
    guard column.outside.count(where: { badAround[Int($0)] }) >= CauseSearch.support,
      let inside = rates(column.inside, bad, weights),
      let outside = rates(column.outside, badAround, weightsAround)
    else { return false }
    return outside >= 0.5 * inside
  }

  private func isInMost(_ column: Column, of slices: Int) -> Bool {
    // Requests are by part; in order of time there are as many in each slice.
    let order = outside.indices.sorted { (sample.times[outside[$0]], $0) < (sample.times[outside[$1]], $1) }
    var slice = Array(repeating: 0, count: outside.count)
    for (rank, place) in order.enumerated() { slice[place] = rank * slices / outside.count }
    return Set(column.outside.map { slice[Int($0)] }).count * 2 > slices
  }

  /// The part of the rise that is on requests without any of these.
  func general(_ causes: [Column]) -> Double? {
    guard badAround.count >= CauseSearch.leastAround else { return nil }
    func sums(_ members: [[Int32]], _ bad: [Bool], _ weights: (bad: Double, other: Double)) -> (
      all: (bad: Double, sum: Double), rest: (bad: Double, sum: Double)
    ) {
      var isRest = Array(repeating: true, count: bad.count)
      for member in members.joined() { isRest[Int(member)] = false }
      var (all, rest) = ((bad: 0.0, sum: 0.0), (bad: 0.0, sum: 0.0))
      for request in bad.indices {
        let weight = bad[request] ? weights.bad : weights.other
        all.sum += weight
        if bad[request] { all.bad += weight }
        guard isRest[request] else { continue }
        rest.sum += weight
        if bad[request] { rest.bad += weight }
      }
      return (all, rest)
    }
    let inside = sums(causes.map(\.inside), bad, weights)
    let outside = sums(causes.map(\.outside), badAround, weightsAround)
    let all = inside.all.bad - inside.all.sum * outside.all.bad / max(1, outside.all.sum)
    let rest = inside.rest.bad - inside.rest.sum * outside.rest.bad / max(1, outside.rest.sum)
    return all > 0 ? max(0, min(1, rest / all)) : nil
  }
}
