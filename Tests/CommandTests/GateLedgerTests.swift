import TestKit
import Testing

/// A gate that is decided in the middle of a block: its ledger is of what it took, however much was read with it.
struct GateLedgerTests {
  private static let gate = """
    name: early
    stages:
      - {for: 60s}
    objectives:
      - error_rate < 2 %
    """

  private static func line(_ second: Int, _ id: Int) -> String {
    let clock = [second / 60, second % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    return
      #"{"time":"2026-11-23T06:\#(clock).003Z","level":"info","request_id":"r\#(id)","method":"GET","path":"/a","status":500}"#
  }

  /// Every request fails; in all of the log are lines of two records, and records that are older than the one before.
  private static var log: String {
    var text = ""
    for second in 0..<120 {
      for k in 0..<10 {
        let id = second * 10 + k
        // Two writers without a lock.
        text += line(second, id) + (k == 3 ? "" : "\n")
        if k == 5 { text += line(max(second - 1, 0), id + 10_000) + "\n" }
      }
    }
    return text
  }

  @Test func theLedgerEndsWhereTheGateEnds() throws {
    let folder = try TemporaryFolder()
    let gate = try folder.file("gate.yml", Array(Self.gate.utf8))
    let path = try folder.file("app.log", Array(Self.log.utf8))
    var outputs: [String] = []
    for size in ["262144", "4096", "700", "64"] {
      let result = try Command.run(
        ["gate", gate, "--json", "--packs", "none", "--block-size", size, path])
      #expect(result.status == 1, "\(result.errors)")
      outputs.append(result.text)
    }
    for counter in ["damaged_lines", "steps_back"] {
      #expect(outputs[0].contains("\"\(counter)\":"))
      #expect(!outputs[0].contains("\"\(counter)\":0,"), "\(counter)")
    }
    #expect(outputs.allSatisfy { $0 == outputs[0] })
  }
}
