// Indented lines always belong to an open record; here is only told which of them are frames and titles of a stack trace.

extension LineShape {
  /// A line whose first byte that is no blank stands at `start`, after some.
  static func indented(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape {
    let found: LineShape
    switch bytes[start] {
    case UInt8(ascii: "a"):
      if begins(bytes, start, end, "at ") { return .stackFrame }
      found = .indented
    case UInt8(ascii: "|"), UInt8(ascii: "+"): found = margin(bytes, start, end, or: .indented)
    case UInt8(ascii: "T"), UInt8(ascii: "E"):
      found = isTracebackHead(bytes, start, end) ? .tracebackHead : .indented
    case UInt8(ascii: "F"): found = isSourceFrame(bytes, start, end) ? .sourceFrame : .indented
    case UInt8(ascii: "g"): found = isGoroutine(bytes, start, end) ? .tracebackHead : .indented
    case UInt8(ascii: "s"), UInt8(ascii: "S"):
      found = traceTitles.contains { begins(bytes, start, end, $0) } ? .tracebackHead : beamFrame(bytes, start, end)
    case UInt8(ascii: "#"): found = isNumberedFrame(bytes, start, end) ? .stackFrame : .indented
    case UInt8(ascii: "f"):
      found = begins(bytes, start, end, "from ") && isRubyFrame(bytes, start + 5, end) ? .stackFrame : .indented
    case UInt8(ascii: "("), UInt8(ascii: "l"), UInt8(ascii: "t"), UInt8(ascii: "d"):
      found = beamFrame(bytes, start, end)
    default: found = .indented
    }
    guard found == .indented else { return found }
    return isGoPlace(bytes, start, end) || isPerlFrame(bytes, start, end, called: true) ? .stackFrame : .indented
  }

  /// `Stack trace:` and its kin, of PHP, Rust, Lua, Swift and others.
  static let traceTitles: [StaticString] = [
    "Stack trace:", "Stack Trace:", "Stacktrace:", "StackTrace:", "Stack backtrace:", "stack backtrace:",
    "stack traceback:", "stack trace:",
  ]

  /// `File "/srv/a.py", line 3, in f`
  static func isSourceFrame(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard begins(bytes, start, end, "File \"") else { return false }
    let limit = min(end, start + longestLook)
    guard let quote = ByteSearch.first(0x22, in: bytes, from: start + 6, to: limit) else { return end > limit }
    return begins(bytes, quote, end, "\", line ")
  }

  /// `goroutine 41 [running]:`
  static func isGoroutine(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    begins(bytes, start, end, "goroutine ") && isDigit(bytes, start + 10, end)
  }

  /// `#0 0x55… in f() a.cpp:12`, `#1  0x…`, `#2 /srv/a.php(12): f()`, `#0      main (file:///a.dart:3:5)`
  static func isNumberedFrame(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    let digits = digitsEnd(bytes, start + 1, min(end, start + 6))
    guard digits > start + 1, digits < end, bytes[digits] == 0x20 else { return false }
    var i = digits
    while i < end, bytes[i] == 0x20 { i += 1 }
    guard i < end else { return false }
    if i > digits + 1 || bytes[i] == UInt8(ascii: "/") || bytes[i] == UInt8(ascii: "{") { return true }
    return begins(bytes, i, end, "0x") || begins(bytes, i, end, "[internal function]")
  }

  /// `app/cart.rb:12:in 'f'`, also with a backtick.
  static func isRubyFrame(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard let digits = placeEnd(bytes, start, end) else { return false }
    return isRubyCall(bytes, digits, end)
  }

  static func isRubyCall(_ bytes: Span<UInt8>, _ digits: Int, _ end: Int) -> Bool {
    begins(bytes, digits, end, ":in '") || begins(bytes, digits, end, ":in `")
  }

  /// `/srv/a.go:12`, then nothing or ` +0x1d`.
  private static func isGoPlace(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    let last = bytes[end - 1]
    guard last &- 0x30 < 10 || last &- 0x61 < 6 else { return false }
    guard let digits = placeEnd(bytes, start, end) else { return false }
    guard let colon = ByteSearch.last(0x3A, in: bytes, from: start, to: digits) else { return false }
    let isKnown = ends(bytes, start, colon, ".go") || ends(bytes, start, colon, ".s") || ends(bytes, start, colon, ".c")
    return isKnown && (digits == end || begins(bytes, digits, end, " +0x"))
  }

  private static let beamFiles: [StaticString] = [".ex:", ".exs:", ".erl:"]

  /// `(app 0.1.0) lib/app/stock.ex:12: App.Stock.reserve/1`, `lib/x.ex:12: …`, `gen_server.erl:1123: …`
  private static func beamFrame(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape {
    let limit = min(end, start + longestLook)
    var i = start
    while let dot = ByteSearch.first(0x2E, in: bytes, from: i, to: limit) {
      for ending in beamFiles where begins(bytes, dot, end, ending) {
        if isDigit(bytes, dot + ending.utf8CodeUnitCount, end) { return .stackFrame }
      }
      i = dot + 1
    }
    return .indented
  }

  /// `main::reserve(4711) called at /srv/x.pl line 12` of Carp; without `called`: the end of what Perl dies with.
  static func isPerlFrame(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, called: Bool) -> Bool {
    var digits = end
    if digits > start, bytes[digits - 1] == 0x2E { digits -= 1 }
    var i = digits
    while i > start, bytes[i - 1] &- 0x30 < 10 { i -= 1 }
    guard i < digits, digits - i < 8, ends(bytes, start, i, " line ") else { return false }
    // The name of a file, without blanks.
    let name = ByteSearch.wordStart(in: bytes, before: i - 6, from: max(start, i - 6 - longestLook))
    guard name < i - 6 else { return false }
    return called ? ends(bytes, start, name, ") called at ") : ends(bytes, start, name, " at ")
  }
}
