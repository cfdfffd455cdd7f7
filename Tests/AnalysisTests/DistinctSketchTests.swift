import TestKit
import Testing

@testable import Analysis
@testable import TraceCore

/// Different values of spans that are joined.
struct DistinctSketchTests {
  private func hash(_ number: Int) -> UInt64 {
    let text = Array("user-\(number)".utf8)
    return DistinctSketch.hash(of: text.span, from: 0, to: text.count)
  }

  private func sketch(_ range: Range<Int>) -> DistinctSketch {
    var sketch = DistinctSketch()
    for number in range { sketch.insert(hash(number)) }
    return sketch
  }

  @Test func exactWhileFew() {
    var sketch = sketch(0..<256)
    for number in 0..<256 { sketch.insert(hash(number)) }
    #expect(sketch.count == 256 && !sketch.isEstimate)
    sketch.insert(hash(256))
    #expect(sketch.isEstimate)
  }

  @Test(arguments: [300, 1_000, 5_000, 20_000, 200_000]) func withinSevenPercent(count: Int) {
    let found = Double(sketch(0..<count).count)
    // Three standard errors.
    #expect(abs(found / Double(count) - 1) < 0.07, "\(found) of \(count)")
  }

  @Test func joinedInAnyOrderItIsTheSame() {
    let parts = [0..<10, 5..<200, 100..<900, 900..<905, 0..<300].map(sketch)
    var whole = DistinctSketch()
    for part in parts { whole.merge(part) }
    for turn in 1..<parts.count {
      var other = DistinctSketch()
      for part in parts[turn...] + parts[..<turn] { other.merge(part) }
      #expect(other == whole)
    }
    #expect(whole == sketch(0..<905))
  }

  @Test func stateComesBack() throws {
    for count in [0, 3, 256, 257, 4_000] {
      var sketch = sketch(0..<count)
      let bytes = try StateCoder.saved { (coder) throws(StateError) in try sketch.code(&coder) }
      var loaded = DistinctSketch()
      try StateCoder.load(bytes.bytes) { (coder) throws(StateError) in try loaded.code(&coder) }
      #expect(loaded == sketch)
    }
  }
}
