import TestKit
import Testing

/// Command lines that are wrong: exit code 64, nothing on stdout, and a message that says what, where and what to do.
struct UsageTests {
  private let folder: TemporaryFolder
  private let log: String

  init() throws {
    folder = try TemporaryFolder()
    log = try folder.file("app.log", Lines.request + Lines.request(id: "7ab1", path: "/y"))
  }

  /// The option, its bad value, and words that the message must have.
  @Test(arguments: [
    (["--tz", "Mars/Olympus"], ["--tz", "Mars/Olympus", "+02:00"]),
    (["--tz", "+99:00"], ["--tz", "+99:00"]),
    (["--tz", ""], ["--tz"]),
    (["--layout", "nope"], ["--layout", "nope", "uvicorn"]),
    (["--layout", "%(message"], ["--layout", "column"]),
    (["--layout", "%(message)"], ["--layout", "column"]),
    (["--layout", "$"], ["--layout", "column"]),
    (["--layout", "%"], ["--layout", "column"]),
    (["--every", "x"], ["--every", "'x'", "60s"]),
    (["--every", "0s"], ["--every", "60s"]),
    (["--every=-5s"], ["--every", "-5s"]),
    (["--every", "99999999999999999999h"], ["--every"]),
    (["--since", "yesterday-ish"], ["--since", "yesterday-ish", "2h"]),
    (["--since", "2026-13-45T00:00:00Z"], ["--since"]),
    (["--until", "x"], ["--until", "'x'", "2026-"]),
    (["--top", "x"], ["--top", "'x'"]),
    (["--top=-1"], ["--top"]),
    (["--top", "99999999999999999999"], ["--top"]),
    (["--idle", "0"], ["--idle", "60s"]),
    (["--max-open", "soon"], ["--max-open", "soon"]),
    (["--max-line", "1"], ["--max-line", "1MiB"]),
    (["--max-line", "9EiB"], ["--max-line"]),
    (["--color", "pink"], ["--color", "always"]),
    (["--block-size", "0"], ["--block-size"]),
    (["--threads", "0"], ["--threads", "1 to 256"]),
    (["--threads", "many"], ["--threads", "'many'"]),
    (["--nosuch"], ["--nosuch"]),
    ([""], ["empty", "quotes"]),
  ])
  func aBadValueIsExplained(options: [String], words: [String]) throws {
    let result = try Command.run(["stats"] + options + [log])
    #expect(result.status == (options == [""] ? 3 : 64), "\(result.errors)")
    #expect(result.output.isEmpty)
    for word in words { #expect(result.errors.contains(word), "\(result.errors)") }
    #expect(!result.errors.contains("Fatal"))
  }

  @Test(arguments: [
    (["traces", "--top", "0"], "--json"), (["traces", "--all"], "--json"), (["traces", "--lines"], "--json"),
    (["traces", "--sort", "colour"], "duration"), (["show"], "<id>"), (["show", ""], "empty"), (["nosuch"], "nosuch"),
  ])
  func whatDoesNotGoTogether(arguments: [String], word: String) throws {
    let result = try Command.run(arguments, stdin: .file(log))
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains(word), "\(result.errors)")
  }

  @Test func standardInputTwice() throws {
    let result = try Command.run(["stats", "-", "-"], stdin: .file(log))
    #expect(result.status == 64)
    #expect(result.errors.contains("standard input") && result.errors.contains("once"))
  }

  /// A window of a nanosecond over ten minutes would be a list of 10^12.
  @Test func tooManyWindows() throws {
    let long = try folder.file(
      "long.log", Lines.request + (50...59).map { Lines.request(time: "06:\($0):00,000") }.joined())
    let result = try Command.run(["stats", "--every", "1ns", long], memoryLimit: 150 << 20)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("--every") && result.errors.contains("100,000"))
  }

  // MARK: --where

  @Test func anUnknownFieldIsSuggested() throws {
    let result = try Command.run(["traces", "--where", "verison = 'v1'", log])
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("'verison'") && result.errors.contains("did you mean 'version'?"))
    #expect(result.errors.contains("--where") && result.errors.contains("doctor"))
    // All traces go out one by one: also then an unknown field is no empty result.
    let all = try Command.run(["traces", "--all", "--json", "--where", "verison = 'v1'", log])
    #expect(all.status == 64)
  }

  @Test(arguments: [
    ("status >=", 9), ("status >= 500 and", 14), ("(status = 5", 0), ("status ~ \"(\"", 9), ("status ! 5", 9), ("=", 0),
    ("", 0), ("status >= 500 nonsense", 14),
  ])
  func aMistakeIsPointedAt(expression: String, column: Int) throws {
    let result = try Command.run(["traces", "--where", expression, log])
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    let lines = result.errors.split(separator: "\n")
    #expect(lines.contains { $0 == "  " + expression })
    let caret = try #require(lines.last { $0.contains("^") && $0.allSatisfy { $0 == " " || $0 == "^" } })
    #expect(caret.prefix { $0 == " " }.count == 2 + column, "\(result.errors)")
  }

  // MARK: show

  @Test func anIDThatMatchesNothing() throws {
    let result = try Command.run(["show", "zzz", log])
    #expect(result.status == 1)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("zzz"))
    let hostile = try Command.run(["show", "\u{1B}[31mzzz\u{202E}", log])
    #expect(hostile.status == 1)
    #expect(!hostile.errors.contains("\u{1B}"))
  }

  @Test func anAmbiguousPrefix() throws {
    let result = try Command.run(["show", "7a", log])
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("7ab0") && result.errors.contains("7ab1"))
    let whole = try Command.run(["show", "7ab1", log])
    #expect(whole.status == 0)
    #expect(whole.text.contains("GET /y"))
  }
}
