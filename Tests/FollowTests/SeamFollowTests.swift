import Foundation
import LogSource
import Pipeline
import TestKit
import Testing
import TraceCore

/// Lines in a wrapper's parts, and rotations between the parts, or within a raw line: what is counted is what one file says.
@Suite struct SeamFollowTests {
  enum Wrapping: CaseIterable { case cri, docker }

  /// Requests of a service that logs JSON, cut into parts of any length; an unwrapped line of the other output now and then
  /// between them.
  static func text(_ wrapping: Wrapping, requests: Int, seed: UInt64) -> [UInt8] {
    var random = SplitMix64(seed: seed)
    var text = ""
    let start: Int64 = 1_795_416_475_000
    func stamp(_ n: Int) -> String { EventTime.rfc3339((start + Int64(n) * 100) * 1_000_000) }
    func line(_ part: String, output: String, isLast: Bool, at time: String) {
      switch wrapping {
      case .cri: text += "\(time) \(output) \(isLast ? "F" : "P") \(part)\n"
      case .docker:
        let escaped = part.replacing("\"", with: "\\\"")
        text += "{\"log\":\"\(escaped)\(isLast ? "\\n" : "")\",\"stream\":\"\(output)\",\"time\":\"\(time)\"}\n"
      }
    }
    for n in 0..<requests {
      let time = stamp(n)
      let message = """
        {"time":"\(time)","level":"INFO","msg":"request finished","request_id":"a\(n)x","method":"GET","path":"/x/\(n % 3)",\
        "status":\(n % 7 == 0 ? 500 : 200),"duration_ms":\(n % 90)}
        """
      var rest = message[...]
      while random.below(3) > 0, rest.count > 2 {
        let part = rest.prefix(1 + random.below(rest.count - 1))
        rest = rest.dropFirst(part.count)
        line(String(part), output: "stdout", isLast: false, at: time)
        if random.below(4) == 0 { line("a note of the runtime", output: "stderr", isLast: true, at: time) }
      }
      line(String(rest), output: "stdout", isLast: true, at: time)
    }
    return Array(text.utf8)
  }

  @Test(arguments: Wrapping.allCases, RotatedWriter.Style.allCases)
  func partsInSeveralFiles(wrapping: Wrapping, style: RotatedWriter.Style) throws {
    for seed in 0..<2 as Range<UInt64> {
      let text = Self.text(wrapping, requests: 2_000, seed: seed)
      var whole = try LiveRun.plan(InputPlan.memory(text, name: "app.log"), hasGate: false)
      whole.threads = 1
      let expected = LiveLines()
      let counted = try Driver(plan: whole).run(onEvent: expected.take).stats
      #expect(counted.total.requests == 2_000)
      // Of a file that is copied and cut while nobody runs, LogSource's model has the kills.
      let kills = seed > 0 && style != .copytruncate
      var run = try FollowedRun(text, style: style, seed: seed, plan: try LiveRun.plan(hasGate: false))
      let stats = try run.run(rotationsIn: 60, kills: kills)
      if !kills {
        #expect(run.lines.difference(from: expected) == nil, "seed \(seed)")
      } else {
        #expect(run.lines.differenceByID(from: expected) == nil, "seed \(seed)")
      }
      #expect(stats.total.requests == counted.total.requests, "seed \(seed)")
      #expect(stats.total.errors == counted.total.errors)
      #expect(stats.ledger.totals.records == counted.ledger.totals.records)
      // The same files in batch, on any number of threads.
      for threads in [1, 3] {
        let files = try FileManager.default.contentsOfDirectory(atPath: run.writer.folder.path(""))
        let batch = try LiveRun.batch(files.map { run.writer.folder.path($0) }, hasGate: false, threads: threads)
        #expect(batch.lines.difference(from: expected) == nil, "seed \(seed), \(threads) threads")
        #expect(batch.stats.ledger.totals.records == counted.ledger.totals.records)
      }
    }
  }
}
