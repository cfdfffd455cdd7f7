import Foundation
import Testing

@testable import SkeinBench

struct InstructionCheckTests {
  private typealias Row = InstructionTable.Row

  private static func table(_ rows: [Row]) -> InstructionTable { InstructionTable(rows: rows, tool: "a tool") }

  private static func check(_ new: Row, against old: Row?) -> InstructionCheck {
    InstructionCheck(table([new]), against: old.map { table([$0]) })
  }

  private static func instructions(_ value: Double) -> Row {
    Row(part: "split", unit: "instructions/line", value: value)
  }

  @Test(arguments: [(102.9, false, false), (103.1, true, false), (97.1, false, false), (96.9, false, true)])
  func threePercentMoreFailsAndLessAsksForANewTable(now: Double, isFailed: Bool, isTableOld: Bool) {
    let check = Self.check(Self.instructions(now), against: Self.instructions(100))
    #expect(check.isFailed == isFailed)
    #expect(check.isTableOld == isTableOld)
  }

  @Test func aLimitHoldsWhateverTheTableSays() {
    let tooMany = Row(part: "skein stats, text", unit: "allocations/line", value: 0.011)
    #expect(Self.check(tooMany, against: tooMany).isOverLimits)
    #expect(Self.check(tooMany, against: nil).isFailed)
    let counted = Row(part: "skein stats, text", unit: "retain+release/line", value: 0.09)
    #expect(!Self.check(counted, against: nil).isFailed)
  }

  @Test func aHitOfARuleMayAllocate() {
    let scan = Row(part: "skein scan, 30 rules, text", unit: "allocations/line", value: 0.5)
    #expect(!Self.check(scan, against: scan).isFailed)
  }

  @Test func aPartsProfileIsAFileOfItsOwn() {
    let names = InstructionCounter.parts.map(InstructionCounter.profile)
    #expect(Set(names).count == names.count)
    #expect(InstructionCounter.profile("skein scan, 30 rules, text") == "callgrind.skein-scan-30-rules-text.profile")
  }

  @Test func aTableIsReadAsItWasWritten() throws {
    let path = NSTemporaryDirectory() + "skein-\(UUID().uuidString).tsv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let rows = [
      Self.instructions(94.2), Row(part: "parse text", unit: "instructions/line", value: 2911),
      Row(part: "skein stats, text", unit: "allocations/line", value: 0.0022),
    ]
    let table = Self.table(rows)
    try table.text.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try InstructionTable(at: path) == table)
    try "split\t94.2\n".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(throws: BenchFault.self) { try InstructionTable(at: path) }
    #expect(try InstructionTable(at: path + ".none") == nil)
  }

  @Test func partsCountedAnewTakeThePlaceOfTheOld() {
    let other = Row(part: "group", unit: "instructions/record", value: 600)
    let merged = Self.table([Self.instructions(100), other]).replacing(with: Self.table([Self.instructions(50)]))
    #expect(merged.rows == [Self.instructions(50), other])
  }
}
