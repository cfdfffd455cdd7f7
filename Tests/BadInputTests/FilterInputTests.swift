import TestKit
import Testing

/// What `skein filter` passes on of input that is not what it should be: the same bytes, all of them.
struct FilterInputTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let ways: [[String]] = [
    [], ["--block-size", "1", "--threads", "1"], ["--block-size", "64", "--threads", "3"],
  ]

  private func filter(_ arguments: [String], stdin: Command.Input = .nothing) throws -> Command.Result {
    try Command.run(
      ["filter"] + arguments + ["--layout", "python-request-id"], stdin: stdin, memoryLimit: 150 << 20)
  }

  /// CR LF, NULs, bytes that are not UTF-8, escapes, no newline at the end: what one run passes and what the other does
  /// are the input.
  @Test func bytesStayAsTheyAre() throws {
    let error = "2026-11-23 06:00:00,000 ERROR [api] [a1] "
    let info = "2026-11-23 06:00:00,000 INFO [api] [a1] "
    let pieces: [[UInt8]] = [
      Array((error + "a\r\n\tat x\r\n").utf8), Array((info + "b\n").utf8), [0, 0, 0] + Array((error + "c\n").utf8),
      Array((error + "d ").utf8) + [0xFF, 0xC0, 0x1B, 0x5B, 0x6D, 0x0D, 0x00, 0x0A], Array((info + "e").utf8),
    ]
    let log = try folder.file("app.log", pieces.flatMap { $0 })
    for way in Self.ways {
      let matching = try filter(["level = error", log] + way)
      #expect(matching.output == pieces[0] + pieces[2] + pieces[3], "\(way)")
      #expect(try filter(["level = error", "-v", log] + way).output == pieces[1] + pieces[4], "\(way)")
      let piped = try filter(["has(level)"] + way, stdin: .bytes(pieces.flatMap { $0 }))
      #expect(piped.output == pieces.flatMap { $0 }, "\(way)")
    }
    // A line without an end does not run into the next file's.
    let other = try folder.file("other.log", "2026-11-23 06:00:01,000 ERROR [api] [a2] f\n")
    #expect(
      try filter(["line ~ '[ef]$'", log, other]).text == info + "e\n2026-11-23 06:00:01,000 ERROR [api] [a2] f\n")
  }

  /// NULs in front of a line that is too long with them are no text, wherever blocks end.
  @Test func longRunsOfNULs() throws {
    let error = Array("2026-11-23 06:00:00,000 ERROR [api] [a1] a\n".utf8)
    let info = Array("2026-11-23 06:00:00,000 INFO [api] [a1] b\n".utf8)
    func nuls(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }
    let text = error + nuls(22) + error + nuls(23) + error + nuls(300) + info + nuls(200) + [0x0A] + nuls(100)
    let log = try folder.file("app.log", text)
    for way in Self.ways + [["--block-size", "100"]] {
      let options = way + ["--max-line", "64", log]
      #expect(try filter(["level = error"] + options).output == error + nuls(22) + error + error, "\(way)")
      #expect(try filter(["level = error", "-v"] + options).output == info + [0x0A], "\(way)")
      #expect(try filter(["level = info", "-B", "1"] + options).output == error + info + [0x0A], "\(way)")
    }
  }

  /// Lines of garbage are no records: only -v passes them on; and nothing in the input is a log line.
  @Test func garbage() throws {
    var random = SplitMix64(seed: 1)
    let noise = (0..<200_000).map { _ in UInt8(truncatingIfNeeded: random.next()) } + [0x41]
    let log = try folder.file("app.log", noise)
    for way in [[], ["--block-size", "4096", "--threads", "3"]] {
      let result = try filter(["has(level)", log] + way)
      #expect(result.status == 3 && result.output.isEmpty && result.errors.contains("no line"))
      let inverted = try filter(["has(level)", "-v", log] + way)
      #expect(inverted.status == 3 && inverted.output == noise, "\(way)")
    }
    let empty = try filter(["has(level)"])
    #expect(empty.status == 1 && empty.errors.contains("empty"))
  }

  /// Matched on its head, passed whole: also what --max-line leaves out, and of continuation lines.
  @Test(arguments: ["", "\r"]) func longLines(end: String) throws {
    let error = "2026-11-23 06:00:00,000 ERROR [api] [a1] " + String(repeating: "x", count: 3_000) + end + "\n"
    let more = "  " + String(repeating: "y", count: 5_000) + end + "\n"
    let info = "2026-11-23 06:00:00,000 INFO [api] [a1] " + String(repeating: "z", count: 2_000) + end + "\n"
    let log = try folder.file("app.log", error + more + info + error)
    for way in Self.ways + [["--block-size", "1000"]] {
      for limit in ["64", "1999", "2040", "4KiB", "1MiB"] {
        let options = way + ["--max-line", limit]
        #expect(try filter(["level = error", log] + options).text == error + more + error, "\(options)")
        #expect(try filter(["level = error", "-v", log] + options).text == info, "\(options)")
        #expect(try filter(["level = info", "-B", "1", log] + options).text == error + more + info, "\(options)")
        #expect(try filter(["level = error", "--traces", log] + options).text == error + more + info + error)
      }
    }
    let ledger = try filter(["level = error", "--ledger", "--max-line", "64", "--block-size", "64", log]).errors
    let wide = try filter(["level = error", "--ledger", "--max-line", "64", log]).errors
    #expect(ledger == wide && ledger.contains("lines over --max-line"))
  }

  /// Half a gigabyte without a newline, and what comes behind it.
  @Test func aLineOf500MB() throws {
    let running = try Command.start(
      ["filter", "level = error", "--layout", "python-request-id"], stdin: .bytes([]), stdout: .file("/dev/null"),
      memoryLimit: 150 << 20)
    running.write(Array("2026-11-23 06:00:00,000 ERROR [api] [a1] ".utf8))
    let chunk = Array(repeating: UInt8(ascii: "x"), count: 1 << 20)
    for _ in 0..<500 { #expect(running.write(chunk)) }
    running.write(Array("\n".utf8))
    let result = try running.wait()
    #expect(result.status == 0 && result.errors == "")
  }

  /// Nothing grows with the input: neither with its ids, nor what -B keeps.
  @Test(arguments: [[], ["-B", "100000"], ["--json"]]) func anEndlessPipe(options: [String]) throws {
    let running = try Command.start(
      ["filter", "level = fatal", "--layout", "python-request-id"] + options, stdin: .bytes([]),
      memoryLimit: 130 << 20)
    let long = String(repeating: "y", count: 1_500)
    for round in 0..<40 {
      var chunk = ""
      for i in 0..<2_000 {
        chunk += "2026-11-23 06:00:00,000 INFO [api] [id-\(round)-\(i)] done path=/\(round)/\(i)x status=200 \(long)\n"
      }
      guard running.write(Array(chunk.utf8)) else { break }
    }
    let result = try running.wait()
    #expect(result.status == 1 && result.errors == "")
  }

  @Test func aClosedPipeEndsQuietly() throws {
    let line = "2026-11-23 06:00:00,000 ERROR [api] [a1] broken\n"
    let log = try folder.file("app.log", String(repeating: line, count: 20_000))
    for options in [[], ["--json"], ["--traces"], ["-A", "1"], ["--line-buffered"]] {
      let closed = try filter(["level = error", log] + options)
      #expect(closed.status == 0)
      for output in [Command.Output.closedPipe, .firstLine] {
        let result = try Command.run(["filter", "level = error", log] + options, stdin: .nothing, stdout: output)
        #expect(result.status == 0 && result.errors == "", "\(options) \(result.errors)")
      }
      let full = try Command.run(["filter", "level = error", log] + options, stdout: .file("/dev/full"))
      #expect(full.status == 3 && full.errors.contains("cannot write the output"))
    }
    // An endless writer is not read to its end.
    let endless = try Command.run(
      ["filter", "level = error"],
      stdin: .repeated(Array(String(repeating: line, count: 1_000).utf8), times: 1_000_000),
      stdout: .closedPipe)
    #expect(endless.status == 0 && endless.errors == "")
  }

  @Test func wrappedLinesAreUnwrapped() throws {
    let line = "2026-11-23 06:00:00,000 ERROR [api] [a1] broken\n"
    let docker =
      #"{"log":"2026-11-23 06:00:00,000 ERROR [api] [a1] broken\n","stream":"stdout","time":"2026-11-23T06:00:00.1Z"}"#
    let log = try folder.file("app.log", docker + "\n" + docker + "\n")
    for way in Self.ways { #expect(try filter(["level = error", log] + way).text == line + line) }
  }
}
