import Foundation
import LogSource
import Pipeline
import TestKit
import Testing
import TraceCore

/// Every exchange counts once, on the logs of 1,000 random services: requests, errors and durations are the truth's, in batch,
/// through one pipe, and followed while the logs are written and rotated.
struct ExchangeModelTests {
  private static let cases = ProcessInfo.processInfo.environment["SKEIN_CASES"].flatMap(Int.init) ?? 1_000

  @Test(arguments: 0..<4)
  func everyExchangeCountsOnce(part: Int) throws {
    let folder = try TemporaryFolder()
    for number in 0..<Self.cases / 4 {
      let seed = UInt64(4 * number + part + 1)
      let services = ModelServices(seed: seed)
      let paths = try services.logs.map { try Self.write($0, to: URL(fileURLWithPath: folder.path("\(seed)"))) }
      var plan = RunPlan(input: try InputPlan.make(arguments: paths.flatMap { $0 }))
      plan.blockSize = [64, 700, 262_144][Int(seed % 3)]
      plan.threads = 1 + Int(seed % 3)
      // To look at: the logs of each seed, and what is true of them.
      if let folder = ProcessInfo.processInfo.environment["SKEIN_MODEL"] {
        let folder = URL(fileURLWithPath: folder).appendingPathComponent("\(seed)")
        for log in services.logs { _ = try Self.write(log, to: folder) }
        try Data(services.truth.utf8).write(to: folder.appendingPathComponent("truth.txt"))
      }
      let batch = try Driver(plan: plan).run().stats
      Self.expect(batch, services, "seed \(seed), batch")
      if services.logs.count == 1 {
        let text = services.logs[0].lines.map { $0 + "\n" }.joined()
        var piped = RunPlan(input: InputPlan.memory(Array(text.utf8), name: "-"))
        piped.blockSize = 1 + Int(seed % 5_000)
        Self.expect(try Driver(plan: piped).run().stats, services, "seed \(seed), piped")
      }
      // Following is slower: every fourth.
      if number % 4 == 0 {
        var run = FollowedServices(services, URL(fileURLWithPath: folder.path("f\(seed)")), seed: seed)
        Self.expect(try run.run(), services, "seed \(seed), followed")
      }
    }
  }

  private static func expect(_ stats: StatsSummary, _ truth: ModelServices, _ run: String) {
    let what =
      "\(run): \(truth.summary); unread \(stats.ledger.totals.continuationLines + stats.ledger.totals.unparsedLines)"
    #expect(stats.total.requests == Int64(truth.requests), "\(what)")
    #expect(stats.total.errors == Int64(truth.errors), "\(what)")
    #expect(stats.total.timed == Int64(truth.milliseconds.count), "\(what)")
    #expect(stats.total.unfinished == Int64(truth.unfinished), "\(what)")
    #expect(stats.ledger.uncounted.reduce(0) { $0 + $1.requests } == Int64(truth.uncounted), "\(what)")
    #expect(stats.ledger.uncounted.reduce(0) { $0 + $1.errors } == Int64(truth.uncountedErrors), "\(what)")
    guard let longest = truth.milliseconds.last else { return }
    func rank(_ percent: Int) -> Int64 {
      let place = max((truth.milliseconds.count * percent + 99) / 100, 1) - 1
      return Int64(truth.milliseconds[place]) * EventTime.nanosecondsPerMillisecond
    }
    #expect(
      [stats.total.p50, stats.total.p90, stats.total.p95, stats.total.p99, stats.total.max]
        == [rank(50), rank(90), rank(95), rank(99), Int64(longest) * EventTime.nanosecondsPerMillisecond], "\(what)")
  }

  /// Writes a log with its generations; returns their paths, in no order that helps.
  static func write(_ log: ModelServices.Log, to folder: URL) throws -> [String] {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var paths: [String] = []
    let borders = [0] + log.rotations + [log.lines.count]
    for (index, pair) in zip(borders, borders.dropFirst()).enumerated() {
      let age = borders.count - 2 - index
      let path = folder.appendingPathComponent(age == 0 ? log.name : "\(log.name).\(age)").path
      try Data(log.lines[pair.0..<pair.1].map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: path))
      paths.append(path)
    }
    return paths.sorted()
  }
}
