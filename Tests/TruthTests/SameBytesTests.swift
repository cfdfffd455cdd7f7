import TestKit
import Testing

/// The same bytes give the same result: as files in any order, through a pipe, in blocks of any size.
///
/// Only `ledger.sources` may differ, and in `traces` where a line stands.
struct SameBytesTests {
  @Test(arguments: Capture.allCases)
  func asFilesInAnyOrderAndThroughAPipe(capture: Capture) throws {
    // Neither oldest nor newest first.
    let shuffled = capture.appLogs.enumerated().sorted {
      ($0.offset * 7 % 5, $0.offset) < ($1.offset * 7 % 5, $1.offset)
    }
    let stats = ["stats", "--json", "--every", "10s"]
    let files = try text(stats + capture.appLogs)
    #expect(files.contains("\"requests_from\":\"api.access\""))
    #expect(try text(stats + ["--block-size", "64", "--threads", "1"], try capture.appLogBytes()) == files)
    // Each takes a second without optimisation: the rows of one capture stand for all.
    guard capture == .text else { return }
    let traces = ["traces", "--json", "--top", "10000"]
    let rows = try text(traces + capture.appLogs.reversed())
    #expect(rows.utf8.count > 1_000_000)
    #expect(try text(traces + ["--block-size", "4096"] + shuffled.map(\.element)) == rows)
  }

  /// Any number of threads, more than there are processors too, with blocks that make them meet.
  @Test(arguments: Capture.allCases)
  func byAnyNumberOfThreads(capture: Capture) throws {
    let stats = ["stats", "--json", "--every", "10s"] + capture.appLogs
    let traces = ["traces", "--json", "--top", "200", "--lines"] + capture.appLogs.suffix(2)
    let (one, rows) = (try whole(stats + ["--threads", "1"]), try whole(traces + ["--threads", "1"]))
    for (threads, size) in [("2", "262144"), ("3", "4096"), ("16", "20000")] {
      let options = ["--threads", threads, "--block-size", size]
      #expect(try whole(stats + options) == one, "\(options)")
      #expect(try whole(traces + options) == rows, "\(options)")
    }
  }

  /// Cut and damaged generations among sound ones, inflated several at a time: what is used of each, and what is told of it,
  /// is the same on any number of threads.
  @Test func damagedGenerationsOnAnyNumberOfThreads() throws {
    let folder = try TemporaryFolder()
    for (index, path) in Capture.text.appLogs.filter({ $0.hasSuffix(".gz") }).enumerated() {
      var bytes = try readFile(path)
      switch index {
      case 1: bytes.removeLast(bytes.count / 3)
      case 3: bytes[bytes.count / 2] ^= 0x55
      case 4: bytes += Array("no gzip data".utf8)
      case 6: bytes = []
      default: break
      }
      try folder.file("app.log.\(9 - index).gz", bytes)
    }
    let stats = ["stats", "--json", folder.path("app.log.*")]
    let one = try whole(stats + ["--threads", "1"])
    for note in ["is cut short", "is damaged", "are not gzip data"] {
      #expect(String(decoding: one, as: UTF8.self).contains(note))
    }
    for threads in ["2", "8"] {
      for size in ["262144", "3000"] {
        #expect(try whole(stats + ["--threads", threads, "--block-size", size]) == one, "\(threads), \(size)")
      }
    }
  }

  /// The output to its last byte, sources and lines included.
  private func whole(_ arguments: [String]) throws -> [UInt8] {
    let result = try Command.run(arguments, stdin: .nothing)
    #expect(result.status == 0, "\(result.errors)")
    return result.output
  }

  /// A byte at a time, with the lines of the worst traces in a second pass.
  @Test(arguments: Capture.allCases)
  func aByteAtATime(capture: Capture) throws {
    let folder = try TemporaryFolder()
    let part = Self.lines(try capture.appLogBytes(), 150)
    let file = try folder.file("app.log", part)
    for options in [
      ["stats", "--json", "--every", "1s"], ["traces", "--json", "--lines"], ["traces", "--json", "--all"],
    ] {
      let whole = try run(options + [file])
      for size in ["1", "64"] {
        #expect(try run(options + ["--block-size", size, file]) == whole, "\(options) \(size)")
      }
      #expect(try run(options + ["--block-size", "1"], part) == whole, "\(options)")
    }
  }

  /// One file cut anywhere, also inside lines and tracebacks, is the same log.
  @Test(arguments: Capture.allCases)
  func cutIntoGenerations(capture: Capture) throws {
    let folder = try TemporaryFolder()
    let part = Self.lines(try capture.appLogBytes(), 200)
    let whole = try run(["stats", "--json", try folder.file("whole.log", part)])
    for cut in stride(from: 1, to: part.count, by: part.count / 7) {
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

  /// An empty generation says nothing, wherever it stands.
  @Test func anEmptyGeneration() throws {
    let folder = try TemporaryFolder()
    let part = Self.lines(try Capture.text.appLogBytes(), 100)
    let whole = try run(["stats", "--json", try folder.file("whole.log", part)])
    let old = try folder.file("app.log.1", [])
    let new = try folder.file("app.log", part)
    #expect(try run(["stats", "--json", old, new]) == whole)
    try folder.file("app.log.1", part)
    try folder.file("app.log", [])
    #expect(try run(["stats", "--json", old, new]) == whole)
  }

  /// The output as it is, up to the ledger's sources, which come last.
  private func text(_ arguments: [String], _ input: [UInt8]? = nil) throws -> String {
    let result = try Command.run(arguments, stdin: input.map { .bytes($0) } ?? .nothing)
    #expect(result.status == 0, "\(result.errors)")
    let mark = Array("\"sources\":[".utf8)
    let end = result.output.indices.last { result.output[$0...].starts(with: mark) } ?? 0
    #expect(end > 0)
    return String(decoding: result.output[..<end], as: UTF8.self)
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
