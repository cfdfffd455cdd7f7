import TestKit
import Testing

/// `skein filter` against a naive model, in blocks of any size, on any number of threads, from files and pipes.
@Suite struct FilterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let ways: [[String]] = [
    [], ["--block-size", "1", "--threads", "1"], ["--block-size", "64", "--threads", "3"],
    ["--block-size", "300", "--threads", "2", "--line-buffered"],
  ]
  private static let layout = ["--layout", "python-request-id"]

  private func filter(
    _ arguments: [String], stdin: Command.Input = .nothing, memoryLimit: Int? = nil
  ) throws -> Command.Result {
    try Command.run(["filter"] + arguments + Self.layout, stdin: stdin, memoryLimit: memoryLimit)
  }

  // MARK: Against the model

  @Test(arguments: 0..<12) func oneStream(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let units = FilterModel.stream(&random, 20 + random.below(150), name: "t")
    let text = FilterModel.text(units)
    let log = try folder.file("app.log", text)
    for round in 0..<6 {
      var options = FilterModel.Options()
      options.inverted = random.below(3) == 0
      if round > 0 {
        options.before = random.below(4)
        options.after = random.below(4)
      }
      if round > 2 { options.most = 1 + random.below(8) }
      let expected = FilterModel.filtered(units, options) { $0.level == "ERROR" }
      let way = Self.ways[random.below(Self.ways.count)]
      let arguments = ["level >= error"] + options.arguments + way
      for source in [[log], []] {
        let result = try filter(arguments + source, stdin: source.isEmpty ? .bytes(Array(text.utf8)) : .nothing)
        #expect(result.text == expected.text, "\(seed) \(arguments)")
        #expect(result.status == (expected.count > 0 ? 0 : 1), "\(arguments) \(result.errors)")
      }
      guard options.before + options.after == 0 else { continue }
      #expect(try filter(arguments + ["-c", log]).text == "\(expected.count)\n", "\(seed) \(arguments)")
    }
  }

  /// The order of the merge does not depend on where blocks end: a traceback stays with its record.
  @Test(arguments: 0..<8) func severalStreams(seed: UInt64) throws {
    var random = SplitMix64(seed: 100 + seed)
    let streams = ["a", "b", "c"].map { FilterModel.stream(&random, 60, name: $0) }
    let merged = FilterModel.merged(streams)
    var logs: [String] = []
    for (index, stream) in streams.enumerated() {
      logs.append(try folder.file("log\(index).log", FilterModel.text(stream)))
    }
    for way in Self.ways {
      let all = try filter(["has(level)", "-C", "100000"] + way + logs)
      #expect(all.text == FilterModel.text(merged), "\(seed) \(way)")
      var options = FilterModel.Options()
      options.after = random.below(3)
      options.before = random.below(3)
      options.inverted = random.below(2) == 0
      let expected = FilterModel.filtered(merged, options) { $0.level == "ERROR" }
      #expect(try filter(["level >= error"] + options.arguments + way + logs).text == expected.text, "\(seed) \(way)")
    }
  }

  /// Ids live long enough here that a trace is all records with its id.
  @Test(arguments: 0..<8) func wholeTraces(seed: UInt64) throws {
    var random = SplitMix64(seed: 200 + seed)
    let streams = ["t", "t"].map { FilterModel.stream(&random, 80, name: $0) }
    let merged = FilterModel.merged(streams)
    let ids = Set(merged.filter { $0.level == "ERROR" && $0.lines[0].contains("7") }.map(\.id))
    var logs: [String] = []
    for (index, stream) in streams.enumerated() {
      logs.append(try folder.file("log\(index).log", FilterModel.text(stream)))
    }
    for way in Self.ways {
      for inverted in [false, true] {
        let arguments = ["--traces", "level = error and line ~ '7'"] + (inverted ? ["-v"] : [])
        let expected = FilterModel.filtered(merged, .init(inverted: inverted)) { ids.contains($0.id) }
        let result = try filter(arguments + way + logs)
        #expect(result.text == expected.text, "\(seed) \(way) \(inverted)")
        #expect(result.status == (expected.count > 0 ? 0 : 1))
      }
    }
    let text = FilterModel.text(streams[0])
    let files = try filter(["--traces", "level = error", logs[0]])
    let piped = try filter(["--traces", "level = error", "--block-size", "1"], stdin: .bytes(Array(text.utf8)))
    #expect(piped.output == files.output && piped.status == files.status)
  }

  /// An id that is used again begins a new trace.
  @Test func aTraceIsALifeOfItsID() throws {
    func line(_ clock: String, _ level: String) -> String {
      "2026-11-23 \(clock),000 \(level) [api] [a1] at \(clock)\n"
    }
    let first = line("06:00:00", "INFO") + line("06:00:01", "ERROR") + "  more of it\n"
    let log = try folder.file("app.log", first + line("06:02:00", "INFO") + line("06:02:01", "INFO"))
    for way in Self.ways { #expect(try filter(["--traces", "level = error", log] + way).text == first) }
  }

  /// A record goes on in the next generation; what is left of it is no record.
  @Test func continuationLinesOfTheNextGeneration() throws {
    let error = "2026-11-23 06:00:00,000 ERROR [api] [a1] broken\nTraceback (most recent call last):\n"
    let rest = "  File \"x\", line 1\nKeyError: 1\n"
    let info = "2026-11-23 06:00:01,000 INFO [api] [a1] fine\n"
    try folder.file("app.log.1", error)
    try folder.file("app.log", rest + info)
    let logs = [folder.path("app.log"), folder.path("app.log.1")]
    for way in Self.ways {
      #expect(try filter(["level = error"] + way + logs).text == error + rest)
      #expect(try filter(["level = error", "-v"] + way + logs).text == info)
      #expect(try filter(["level = error", "--traces"] + way + logs).text == error + rest + info)
    }
  }

  // MARK: Options

  @Test func timesLimitBothSides() throws {
    let lines = (0..<6).map { "2026-11-23 06:00:0\($0),000 \($0 % 2 == 0 ? "INFO" : "ERROR") [api] [a1] n=\($0)\n" }
    let log = try folder.file("app.log", lines.joined())
    let span = ["--since", "2026-11-23T06:00:02Z", "--until", "2026-11-23T06:00:05Z", log]
    #expect(try filter(["level = error"] + span).text == lines[3])
    #expect(try filter(["level = error", "-v"] + span).text == lines[2] + lines[4])
    #expect(try filter(["has(level)", "--since", "1s", log]).text == lines[4] + lines[5])
    #expect(try filter(["level = error", "--traces"] + span).text == lines.joined())
  }

  @Test func anUnknownField() throws {
    let log = try folder.file("app.log", "2026-11-23 06:00:00,000 ERROR [api] [a1] done version=v1\n")
    let unknown = try filter(["verson = v1", log])
    #expect(unknown.status == 64 && unknown.output.isEmpty)
    #expect(unknown.errors.contains("did you mean 'version'?"))
    #expect(try filter(["verson = v1", "-v", log]).status == 64)
    // It holds without that field: no more than a word about it.
    let known = try filter(["verson = v1 or level = error", log])
    #expect(known.status == 0 && known.errors.contains("'verson'"))
    #expect(try filter(["version = v2", log]).status == 1)
    #expect(try filter(["version = v2", log]).errors == "")
    let wrong = try filter(["status >>= 1", log])
    #expect(wrong.status == 64 && wrong.errors.contains("status >>= 1"))
    for options in [["-m", "0"], ["-A", "-1"], ["-C", "1", "--json"], ["-B", "2", "-c"]] {
      #expect(try filter(["has(level)", log] + options).status == 64, "\(options)")
    }
  }

  /// What tail -f writes is there at once, and -m ends it although the writer goes on.
  @Test func aWatchedPipe() throws {
    let file = folder.path("out.log")
    try writeFile(file, [])
    let running = try Command.start(
      ["filter", "--line-buffered", "level = error", "-m", "2"], stdin: .bytes([]), stdout: .file(file))
    func line(_ second: Int, _ level: String) -> String {
      "2026-11-23 06:00:0\(second),000 \(level) [api] [a1] n=\(second)\n"
    }
    #expect(running.write(Array((line(1, "INFO") + line(2, "ERROR")).utf8)))
    var seen: [UInt8] = []
    while seen.isEmpty { seen = try readFile(file) }
    #expect(String(decoding: seen, as: UTF8.self) == line(2, "ERROR"))
    running.write(Array((line(3, "ERROR") + line(4, "INFO")).utf8))
    while running.write(Array(line(5, "INFO").utf8)) {}
    let result = try running.wait()
    #expect(result.status == 0)
    #expect(try readFile(file) == Array((line(2, "ERROR") + line(3, "ERROR")).utf8))
  }

  @Test func theLedgerIsToldOnRequest() throws {
    let log = try folder.file("app.log", "2026-11-23 06:00:00,000 ERROR [api] [a1] done\n")
    let result = try filter(["level = error", "--ledger", log])
    #expect(result.text == "2026-11-23 06:00:00,000 ERROR [api] [a1] done\n")
    #expect(result.errors.contains("1 record in 1 line") && !result.errors.contains("distinct ids"))
    #expect(try filter(["level = error", "--ledger", "--traces", log]).errors.contains("distinct ids"))
  }
}
