import TestKit
import Testing
import TraceCore

@testable import Analysis

/// Which version a gate judges, and what it does where the log does not say which one is new.
struct NewVersionTests {
  private let second = GateFeed.second

  private func canary(share: Double = 0.5) -> GateDefinition {
    var definition = GateDefinition.simple([.errors])
    definition.versionField = "version"
    definition.stages[0].share = share
    return definition
  }

  /// Random traffic of two minutes, 4 requests a second; version 0 is good, version 1 fails every request. `share` is version 1's
  /// at a second.
  private func run(
    _ definition: GateDefinition, seed: UInt64, from: Double = 0, share: (Double) -> Double
  ) -> GateFeed {
    var random = SplitMix64(seed: seed)
    var feed = GateFeed(definition)
    feed.gate.noteVersion(0, name: "v1")
    feed.gate.noteVersion(1, name: "v2")
    for i in 0..<Int((130 - from) * 4) {
      let time = from + Double(i) / 4
      let version: Int32 = random.unit() < share(time) ? 1 : 0
      feed.take(GateRequest(time: Int64(time * 1e9), duration: 1, isError: version == 1, version: version))
    }
    return feed
  }

  /// A log that begins in the middle of a rollout: whichever version its first lines are of.
  @Test(arguments: [0.1, 0.3, 0.5, 0.9])
  func aLogFromTheMiddleNeverPasses(share: Double) {
    for seed in UInt64(1)...100 {
      for planned in [0.1, 0.5] {
        let feed = run(canary(share: planned), seed: seed) { _ in share }
        #expect(feed.last?.state != .pass, "seed \(seed), planned \(planned)")
      }
    }
  }

  @Test func theQuestionIsAsked() throws {
    let feed = run(canary(), seed: 1) { _ in 0.5 }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .inconclusive)
    #expect(
      verdict.notes[0].hasPrefix(
        "which version is new? v1, v2: no share of the traffic grows in this log; name it with"))
  }

  /// The only version with the share that the plan gives the new one fails the stage, and would not pass it.
  @Test func thePlanPointsToAFail() throws {
    let feed = run(canary(share: 0.1), seed: 3) { _ in 0.1 }
    #expect(feed.last?.state == .fail && feed.verdicts.first?.isEarly == true)
    let good = run(canary(share: 0.1), seed: 3) { _ in 0.9 }
    #expect(good.last?.state == .inconclusive)
  }

  @Test func aNameSettlesIt() {
    var definition = canary()
    definition.version = "v2"
    #expect(run(definition, seed: 1) { _ in 0.5 }.last?.state == .fail)
    definition.version = "v1"
    #expect(run(definition, seed: 1) { _ in 0.02 }.last?.state == .pass)
    definition.version = "v3"
    let feed = run(definition, seed: 1) { _ in 0.5 }
    #expect(feed.last?.state == .inconclusive)
    #expect(feed.verdicts[0].notes[0] == "no request of version v3 was seen (field version); there are v1, v2")
  }

  /// A share that grows from a tenth to a half, within the log or before the gate begins.
  @Test func aShareThatGrows() {
    for seed in UInt64(1)...40 {
      let feed = run(canary(), seed: seed, from: -60) { $0 < 20 ? 0.1 : 0.5 }
      #expect(feed.last?.state == .fail, "seed \(seed)")
    }
  }

  /// The new version fails and is taken back: the old one's share grows, and it does not pass as the new one.
  @Test func aRolloutThatIsTakenBack() {
    for seed in UInt64(1)...40 {
      for rest in [0.0, 0.1] {
        let feed = run(canary(), seed: seed) { $0 < 50 ? 0.5 : rest }
        #expect(feed.last?.state != .pass, "seed \(seed), \(rest)")
      }
    }
  }

  /// A few requests of a forgotten instance, at the beginning or at the end, say nothing.
  @Test func strangersAtTheEnds() {
    for at in [0, 500] {
      var feed = GateFeed(canary())
      for (number, name) in ["v1", "v2", "v0"].enumerated() { feed.gate.noteVersion(Int32(number), name: name) }
      for i in -200..<520 {
        let isStranger = at == 0 ? i == -199 : i > 476 && i % 20 == 0
        feed.take(
          GateRequest(
            time: Int64(i) * second / 4, duration: 1, isError: i > 0 && i % 2 == 1 && !isStranger,
            version: isStranger ? 2 : i > 0 && i % 2 == 1 ? 1 : 0))
      }
      #expect(feed.last?.state == .fail, "\(at)")
    }
  }

  /// What the log that the gate compares with does not have.
  @Test func aVersionThatTheBaselineLacks() throws {
    var definition = canary()
    definition.baseline = .log("before.log")
    var sample = GateSample(definition)
    for i in 0..<500 { sample.take(GateRequest(time: Int64(i) * second, duration: 1, isError: false, version: 7)) }
    sample.finish(routeName: GateFeed.routeName, versionName: { _ in "v1" })
    var feed = GateFeed(definition)
    feed.gate.setBaseline(sample)
    for (number, name) in ["v1", "v2"].enumerated() { feed.gate.noteVersion(Int32(number), name: name) }
    for i in 0..<520 {
      feed.take(GateRequest(time: Int64(i) * second / 4, duration: 1, isError: i % 2 == 1, version: Int32(i % 2)))
    }
    #expect(feed.last?.state == .fail)
    #expect(feed.verdicts[0].notes.contains("judged: the requests of version v2"))
  }

  /// One version and no other: whether it is the new one nobody said.
  @Test func oneVersionAlone() {
    var feed = GateFeed(canary())
    feed.gate.noteVersion(0, name: "v1")
    feed.traffic(from: 0, to: 125, rate: 20, version: 0)
    #expect(feed.last?.state == .inconclusive && feed.verdicts[0].notes[0].hasPrefix("only version v1 was seen"))
  }

  /// Seen from any number of requests, what appeared later stays what appeared later.
  @Test func theWatchIsStable() {
    var watch = VersionWatch()
    for i in 0..<100_000 {
      watch.take(i < 300 ? 0 : i % 10 == 0 ? 1 : 0)
      if i > 600, i % 977 == 0 { #expect(watch.newest() == .known(1), "\(i)") }
    }
    var steady = VersionWatch()
    var random = SplitMix64(seed: 5)
    var answers = 0
    for i in 0..<100_000 {
      steady.take(random.unit() < 0.1 ? 1 : 0)
      if i % 977 == 0, steady.newest() != .open([0, 1]) { answers += 1 }
    }
    #expect(answers <= 2)
  }

  @Test func tooManyVersions() {
    var watch = VersionWatch()
    for i in 0..<1_000 { watch.take(Int32(i % 40)) }
    #expect(watch.newest() == .tooMany)
  }
}
