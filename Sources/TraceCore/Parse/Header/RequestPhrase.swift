/// What a message says about an exchange in the words of the usual request loggers.
///
/// `GET /x 200 42.1 ms` (morgan, NestJS, koa), `HTTP GET /x responded 200 in 42.0 ms` (Serilog), `Request finished HTTP/1.1 GET …`
/// (ASP.NET Core), `Started GET "/x"` and `Completed 200 OK in 42ms` (Rails), `200 OK: GET - /x in 42ms` (Ktor),
/// `200 | 42ms | 10.0.0.7 | GET "/x"` (gin, Fiber), and a quoted request line with what stands around it (`AccessLine`).
/// Only a message that begins so is read; a sentence about a request is none.
struct RequestPhrase {
  var method = Slice.missing
  var path = Slice.missing
  /// 100 ... 999, or 0.
  var status: Int32 = 0
  /// Nanoseconds, or -1.
  var duration: Int64 = -1
  /// A number stood where the duration is, without a unit.
  var isWithoutUnit = false
  /// The id in the line's tail, if just one stands there.
  var id = Slice.missing
  /// The line has a request line that cannot be read, or none, and a status: a request all the same.
  var isPathless = false

  /// Whether a message may begin like one of these, by its first byte: most messages end here.
  @inline(__always)
  static func mayBegin(_ byte: UInt8) -> Bool {
    // A bit a byte: " ( - 0-9 < below 64; C D G H O P R S T [ from there on.
    let bits: UInt64 = byte < 64 ? 0x13FF_2104_0000_0000 : byte < 128 ? 0x081D_8198 : 0
    return bits >> UInt64(byte & 63) & 1 != 0
  }

  /// Reads the message `start ..< end`; nil where it is none of these.
  ///
  /// - Parameter isServer: the logger is one that tells only what its own server answered, so that an absolute URL is a path.
  static func read(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, isServer: Bool) -> RequestPhrase? {
    var at = start
    if begins(bytes, at, end, "--> ") || begins(bytes, at, end, "<-- ") { at += 4 }
    guard at + 4 < end else { return nil }
    switch bytes[at] {
    case UInt8(ascii: "H"):
      if begins(bytes, at, end, "HTTP ") {
        return serilog(bytes, at + 5, end) ?? methodFirst(bytes, at + 5, end, isServer: false)
      }
    case UInt8(ascii: "R"):
      if begins(bytes, at, end, "Request finished ") { return kestrel(bytes, at + 17, end, isFinished: true) }
      if begins(bytes, at, end, "Request starting ") { return kestrel(bytes, at + 17, end, isFinished: false) }
      return nil
    case UInt8(ascii: "C"):
      return begins(bytes, at, end, "Completed ") ? completed(bytes, at + 10, end) : nil
    case UInt8(ascii: "S"):
      if begins(bytes, at, end, "Started ") { return started(bytes, at + 8, end) }
      return begins(bytes, at, end, "Sent ") ? completed(bytes, at + 5, end) : nil
    case 0x31...0x35:
      if let found = statusFirst(bytes, at, end) { return found }
    default: break
    }
    if bytes[at] &- 0x30 < 10 || bytes[at] == UInt8(ascii: "["), let found = phpServer(bytes, at, end) { return found }
    if let found = methodFirst(bytes, at, end, isServer: isServer) { return found }
    return AccessLine.read(bytes, start, end)
  }

  // MARK: The forms

  /// `GET /x 200 42.1 ms - 512`, `GET /x HTTP/1.1 200`, or the method and the path alone.
  private static func methodFirst(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, isServer: Bool) -> RequestPhrase? {
    var phrase = RequestPhrase()
    guard var at = phrase.takeMethodAndPath(bytes, start, end, admitsURL: isServer) else { return nil }
    if begins(bytes, at, end, " HTTP/") { at = wordEnd(bytes, at + 1, end) }
    if isBlank(bytes, at, end) { return phrase }
    if begins(bytes, at, end, " => generated ") { return phrase.uwsgi(bytes, at, end) }
    // Vapor's `[request-id: …]`.
    let rest = afterBlanks(bytes, at, end)
    if bytes[rest] == UInt8(ascii: "["), begins(bytes, rest, end, "[request-id: ") { return phrase }
    at = rest
    while at < end, bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "|") || bytes[at] == UInt8(ascii: ":") {
      at = afterBlanks(bytes, at + 1, end)
    }
    guard let status = status(bytes, at, end) else { return nil }
    phrase.status = status
    phrase.takeDuration(bytes, at + 3, end)
    return phrase
  }

  /// `GET /x responded 200 in 42.0000 ms`, with or without quotes.
  private static func serilog(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> RequestPhrase? {
    var phrase = RequestPhrase()
    guard let at = phrase.takeMethodAndPath(bytes, start, end, admitsURL: false),
      begins(bytes, at, end, " responded "), let status = status(bytes, at + 11, end)
    else { return nil }
    phrase.status = status
    if begins(bytes, at + 14, end, " in ") { phrase.takeDuration(bytes, at + 18, end) }
    return phrase
  }

  /// `HTTP/1.1 GET http://host/x - 200 512 application/json 42.0000ms`; before ASP.NET Core 5 `in 42.0ms 200 application/json`.
  private static func kestrel(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, isFinished: Bool
  ) -> RequestPhrase? {
    var phrase = RequestPhrase()
    if isFinished, begins(bytes, start, end, "in ") {
      let stop = wordEnd(bytes, start + 3, end)
      guard case .nanoseconds(let duration) = DurationText.read(bytes, from: start + 3, to: stop, unit: 0),
        let status = status(bytes, stop + 1, end)
      else { return nil }
      phrase.duration = duration
      phrase.status = status
      return phrase
    }
    guard begins(bytes, start, end, "HTTP/") else { return nil }
    let method = afterBlanks(bytes, wordEnd(bytes, start, end), end)
    guard let at = phrase.takeMethodAndPath(bytes, method, end, admitsURL: true) else { return nil }
    guard isFinished else { return phrase }
    guard begins(bytes, at, end, " - "), let status = status(bytes, at + 3, end) else { return nil }
    phrase.status = status
    let last = (ByteSearch.last(0x20, in: bytes, from: at, to: end) ?? at) + 1
    if case .nanoseconds(let duration) = DurationText.read(bytes, from: last, to: end, unit: 0) {
      phrase.duration = duration
    }
    return phrase
  }

  /// `GET "/x" for 10.0.0.7 at …`
  private static func started(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> RequestPhrase? {
    var phrase = RequestPhrase()
    guard let at = phrase.takeMethodAndPath(bytes, start, end, admitsURL: false), begins(bytes, at, end, " for ") else {
      return nil
    }
    return phrase
  }

  /// `200 OK in 42ms (Views: 0.3ms | …)`, `200 in 42ms`.
  private static func completed(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> RequestPhrase? {
    guard let status = status(bytes, start, end) else { return nil }
    var at = start + 3
    let limit = min(end, start + 80)
    while at < limit, !begins(bytes, at, end, " in ") { at += 1 }
    guard at < limit else { return nil }
    let stop = wordEnd(bytes, at + 4, end)
    guard case .nanoseconds(let duration) = DurationText.read(bytes, from: at + 4, to: stop, unit: 0) else {
      return nil
    }
    var phrase = RequestPhrase()
    phrase.status = status
    phrase.duration = duration
    phrase.isPathless = true
    return phrase
  }

  /// `200 OK: GET - /x in 42ms`, `200 | 42ms | 10.0.0.7 | GET "/x"`.
  private static func statusFirst(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> RequestPhrase? {
    guard let status = status(bytes, start, end) else { return nil }
    var phrase = RequestPhrase()
    phrase.status = status
    var at = afterBlanks(bytes, start + 3, end)
    guard at < end else { return nil }
    if bytes[at] == UInt8(ascii: "|") {
      var columns = 0
      while at < end, bytes[at] == UInt8(ascii: "|"), columns < 8 {
        let first = afterBlanks(bytes, at + 1, end)
        let bar = ByteSearch.first(UInt8(ascii: "|"), in: bytes, from: first, to: end) ?? end
        var last = bar
        while last > first, bytes[last - 1] == 0x20 { last -= 1 }
        if phrase.duration < 0,
          case .nanoseconds(let duration) = DurationText.read(bytes, from: first, to: last, unit: 0)
        {
          phrase.duration = duration
        } else if phrase.takeMethodAndPath(bytes, first, last, admitsURL: false) != nil {
          return phrase
        } else if LineFields.isMethod(bytes, first, last), isKnownMethod(bytes, first, last) {
          // Fiber parts them by a bar.
          let path = afterBlanks(bytes, bar + 1, end)
          let stop = wordEnd(bytes, path, end)
          guard path < stop, bytes[path] == UInt8(ascii: "/") else { return nil }
          phrase.method = Slice(first, last)
          phrase.path = Slice(path, stop)
          return phrase
        }
        at = bar
        columns += 1
      }
      return nil
    }
    // tornado's `200 GET /x (10.0.0.7) 42.12ms`.
    if let after = phrase.takeMethodAndPath(bytes, at, end, admitsURL: false) {
      phrase.takeDuration(bytes, after, end)
      return phrase
    }
    // The reason, of one to five words, a colon.
    guard let colon = ByteSearch.first(UInt8(ascii: ":"), in: bytes, from: at, to: min(end, at + 40)), colon + 1 < end,
      bytes[colon + 1] == 0x20
    else { return nil }
    let method = colon + 2
    let stop = wordEnd(bytes, method, end)
    guard isKnownMethod(bytes, method, stop), begins(bytes, stop, end, " - ") else { return nil }
    let path = stop + 3
    let pathEnd = wordEnd(bytes, path, end)
    guard path < pathEnd, bytes[path] == UInt8(ascii: "/") else { return nil }
    phrase.method = Slice(method, stop)
    phrase.path = Slice(path, pathEnd)
    if begins(bytes, pathEnd, end, " in ") { phrase.takeDuration(bytes, pathEnd + 4, end) }
    return phrase
  }

  /// `10.0.0.7:53412 [200]: GET /x`, of the server that PHP has built in.
  private static func phpServer(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> RequestPhrase? {
    let host = wordEnd(bytes, start, end)
    guard host + 9 < end, bytes[host - 1] &- 0x30 < 10, bytes[host + 1] == UInt8(ascii: "["),
      let status = status(bytes, host + 2, end), begins(bytes, host + 5, end, "]: ")
    else { return nil }
    var phrase = RequestPhrase()
    guard phrase.takeMethodAndPath(bytes, host + 8, end, admitsURL: false) != nil else { return nil }
    phrase.status = status
    return phrase
  }

  /// `=> generated 12 bytes in 129 msecs (HTTP/1.1 503)`, after the method and the path of uWSGI's line.
  private func uwsgi(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> RequestPhrase? {
    var phrase = self
    var at = start
    while at < end, !RequestPhrase.begins(bytes, at, end, " in ") { at += 1 }
    phrase.takeDuration(bytes, at + 4, end)
    while at < end, !RequestPhrase.begins(bytes, at, end, "(HTTP/") { at += 1 }
    guard at < end, let status = RequestPhrase.status(bytes, RequestPhrase.wordEnd(bytes, at, end) + 1, end) else {
      return nil
    }
    phrase.status = status
    return phrase
  }

  // MARK: Parts

  /// Takes `GET /x`, the path in quotes or not; returns the place after it.
  private mutating func takeMethodAndPath(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, admitsURL: Bool
  ) -> Int? {
    var methodStart = start
    var stop = RequestPhrase.wordEnd(bytes, start, end)
    if methodStart < stop, bytes[methodStart] == UInt8(ascii: "\""), stop - methodStart > 2,
      bytes[stop - 1] == UInt8(ascii: "\"")
    {
      methodStart += 1
      stop -= 1
    }
    guard RequestPhrase.isKnownMethod(bytes, methodStart, stop) else { return nil }
    var first = RequestPhrase.afterBlanks(bytes, stop, end)
    if first < end, bytes[first] == UInt8(ascii: "\""), stop < end, bytes[stop] == UInt8(ascii: "\"") {
      first = RequestPhrase.afterBlanks(bytes, first + 1, end)
    }
    guard first < end else { return nil }
    var last: Int
    var after: Int
    if bytes[first] == UInt8(ascii: "\"") {
      first += 1
      guard let quote = ByteSearch.first(UInt8(ascii: "\""), in: bytes, from: first, to: end) else { return nil }
      last = quote
      after = quote + 1
    } else {
      last = RequestPhrase.wordEnd(bytes, first, end)
      after = last
    }
    guard first < last else { return nil }
    if bytes[first] == UInt8(ascii: "/") {
      path = Slice(first, last)
    } else {
      guard admitsURL, let served = RequestPhrase.served(bytes, Slice(first, last)) else { return nil }
      path = served
    }
    method = Slice(methodStart, stop)
    return after
  }

  /// Takes `42.1 ms`, `+42ms`, `42ms`: the first number with a unit among a few words.
  mutating func takeDuration(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
    var at = RequestPhrase.afterBlanks(bytes, start, end)
    var words = 0
    while at < end, words < 6, duration < 0 {
      var first = at
      if bytes[first] == UInt8(ascii: "+") || bytes[first] == UInt8(ascii: "(") { first += 1 }
      let stop = RequestPhrase.wordEnd(bytes, at, end)
      if first < stop, bytes[first] &- 0x30 < 10 {
        var last = stop
        while last > first, bytes[last - 1] == UInt8(ascii: ")") || bytes[last - 1] == UInt8(ascii: ",") { last -= 1 }
        switch DurationText.read(bytes, from: first, to: last, unit: 0) {
        case .nanoseconds(let found): duration = found
        case .withoutUnit:
          let unit = RequestPhrase.afterBlanks(bytes, stop, end)
          let unitEnd = RequestPhrase.wordEnd(bytes, unit, end)
          if unit > stop, unit < unitEnd, unitEnd - unit <= 12,
            (bytes[unit] | 0x20) &- 0x61 < 26 || bytes[unit] >= 0x80,
            case .nanoseconds(let found) = DurationText.read(bytes, from: first, to: unitEnd, unit: 0)
          {
            duration = found
          }
        case .none: break
        }
      }
      at = RequestPhrase.afterBlanks(bytes, stop, end)
      words += 1
    }
  }

  /// The path in an absolute URL that this server answered; nil where it is none.
  static func served(_ bytes: Span<UInt8>, _ url: Slice) -> Slice? {
    guard
      RequestPhrase.begins(bytes, url.start, url.end, "http://")
        || RequestPhrase.begins(bytes, url.start, url.end, "https://"),
      let colon = ByteSearch.first(UInt8(ascii: ":"), in: bytes, from: url.start, to: url.end)
    else { return nil }
    let host = colon + 3
    guard host < url.end else { return nil }
    guard let slash = ByteSearch.first(UInt8(ascii: "/"), in: bytes, from: host, to: url.end) else {
      // `http://host`: the path is `/`, which stands before the host.
      return Slice(host - 1, host)
    }
    return Slice(slash, url.end)
  }

  static func isKnownMethod(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    methods.contains { $0.utf8CodeUnitCount == end - start && begins(bytes, start, end, $0) }
  }

  private static let methods: [StaticString] = [
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE", "PROPFIND", "REPORT", "MKCOL",
  ]

  /// Three digits, 100 to 599, as a word.
  static func status(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int32? {
    guard start >= 0, start + 3 <= end, bytes[start] >= 0x31, bytes[start] <= 0x35 else { return nil }
    let rest = ClockText.two(bytes, start + 1)
    guard rest >= 0, start + 3 == end || !ClockText.isLetterOrDigit(bytes[start + 3]) && bytes[start + 3] != 0x2E
    else { return nil }
    return Int32(bytes[start] - 0x30) * 100 + Int32(rest)
  }

  @inline(__always)
  static func begins(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ word: StaticString) -> Bool {
    ByteSearch.begins(bytes, at: start, end: end, with: word)
  }

  static func wordEnd(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    start < end ? ByteSearch.first(0x20, in: bytes, from: start, to: end) ?? end : end
  }

  static func afterBlanks(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = min(start, end)
    while i < end, bytes[i] == 0x20 || bytes[i] == 0x09 { i += 1 }
    return i
  }

  private static func isBlank(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    afterBlanks(bytes, start, end) == end
  }
}
