import TestKit
import Testing

@testable import Pipeline

struct StreamQueueTests {
  /// Against a sorted array, over random pushes and pops.
  @Test func theOldestComesFirst() {
    var random = SplitMix64(seed: 9)
    var queue = StreamQueue()
    var model: [(time: Int64, stream: Int)] = []
    for step in 0..<5_000 {
      if model.isEmpty || random.below(5) < 3 {
        let time: Int64 = random.below(10) == 0 ? .max : Int64(random.below(50)) - 25
        queue.push(time, step)
        model.append((time, step))
        model.sort { ($0.time, $0.stream) < ($1.time, $1.stream) }
      } else {
        let first = queue.popFirst()
        #expect(first?.stream == model.removeFirst().stream)
      }
      #expect(queue.first?.stream == model.first?.stream)
      #expect(queue.isEmpty == model.isEmpty)
    }
  }
}
