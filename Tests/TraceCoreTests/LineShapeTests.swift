import TestKit
import Testing
import TraceCore

/// The shape of a line is told from its own bytes, whatever they are.
@Suite struct LineShapeTests {
  private func shape(_ line: String) -> LineShape {
    let bytes = Array(line.utf8)
    return LineShape(of: bytes.span, from: 0, to: bytes.count)
  }

  @Test(arguments: [
    ("", LineShape.blank), (" \t ", .blank), ("  x", .indented), ("\tat a.B.c(B.java:1)", .stackFrame),
    ("  File \"/srv/a.py\", line 3, in f", .sourceFrame), ("> File \"/srv/a.py\", line 3, in <module>", .sourceFrame),
    ("Traceback (most recent call last):", .tracebackHead), ("  | Traceback (most recent call last):", .tracebackHead),
    ("goroutine 41 [running]:", .tracebackHead), ("goroutine pool", .other), ("stack backtrace:", .tracebackHead),
    ("main.(*Stock).Reserve(0xc0001a2000, 0x1267)", .innerFrame), ("github.com/a/b.F(...)", .innerFrame),
    ("main.wait[...](0xc0)", .innerFrame), ("panic({0x6f1a40?, 0x9c3a50?})", .innerFrame),
    ("main.createOrder", .function), ("shop.io/queue.(*Sender).send", .function),
    ("net/http.HandlerFunc.ServeHTTP", .function), ("github.com/acme/shop.create", .function),
    ("config.yaml", .nameColon), ("com.example.shop.main", .nameColon), ("\t/srv/a.go:12 +0x1d", .stackFrame),
    ("/srv/a.go:12 (0x12)", .frame), ("a/b.rb:12:in `f'", .frame), ("a/b.rb:12:in 'A#f'", .frame),
    ("#0 /srv/a.php(12): f()", .frame), ("#3 {main}", .innerFrame), ("#12 merged", .innerFrame), ("#", .other),
    ("RuntimeError (no stock):", .exceptionName), ("ActiveRecord::RecordNotFound (x):", .exceptionName),
    ("Routes (12):", .other), ("TypeError [ERR_X]: x", .exceptionName), ("KeyboardInterrupt", .exceptionName),
    ("App\\Stock\\RejectedException: x", .exceptionName), ("RequestTimeout: 30", .nameColon),
    ("socket.timeout", .nameColon), ("com.example.OrderRejected: x", .likelyException),
    ("no stock at /srv/x.pl line 12.", .likelyException), ("no stock at line 12.", .other),
    ("thread 'main' panicked at src/main.rs:4:5:", .panicked),
    ("thread 'main' (4711) panicked at src/main.rs:4:5:", .panicked), ("thread 'main' is calm", .other),
    ("** (RuntimeError) x", .crash), ("--- End of stack trace from previous location ---", .separator),
    ("/srv/app/server.js:12", .place), ("localhost:12", .nameColon), ("DETAIL:  x", .detail), ("DETAIL: x", .nameColon),
    ("future: <Task x>", .context), ("task: x", .nameColon), ("SELECT 1", .sql), ("POST /x HTTP/1.1", .httpStart),
    ("DELETE /x HTTP/1.1", .httpStart), ("DELETE FROM x", .sql), ("<a>", .markup), ("<a", .other),
    ("---", .documentStart),
    ("[SQL: x]", .bracketed), ("[worker] x", .tagged), ("[1, 2]", .bracketed), ("[Error: x] {", .bracketed),
    ("[stacktrace]", .bracketed), ("\"}", .bracketed), ("\"main\" #1", .quotedName),
  ])
  func ofALine(line: String, expected: LineShape) { #expect(shape(line) == expected) }

  /// Every prefix and suffix of a known line, and lines of noise: none ends the program.
  @Test func anyBytes() throws {
    var random = SplitMix64(seed: 11)
    var seeds: [[UInt8]] = []
    for name in ContinuationBlocksTests.traces + ContinuationBlocksTests.texts {
      seeds += try Fixtures.bytes("stack-traces/\(name).txt").split(separator: 0x0A).map(Array.init)
    }
    for line in seeds {
      for cut in 0...line.count {
        _ = LineShape(of: line.span, from: 0, to: cut)
        _ = LineShape(of: line.span, from: cut, to: line.count)
      }
      var spoiled = line
      for _ in 0..<20 {
        spoiled[random.below(spoiled.count)] = UInt8(truncatingIfNeeded: random.next())
        _ = LineShape(of: spoiled.span, from: 0, to: spoiled.count)
      }
    }
    for _ in 0..<20_000 {
      let signs = Array("#=*-<>[(\"':./ 0x1A\u{E2}\u{94}at".utf8)
      let line = (0..<random.below(12)).map { _ in signs[random.below(signs.count)] }
      _ = LineShape(of: line.span, from: 0, to: line.count)
    }
  }

  /// A line stands between others: nothing beyond its end is looked at.
  @Test func nothingBehindTheLine() throws {
    for name in ContinuationBlocksTests.traces {
      for line in try Fixtures.text("stack-traces/\(name).txt").split(separator: "\n") {
        let alone = Array(line.utf8)
        for tail in ["\nat x", " (0x1)", ": x", ")", "Error: x", "12"] {
          let bytes = alone + Array(tail.utf8)
          #expect(LineShape(of: bytes.span, from: 0, to: alone.count) == shape(String(line)), "\(line)")
        }
      }
    }
  }

  /// The same machine, whatever was asked of it: no shape ends the program in any state, and none opens a closed record.
  @Test func anyShapes() {
    var random = SplitMix64(seed: 5)
    let last = LineShape.other.rawValue
    for _ in 0..<2_000 {
      var machine = Continuation()
      let isAccepted = machine.accepts(.stackFrame)
      #expect(!isAccepted)
      machine.begin()
      var isOpen = true
      for _ in 0..<300 {
        guard let shape = LineShape(rawValue: UInt8(random.below(Int(last) + 1))) else { continue }
        let accepted = machine.accepts(shape)
        #expect(accepted == machine.isOpen && (isOpen || !accepted))
        isOpen = accepted
      }
    }
  }
}
