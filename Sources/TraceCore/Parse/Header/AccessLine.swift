/// Reads a quoted request line and what a server writes around it: nginx' and Apache's tails, ingress-nginx, Envoy and Istio,
/// HAProxy, AWS' load balancers, Traefik, gunicorn, aiohttp, werkzeug, actix, go-chi, eventlet.
///
/// The status follows the request line, or comes before it (HAProxy, AWS). A duration counts only where its form tells
/// its unit: written with it, nginx' seconds with three digits after the point, `%T`'s and `%(L)s`' seconds with six, Envoy's
/// milliseconds by their place. An id counts where just one word of the tail is certainly one.
enum AccessLine {
  /// Bytes in front of the request line at most.
  private static let longestHead = 400

  static func read(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> RequestPhrase? {
    var from = start
    let limit = min(end, start + longestHead)
    while let quote = ByteSearch.first(UInt8(ascii: "\""), in: bytes, from: from, to: limit) {
      guard let close = closingQuote(bytes, quote + 1, end) else { return nil }
      if let line = LineFields.requestLine(bytes, Slice(quote + 1, close)),
        RequestPhrase.isKnownMethod(bytes, line.method.start, line.method.end)
      {
        var phrase = RequestPhrase()
        phrase.method = line.method
        phrase.path = line.path
        if bytes[line.path.start] != UInt8(ascii: "/") && bytes[line.path.start] != UInt8(ascii: "*") {
          // urllib3's `https://host:443 "GET /x HTTP/1.1" 200` has its URL before the quotes; a whole one inside was served.
          guard let served = RequestPhrase.served(bytes, line.path) else { return nil }
          phrase.path = served
        }
        if isOutbound(bytes, start, quote) { return nil }
        return surroundings(bytes, start, quote, close + 1, end, phrase)
      }
      from = close + 1
    }
    return nil
  }

  /// A URL or a call stands directly in front of the request line: somebody else is asked.
  private static func isOutbound(_ bytes: Span<UInt8>, _ start: Int, _ quote: Int) -> Bool {
    let head = max(start, quote - 120)
    var i = head
    while let colon = ByteSearch.first(UInt8(ascii: ":"), in: bytes, from: i, to: quote) {
      if colon + 2 < quote, bytes[colon + 1] == UInt8(ascii: "/"), bytes[colon + 2] == UInt8(ascii: "/") { return true }
      i = colon + 1
    }
    return false
  }

  private static func surroundings(
    _ bytes: Span<UInt8>, _ start: Int, _ quote: Int, _ after: Int, _ end: Int, _ found: RequestPhrase
  ) -> RequestPhrase? {
    var phrase = found
    var tail = AccessTail()
    tail.read(bytes, after, end)
    phrase.id = tail.id
    if tail.status > 0 {
      phrase.status = tail.status
      phrase.duration = tail.duration
      phrase.isWithoutUnit = tail.isWithoutUnit
      return phrase
    }
    guard takeFront(bytes, start, quote, &phrase) else { return nil }
    return phrase
  }

  /// HAProxy's `0/0/1/41/42 200 512 …`, AWS' `0.001 0.041 0.000 200 200 34 366`.
  private static func takeFront(
    _ bytes: Span<UInt8>, _ start: Int, _ quote: Int, _ phrase: inout RequestPhrase
  ) -> Bool {
    var at = start
    var decimals = 0
    var sum: Int64 = 0
    while at < quote {
      at = RequestPhrase.afterBlanks(bytes, at, quote)
      let stop = RequestPhrase.wordEnd(bytes, at, quote)
      guard at < stop else { return false }
      if let total = haproxyTotal(bytes, at, stop), let status = RequestPhrase.status(bytes, stop + 1, quote) {
        phrase.status = status
        phrase.duration = total
        return true
      }
      if let seconds = seconds(bytes, at, stop) {
        decimals += 1
        sum = sum.addingReportingOverflow(seconds).overflow ? .max : sum + seconds
      } else {
        if decimals == 3, let status = RequestPhrase.status(bytes, at, quote) {
          phrase.status = status
          phrase.duration = sum
          return true
        }
        decimals = 0
        sum = 0
      }
      at = stop
    }
    return false
  }

  /// The last of five numbers between slashes, in milliseconds; `+` before it where it was logged before the end.
  private static func haproxyTotal(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int64? {
    var slashes = 0
    var last = start
    for i in start..<end {
      if bytes[i] == UInt8(ascii: "/") {
        slashes += 1
        last = i + 1
      } else if bytes[i] &- 0x30 >= 10, bytes[i] != UInt8(ascii: "-"), bytes[i] != UInt8(ascii: "+") {
        return nil
      }
    }
    guard slashes == 4, last < end else { return nil }
    if bytes[last] == UInt8(ascii: "+") { last += 1 }
    guard let (number, stop) = DecimalNumber.parse(bytes, from: last, to: end), stop == end else { return nil }
    return number.scaled(by: EventTime.nanosecondsPerMillisecond)
  }

  /// A number with at least three digits after its point, or `-1`, AWS' sign for none.
  private static func seconds(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int64? {
    guard let (number, stop) = DecimalNumber.parse(bytes, from: start, to: end), stop == end else { return nil }
    if number.isNegative { return number.mantissa == 1 && number.exponent == 0 ? 0 : nil }
    return number.exponent <= -3 ? number.scaled(by: EventTime.nanosecondsPerSecond) : nil
  }

  static func closingQuote(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var i = start
    while i < end {
      if bytes[i] == UInt8(ascii: "\\") {
        i += 2
        continue
      }
      if bytes[i] == UInt8(ascii: "\"") { return i }
      i += 1
    }
    return nil
  }
}

/// What follows a request line: status, durations, an id.
struct AccessTail {
  var status: Int32 = 0
  var duration: Int64 = -1
  var isWithoutUnit = false
  var id = Slice.missing
  private var hasSecondID = false
  private var isUnit = false
  /// Whole numbers one after the other, for Envoy's places.
  private var run = 0
  private var third: Int64 = -1
  private var words = 0
  private var hasFlags = false
  private var hasQuoted = false

  init() {}

  mutating func read(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
    var at = start
    while true {
      at = RequestPhrase.afterBlanks(bytes, at, end)
      guard at < end, words < 60 else { break }
      words += 1
      var first = at
      var stop: Int
      if bytes[at] == UInt8(ascii: "\"") {
        first = at + 1
        guard let quote = AccessLine.closingQuote(bytes, first, end) else { break }
        endRun()
        takeID(bytes, first, quote)
        if status > 0, quote > first + 1 { hasQuoted = true }
        at = quote + 1
        continue
      }
      stop = RequestPhrase.wordEnd(bytes, at, end)
      at = stop
      if bytes[first] == UInt8(ascii: "["), stop - first > 2, bytes[stop - 1] == UInt8(ascii: "]") {
        first += 1
        stop -= 1
      }
      if status == 0 {
        if let found = RequestPhrase.status(bytes, first, stop) {
          status = found
        } else if words > 6 {
          return
        }
      } else {
        word(bytes, first, stop, end)
      }
    }
    endRun()
    if hasSecondID { id = .missing }
    if duration >= 0 { isWithoutUnit = false }
  }

  private mutating func word(_ bytes: Span<UInt8>, _ first: Int, _ stop: Int, _ end: Int) {
    guard bytes[first] &- 0x30 < 10 else {
      endRun()
      if words <= 4 { hasFlags = true }
      takeID(bytes, first, stop)
      return
    }
    // A list of the tries at several upstreams is theirs.
    let isList = bytes[stop - 1] == UInt8(ascii: ",")
    guard !isList, let (number, numberEnd) = DecimalNumber.parse(bytes, from: first, to: stop) else {
      endRun()
      return
    }
    if numberEnd < stop {
      endRun()
      if duration < 0, case .nanoseconds(let found) = DurationText.read(bytes, from: first, to: stop, unit: 0) {
        duration = found
      } else {
        takeID(bytes, first, stop)
      }
      return
    }
    let unit = RequestPhrase.afterBlanks(bytes, stop, end)
    let unitEnd = RequestPhrase.wordEnd(bytes, unit, end)
    if unit < unitEnd, unitEnd - unit <= 5, (bytes[unit] | 0x20) &- 0x61 < 26 || bytes[unit] >= 0x80,
      case .nanoseconds(let found) = DurationText.read(bytes, from: first, to: unitEnd, unit: 0)
    {
      endRun()
      if duration < 0 { duration = found }
      return
    }
    if number.exponent == -3 || number.exponent <= -6 {
      endRun()
      if duration < 0 { duration = number.scaled(by: EventTime.nanosecondsPerSecond) ?? -1 }
      return
    }
    if RequestIDShape.isCertain(bytes, first, stop) {
      endRun()
      takeID(bytes, first, stop)
      return
    }
    guard number.exponent == 0 else {
      endRun()
      return
    }
    run += 1
    if run == 3 { third = number.scaled(by: EventTime.nanosecondsPerMillisecond) ?? -1 }
    // Apache's %D, after the user agent.
    if hasQuoted, duration < 0, run == 1 { isWithoutUnit = true }
  }

  /// After four numbers, or three and a dash, after the flags of a response: Envoy's bytes in and out, and milliseconds.
  private mutating func endRun() {
    if run >= 3, run <= 4, hasFlags, !hasQuoted, duration < 0 { duration = third }
    run = 0
    third = -1
  }

  private mutating func takeID(_ bytes: Span<UInt8>, _ first: Int, _ stop: Int) {
    guard RequestIDShape.isCertain(bytes, first, stop, inBrackets: true), stop - first >= 16 || bytes[first] != 0x5B,
      let slice = LineFields.requestID(bytes, Slice(first, stop))
    else { return }
    if id.isMissing {
      id = slice
    } else {
      hasSecondID = true
    }
  }
}
