import TestKit
import Testing

/// The same bytes give the same result: as files in any order, through a pipe, in blocks of any size (DESIGN section 2.1).
///
/// Only `ledger.sources` may differ, and in `traces` where a line stands.
struct SameBytesTests {
  @Test(arguments: Capture.allCases)
  func theSameStatistics(capture: Capture) throws {
    let options = ["stats", "--json", "--every", "10s"]
    let files = try run(options + capture.appLogs)
    #expect(files["total"]["requests"].int ?? 0 > 6_000)
    // Two orders that are neither oldest nor newest first.
    let shuffled = capture.appLogs.indices.map { capture.appLogs[($0 * 3 + 1) % capture.appLogs.count] }
    let unique = Set(shuffled).count == shuffled.count ? shuffled : Array(capture.appLogs.reversed())
    #expect(try run(options + ["--block-size", "4096"] + unique) == files)
    let bytes = try capture.appLogBytes()
    #expect(try run(options + ["--block-size", "64"], bytes) == files)
  }

  @Test(arguments: Capture.allCases)
  func theSameTraces(capture: Capture) throws {
    let options = ["traces", "--json", "--top", "10000"]
    let files = try run(options + capture.appLogs.reversed())
    #expect(files["traces"].array.count > 6_000)
    #expect(try run(options + ["--block-size", "100"], try capture.appLogBytes()) == files)
  }

  /// A byte at a time, with the lines of the worst traces in a second pass.
  @Test(arguments: Capture.allCases)
  func aByteAtATime(capture: Capture) throws {
    let folder = try TemporaryFolder()
    let part = Self.lines(try capture.appLogBytes(), 400)
    let file = try folder.file("app.log", part)
    for options in [
      ["stats", "--json", "--every", "1s"], ["traces", "--json", "--lines"], ["traces", "--json", "--all"],
    ] {
      let whole = try run(options + [file])
      for size in ["1", "7", "64", "4096"] {
        #expect(try run(options + ["--block-size", size, file]) == whole, "\(options) \(size)")
      }
      #expect(try run(options + ["--block-size", "1"], part) == whole, "\(options)")
    }
  }

  /// One file cut anywhere, also inside lines and tracebacks, is the same log.
  @Test(arguments: Capture.allCases)
  func cutIntoGenerations(capture: Capture) throws {
    let folder = try TemporaryFolder()
    let part = Self.lines(try capture.appLogBytes(), 400)
    let whole = try run(["stats", "--json", try folder.file("whole.log", part)])
    for cut in stride(from: 1, to: part.count, by: part.count / 25) {
      // By the name alone, as copytruncate would leave it in the middle of a line.
      try folder.file("app.log.1", Array(part[..<cut]))
      try folder.file("app.log", Array(part[cut...]))
      let pieces = try run(["stats", "--json", folder.path("app.log"), folder.path("app.log.1")])
      #expect(pieces == whole, "cut at byte \(cut)")
    }
  }

  /// Runs of NUL bytes, lines over --max-line and CRLF count alike wherever a block ends.
  @Test func hostileBytesInAnyBlocks() throws {
    let folder = try TemporaryFolder()
    let line = Array(
      "2026-11-23 06:47:55,003 INFO [api.access] [r1] request finished method=GET path=/x status=200".utf8)
    func nul(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }
    func filler(_ count: Int) -> [UInt8] { Array(repeating: UInt8(ascii: "x"), count: count) }
    let cases: [(String, [UInt8])] = [
      ("a run over --max-line, then a record", nul(3_000) + line + [10] + line + [10]),
      ("a run inside", line + [10] + nul(2_500) + line + [10]),
      ("a run at the end", line + [10] + nul(5_000)),
      ("two runs", nul(2_000) + line + [10] + nul(1_500) + line + [10]),
      ("a NUL before a long line", nul(1) + line + filler(4_000) + [10] + line + [10]),
      ("long lines", line + filler(5_000) + [10] + line + filler(1_000) + [10] + line + [10]),
      ("a long line without an end", line + [10] + line + filler(3_000)),
      ("CRLF at the limit", line + filler(1_024 - line.count) + [13, 10] + line + [13, 10]),
      ("one byte over the limit", line + filler(1_025 - line.count) + [10] + line + [10]),
      ("no newline", line),
      ("nothing but NULs", nul(5_000)),
    ]
    for (name, bytes) in cases {
      let file = try folder.file("app.log", bytes)
      let options = ["stats", "--json", "--max-line", "1024", "--layout", "python-request-id"]
      let whole = try run(options + [file])
      for size in ["1", "100", "1000", "1024", "4096"] {
        #expect(try run(options + ["--block-size", size, file]) == whole, "\(name), blocks of \(size)")
      }
    }
  }

  private func run(_ arguments: [String], _ input: [UInt8]? = nil) throws -> JSONValue {
    let result = try Command.run(arguments, stdin: input.map { .bytes($0) } ?? .nothing)
    let values = try JSONValue.lines(result.output)
    let value = values.count == 1 ? values[0] : .array(values)
    return value.without(["sources", "path", "line"])
  }

  private static func lines(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
    Array(
      bytes.split(separator: 10, maxSplits: count, omittingEmptySubsequences: false).prefix(count).joined(separator: [
        10
      ]))
      + [10]
  }
}
