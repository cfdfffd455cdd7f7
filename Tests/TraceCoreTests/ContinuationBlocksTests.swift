import TestKit
import Testing
import TraceCore

/// Blocks of several lines, as the runtimes of the usual languages print them behind a record: each stays whole, wherever a
/// block of the input ends, and the record after it stands for itself.
@Suite struct ContinuationBlocksTests {
  /// Those of fixtures/stack-traces that hold a stack trace.
  static let traces = [
    "cpp-asan", "cpp-backtrace", "dart", "dotnet-aggregate", "dotnet-inner", "elixir", "elixir-exit", "flutter",
    "go-fatal-error", "go-gin-recovery", "go-panic", "go-pkg-errors", "go-recovered", "go-zap", "haskell-callstack",
    "java-caused-by", "java-circular", "java-exception-in-thread", "java-message-of-lines", "java-no-error-word",
    "java-root-first", "java-thread-dump", "kotlin-coroutine", "lua", "node-aggregate", "node-cause",
    "node-module-not-found", "node-uncaught", "perl-carp", "php-fatal", "php-laravel", "php-previous", "php-xdebug",
    "python-asyncio-context", "python-chained", "python-faulthandler", "python-group", "python-loguru-diagnose",
    "python-notes", "python-plain", "python-pydantic", "python-rich", "python-sqlalchemy", "python-syntax-error",
    "ruby-cause", "ruby-rails", "ruby-uncaught", "rust-anyhow", "rust-panic", "rust-panic-message",
    "scala-match-error", "swift-crash", "typescript-ts-node",
  ]
  /// Those that hold other text.
  static let texts = [
    "c-stack-smashing", "clojure", "clojure-map", "cpp-terminate", "erlang-gen-server", "http-dump",
    "java-spring-failed-to-start", "json-pretty", "node-unhandled-rejection", "postgresql-details", "python-warning",
    "sql", "xml", "yaml",
  ]

  private static let before = "2026-11-23 06:47:55,003 ERROR [api.orders] [8165e189] could not create order\n"
  private static let after = "2026-11-23 06:47:56,013 INFO [api.access] [5f0c2d77] request finished status=500\n"

  /// What lines become: the lines of each record, and what is counted.
  struct Reading: Equatable {
    var records: [UInt32] = []
    var continuations: Int64 = 0
    var unparsed: Int64 = 0
    var tracebacks: Int64 = 0
  }

  /// Reads a log in blocks that end after the lines whose numbers are in `cuts`.
  static func read(_ log: String, cuts: Set<Int> = []) -> Reading {
    let all = Array(log.utf8)
    let layouts = LayoutDetector(catalog: .plain, zone: .utc).detect(all.span, referenceTime: 0).layouts
    var parser = BlockParser(plan: ParsePlan(catalog: .plain), layouts: layouts, zone: .utc, referenceTime: 0)
    var found = Reading()
    var open = Continuation()
    var hasTraceback = false
    var start = 0
    var lines = 0
    for (index, byte) in all.enumerated() where byte == 0x0A {
      lines += 1
      guard cuts.contains(lines) || index == all.count - 1 else { continue }
      let block = Block(capacity: index + 1 - start)
      block.append(copying: Array(all[start...index]).span)
      start = index + 1
      var batch = RecordBatch()
      parser.run(block, into: &batch)
      for orphan in batch.orphans {
        guard open.accepts(orphan.shape) else {
          found.unparsed += 1
          continue
        }
        found.continuations += 1
        found.records[found.records.count - 1] += 1
        if orphan.shape.isTraceback && !hasTraceback {
          hasTraceback = true
          found.tracebacks += 1
        }
      }
      found.continuations += batch.counts.continuationLines
      found.unparsed += batch.counts.unparsedLines
      found.tracebacks += batch.counts.tracebacks
      guard let last = batch.records.last else { continue }
      found.records += batch.records.map(\.lines)
      open = batch.continuation
      hasTraceback = last.flags.contains(.traceback)
    }
    return found
  }

  private func check(_ name: String, tracebacks: Int64) throws {
    let text = try Fixtures.text("stack-traces/\(name).txt")
    let lines = text.utf8.count { $0 == 0x0A }
    let log = Self.before + text + Self.after
    var whole = Reading()
    whole.records = [UInt32(lines + 1), 1]
    whole.continuations = Int64(lines)
    whole.tracebacks = tracebacks
    #expect(Self.read(log) == whole)
    // Cut after one line, and after each.
    for cut in 1...lines { #expect(Self.read(log, cuts: [cut]) == whole, "cut after line \(cut)") }
    #expect(Self.read(log, cuts: Set(1...lines)) == whole)
  }

  @Test(arguments: traces) func aTraceStaysWhole(name: String) throws { try check(name, tracebacks: 1) }

  @Test(arguments: texts) func aTextStaysWhole(name: String) throws { try check(name, tracebacks: 0) }

  /// Its second line reads as a record of its own; what follows is that one's.
  @Test func theRaceDetectorsReport() throws {
    let text = try Fixtures.text("stack-traces/go-data-race.txt")
    let found = Self.read(Self.before + text + Self.after)
    #expect(found.unparsed == 0 && found.records.last == 1 && found.tracebacks == 1)
  }

  // MARK: What is no continuation

  /// Lines of one program in the log of another: none of them belongs to the record before it.
  static let foreign = [
    "Server started", "listening on :8080", "Listening on http://0.0.0.0:3000", "timeout: 30", "RequestTimeout: 30",
    "ConsumerGroup: rebalanced", "Note: read the docs", "task: rebuild the index", "exception: none", "api.example.com",
    "config.yaml", "settings.Local.json", "a.b.c", "[worker] started", "[main] INFO starting", "[12345] ready",
    "[GIN-debug] GET /health --> main.health (3 handlers)", "(c) 2026 Acme", "=====================", "#####",
    "*** Welcome to the shop ***", "**************************", "* nothing to do", "- one of a list", "> quoted",
    "1. first", "12 monkeys", "#12 merged (see there)", "#1 in the list", "~~~", "-----", "DETAIL: a word", "done.",
    "Next step is to wait", "created by the operator", "State: idle", "exit status 2", "Node.js v20.11.1",
    "note: run with `RUST_BACKTRACE=1`", "Description:", "APPLICATION FAILED TO START", "main.f(0x1, 0x2)", "panic(1)",
    "\"main\" #1 prio=5", "Thread pool ready", "Threads: 12", "Goroutine pool ready", "goroutine talk", "at last",
    "from here on", "In file a.py, line 3", "Content-Type: text/plain", "x-y: z", "docs/readme.md", "/srv/app/run.sh",
    "http://localhost:8080/", "localhost:8080", "GET /health", "10.0.0.7:51234 connected", "Uncaught words",
    "│ Fiber v2.52 │", "┌──────────┐", "💣 boom", "Ünïcode", "%", "\\",
    "com.Example: x", "Lines 12: three", "Aborted", "Segmentation fault", "Causes:", "Stack: LAMP",
    "Backtrace is off", "Fatal error", "Exception handling is on", "... and more",
    "Read at your own risk", "Write at once", "==7==", "=> ready", "<3 and more", "--- a/file", "----",
  ]

  @Test(arguments: foreign) func prosesStandsForItself(line: String) {
    let found = Self.read(Self.before + line + "\nmore of it\n" + Self.after)
    #expect(found.unparsed == 2 && found.records == [1, 1] && found.tracebacks == 0)
  }

  /// After the frames of a trace, and after its last words, nothing but a known line goes on.
  @Test(arguments: ["java-caused-by", "go-panic", "node-uncaught", "dotnet-inner", "php-xdebug", "rust-panic", "dart"])
  func proseAfterFramesStandsForItself(name: String) throws {
    let text = try Fixtures.text("stack-traces/\(name).txt")
    for line in ["Server started", "timeout: 30", "[worker] started", "listening on :8080", "- item"] {
      let found = Self.read(Self.before + text + line + "\n" + Self.after)
      #expect(found.unparsed == 1 && found.records.last == 1, "\(name): \(line)")
    }
  }

  /// A log that goes on without a time is not taken for the message of an exception: only some lines of it.
  @Test func aMessageHasItsBounds() throws {
    let prose = String(repeating: "Server does something\n", count: 1_000)
    func swallowed(_ text: String) -> Int64 { Self.read(Self.before + text + prose + Self.after).continuations }
    let traceback = try Fixtures.text("stack-traces/python-plain.txt")
    #expect(swallowed(traceback) == 7 + 12)
    #expect(swallowed(traceback + "\n") == 8)
    #expect(swallowed("app.PoolExhausted: no connection\n") == 1 + 3)
    #expect(swallowed("panic: no stock\n") == 1 + 8)
    #expect(swallowed("GET /orders HTTP/1.1\nHost: a\n") == 2)
    #expect(swallowed("GET /orders HTTP/1.1\nHost: a\n\n") == 3 + 8)
    #expect(swallowed("Full thread dump OpenJDK:\n") == 1 + 60)
    #expect(swallowed("") == 0)
    // What is indented between does not lift the bound.
    let mixed = String(repeating: "Server does something\n  indented\n", count: 1_000)
    let found = Self.read(Self.before + traceback + mixed + Self.after)
    #expect(found.continuations <= 7 + 400 && found.unparsed >= 1_500)
    // Nor do errors.
    let errors = String(repeating: "Error: x\nServer does something\nServer does more\n", count: 1_000)
    let others = Self.read(Self.before + errors + Self.after)
    #expect(others.continuations < 60)
  }

  @Test func requestsOfAnotherServiceAreNoHeaders() {
    let found = Self.read(Self.before + String(repeating: "GET /orders HTTP/1.1\n", count: 100) + Self.after)
    #expect(found.continuations == 1 && found.unparsed == 99)
    let names = Self.read(Self.before + String(repeating: "com.example.shop.Main: ready\n", count: 100) + Self.after)
    #expect(names.continuations == 1 && names.unparsed == 99)
    let tests = Self.read(Self.before + String(repeating: "src/a.test.ts:12\n", count: 100) + Self.after)
    #expect(tests.continuations <= 2 && tests.unparsed >= 98)
    let functions = Self.read(Self.before + String(repeating: "main.start\n", count: 100) + Self.after)
    #expect(functions.continuations == 1 && functions.unparsed == 99)
    let perl = Self.read(Self.before + String(repeating: "Odd number at /srv/x.pl line 12.\n", count: 100) + Self.after)
    #expect(perl.continuations == 1 && perl.unparsed == 99)
  }

  /// A line with a time of its own and a whole object are records in the midst of any block.
  @Test(arguments: traces + texts) func aRecordEndsEveryBlock(name: String) throws {
    let text = try Fixtures.text("stack-traces/\(name).txt")
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    for record in [Self.after, #"{"time":"2026-11-23T06:47:56Z","level":"info","msg":"x"}"# + "\n"] {
      for cut in 0...lines.count {
        let before = lines.prefix(cut).map { $0 + "\n" }.joined()
        let found = Self.read(Self.before + before + record + Self.after)
        #expect(found.records.count == 3 && found.records.last == 1, "\(name): after \(cut) lines")
      }
    }
  }
}
