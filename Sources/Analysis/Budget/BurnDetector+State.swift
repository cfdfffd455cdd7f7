package import TraceCore

/// The limit and the window are those of the objective.
extension BurnDetector: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&bets, empty: Bet()) { bet, coder throws(StateError) in
      try coder.code(&bet.coins)
      try coder.code(&bet.best)
      try coder.code(time: &bet.since)
      try coder.code(count: &bet.requests)
      try coder.code(count: &bet.failures)
      let isValid = bet.coins >= 0 && bet.coins.isFinite && bet.best.isFinite && bet.failures <= bet.requests
      guard isValid else { throw .invalid("bet on a budget") }
    }
    try coder.code(count: &requests)
    try coder.code(count: &failures)
    try coder.code(time: &start)
    try coder.code(time: &last)
    try coder.code(&burn, empty: Burn(since: 0, reported: 0, requests: 0, failures: 0, share: 0)) {
      burn, coder throws(StateError) in
      try coder.code(time: &burn.since)
      try coder.code(time: &burn.reported)
      try coder.code(count: &burn.requests)
      try coder.code(count: &burn.failures)
      try coder.code(&burn.share)
      try coder.code(&burn.relief)
      try coder.code(time: &burn.easing)
      guard burn.failures <= burn.requests, burn.share >= 0, burn.share <= 1, burn.relief.isFinite else {
        throw .invalid("burn of a budget")
      }
    }
    guard bets.count == rates.count, failures <= requests else { throw .invalid("bets on a budget") }
  }
}
