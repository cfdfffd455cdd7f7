import Testing

@testable import SkeinBench

struct RulesTableTests {
  private static func row(
    _ peer: String, _ name: String, wall: Double?, ratio: Double? = nil, remark: String = "right"
  ) -> ResultRow {
    let measured = wall.map { Measurement(wall: $0, cpu: $0, peakMemory: 40_000_000, floor: 0) }
    return ResultRow(
      peer: peer, name: name, version: "", command: [], measured: measured, ratio: ratio, remark: remark)
  }

  private static func table(skein: String = "right", ratio: Double = 2.0, ripgrep: Double? = 1) -> ResultTable {
    let remark = ripgrep == nil ? "given up: it took more than 60 s" : "right (lines only)"
    return ResultTable(
      job: .rules, title: "Rules", bytes: 500_000_000,
      rows: [
        row(SkeinPeer.name, "1 rule", wall: 0.25), row(SkeinPeer.firstScan, "1 rule", wall: 0.26),
        row(RipgrepPeer.name, "1 rule", wall: 0.5, ratio: 2.0, remark: "right (lines only)"),
        row(SkeinPeer.name, "30 rules", wall: 0.5, remark: skein), row(SkeinPeer.singleScan, "30 rules", wall: 1.0),
        row(SkeinPeer.firstScan, "30 rules", wall: 0.7),
        row(RipgrepPeer.name, "30 rules", wall: ripgrep, ratio: ripgrep.map { _ in ratio }, remark: remark),
      ])
  }

  @Test func eachNumberOfRulesIsALineWithBothPrograms() {
    let lines = Self.table().markdown.split(separator: "\n").dropFirst(2)
    #expect(
      Array(lines) == [
        "| 1 rule | 0.25 s | 2000 | 0.25 s | 40 MB | 0.26 s | 0.50 s | 1000 | 0.50 s | 40 MB | 2.0 | right |",
        "| 30 rules | 0.50 s | 1000 | 0.50 s | 40 MB | 0.70 s | 1.00 s | 500 | 1.00 s | 40 MB | 2.0 | right |",
        "| 30 rules, 1 thread | 1.00 s | 500 | 1.00 s | 40 MB |  |  |  |  |  |  | right |",
      ])
  }

  @Test func whatEndedByItsLimitSaysSo() {
    let text = Self.table(ripgrep: nil).markdown
    #expect(text.contains("|  |  |  |  |  | right; rg -c -f: given up: it took more than 60 s |"))
  }

  private static func target(_ table: ResultTable) throws -> Target {
    try #require(Target.all([table], []).first { $0.name.hasPrefix(RipgrepPeer.name) })
  }

  @Test func theTargetIsAboutThirtyRules() throws {
    #expect(try Self.target(Self.table(ratio: 2.0)).cells[2...3] == ["2.0 ×", "met"])
    #expect(try Self.target(Self.table(ratio: 1.9)).cells[2...3] == ["1.9 ×", "**not met**"])
  }

  @Test func wrongHitsMeetNothing() throws {
    let wrong = try Self.target(Self.table(skein: "WRONG: p004: 57 hits, not 58"))
    #expect(wrong.cells[3] == "not measured: WRONG: p004: 57 hits, not 58")
    #expect(try Self.target(Self.table(ripgrep: nil)).cells[3] == "not measured: given up: it took more than 60 s")
  }

  @Test(arguments: [(1.0, "met", "500 MB/s"), (1.01, "**not met**", "495 MB/s")])
  func filterIsMeasuredInBytesASecond(wall: Double, outcome: String, rate: String) throws {
    let table = ResultTable(
      job: .filter, title: "", bytes: 500_000_000, rows: [Self.row(SkeinPeer.name, "skein, 2 threads", wall: wall)])
    let target = try #require(Target.all([table], []).first { $0.name.hasPrefix("skein filter") })
    #expect(target.cells[1...3] == ["500 MB/s", rate, outcome])
  }

  @Test(arguments: [(0.0099, "met"), (0.01, "**not met**")])
  func aWarmScanOfASmallLogTakesLessThanTenMilliseconds(wall: Double, outcome: String) throws {
    let table = ResultTable(
      job: .start, title: "", bytes: nil, rows: [Self.row(SkeinPeer.scanOfSmallLog, "skein scan", wall: wall)])
    let target = try #require(Target.all([table], []).first { $0.name.hasPrefix("skein scan of it") })
    #expect(target.cells[1] == "under 10 ms")
    #expect(target.cells[3] == outcome)
  }
}
