internal import Glibc

/// A bet, window by window, against the claim that the share of bad requests is at its limit or under it: the early fail.
///
/// It starts with a capital of 1. In each window with the share x it stakes a part of it, and the capital is multiplied by
/// 1 + lambda (x - limit), 0 <= lambda < 1 / limit. While the claim is true, no stake can expect to gain, so the capital
/// reaches 1 / alpha with a chance of at most alpha, whenever and however often one looks (Ville's inequality). Nothing is
/// assumed of the requests within a window: they may all share one fate. Four stakes run side by side; the capital is their
/// weighted mean, which is a bet as fair. Their sizes were chosen by simulation (docs/gates.md), on no log.
///
/// Sources: I. Waudby-Smith and A. Ramdas, "Estimating means of bounded random variables by betting", JRSS B 86(1), 2024,
/// section 4 (mixtures of fixed lambda); J. Ville, "Étude critique de la notion de collectif", 1939.
package struct BettingProcess: Sendable {
  /// Requests that a bet is about at least; windows with fewer are put together.
  package static let leastRequests: Int64 = 20
  /// lambda in parts of 1 / limit, and the weight of each.
  private static let stakes: [(part: Double, weight: Double)] = [(0.98, 0.4), (0.8, 0.3), (0.5, 0.2), (0.2, 0.1)]

  /// Between 0 and 1, both excluded.
  package let limit: Double
  private var logs: [Double]

  package init(limit: Double) {
    self.limit = limit
    logs = BettingProcess.stakes.map { log($0.weight) }
  }

  /// The next window's share, 0 to 1.
  package mutating func add(share: Double) {
    let excess = share / limit - 1
    for i in 0..<logs.count { logs[i] += log1p(BettingProcess.stakes[i].part * excess) }
  }

  /// The natural logarithm of the capital.
  package var logCapital: Double {
    var largest = logs[0]
    for value in logs where value > largest { largest = value }
    var sum = 0.0
    for value in logs { sum += exp(value - largest) }
    return largest + log(sum)
  }

  /// Whether the claim is refuted with a chance of at most `alpha` of being wrong.
  package func refutes(alpha: Double) -> Bool { logCapital >= -log(alpha) }
}
