import Foundation
import Testing

@testable import SkeinBench

struct LevelRecordsTests {
  private static func records(_ log: String) throws -> LevelRecords {
    let path = NSTemporaryDirectory() + "skein-\(UUID().uuidString).log"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try log.write(toFile: path, atomically: true, encoding: .utf8)
    return try LevelRecords(ofLogAt: path)
  }

  @Test func anErrorComesWithTheLinesBehindIt() throws {
    let info = "2026-11-23 06:50:48,123 INFO [api] [a1] no ERROR here\n"
    let error = "2026-11-23 06:50:48,124 ERROR [api] [a1] unhandled error\n"
    let trace = "Traceback (most recent call last):\n  File \"app.py\", line 301, in save\n"
    let found = try Self.records(info + error + trace + info + "ERROR of nobody\n" + error)
    #expect(String(decoding: found.lines, as: UTF8.self) == error + trace + error)
    #expect(String(decoding: found.heads, as: UTF8.self) == error + error)
  }

  @Test func aRecordThatIsCutByTheReadIsWhole() throws {
    let line = "2026-11-23 06:50:48,124 CRITICAL [api] [a1] " + String(repeating: "x", count: 700_000) + "\n"
    let found = try Self.records(line + line + line)
    #expect(found.lines.count == 3 * line.utf8.count)
    #expect(throws: BenchFault.self) { try Self.records("2026-11-23 06:50:48,124 ERROR [api] [a1] cut") }
  }

  @Test func aByteThatDiffersIsTold() {
    let expected = Data("ab\n".utf8)
    #expect(LevelRecords.remark(expected, beside: expected) == "right")
    #expect(LevelRecords.remark(Data("ax\n".utf8), beside: expected) == "WRONG: 3 bytes, not 3; differs at byte 2")
    #expect(LevelRecords.remark(Data("ab".utf8), beside: expected) == "WRONG: 2 bytes, not 3; differs at byte 3")
  }
}
