/// What a line that fits no layout looks like; enough to tell whether it continues a record.
///
/// Depends on the line's own bytes alone, so that it can be told in parallel; `Continuation` adds the context. It knows the
/// lines that runtimes print (their titles, frames, causes and last words), each by what only they begin with; it does not
/// read them, and refuses to guess at prose.
///
/// Meaning: docs/semantics.md#records.
package enum LineShape: UInt8, Sendable, BitwiseCopyable {
  case blank
  /// Begins with a blank or a tab.
  case indented

  // Stack traces.

  /// `Traceback (most recent call last):`, with or without a margin; `goroutine 1 [running]:`, `Stack trace:`,
  /// `stack backtrace:`, `CallStack (from HasCallStack):`, `Thread 0x… (most recent call first):`.
  case tracebackHead
  /// Python's `  File "a.py", line 1, in f`, with or without loguru's `> `.
  case sourceFrame
  /// A frame that nothing else looks like, indented: `at f(file:line)` (Java, Node, .NET), `/srv/a.go:12 +0x1d`, `#0 0x… in f`.
  case stackFrame
  /// The same in column one: `a.rb:12:in 'f'`, `#0 /srv/a.php(12): f()`, `/srv/a.go:12 (0x…)`.
  case frame
  /// A frame or a line between frames that belongs only where a trace is open: `#3 …`, `main.f(0x1)`, `created by …`.
  case innerFrame
  /// A function of Go alone: `main.createOrder`, `net/http.(*Server).Serve`; its place follows.
  case function
  /// `--- End of inner exception stack trace ---`.
  case separator
  /// Between two chained tracebacks of Python: `During handling of …`, `The above exception …`.
  case chainedTrace
  /// `Caused by: …`, `Suppressed: …`, `Wrapped by: …`: another exception.
  case chained
  /// Python's exception group margin: `|` or `+-`.
  case margin
  /// `app.PoolExhausted: …`, `java.lang.IllegalStateException`, `RuntimeError (message):`: a name that says that it is an error.
  case exceptionName
  /// `com.example.OrderRejected: …`, a class with its package; `no stock at x.pl line 12.`, as Perl dies: may be one.
  case likelyException
  /// `word: …` or `dotted.word`: an exception's last line only inside a traceback.
  case nameColon

  // Crashes.

  /// `panic: …`, `fatal error: …`, `Exception in thread "main" …`, `** (RuntimeError) …`: the message may go on.
  case crash
  /// Rust's `thread 'main' panicked at src/main.rs:4:5:`, which names the place.
  case panicked
  /// The first line of a report of any text: AddressSanitizer's, Flutter's, a thread dump, a crashed Swift program.
  case dump
  /// Spring's `APPLICATION FAILED TO START`, after a rule.
  case failedToStart
  /// A rule as it stands around such titles: 27 `*`, 18 or 65 `=`.
  case rule
  /// `"main" #1 prio=5 …` of a thread dump.
  case quotedName
  /// The last words: `exit status 2`, `Node.js v20.9.0`, `note: run with …`.
  case epilogue
  /// `/srv/app/server.js:12` and nothing else: Node's place of an uncaught exception.
  case place

  // Other text of several lines.

  /// Begins with an SQL keyword in capitals.
  case sql
  /// A bracketed tail: `[SQL: …`, `(Background on this error …`, `)`, `}`, `"}`.
  case bracketed
  /// `[word] …`, `(c) …`: a line that something else tags.
  case tagged
  /// asyncio's context lines: `future: <Task …`, `handle: <…`; and whatever is known to go on.
  case context
  /// `DETAIL:  …`, `HINT:  …`, `STATEMENT:  …` of PostgreSQL, `LINE 1: …`; a warning of Python with its place.
  case detail
  /// An XML tag alone in its line.
  case markup
  /// `POST /orders HTTP/1.1`, `HTTP/1.1 500 …`.
  case httpStart
  /// `Content-Type: …`.
  case header
  /// YAML's `---`.
  case documentStart
  /// `- …`.
  case listItem
  /// Says something about the log and nothing of an event: W3C's `#Fields: …`, Lambda's `START RequestId: …`.
  case notice
  case other

  /// Bytes of a line that are looked at, but for its last ones.
  static let longestLook = 200

  /// Looks at `start ..< end` (without the newline). Cost: a few dozen bytes, `longestLook` at most, and the last few.
  package init(of bytes: Span<UInt8>, from start: Int, to end: Int) {
    var i = start
    while i < end && (bytes[i] == 0x20 || bytes[i] == 0x09) { i += 1 }
    guard i < end else {
      self = .blank
      return
    }
    if i == start, LineShape.isNotice(bytes, start, end) {
      self = .notice
      return
    }
    self = i > start ? LineShape.indented(bytes, i, end) : LineShape.columnOne(bytes, i, end)
  }

  /// Whether a record with such a line holds a traceback.
  package var isTraceback: Bool {
    switch self {
    case .tracebackHead, .sourceFrame, .stackFrame, .frame, .panicked: true
    default: false
    }
  }

  /// Whether it belongs to an open record, whatever its lines before.
  package var isAlwaysPart: Bool {
    switch self {
    case .blank, .indented, .tracebackHead, .sourceFrame, .stackFrame, .frame, .separator, .chainedTrace, .chained,
      .margin, .exceptionName, .crash, .panicked, .dump, .sql, .bracketed, .context, .detail, .markup,
      .documentStart:
      true
    default: false
    }
  }

  /// Whether a line is an object that skein wrote: a record of `skein.record/1`, or a report or ledger, which is none.
  static func isReport(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    begins(bytes, start, end, "{\"schema\":\"skein.")
  }

  /// A line that begins in its first column, by its first byte.
  private static func columnOne(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape {
    switch bytes[start] {
    case 0x41...0x5A, 0x61...0x7A, 0x5F:
      return title(bytes, start, end) ?? word(bytes, start, end)
    case 0x7B:
      // The ledger at the end of a report of skein's own continues no record.
      return isReport(bytes, start, end) ? .other : .bracketed
    case 0x29, 0x7D, 0x5D: return .bracketed
    case 0x28, 0x5B: return isTag(bytes, start, end) ? .tagged : .bracketed
    case 0x7C: return margin(bytes, start, end)
    case 0x2B:
      return start + 1 < end && bytes[start + 1] == 0x2D ? .margin : margin(bytes, start, end, or: .other)
    case 0x2F, 0x2E, 0x30...0x39: return word(bytes, start, end)
    default: return sign(bytes, start, end)
    }
  }

  /// The margin of an exception group, which may hold a traceback's title.
  static func margin(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, or other: LineShape = .margin) -> LineShape {
    var inner = start
    let limit = min(end, start + longestLook)
    while inner < limit {
      guard bytes[inner] == 0x7C || bytes[inner] == 0x2B || bytes[inner] == 0x20 || bytes[inner] == 0x2D else { break }
      inner += 1
    }
    return isTracebackHead(bytes, inner, end) ? .tracebackHead : other
  }

  /// Python's titles.
  static func isTracebackHead(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    begins(bytes, start, end, "Traceback (most recent call last)")
      || begins(bytes, start, end, "Exception Group Traceback")
  }

  // MARK: Small looks

  static func begins(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ word: StaticString) -> Bool {
    ByteSearch.begins(bytes, at: start, end: end, with: word)
  }

  /// Whether a line is this text and nothing else, but for blanks after it.
  static func isOnly(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ word: StaticString) -> Bool {
    guard begins(bytes, start, end, word) else { return false }
    for i in start + word.utf8CodeUnitCount..<end where bytes[i] != 0x20 { return false }
    return true
  }

  /// Whether `text` ends at `end`.
  static func ends(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    return end - start >= length && begins(bytes, end - length, end, text)
  }

  static func isDigit(_ bytes: Span<UInt8>, _ i: Int, _ end: Int) -> Bool { i < end && bytes[i] &- 0x30 < 10 }

  /// Where the digits from `start` on end.
  static func digitsEnd(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = start
    while isDigit(bytes, i, end) { i += 1 }
    return i
  }
}
