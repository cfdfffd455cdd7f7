internal import Glibc

/// Numbers of failed requests, window by window, as a service may have them: for plans and for what is promised of gates.
///
/// Same seed, same numbers.
package struct SimulatedTraffic: Sendable {
  /// How failures come.
  package enum Pattern: Sendable, Equatable, CustomStringConvertible {
    /// Each request by itself: binomial windows.
    case independent
    /// In bursts: beta-binomial windows, whose variance is `phi` times as large.
    case bursty(phi: Double)
    /// Three quarters of them in episodes: one window in six has one, the rest is independent.
    case episodic

    package var description: String {
      switch self {
      case .independent: "independent"
      case .bursty(let phi): "bursts, phi \(GateText.number(phi))"
      case .episodic: "episodes"
      }
    }
  }

  package let pattern: Pattern
  /// Requests that fail in the long run, 0 to 1, both excluded.
  package let share: Double
  private var random: SimulationRandom
  /// Cumulated chances of each number of failures, by the number of requests.
  private var tables: [Int: [Double]] = [:]

  package init(_ pattern: Pattern, share: Double, seed: UInt64) {
    self.pattern = pattern
    self.share = share
    random = SimulationRandom(seed: seed)
  }

  private static let episodeShare = 0.75
  private static let windowsAnEpisode = 6.0

  /// Failures among so many requests of one window. The first draw of a number of requests costs a table of its size.
  package mutating func failures(of requests: Int) -> Int {
    guard requests > 0 else { return 0 }
    switch pattern {
    case .independent: return draw(requests, share, dispersion: 1, table: requests)
    case .bursty(let phi): return draw(requests, share, dispersion: phi, table: requests)
    case .episodic:
      let calm = draw(requests, share * (1 - SimulatedTraffic.episodeShare), dispersion: 1, table: requests)
      guard random.unit() < 1 / SimulatedTraffic.windowsAnEpisode else { return calm }
      let episode = min(0.95, share * SimulatedTraffic.episodeShare * SimulatedTraffic.windowsAnEpisode)
      return min(requests, calm + draw(requests, episode, dispersion: 1, table: -requests))
    }
  }

  private mutating func draw(_ requests: Int, _ share: Double, dispersion: Double, table: Int) -> Int {
    if tables[table] == nil {
      tables[table] = SimulatedTraffic.cumulated(requests, share, dispersion: min(dispersion, Double(requests) * 0.99))
    }
    let cumulated = tables[table] ?? []
    let u = random.unit()
    var (low, high) = (0, cumulated.count - 1)
    while low < high {
      let middle = low + (high - low) / 2
      if cumulated[middle] > u { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Var = n p (1 - p) (1 + (n - 1) rho), a + b = 1 / rho - 1.
  private static func cumulated(_ trials: Int, _ share: Double, dispersion: Double) -> [Double] {
    let n = Double(trials)
    var logs = [Double](repeating: 0, count: trials + 1)
    if dispersion > 1, trials > 1 {
      let size = (n - 1) / (dispersion - 1) - 1
      let (a, b) = (share * size, (1 - share) * size)
      logs[0] = (0..<trials).reduce(0.0) { $0 + log((b + Double($1)) / (size + Double($1))) }
      for k in 0..<trials {
        let k = Double(k)
        logs[Int(k) + 1] = logs[Int(k)] + log((n - k) / (k + 1) * (k + a) / (n - k - 1 + b))
      }
    } else {
      logs[0] = n * log1p(-share)
      for k in 0..<trials { logs[k + 1] = logs[k] + log((n - Double(k)) / Double(k + 1) * share / (1 - share)) }
    }
    var sum = 0.0
    return logs.map {
      sum += exp($0)
      return sum
    }
  }
}

/// Random numbers of a simulation.
/// Source: G. L. Steele, D. Lea and C. H. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014 (SplitMix64).
package struct SimulationRandom: Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// From 0 to under 1.
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
