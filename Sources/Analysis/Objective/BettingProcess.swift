internal import Glibc
package import TraceCore

/// A bet, window by window, against the claim that the share of bad requests is at its limit or under it in every window: the
/// early fail.
///
/// It starts with a capital of 1. In each window with the share x it stakes a part of it, and the capital is multiplied by
/// 1 + lambda (x - limit), 0 <= lambda < 1 / limit. While the claim is true, no stake can expect to gain, so the capital
/// reaches 1 / alpha with a chance of at most alpha, whenever and however often one looks (Ville's inequality). Nothing is
/// assumed of the requests within a window: they may all share one fate.
///
/// Four stakes run side by side. Most of the capital is bet from the first window on; the rest is kept back, an equal part for
/// each later window, so that an incident which begins after healthy minutes does not have to win back what they cost.
/// The capital is the sum of all, which is a bet as fair. Sizes and parts were chosen by simulation (docs/gates.md), on no log.
///
/// Sources: I. Waudby-Smith and A. Ramdas, "Estimating means of bounded random variables by betting", JRSS B 86(1), 2024,
/// section 4 (mixtures of fixed lambda); J. Ville, "Étude critique de la notion de collectif", 1939; J. Shin, A. Ramdas and
/// A. Rinaldo, "E-detectors: a nonparametric framework for sequential change detection", NEJSDS 2(2), 2024 (starts at
/// every time).
package struct BettingProcess: Sendable {
  /// Requests that a bet is about at least; windows with fewer are put together.
  package static let leastRequests: Int64 = 20
  /// lambda in parts of 1 / limit, and the weight of each.
  private static let stakes: [(part: Double, weight: Double)] = [(0.98, 0.4), (0.8, 0.3), (0.5, 0.2), (0.2, 0.1)]
  /// What is bet from the first window on.
  private static let firstPart = 0.6

  /// Between 0 and 1, both excluded.
  package let limit: Double
  /// What is kept back for each window after the first.
  private let laterPart: Double
  /// What has not been bet yet.
  private var kept = 1.0
  /// Logarithms of what each stake has.
  private var logs: [Double]

  /// - Parameter windows: how many will come at most.
  package init(limit: Double, windows: Int64) {
    self.limit = limit
    laterPart = (1 - BettingProcess.firstPart) / Double(max(1, windows - 1))
    logs = BettingProcess.stakes.map { _ in -.infinity }
  }

  /// The next window's share, 0 to 1.
  package mutating func add(share: Double) {
    let part = min(kept, kept == 1 ? BettingProcess.firstPart : laterPart)
    kept -= part
    let excess = share / limit - 1
    for i in 0..<logs.count {
      let stake = BettingProcess.stakes[i]
      if part > 1e-12 { logs[i] = BettingProcess.logSum(logs[i], log(part * stake.weight)) }
      logs[i] += log1p(stake.part * excess)
    }
  }

  /// log(exp(a) + exp(b)); b is finite.
  private static func logSum(_ a: Double, _ b: Double) -> Double {
    let larger = max(a, b)
    return larger + log1p(exp(min(a, b) - larger))
  }

  /// The natural logarithm of the capital.
  package var logCapital: Double {
    var sum = -Double.infinity
    for value in logs where value > -.infinity { sum = BettingProcess.logSum(sum, value) }
    return kept > 1e-12 ? BettingProcess.logSum(sum, log(kept)) : sum
  }

  /// Whether the claim is refuted with a chance of at most `alpha` of being wrong.
  package func refutes(alpha: Double) -> Bool { logCapital >= -log(alpha) }
}

/// The limit and the number of windows are given by the bar.
extension BettingProcess: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&kept)
    for stake in logs.indices { try coder.code(&logs[stake]) }
    guard kept >= 0, kept <= 1, logs.allSatisfy({ $0 < .infinity }) else { throw .invalid("bet") }
  }
}
