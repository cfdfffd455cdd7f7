import Glibc
import TestKit
import Testing

/// What a run may take, and what it leaves behind.
struct ResourceTests {
  /// A log without an end in sight, from a pipe, with new ids, paths and loggers all the time.
  @Test func anEndlessPipeInBoundedMemory() throws {
    let running = try Command.start(
      ["stats", "--json", "--every", "10s", "--idle", "1s"], stdin: .bytes([]), memoryLimit: 150 << 20)
    var count = 0
    for second in 0..<200 {
      var chunk = ""
      let clock = "0\(second / 3_600):\(10 + second / 60):\(10 + second % 50)"
      for i in 0..<500 {
        count += 1
        chunk +=
          "2026-11-23 \(clock),\(100 + i) INFO [api.access] [id-\(count)] request finished method=GET path=/p\(count)x/y status=200 duration_ms=\(count % 977)\n"
      }
      #expect(running.write(Array(chunk.utf8)))
    }
    let result = try running.wait()
    #expect(result.status == 0)
    let json = try result.json()
    #expect(json["total"]["requests"].int == count)
    #expect(json["routes"].array.count <= 1_002)
    #expect(json["routes"].array.contains { $0["route"].string == "(other)" })
    #expect(json["ledger"]["distinct_ids"].int ?? 0 > count * 98 / 100)
  }

  /// Ids, loggers and groups of half a megabyte each, new ones all the time.
  @Test func longNamesInBoundedMemory() throws {
    let running = try Command.start(["stats", "--json", "--by", "user"], stdin: .bytes([]), memoryLimit: 150 << 20)
    let long = String(repeating: "n", count: 250_000)
    for i in 0..<100 {
      let line =
        "2026-11-23 06:47:55,003 INFO [\(long)\(i)] [\(long)\(i)] request finished method=GET path=/x status=200 "
        + "user=\(long)\(i)\n"
      running.write(Array((i == 0 ? Lines.request(more: " user=me") : line).utf8))
    }
    running.write(Array(Lines.request(more: " user=\(long)").utf8))
    let result = try running.wait()
    #expect(result.status == 0)
    #expect(result.output.count < 10_000)
    let json = try result.json()
    #expect(json["ledger"]["records"].int == 101 && json["ledger"]["records_without_id"].int == 99)
    #expect(json["groups"].array.map { $0["user"].string?.count ?? 0 }.sorted() == [2, 200])
  }

  /// One record of 30 MB, shown in part and not in silence.
  @Test func aHugeRecordIsShownInPart() throws {
    let running = try Command.start(["show", "7ab0"], stdin: .bytes([]), memoryLimit: 150 << 20)
    running.write(Array(Lines.request.utf8))
    let chunk = Array(String(repeating: "  a continuation line that goes on and on\n", count: 10_000).utf8)
    let count = (30 << 20) / chunk.count
    for _ in 0..<count { running.write(chunk) }
    let result = try running.wait()
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.text.contains("more lines of the last one shown"))
    #expect(result.text.contains("folded"))
    let lines = try Command.start(["traces", "--json", "--lines"], stdin: .bytes([]), memoryLimit: 150 << 20)
    lines.write(Array(Lines.request.utf8))
    for _ in 0..<count { lines.write(chunk) }
    let json = try lines.wait()
    #expect(json.status == 0)
    #expect(json.errors.contains("--lines") && json.errors.contains("left out"))
  }

  /// All rows of more traces than one would keep.
  @Test func allTracesAreStreamed() throws {
    let line = (0..<1_000).map { Lines.request(id: "r\($0)") }.joined()
    let result = try Command.run(
      ["traces", "--json", "--all", "--layout", "python-request-id"], stdin: .repeated(Array(line.utf8), times: 20),
      memoryLimit: 150 << 20)
    #expect(result.status == 0)
    #expect(try JSONValue.lines(result.output).count == 1_001)
  }

  /// A pipe that is read twice is copied to a file that has no name: however it ends, nothing stays.
  @Test(arguments: [SIGTERM, SIGKILL, SIGINT])
  func aKilledRunLeavesNothing(signal: Int32) throws {
    let folder = try TemporaryFolder()
    try folder.folder("tmp")
    let running = try Command.start(
      ["traces", "--json", "--lines"], stdin: .bytes([]), environment: ["TMPDIR": folder.path("tmp")])
    for _ in 0..<200 { running.write(Array(Lines.request.utf8)) }
    // More than a pipe holds: once it is written the copy has begun.
    running.write(Array(repeating: UInt8(ascii: "\n"), count: 1 << 18))
    running.kill(signal)
    let result = try running.wait()
    #expect(result.status == 128 + signal)
    #expect(unsafe rmdir(folder.path("tmp")) == 0, "something was left in TMPDIR")
  }

  @Test func noRoomForTheCopy() throws {
    let result = try Command.run(
      ["traces", "--json", "--lines"], stdin: .bytes(Array(Lines.request.utf8)),
      environment: ["TMPDIR": "/nonexistent/folder"])
    #expect(result.status == 3)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("TMPDIR"))
  }
}
