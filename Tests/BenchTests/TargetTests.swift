import Testing

@testable import SkeinBench

struct TargetTests {
  private static func row(_ peer: String, wall: Double, memory: Int, ratio: Double? = nil, remark: String = "right")
    -> ResultRow
  {
    ResultRow(
      peer: peer, name: peer, version: "", command: [],
      measured: Measurement(wall: wall, cpu: wall, peakMemory: memory, floor: 0), ratio: ratio, remark: remark)
  }

  private static func targets(peer: ResultRow) -> [Target] {
    let skein = row(SkeinPeer.name, wall: 0.5, memory: 50_000_000)
    let table = ResultTable(job: .text, title: "", bytes: 500_000_000, rows: [skein, peer])
    return Target.all([table], [])
  }

  @Test func metOrNotIsToldFromTheMeasurement() {
    let fast = Self.targets(peer: Self.row(Peer.clickHouse.name, wall: 2, memory: 1_000_000_000, ratio: 4.0))
    #expect(fast[0].cells[2...3] == ["4.0 ×", "met"])
    #expect(fast[1].cells[2...3] == ["1/20", "met"])
    let slow = Self.targets(peer: Self.row(Peer.clickHouse.name, wall: 1.9, memory: 400_000_000, ratio: 3.9))
    #expect(slow[0].cells[2...3] == ["3.9 ×", "**not met**"])
    #expect(slow[1].cells[2...3] == ["1/8", "**not met**"])
    #expect(slow.last?.cells[2...3] == ["50 MB, up to 500 MB", "met"])
  }

  @Test func wrongAnswersAndMissingProgramsMeetNothing() {
    let wrong = Self.row(Peer.duckDB.name, wall: 9, memory: 1, ratio: 18, remark: "WRONG: total: 1 requests, not 2")
    #expect(Self.targets(peer: wrong)[2].cells[3] == "not measured: WRONG: total: 1 requests, not 2")
    let missing = ResultRow.missing(Peer.duckDB.name, install: "pip install duckdb")
    #expect(Self.targets(peer: missing)[2].cells[3] == "not measured: not installed: pip install duckdb")
  }

  @Test func whoOnlyCountsIsHeldAgainstTheCounts() {
    let row = Answer.Row(requests: 3, errors: 1, p50: 1, p95: 1, p99: 1)
    let truth = Answer(traces: 3, total: row, routes: ["GET /": row])
    #expect(Counts(total: .init(requests: 3, errors: 1)).fault(against: truth) == nil)
    #expect(Counts(total: .init(requests: 3, errors: 2)).fault(against: truth) == "total: 2 errors, not 1")
    let other = Counts(total: .init(requests: 3, errors: 1), routes: ["GET /x": .init(requests: 3, errors: 1)])
    #expect(other.fault(against: truth) == "no route GET /")
  }
}
