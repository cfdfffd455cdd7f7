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
