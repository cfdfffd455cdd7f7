import TestKit
import Testing

/// Lines that are not what they should be. Hostile input is data.
struct LineTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func stats(_ bytes: [UInt8], _ options: [String] = []) throws -> Command.Result {
    try Command.run(
      ["stats", "--json"] + options + [try folder.file("app.log", bytes)], memoryLimit: 150 << 20)
  }

  private func stats(_ text: String, _ options: [String] = []) throws -> Command.Result {
    try stats(Array(text.utf8), options)
  }

  /// A hundred megabytes without a newline, through a pipe.
  @Test func aLineOf100MB() throws {
    let result = try Command.run(
      ["stats", "--json", "--layout", "python-request-id"],
      stdin: .repeated(Array(repeating: UInt8(ascii: "x"), count: 1 << 20), times: 100), memoryLimit: 150 << 20)
    #expect(result.status == 3)
    let ledger = try result.ledger()
    #expect(ledger["bytes"].int == 100 << 20)
    #expect(ledger["long_lines"].int == 1)
    #expect(ledger["long_line_bytes"].int == 99 << 20)
    #expect(ledger["unparsed_lines"].int == 1)
  }

  /// A record's head is read however long it is; the next record is read as well.
  @Test func aLongRecord() throws {
    let long = Lines.request.dropLast() + String(repeating: "y", count: 3 << 20) + "\n"
    let result = try stats(long + Lines.request(id: "7ab1"))
    #expect(result.status == 0)
    #expect(try result.json()["total"]["requests"].int == 2)
    #expect(try result.ledger()["long_lines"].int == 1)
    let narrow = try stats(long + Lines.request(id: "7ab1"), ["--max-line", "64"])
    #expect(try narrow.ledger()["long_lines"].int == 2)
    #expect(try narrow.json()["total"]["requests"].int == 0)
    #expect(try narrow.ledger()["records"].int == 2)
  }

  @Test func aRunOfNULs() throws {
    let result = try stats(Array(repeating: 0, count: 700) + Array(Lines.request.utf8))
    #expect(result.status == 0)
    #expect(try result.json()["total"]["requests"].int == 1)
    let ledger = try result.ledger()
    #expect(ledger["nul_runs"].int == 1 && ledger["nul_bytes"].int == 700)
    #expect(ledger["lines"].int == 1 && ledger["unparsed_lines"].int == 0)
  }

  @Test func aRunOf50MBOfNULs() throws {
    let running = try Command.start(["stats", "--json"], stdin: .bytes([]), memoryLimit: 150 << 20)
    let nuls = [UInt8](repeating: 0, count: 1 << 20)
    for _ in 0..<50 { running.write(nuls) }
    running.write(Array((Lines.request + Lines.request(id: "7ab1")).utf8))
    let result = try running.wait()
    #expect(result.status == 0)
    #expect(try result.json()["total"]["requests"].int == 2)
    let ledger = try result.ledger()
    #expect(ledger["nul_runs"].int == 1 && ledger["nul_bytes"].int == 50 << 20)
    #expect(ledger["lines"].int == 2 && ledger["long_lines"].int == 0)
  }

  @Test func invalidUTF8() throws {
    let lines = Lines.request(message: [0xFF, 0xFE, 0xC0, 0xAF, 0xED, 0xA0, 0x80]) + Array(Lines.request.utf8)
    let result = try stats(lines)
    #expect(result.status == 0)
    #expect(try result.json()["total"]["requests"].int == 2)
    #expect(try result.ledger()["invalid_utf8_lines"].int == 1)
  }

  @Test func crlf() throws {
    let text =
      Lines.request + Lines.request(id: "7ab1") + "Traceback (most recent call last):\n  File \"x\"\nKeyError: 1\n"
    let plain = try stats(text).json().without(["sources", "bytes"])
    let windows = try stats(text.split(separator: "\n").map { $0 + "\r\n" }.joined()).json().without([
      "sources", "bytes",
    ])
    #expect(windows == plain)
    #expect(plain["ledger"]["tracebacks"].int == 1)
  }

  @Test func mixedLayouts() throws {
    let json =
      #"{"ts":"2026-11-23T06:47:56.000Z","level":"info","logger":"api.access","request_id":"j1","msg":"request finished","method":"GET","path":"/j","status":200,"duration_ms":3}"#
      + "\n"
    let text = (0..<20).map { Lines.request(id: "t\($0)") + json }.joined()
    let result = try stats(text)
    #expect(result.status == 0)
    #expect(try result.ledger()["records"].int == 40)
    #expect(try result.ledger()["unparsed_lines"].int == 0)
    #expect(try result.ledger()["sources"][0]["layouts"].array.count == 2)
  }

  @Test func theClockStepsBack() throws {
    let times = ["06:47:55,000", "06:47:56,000", "06:47:50,000", "06:47:57,000", "05:00:00,000", "06:47:58,000"]
    let text = times.enumerated().map { Lines.request(time: $1, id: "c\($0)") }.joined()
    let result = try stats(text, ["--every", "1s"])
    #expect(result.status == 0)
    let json = try result.json()
    #expect(json["total"]["requests"].int == 6)
    #expect(json["ledger"]["steps_back"].int == 2)
    #expect(json["ledger"]["late_records"].int == 2)
    #expect(json["late_requests"].int == 2)
    #expect(json["ledger"]["largest_step_back_ms"].double == 6_477_000)
    // One poisoned record from the future closes nothing and opens no million windows.
    let poisoned =
      Lines.request + Lines.request(time: "23:00:00,000", id: "f1") + Lines.request(time: "06:47:56,000", id: "g1")
    let future = try stats(poisoned, ["--every", "1s"])
    #expect(future.status == 0)
    #expect(try future.ledger()["clock_jumps"].int == 1)
    #expect(try future.json()["series"].array.count == 2)
    #expect(try future.json()["total"]["requests"].int == 3)
    #expect(try future.json()["late_requests"].int == 1)
    // Nor does it if it is the first.
    let first =
      Lines.request(time: "23:00:00,000", id: "f1") + Lines.request + Lines.request(time: "06:47:56,000", id: "g1")
    let json1 = try stats(first, ["--every", "1s"]).json()
    #expect(json1["series"].array.count == 2)
    #expect(json1["ledger"]["late_records"].int == 0 && json1["ledger"]["clock_jumps"].int == 1)
    #expect(json1["start"].string == "2026-11-23T06:47:55.003Z")
  }

  /// Text in which nothing is a log line: the user must learn it, not read a table of zeros.
  @Test func noLogAtAll() throws {
    let result = try stats("Dear diary,\nnothing happened today.\n")
    #expect(result.status == 3)
    #expect(result.errors.contains("app.log") && result.errors.contains("--layout"))
  }

  /// A status in a user agent is not the request's.
  @Test func forgedFields() throws {
    let line = Lines.request(more: #" agent="x status=500 duration_ms=99999" url=http://h/?status=500"#)
    let result = try stats(line)
    #expect(try result.json()["total"]["errors"].int == 0)
    #expect(try result.json()["total"]["max_ms"].double == 6.9)
  }
}
