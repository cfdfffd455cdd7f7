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

  private static func line(_ second: Int, _ id: Int, _ status: Int) -> String {
    let clock = "\(second / 60)".count == 1 ? "0\(second / 60)" : "\(second / 60)"
    let rest = second % 60 < 10 ? "0\(second % 60)" : "\(second % 60)"
    return "2026-11-23 06:\(clock):\(rest),003 INFO [api] [r\(id)] done method=GET path=/a status=\(status) duration_ms=5\n"
  }

  /// Every request fails; in all of the log are lines of two records, lines over the limit, and steps back.
  private static var log: String {
    var text = ""
    for second in 0..<120 {
      for k in 0..<10 {
        let id = second * 10 + k
        let status = 500
        // The writer's end of one line is missing.
        if k == 3 { text += String(line(second, id, status).dropLast()) }
        if k == 5 { text += line(max(second - 1, 0), id, status) }
        if k == 7 { text += line(second, id, status).replacing("done", with: "done " + String(repeating: "x", count: 200)) }
        text += line(second, id + 100_000, status)
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
        ["gate", gate, "--json", "--packs", "none", "--max-line", "128", "--block-size", size, path])
      #expect(result.status == 1, "\(result.errors)")
      outputs.append(result.text)
    }
    for counter in ["damaged_lines", "steps_back", "long_lines"] {
      #expect(outputs[0].contains("\"\(counter)\":") && !outputs[0].contains("\"\(counter)\":0"), "\(counter): \(outputs[0])")
    }
    for output in outputs { #expect(output == outputs[0]) }
  }
}
