import Testing
import TraceCore

/// Numbers that strangers choose are held at the ends of their type.
struct SaturatingTests {
  static let edges: [Int64] = [
    .min, .min + 1, -7_289_654_400_000_000_000, -1_000_000_001, -2, -1, 0, 1, 2, 3_037_000_500, 1_000_000_000,
    7_289_654_400_000_000_000, .max - 1, .max,
  ]

  private func held(_ value: Int128) -> Int64 { Int64(clamping: value) }

  @Test func sumsDifferencesAndProductsAreThoseOfAWiderType() {
    for a in Self.edges {
      for b in Self.edges {
        #expect(a.plus(b) == held(Int128(a) + Int128(b)))
        #expect(a.less(b) == held(Int128(a) - Int128(b)))
        #expect(a.times(b) == held(Int128(a) * Int128(b)))
      }
    }
  }

  @Test func doublesAreTheNearestInteger() {
    #expect(Int64(saturating: 2.9) == 2 && Int64(saturating: -2.9) == -2)
    #expect(Int64(saturating: Double.infinity) == .max && Int64(saturating: -Double.infinity) == .min)
    #expect(Int64(saturating: Double.nan) == 0)
    #expect(Int64(saturating: 9_223_372_036_854_775_807.0) == .max && Int64(saturating: 1e300) == .max)
    #expect(Int64(saturating: -9_223_372_036_854_775_808.0) == .min)
    #expect(UInt8(saturating: -1.0) == 0 && UInt8(saturating: 256.0) == 255 && UInt8(saturating: 255.9) == 255)
    #expect(Int32(saturating: 2_147_483_648.0) == .max)
  }

  /// A time of a log, or of an option, and a few durations add up.
  @Test func timesAndDurationsHaveRoom() {
    let last = EventTime.end
    #expect((1...6).reduce(Int128(last)) { sum, _ in sum + Int128(EventTime.longestDuration) } < Int128(Int64.max))
    #expect(OptionValue.duration("87648h") != nil && OptionValue.duration("87649h") == nil)
    #expect(OptionValue.time("2200-12-31T23:59:59Z") != nil && OptionValue.time("2201-01-01") == nil)
    #expect(OptionValue.time("1969-01-01") != nil && OptionValue.time("1968-12-31") == nil)
  }
}
