internal import Platform

// Lines that a runtime begins with words that are its own: titles of traces, first and last lines of crashes, causes. Each is
// asked for by its first letter, so a line of prose costs one or two comparisons.

extension LineShape {
  /// The shape of a line that begins with a letter and a text of a runtime's own; nil for any other.
  static func title(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape? {
    switch bytes[start] {
    case UInt8(ascii: "A"): return titleA(bytes, start, end)
    case UInt8(ascii: "C"): return titleC(bytes, start, end)
    case UInt8(ascii: "D"):
      return begins(bytes, start, end, "During handling of the above exception") ? .chainedTrace : nil
    case UInt8(ascii: "E"): return titleE(bytes, start, end)
    case UInt8(ascii: "F"): return titleF(bytes, start, end)
    case UInt8(ascii: "G"):
      return begins(bytes, start, end, "Goroutine ") && isDigit(bytes, start + 10, end) ? .innerFrame : nil
    case UInt8(ascii: "L"):
      // What a process of Elixir was about.
      if begins(bytes, start, end, "Last message: ") || begins(bytes, start, end, "Last message (from ") {
        return .innerFrame
      }
      return begins(bytes, start, end, "LINE ") && begins(bytes, digitsEnd(bytes, start + 5, end), end, ": ")
        ? .detail : nil
    case UInt8(ascii: "N"):
      if begins(bytes, start, end, "Node.js v") { return .epilogue }
      return begins(bytes, start, end, "Next ") ? .innerFrame : nil
    case UInt8(ascii: "P"): return titleP(bytes, start, end)
    case UInt8(ascii: "R"):
      if begins(bytes, start, end, "Read at 0x") { return .frame }
      return isOnly(bytes, start, end, "Require stack:") ? .chained : nil
    case UInt8(ascii: "S"): return titleS(bytes, start, end)
    case UInt8(ascii: "T"): return titleT(bytes, start, end)
    case UInt8(ascii: "U"): return titleU(bytes, start, end)
    case UInt8(ascii: "W"):
      if begins(bytes, start, end, "Wrapped by: ") { return .chained }
      if begins(bytes, start, end, "Write at 0x") { return .frame }
      return isOnly(bytes, start, end, "WARNING: DATA RACE") ? .dump : nil
    case 0x61...0x7A: return lowercaseTitle(bytes, start, end)
    default: return nil
    }
  }

  private static func titleA(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape? {
    if isOnly(bytes, start, end, "APPLICATION FAILED TO START") { return .failedToStart }
    return isOnly(bytes, start, end, "Aborted") || isOnly(bytes, start, end, "Aborted (core dumped)")
      ? .epilogue : nil
  }

  private static func titleC(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape? {
    if begins(bytes, start, end, "Caused by: ") || isOnly(bytes, start, end, "Caused by:") { return .chained }
    if begins(bytes, start, end, "CallStack (from ") || begins(bytes, start, end, "Current thread 0x")
      || isOnly(bytes, start, end, "Current stack trace:")
    {
      return .tracebackHead
    }
    return isOnly(bytes, start, end, "Causes:") ? .innerFrame : nil
  }

  private static func titleE(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape? {
    if begins(bytes, start, end, "Exception in thread \"") || begins(bytes, start, end, "Execution error (")
      || begins(bytes, start, end, "Execution error at ")
    {
      return .crash
    }
    if begins(bytes, start, end, "Extension modules: ") { return .epilogue }
    return isTracebackHead(bytes, start, end) ? .tracebackHead : nil
  }

  private static func titleF(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape? {
    if begins(bytes, start, end, "Fatal error: ") || begins(bytes, start, end, "Fatal Python error: ") {
      return .crash
    }
    if begins(bytes, start, end, "Full thread dump ") { return .dump }
    return isOnly(bytes, start, end, "Full report at:") ? .crash : nil
  }

  private static func titleP(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape? {
    if begins(bytes, start, end, "PHP ") {
      if begins(bytes, start, end, "PHP Fatal error:  ") || begins(bytes, start, end, "PHP Parse error:  ") {
        return .crash
      }
      if isOnly(bytes, start, end, "PHP Stack trace:") { return .tracebackHead }
      // Xdebug's `PHP   1. {main}() /srv/a.php:0`.
      return begins(bytes, start, end, "PHP   ") && isDigit(bytes, start + 6, end) ? .frame : nil
    }
    return begins(bytes, start, end, "Previous write at 0x") || begins(bytes, start, end, "Previous read at 0x")
      ? .innerFrame : nil
  }

  private static func titleS(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape? {
    if traceTitles.contains(where: { begins(bytes, start, end, $0) }) { return .tracebackHead }
    if begins(bytes, start, end, "Suppressed: ") { return .chained }
    if begins(bytes, start, end, "State: ") { return .innerFrame }
    return isOnly(bytes, start, end, "Segmentation fault")
      || isOnly(bytes, start, end, "Segmentation fault (core dumped)") ? .epilogue : nil
  }

  private static func titleT(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape? {
    if isTracebackHead(bytes, start, end) { return .tracebackHead }
    if begins(bytes, start, end, "The above exception was the direct cause") { return .chainedTrace }
    guard begins(bytes, start, end, "Thread ") else { return nil }
    if begins(bytes, start, end, "Thread 0x") {
      return ends(bytes, start, end, "(most recent call first):") ? .tracebackHead : nil
    }
    // Swift's `Thread 0 "app" crashed:`.
    return isDigit(bytes, start + 7, end) && ends(bytes, start, end, "crashed:") ? .tracebackHead : nil
  }

  private static func titleU(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape? {
    for words in uncaught where begins(bytes, start, end, words) {
      let found = word(bytes, start + words.utf8CodeUnitCount, end)
      return found == .exceptionName || found == .likelyException ? .crash : nil
    }
    return isOnly(bytes, start, end, "Unhandled exception:") ? .crash : nil
  }

  private static func lowercaseTitle(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape? {
    switch bytes[start] {
    case UInt8(ascii: "c"):
      return begins(bytes, start, end, "created by ")
        || (begins(bytes, start, end, "coroutine ") && isDigit(bytes, start + 10, end)) ? .innerFrame : nil
    case UInt8(ascii: "e"):
      return begins(bytes, start, end, "exit status ") && isDigit(bytes, start + 12, end) ? .epilogue : nil
    case UInt8(ascii: "f"):
      return begins(bytes, start, end, "fatal error: ") ? .crash : nil
    case UInt8(ascii: "g"): return isGoroutine(bytes, start, end) ? .tracebackHead : nil
    case UInt8(ascii: "n"):
      return begins(bytes, start, end, "note: run with `RUST_BACKTRACE")
        || begins(bytes, start, end, "note: Some details are omitted") ? .epilogue : nil
    case UInt8(ascii: "p"): return begins(bytes, start, end, "panic: ") ? .crash : nil
    case UInt8(ascii: "r"): return isOnly(bytes, start, end, "runtime stack:") ? .tracebackHead : nil
    case UInt8(ascii: "s"): return traceTitles.contains { begins(bytes, start, end, $0) } ? .tracebackHead : nil
    case UInt8(ascii: "t"):
      if begins(bytes, start, end, "terminate called ") { return .crash }
      guard begins(bytes, start, end, "thread '") else { return nil }
      let limit = min(end, start + longestLook)
      guard let quote = ByteSearch.first(0x27, in: bytes, from: start + 8, to: limit) else { return nil }
      // Since Rust 1.90 with the thread's number: `thread 'main' (4711) panicked at`.
      var i = quote + 1
      if begins(bytes, i, end, " (") {
        i = digitsEnd(bytes, i + 2, end)
        if begins(bytes, i, end, ")") { i += 1 }
      }
      return begins(bytes, i, end, " panicked at ") ? .panicked : nil
    default: return nil
    }
  }

  // MARK: Signs

  /// A line that begins with no letter, digit or bracket.
  static func sign(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape {
    switch bytes[start] {
    case UInt8(ascii: "#"):
      if begins(bytes, start, end, "#error {") { return .bracketed }
      guard isNumberedFrame(bytes, start, end) else {
        return begins(bytes, start, end, "#") && isDigit(bytes, start + 1, end) ? .innerFrame : .other
      }
      return begins(bytes, start, end, "#0 ") ? .frame : .innerFrame
    case UInt8(ascii: "!"): return dropwizard(bytes, start, end)
    case UInt8(ascii: "*"): return stars(bytes, start, end)
    case UInt8(ascii: "-"):
      if begins(bytes, start, end, "--- End of ") { return .separator }
      if begins(bytes, start, end, "- ") { return .listItem }
      return isOnly(bytes, start, end, "---") ? .documentStart : .other
    case UInt8(ascii: "="): return equals(bytes, start, end)
    case UInt8(ascii: "<"): return angle(bytes, start, end)
    case UInt8(ascii: ">"):
      if begins(bytes, start, end, "> ") && isSourceFrame(bytes, start + 2, end) { return .sourceFrame }
      return .other
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      if isClosing(bytes, start, end) || MonologTail.isEnd(bytes, start, end) { return .bracketed }
      let limit = min(end, start + longestLook)
      guard let quote = ByteSearch.first(0x22, in: bytes, from: start + 1, to: limit), quote + 1 < end,
        bytes[quote + 1] == 0x20
      else { return .other }
      return .quotedName
    case 0xE2: return box(bytes, start, end)
    case 0xF0: return begins(bytes, start, end, "\u{1F4A3} Program crashed: ") ? .dump : .other
    default: return .other
    }
  }

  /// A line of a stack trace after `! `, as Dropwizard writes it.
  private static func dropwizard(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape {
    guard begins(bytes, start, end, "! "), start + 2 < end else { return .other }
    if begins(bytes, start, end, "! at ") { return .stackFrame }
    if begins(bytes, start, end, "! ... ") || begins(bytes, start, end, "! Causing: ") { return .chained }
    switch title(bytes, start + 2, end) ?? word(bytes, start + 2, end) {
    case .exceptionName, .likelyException: return .exceptionName
    case .chained: return .chained
    default: return .other
    }
  }

  /// `** (RuntimeError) …` and what gen_server says; `*** stack smashing detected ***`.
  private static func stars(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape {
    if end - start == 27, isRule(bytes, start, end) { return .rule }
    if begins(bytes, start, end, "** (") { return .crash }
    if begins(bytes, start, end, "*** ") {
      if nativeCrashes.contains(where: { begins(bytes, start, end, $0) }) { return .crash }
      return begins(bytes, start, end, "*** Check failure stack trace: ***") ? .tracebackHead : .other
    }
    return beamReports.contains { begins(bytes, start, end, $0) } ? .crash : .other
  }

  /// `==7==ERROR: AddressSanitizer: …`, `=CRASH REPORT==== …`, a rule.
  private static func equals(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape {
    if end - start == 18 || end - start == 65 { return isRule(bytes, start, end) ? .rule : .other }
    if begins(bytes, start, end, "=CRASH REPORT====") || begins(bytes, start, end, "=ERROR REPORT====")
      || begins(bytes, start, end, "=SUPERVISOR REPORT====")
    {
      return .crash
    }
    let digits = digitsEnd(bytes, start + 2, min(end, start + 12))
    guard begins(bytes, start, end, "=="), digits > start + 2, begins(bytes, digits, end, "==") else { return .other }
    if begins(bytes, digits, end, "==ERROR: ") { return .dump }
    return begins(bytes, digits, end, "==ABORTING") ? .epilogue : .innerFrame
  }

  /// Dart's `<asynchronous suspension>`; tags that fill their line.
  private static func angle(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape {
    if isOnly(bytes, start, end, "<asynchronous suspension>") { return .innerFrame }
    guard start + 2 < end, bytes[end - 1] == UInt8(ascii: ">") else { return .other }
    let next = bytes[start + 1]
    let isTag = (next | 0x20) &- 0x61 < 26 || next == 0x2F || next == 0x3F || next == 0x21
    return isTag ? .markup : .other
  }

  /// Lines drawn with boxes: rich's traceback, Flutter's report.
  private static func box(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape {
    guard start + 2 < end, bytes[start + 1] == 0x94 || bytes[start + 1] == 0x95 else { return .other }
    var i = start
    let limit = min(end, start + longestLook)
    while i < limit, bytes[i] >= 0x80 || bytes[i] == 0x20 { i += 1 }
    if begins(bytes, i, end, "Traceback (most recent call last)") { return .tracebackHead }
    if begins(bytes, i, end, "EXCEPTION CAUGHT BY ") { return .dump }
    return begins(bytes, start, end, "\u{2550}\u{2550}\u{2550}\u{2550}") && i == limit ? .epilogue : .innerFrame
  }

  /// The first byte again and again.
  private static func isRule(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    for i in start..<end where bytes[i] != bytes[start] { return false }
    return true
  }

  /// Nothing but what closes: `"}`, `'])`.
  private static func isClosing(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start <= 8 else { return false }
    for i in start..<end {
      switch bytes[i] {
      case 0x22, 0x27, 0x29, 0x5D, 0x7D, 0x2C, 0x3B, 0x20: break
      default: return false
      }
    }
    return true
  }

  /// `[word] text` or `(c) text`, but for what is known to go on with a record.
  static func isTag(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var i = start + 1
    let limit = min(end, start + 48)
    let close: UInt8 = bytes[start] == 0x5B ? 0x5D : 0x29
    guard i < limit, ClockText.isLetterOrDigit(bytes[i]) else { return false }
    while i < limit {
      let byte = bytes[i]
      // Of signs a blank, `#`, `-`, `.`, `/` and `_`.
      let isSign = byte == 0x20 || byte == 0x23 || byte &- 0x2D < 3 || byte == 0x5F
      guard isSign || ClockText.isLetterOrDigit(byte) else { break }
      i += 1
    }
    guard i + 2 < end, bytes[i] == close, bytes[i + 1] == 0x20 || bytes[i + 1] == 0x3A else { return false }
    return !begins(bytes, start, end, "[previous exception]") && !begins(bytes, start, end, "[originating from ")
  }

  private static let uncaught: [StaticString] = ["Unhandled exception. ", "Unhandled Exception: ", "Uncaught "]
  private static let nativeCrashes: [StaticString] = [
    "*** stack smashing ", "*** buffer overflow ", "*** Error in ", "*** Aborted at ", "*** SIG",
    "*** Program crashed: ", "*** Signal ",
  ]
  private static let beamReports: [StaticString] = [
    "** Generic server ", "** State machine ", "** Task ", "** Last message ", "** When Server state ",
    "** Reason for termination ", "** Started from ", "** {", "** [",
  ]
}
