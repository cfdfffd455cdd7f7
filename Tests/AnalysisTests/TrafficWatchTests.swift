import TestKit
import Testing

@testable import Analysis

/// Traffic that stops within a stage, and traffic that only looks so.
struct TrafficWatchTests {
  private let second = GateFeed.second

  private func feed(
    _ objectives: [Objective] = [.errors], seconds: Int64 = 120, _ change: (inout GateDefinition) -> Void = { _ in }
  ) -> GateFeed {
    var definition = GateDefinition.simple(objectives, seconds: seconds)
    definition.minimumRequests = 10
    change(&definition)
    return GateFeed(definition)
  }

  @Test func stopsInTheStage() throws {
    var feed = feed()
    feed.traffic(from: 0, to: 25, rate: 20)
    feed.finish(reached: 200 * second)
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.objectives[0].state == .pass && verdict.state == .inconclusive)
    #expect(
      verdict.notes == ["no request since 00:00:24.950 (1 m 35 s): no pass without `silence: allowed` in the gate"])
  }

  @Test func silenceIsAllowed() {
    var feed = feed { $0.allowsSilence = true }
    feed.traffic(from: 0, to: 25, rate: 20)
    feed.finish(reached: 200 * second)
    #expect(feed.last?.state == .pass && feed.verdicts[0].notes[0].hasPrefix("no request since"))
    // Not where there was nothing at all.
    var nothing = self.feed { $0.allowsSilence = true }
    nothing.finish(reached: 200 * second)
    #expect(nothing.last?.state == .inconclusive)
  }

  @Test func aFloorFails() {
    var feed = feed([.errors, .floor])
    feed.traffic(from: 0, to: 10, rate: 20)
    feed.finish(reached: 200 * second)
    #expect(feed.last?.state == .fail)
  }

  /// The canary is taken away while the others go on.
  @Test func theNewVersionStops() throws {
    var feed = feed {
      $0.versionField = "version"
      $0.stages[0].share = 0.5
    }
    feed.gate.noteVersion(0, name: "v1")
    feed.gate.noteVersion(1, name: "v2")
    feed.traffic(from: -5, to: 0, rate: 20, version: 0)
    for i in 0..<2_500 {
      let isNew = i % 2 == 0 && i < 500
      feed.take(GateRequest(time: Int64(i) * second / 20, duration: 1, isError: false, version: isNew ? 1 : 0))
    }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .inconclusive)
    #expect(verdict.notes.contains { $0.hasPrefix("no request of version v2 since 00:00:24.900") })
  }

  /// A replica that is judged by itself.
  @Test func oneInstanceStops() throws {
    var perInstance = Objective.errors
    perInstance.per = .instance
    var feed = feed([perInstance])
    for i in 0..<2_500 {
      let instance: Int32 = i % 2 == 0 && i < 500 ? 1 : 0
      feed.take(GateRequest(time: Int64(i) * second / 20, duration: 1, isError: false, instance: instance))
    }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .inconclusive && verdict.notes.contains { $0.hasPrefix("no request of web-1 since") })
  }

  /// Sparse, bursty and random traffic has not stopped.
  @Test func isNotCalledStopped() {
    var sparse = feed(seconds: 300)
    sparse.traffic(from: 0, to: 300, rate: 0.1)
    sparse.finish(reached: 300 * second)
    #expect(sparse.verdicts[0].notes == [] && sparse.last?.state != .fail)
    // A job that calls 200 times at every full minute, watched from before.
    var bursts = feed(seconds: 300)
    for minute in -1..<5 { bursts.traffic(from: Double(minute) * 60, to: Double(minute) * 60 + 2, rate: 100) }
    bursts.finish(reached: 300 * second)
    #expect(bursts.last?.state == .pass, "\(bursts.verdicts[0].notes)")
    for seed in 0..<300 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let rate = 0.05 + random.unit() * 3
      var poisson = feed(seconds: 180)
      var time = 0.0
      while time < 180 {
        // An exponential wait by comparing with many short steps.
        repeat { time += 0.02 } while random.unit() > rate * 0.02
        poisson.take(GateRequest(time: Int64(time * 1e9), duration: 1, isError: false))
      }
      poisson.finish(reached: 180 * second)
      #expect(!poisson.verdicts[0].notes.contains { $0.hasPrefix("no request") }, "seed \(seed)")
    }
  }

  @Test func farTimes() {
    var watch = TrafficWatch()
    watch.take(.min + 1, isJudged: true)
    watch.take(.max - 1, isJudged: true)
    #expect(watch.longest == .max)
    #expect(watch.stopped(at: .max, from: .min + 1, window: second) == nil)
  }
}
