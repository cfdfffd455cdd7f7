internal import Foundation

/// A small seeded generator of random numbers (Steele, Lea, Flood: "Fast splittable pseudorandom number
/// generators", 2014), so that the same seed makes the same log on any machine.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// 0 ..< bound, by multiplication; its bias is far below what a log shows.
  mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// 0 ..< 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// True once in `n`.
  mutating func oneIn(_ n: Int) -> Bool { below(n) == 0 }

  /// A lognormal value: `median * exp(sigma * normal)`, the normal by Box and Muller.
  mutating func lognormal(median: Double, sigma: Double) -> Double {
    let radius = (-2 * log(1 - unit())).squareRoot()
    return median * exp(sigma * radius * cos(2 * .pi * unit()))
  }
}
