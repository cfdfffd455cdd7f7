internal import Glibc
internal import TraceCore

/// Says when requests fail so much more often than an objective allows that it cannot be chance, at any traffic.
///
/// It bets against the claim that the share of failures is at the limit or under it, block by block, as the gate's early fail does
/// (`BettingProcess`): a block with the share x multiplies a bet by 1 + part (x / limit - 1), 0 < part < 1, which gains nothing
/// on average while the claim is true, however the requests of a block share their fate. A new bet begins with every block, so that a
/// burn after weeks of good traffic has nothing to win back: the sum of all bets is an e-detector of the Shiryaev-Roberts
/// kind. While the claim is true the sum grows by what was put in, on average, and no faster: by a coin a minute here. So if
/// it is reported at `Self.evidence` coins, false reports are at least so many minutes apart on average, whatever the
/// traffic.
///
/// Bets of several sizes run side by side, each made for a rate of failures from twice the limit on: small ones for slow burns, large ones
/// for outages. Below 1.44 times the limit none of them gains: so slow a burn is left to the budget.
///
/// What is proven must also matter: nothing is reported before the burn has used up a thousandth of the window's budget.
///
/// Plain arithmetic on a dozen numbers a block; memory: the same.
///
/// Sources: J. Shin, A. Ramdas and A. Rinaldo, "E-detectors: a nonparametric framework for sequential change detection", NEJSDS
/// 2(2), 2024 (the sum, and its distance between false alarms); I. Waudby-Smith and A. Ramdas, "Estimating means of bounded
/// random variables by betting", JRSS B 86(1), 2024 (the bets); E. S. Page, "Continuous Inspection Schemes", Biometrika 41,
/// 1954 (since when; and the end).
package struct BurnDetector: Sendable, Equatable {
  /// A bet on one rate of failures.
  struct Bet: Sendable, Equatable {
    /// What all bets of this size have together, in coins.
    var coins = 0.0
    /// Logarithm of what the best of them has made of its coin; 0 where it would be better to begin anew.
    var best = 0.0
    /// Of that one: when it began, and what it has seen.
    var since = EventTime.none
    var requests: Int64 = 0
    var failures: Int64 = 0
  }

  /// A burn that is reported and is not over.
  package struct Burn: Sendable, Equatable {
    /// Event times: since when, as far as can be seen; and when it was proven.
    package var since: Int64
    package var reported: Int64
    /// Since then.
    package var requests: Int64
    package var failures: Int64
    /// The share of failures that it is over against: what was proven, and it grows with a worse one.
    var share: Double
    /// Evidence that it is over: see `relief`.
    var relief = 0.0
    /// When the evidence for its end began.
    var easing = EventTime.none
  }

  /// What an added block has changed.
  package enum Change: Sendable, Equatable { case begins, ends }

  /// Requests of a block at least, and its length in nanoseconds: failures that come together are one observation.
  package static let leastRequests: Int64 = 5
  package static let leastLength = 10 * EventTime.nanosecondsPerSecond
  /// Coins at which a burn is proven, one being put in a minute: 180 days. Six times what is promised, for failures that come together
  /// in several blocks (phi 2).
  package static let evidence = 180.0 * 1_440
  /// Put in for a pause, at most: a log that was silent for weeks has no bets.
  private static let mostCoins = 10.0
  /// Rates for which bets are made: twice the limit, and each this many times the one before.
  private static let firstRate = 2.0
  private static let rateStep = 2.5
  private static let mostPart = 0.98
  /// Of the window's budget, that a burn has to cost.
  private static let leastCost = 0.001
  /// Logarithm of the odds with which an end is believed: 20 to 1.
  private static let enoughRelief = 2.9957
  /// Without requests for so long nobody can say that a burn goes on.
  private static let patience = 86_400 * EventTime.nanosecondsPerSecond

  /// The share of failures that is allowed, between 0 and 1, both excluded.
  package let limit: Double
  /// Of the objective, in nanoseconds.
  package let window: Int64
  let rates: [Double]
  var bets: [Bet]
  /// The block that is filled.
  var requests: Int64 = 0
  var failures: Int64 = 0
  /// Its beginning; EventTime.none before the first request.
  var start = EventTime.none
  /// End of the last block: what is put in is measured from there.
  var last = EventTime.none
  package internal(set) var burn: Burn?

  /// - Parameters:
  ///   - limit: between 0 and 1, both excluded.
  ///   - window: nanoseconds, above 0.
  package init(limit: Double, window: Int64) {
    self.limit = limit
    self.window = window
    var rates: [Double] = []
    var rate = BurnDetector.firstRate
    repeat {
      rates.append(rate)
      rate *= BurnDetector.rateStep
    } while rate * limit < 0.7
    self.rates = rates
    bets = rates.map { _ in Bet() }
  }

  /// Coins of all bets: what speaks for a burn.
  package var coins: Double { bets.reduce(0) { $0 + $1.coins } / Double(bets.count) }

  // MARK: Taking

  /// The requests of a span of event time; spans in order.
  ///
  /// - Returns: what it changes.
  package mutating func add(failures: Int64, of requests: Int64, from begin: Int64, to end: Int64) -> Change? {
    if requests > 0 {
      if start == EventTime.none { start = begin }
      self.requests = self.requests.plus(requests)
      self.failures = self.failures.plus(failures)
    }
    guard self.requests >= BurnDetector.leastRequests, end.less(start) >= BurnDetector.leastLength else {
      return endForWantOfRequests(at: end)
    }
    defer {
      (self.requests, self.failures, start, last) = (0, 0, EventTime.none, end)
    }
    guard burn == nil else { return relieve(at: end) }
    bet(at: end)
    return report(at: end)
  }

  private mutating func bet(at end: Int64) {
    let minutes = last == EventTime.none ? 0 : Double(end.less(last)) / 60e9
    let coins = min(max(minutes, 0), BurnDetector.mostCoins)
    let excess = Double(failures) / Double(requests) / limit - 1
    for place in bets.indices {
      // The part that gains most at this rate, about: few failures are expected of a small block, which then must not be asked
      // to have one.
      let expected = Double(requests) * limit * (rates[place] - 1)
      let factor = 1 + min(expected / (1 + expected), BurnDetector.mostPart) * excess
      // What is far more than enough need not be kept exactly.
      bets[place].coins = min((bets[place].coins + coins) * factor, 1e100)
      if bets[place].best <= 0 {
        bets[place].best = 0
        (bets[place].since, bets[place].requests, bets[place].failures) = (start, 0, 0)
      }
      bets[place].best = min(bets[place].best + log(factor), 1e3)
      bets[place].requests = bets[place].requests.plus(requests)
      bets[place].failures = bets[place].failures.plus(failures)
    }
  }

  private mutating func report(at end: Int64) -> Change? {
    guard coins >= BurnDetector.evidence, let bet = bets.max(by: { $0.best < $1.best }), bet.requests > 0 else {
      return nil
    }
    let share = Double(bet.failures) / Double(bet.requests)
    guard share / limit * Double(end.less(bet.since)) >= BurnDetector.leastCost * Double(window) else { return nil }
    burn = Burn(since: bet.since, reported: end, requests: bet.requests, failures: bet.failures, share: share)
    return .begins
  }

  // MARK: The end

  /// A burn is over when its share of failures has fallen far below what was reported, or under twice the limit where that is
  /// more: a likelihood ratio of a quarter of that bound against the bound, from where it speaks for the end.
  private mutating func relieve(at end: Int64) -> Change? {
    guard var burn else { return nil }
    burn.requests = burn.requests.plus(requests)
    burn.failures = burn.failures.plus(failures)
    burn.share = max(burn.share, Double(burn.failures) / Double(burn.requests))
    let bound = min(max(2 * limit, burn.share / 4), 0.9)
    let good = bound / 4
    if burn.relief <= 0 { (burn.relief, burn.easing) = (0, start) }
    burn.relief += Double(failures) * log(good / bound) + Double(requests - failures) * log((1 - good) / (1 - bound))
    self.burn = burn
    guard burn.relief >= BurnDetector.enoughRelief else { return nil }
    return close()
  }

  private mutating func endForWantOfRequests(at end: Int64) -> Change? {
    guard burn != nil, last != EventTime.none, end.less(last) >= BurnDetector.patience else { return nil }
    return close()
  }

  /// What was seen before says nothing about what comes.
  private mutating func close() -> Change {
    burn = nil
    bets = rates.map { _ in Bet() }
    return .ends
  }
}
