/// Two facts that are one cause only together.
extension CauseSearch {
  /// Two facts are shown as one where so many of the requests are the same.
  private static let simpler = 0.9

  /// Puts two facts into one where neither makes a difference without the other.
  func joined(_ chosen: [Column], _ columns: [Column]) -> [Column] {
    var chosen = chosen
    for _ in 0..<CauseSearch.mostCauses {
      var best: (score: Double, pair: Column)?
      for one in chosen {
        for other in columns {
          guard let (pair, score) = pair(one, other, of: columns.count) else { continue }
          if score > best?.score ?? 0 { best = (score, pair) }
        }
      }
      guard let pair = best?.pair else { break }
      // Its parts are no causes of their own; and one fact says more than two that come to the same.
      chosen.removeAll { $0.facts.count == 1 && pair.facts.contains($0.facts[0]) }
      let cause = columns.first { alikeness($0, pair) > CauseSearch.simpler } ?? pair
      if !chosen.contains(where: { $0.facts == cause.facts }) { chosen.insert(cause, at: 0) }
    }
    // What was chosen beside it may be a part of it.
    for place in chosen.indices.reversed() where chosen.count > 1 {
      let result = test.test(chosen[place].inside, strata(of: others(chosen, place)))
      if !remains(result, of: 1) && !chosen[place].isSuspect { chosen.remove(at: place) }
    }
    return chosen
  }

  /// Both together, if requests with only one of them are hardly worse than those with none.
  private func pair(_ a: Column, _ b: Column, of compared: Int) -> (Column, score: Double)? {
    guard a.facts.count == 1, b.facts.count == 1, a.facts[0].name != b.facts[0].name else { return nil }
    let inside = CauseSearch.both(a.inside, b.inside, among: bad.count)
    guard inside.count >= CauseSearch.support, inside.count < a.inside.count, inside.count < b.inside.count else {
      return nil
    }
    let within = [a, b].map { test.test(inside, strata(of: [$0])) }
    // One of them was more than chance before; so this names no fact where there was none.
    guard
      zip(within, [a, b]).allSatisfy({
        isEnough($0) && $0.p * Double(compared) < 0.05 && $0.excess > 0.5 * $1.marginal.excess
      })
    else { return nil }
    var column = Column(
      facts: a.facts + b.facts, inside: inside,
      outside: CauseSearch.both(a.outside, b.outside, among: badAround.count))
    let fixed = strata(of: [column])
    for part in [a, b] {
      let alone = test.test(part.inside, fixed)
      // Without requests that have only this one, nobody knows what it would do.
      guard alone.variance > 0, alone.excess < CauseSearch.vanished / 2 * part.marginal.excess else { return nil }
    }
    column.marginal = test.test(inside, strata(of: []))
    return (column, within.map { surely($0) }.min() ?? 0)
  }

  /// The share of the requests with either that have both.
  func alikeness(_ a: Column, _ b: Column) -> Double {
    let both = CauseSearch.both(a.inside, b.inside, among: bad.count).count
    return Double(both) / Double(max(1, a.inside.count + b.inside.count - both))
  }

  static func both(_ a: [Int32], _ b: [Int32], among count: Int) -> [Int32] {
    var isMember = Array(repeating: false, count: count)
    for member in b { isMember[Int(member)] = true }
    return a.filter { isMember[Int($0)] }
  }
}
