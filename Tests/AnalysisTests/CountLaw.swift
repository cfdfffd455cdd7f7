import Glibc
import TestKit

/// The law of the number of bad requests in a window: binomial, or beta-binomial, whose variance is `dispersion` times as
/// large. Drawn from its table, so a draw costs a binary search.
struct CountLaw {
  private let cumulated: [Double]

  init(trials: Int, share: Double, dispersion: Double = 1) {
    var term: Double
    var terms: [Double] = []
    if dispersion > 1 {
      // Var = n p (1 - p) (1 + (n - 1) rho); a + b = 1 / rho - 1.
      let size = Double(trials - 1) / (dispersion - 1) - 1
      let (a, b) = (share * size, (1 - share) * size)
      term = exp((0..<trials).reduce(0.0) { $0 + log((b + Double($1)) / (size + Double($1))) })
      for k in 0...trials {
        terms.append(term)
        let k = Double(k)
        term *= (Double(trials) - k) / (k + 1) * (k + a) / (Double(trials) - k - 1 + b)
      }
    } else {
      term = pow(1 - share, Double(trials))
      for k in 0...trials {
        terms.append(term)
        term *= Double(trials - k) / Double(k + 1) * share / (1 - share)
      }
    }
    var sum = 0.0
    cumulated = terms.map {
      sum += $0; return sum
    }
  }

  func draw(_ random: inout SplitMix64) -> Int64 {
    let u = random.unit()
    var (low, high) = (0, cumulated.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if cumulated[middle] > u { high = middle } else { low = middle + 1 }
    }
    return Int64(low)
  }
}
