internal import Glibc
import TestKit
import Testing

@testable import TraceCore

struct QuantileSketchTests {
  enum Shape: CaseIterable { case lognormal, uniform, ties, huge, small }

  static func values(_ shape: Shape, _ count: Int, seed: UInt64) -> [Int64] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      switch shape {
      case .lognormal:
        let normal = (-2 * log(1 - random.unit())).squareRoot() * cos(2 * Double.pi * random.unit())
        return Int64(saturating: exp(17 + 1.5 * normal))
      case .uniform: return Int64(random.next() % 1_000_000_000)
      case .ties: return [0, 5_000_000, 5_000_001, 750_000_000][Int(random.next() % 4)]
      case .huge: return Int64(bitPattern: random.next() >> (1 + random.next() % 63))
      case .small: return Int64(random.next() % 1_024)
      }
    }
  }

  static let quantiles = [0, 0.000_1, 0.01, 0.07, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 0.999_999_999, 1]

  /// Against the definition: the ceil(q n)-th of the sorted values, the rank computed in decimals by hand.
  static func check(_ sketch: QuantileSketch, _ values: [Int64]) {
    let sorted = values.sorted()
    let answers = sketch.quantiles(quantiles)
    for (q, answer) in zip(quantiles, answers) {
      let billionths = Int(saturating: (q * 1e9).rounded())
      let rank = max(1, (billionths * sorted.count + 999_999_999) / 1_000_000_000)
      let exact = sorted[rank - 1]
      #expect(sketch.quantile(q) == answer)
      if sorted.count <= QuantileSketch.exactLimit || exact < 1_024 || rank == 1 || rank == sorted.count {
        #expect(answer == exact)
      } else {
        #expect(abs(Double(answer) - Double(exact)) <= Double(exact) * QuantileSketch.relativeError)
      }
    }
    #expect(sketch.count == Int64(values.count) && sketch.min == sorted.first && sketch.max == sorted.last)
    #expect(sketch.isApproximate == (values.count > QuantileSketch.exactLimit))
  }

  @Test(arguments: Shape.allCases, [1, 2, 19, 20, 999, 1_000, 1_001, 5_000])
  func nearestRank(shape: Shape, count: Int) {
    let values = Self.values(shape, count, seed: UInt64(count))
    var sketch = QuantileSketch()
    for value in values { sketch.add(value) }
    Self.check(sketch, values)
  }

  /// However the values are split, ordered and merged, the answers are the same.
  @Test(arguments: Shape.allCases)
  func mergeTrees(shape: Shape) {
    var random = SplitMix64(seed: 3)
    for round in 0..<8 {
      let count = [400, 1_000, 1_001, 3_000][round % 4]
      let values = Self.values(shape, count, seed: UInt64(round))
      var whole = QuantileSketch()
      for value in values { whole.add(value) }
      var parts = [QuantileSketch](repeating: QuantileSketch(), count: 1 + round * 3)
      for value in values.shuffled(using: &random) { parts[Int(random.next() % UInt64(parts.count))].add(value) }
      while parts.count > 1 {
        let part = parts.remove(at: Int(random.next() % UInt64(parts.count)))
        parts[Int(random.next() % UInt64(parts.count))].merge(part)
      }
      #expect(parts[0].quantiles(Self.quantiles) == whole.quantiles(Self.quantiles))
      Self.check(parts[0], values)
    }
  }

  @Test func empty() {
    var sketch = QuantileSketch()
    sketch.merge(QuantileSketch())
    #expect(sketch.quantile(0.5) == nil && sketch.min == nil && sketch.max == nil && sketch.count == 0)
  }

  @Test func negativeIsZero() {
    var sketch = QuantileSketch()
    sketch.add(-5)
    #expect(sketch.quantile(1) == 0 && sketch.min == 0)
  }

  @Test func extremes() {
    var sketch = QuantileSketch()
    for _ in 0..<600 {
      sketch.add(.max)
      sketch.add(0)
    }
    #expect(sketch.quantiles([0, 0.5, 1]) == [0, 0, .max])
    #expect(Double(sketch.quantile(0.51) ?? 0) >= Double(Int64.max) * (1 - QuantileSketch.relativeError))
  }

  /// In floating point 0.07 x 100 is above 7 and 0.29 x 100 below 29.
  @Test func rankIsDecimal() {
    #expect(QuantileSketch.rank(0.95, of: 20) == 19)
    #expect(QuantileSketch.rank(0.07, of: 100) == 7)
    #expect(QuantileSketch.rank(0.29, of: 100) == 29)
    #expect(QuantileSketch.rank(0.95, of: 21) == 20)
    #expect(QuantileSketch.rank(0.999, of: 1_000_000_000_000) == 999_000_000_000)
    #expect(QuantileSketch.rank(1, of: .max) == .max && QuantileSketch.rank(0, of: 5) == 1)
    #expect(QuantileSketch.rank(.nan, of: 5) == 1 && QuantileSketch.rank(-1, of: 5) == 1)
    #expect(QuantileSketch.rank(7, of: 5) == 5)
  }

  /// A counter that passes 2^32 goes on.
  @Test func countersRunOver() {
    var sketch = QuantileSketch()
    sketch.add(10, times: .max)
    sketch.add(10, times: .max)
    sketch.add(2_000, times: .max)
    sketch.add(1)
    var other = QuantileSketch()
    other.merge(sketch)
    let third = Double(UInt32.max) / (3 * Double(UInt32.max) + 1)
    for copy in [sketch, other] {
      #expect(copy.count == 3 * Int64(UInt32.max) + 1)
      #expect(copy.quantiles([0, third * 1.9, 2.1 * third]).map { $0 } == [1, 10, 2_000])
    }
  }
}
