import Testing
import TraceCore

/// What a line is depends on its own bytes alone: whatever is tried first, the same layout reads it, with the same fields.
@Suite struct LineByItselfTests {
  /// Lines of every known layout, their like with other words in them, and lines of none.
  private static let lines: [String] = {
    var lines = BuiltinLayouts.text.map(\.sample)
    let starts = [
      "2026-11-23 06:47:55,003", "2026-11-23T06:47:55.003Z", "2026-11-23T06:47:55.003123+01:00", "2026/11/23 06:47:55",
      "Nov 23 06:47:55", "[2026-11-23 06:47:55 +0000]", "<34>Nov 23 06:47:55", "<34>1 2026-11-23T06:47:55.003Z",
      "INFO:",
      "INFO:    ", "WARNING", "Error:", "info:", "panic:", "I,", "10.0.0.7 - -", "::1 - bob", "localhost - -", "web-1",
      "",
      "[main]", "{", "1", "- ", "time=2026-11-23T06:47:55Z",
    ]
    let ends = [
      "INFO [api.access] [8165e189] hello status=200", "INFO [api] hello", "INFO [api] [x y] hello",
      "INFO app.api: hello",
      "- app.api - INFO - hello", "[INFO] app.api: hello", "[main] INFO  c.e.App - Started",
      "INFO  7 --- [main] c.e.App : x",
      "| INFO     | app.api:get:42 - hello", "INFO in api: hello", "[7] [CRITICAL] WORKER TIMEOUT",
      "host app[123]: hello",
      "host app: hello", "INFO app: hello", "host app 123 ID47 - hello", "[error] 7#7: *1 open() \"/x\" failed",
      "[23/Nov/2026:06:47:55 +0000] \"GET / HTTP/1.1\" 200 12",
      "[23/Nov/2026:06:47:55 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"x\"",
      "[23/Nov/2026:06:47:55 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"x\" 0.004",
      "[23/Nov/2026:06:47:55 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"x\" 0.004 8165e189245a414b",
      "[23/Nov/2026:06:47:55 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"x\" \"10.0.0.1\"",
      "127.0.0.1:55856 - \"GET /healthz HTTP/1.1\" 200 OK", "root:hello", "2026/11/23 06:47:51 main.go:12: started",
      "level=info msg=\"hello\"", "level=info 2026-11-23 06:47:55 msg=x a=b",
      "\"ts\":\"2026-11-23T06:47:55Z\",\"msg\":\"x\"}",
      "stdout F hello", "something else", "Traceback (most recent call last):", "", ":", "[", "\u{1B}[31mred\u{1B}[0m",
    ]
    for start in starts { for end in ends { lines += ["\(start) \(end)", "\(start)\(end)"] } }
    lines += [
      #"{"ts":"2026-11-23T06:47:55Z","level":"info","msg":"x"}"#, #"{"a":1}"#, #"  {"a":1}"#, #"{"a":1}{"b":2}"#,
      #"{"a":1"#,
      #"{"log":"x\n","stream":"stdout","time":"2026-11-23T06:47:55Z"}"#, "time=2026-11-23T06:47:55Z level=info msg=x",
    ]
    return lines
  }()

  private func read(_ line: String, _ layouts: inout LayoutSet) -> String {
    let bytes = Array(line.utf8)
    var fields = LineFields()
    var times = TimestampParser()
    guard let index = layouts.parse(bytes.span, from: 0, to: bytes.count, into: &fields, times: &times) else {
      return "none"
    }
    func text(_ slice: Slice) -> String {
      if slice.isMissing { return "-" }
      return slice.isInArena
        ? String(decoding: fields.arena[slice.start..<slice.end], as: UTF8.self)
        : String(decoding: bytes[slice.start..<slice.end], as: UTF8.self)
    }
    return "\(layouts.names[index]) \(fields.time) \(fields.level) \(text(fields.logger)) \(text(fields.requestID)) "
      + "\(text(fields.path)) \(fields.status) \(fields.duration) \(text(fields.message))"
  }

  /// Each layout is made the one that is tried first, by a head of its own sample lines.
  @Test(
    arguments: BuiltinLayouts.text.map(\.sample) + [
      #"{"ts":"2026-11-23T06:47:55Z","level":"info","msg":"x"}"#, "ts=2026-11-23T06:47:55Z level=info msg=\"hello\"",
      "Nov 23 06:47:54 host app[123]: hello", "<34>1 2026-11-23T06:47:54.777Z host app 123 ID47 - hello",
      "2026-11-23 06:47:55 hello",
    ])
  func whatIsTriedFirstChangesNothing(_ sample: String) {
    let catalog = FieldCatalog()
    let head = Array(String(repeating: sample + "\n", count: 5).utf8)
    let choice = LayoutDetector(catalog: catalog, zone: .utc).detect(head.span, referenceTime: 0)
    var chosen = choice.layouts
    var plain = LayoutSet(catalog: catalog)
    for line in LineByItselfTests.lines {
      #expect(read(line, &chosen) == read(line, &plain), "\(choice.reason): \(line)")
    }
  }

  /// All at once, in any order.
  @Test func allTogetherChangeNothing() {
    let catalog = FieldCatalog()
    let samples = BuiltinLayouts.text.map(\.sample)
    for turn in samples.indices {
      let head = Array(
        (samples[turn...] + samples[..<turn]).prefix(4).flatMap { [$0, $0, $0] }.joined(separator: "\n").utf8)
      var chosen = LayoutDetector(catalog: catalog, zone: .utc).detect(head.span, referenceTime: 0).layouts
      var plain = LayoutSet(catalog: catalog)
      for line in LineByItselfTests.lines { #expect(read(line, &chosen) == read(line, &plain), "\(line)") }
    }
  }

  /// Of the sample of each layout its own reads it, or one that says the same and more.
  @Test func samplesHaveTheirLayout() {
    var plain = LayoutSet(catalog: FieldCatalog())
    for entry in BuiltinLayouts.text where entry.name != "nginx-error" {
      #expect(read(entry.sample, &plain).hasPrefix(entry.name + " "), "\(entry.sample): \(read(entry.sample, &plain))")
    }
  }

  @Test func aBareDurationHasTheUnitOfItsOwnLine() {
    var plain = LayoutSet(catalog: FieldCatalog())
    func duration(_ line: String) -> String {
      read(line, &plain).split(separator: " ").dropLast().last.map(String.init) ?? ""
    }
    #expect(duration(#"{"time":"2026-11-23T06:47:55Z","level":"ERROR","msg":"x","duration":7000000}"#) == "7000000")
    #expect(duration(#"{"time":"2026-11-23T06:47:55Z","level":"ERROR","msg":"x","duration":842.5}"#) == "-1")
    #expect(duration(#"{"time":"2026-11-23T06:47:55Z","level":"ERROR","msg":"x","duration":42}"#) == "-1")
    #expect(duration(#"{"level":50,"time":1795416475003,"msg":"x","duration":7}"#) == "7000000")
    #expect(duration(#"{"ts":1795416475.003,"caller":"a.go:1","msg":"x","duration":0.5}"#) == "500000000")
    #expect(duration(#"{"ts":1795416475.003,"caller":"a.go:1","msg":"x","duration":42}"#) == "-1")
    #expect(duration(#"{"ts":"2026-11-23T06:47:55Z","msg":"x","duration":7}"#) == "-1")
  }
}
