/// Tells what can be a request id by its letters, for places where no key says that one stands there.
///
/// Two questions: `mayStand` for a layout's own place of an id, which also holds threads, files, hosts, durations and tags;
/// `isCertain` for a word anywhere in a header, where only shapes that nothing else has count. Under a key of its own any text
/// is an id; that is asked of neither.
///
/// Meaning: docs/semantics.md#request-ids.
package enum RequestIDShape {
  /// Bytes of an id at most.
  static let longest = 256

  /// Whether the text of a layout's place for the id looks like one.
  ///
  /// What counts has a digit in it, or is eight and more hexadecimal letters. Numbers below twelve digits, dates, durations,
  /// `file:line`, hosts, versions, paths, and names such as `nio-8080-exec-1` or `us-east-1` do not.
  @inline(__always)
  static func mayStand(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    let length = end &- start
    // Most ids are a UUID or hexadecimal digits of a usual length.
    if length == 32 || length == 36 || length == 16, start &+ 8 <= bytes.count,
      areHexadecimal(ByteSearch.word(bytes, at: start))
    {
      return true
    }
    return mayStandSlowly(bytes, start, end)
  }

  /// Whether the eight bytes are hexadecimal digits, all of them with at least one of 0 ... 9 among them.
  @inline(__always)
  private static func areHexadecimal(_ word: UInt64) -> Bool {
    let high: UInt64 = 0x8080_8080_8080_8080
    guard word & high == 0 else { return false }
    // In each byte the high bit says: at least '0', at most '9'; at least 'a', at most 'f'.
    let isDigit = (word &+ 0x5050_5050_5050_5050) & ~(word &+ 0x4646_4646_4646_4646) & high
    let lower = word | 0x2020_2020_2020_2020
    let isLetter = (lower &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(lower &+ 0x1919_1919_1919_1919) & high
    return isDigit | isLetter == high && isDigit != 0
  }

  @inline(never)
  private static func mayStandSlowly(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    let length = end - start
    // One small letter names nothing else.
    if length == 1 { return bytes[start] &- 0x61 < 26 }
    guard length >= 2, length <= longest else { return false }
    let letters = Letters(bytes, start, end)
    guard letters.others == 0 else { return false }
    if letters.signs > 0 { return isSigned(bytes, start, end, letters) }
    let first = bytes[start]
    guard isWordByte(first), isWordByte(bytes[end - 1]) else { return false }
    if letters.digits == 0 { return letters.isHexadecimal && letters.dashes == 0 && length >= 8 }
    if letters.letters == 0 { return isNumber(bytes, start, end, letters) }
    return !isQuantity(bytes, start, end) && !isName(bytes, start, end) && !isTime(bytes, start, end)
  }

  /// Whether a word is an id wherever it stands: a UUID, 32 hexadecimal digits, `req-` and a UUID, AWS' `1-67891233-…`, a W3C
  /// `traceparent`, a ULID or an xid.
  ///
  /// - Parameter inBrackets: it stands alone in brackets: then 16 and, with both letters and digits, 8 to 40 hexadecimal digits
  ///   count, too.
  static func isCertain(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, inBrackets: Bool = false) -> Bool {
    let length = end - start
    // Only these lengths are those of an id.
    switch length {
    case 36: if isUUID(bytes, start) { return true }
    case 20, 26, 32, 35, 40, 55: break
    default:
      guard length >= 8, length <= 80, (inBrackets && length <= 40) || bytes[start] == UInt8(ascii: "R") else {
        return false
      }
    }
    let letters = Letters(bytes, start, end)
    guard letters.others == 0, letters.digits > 0 else { return false }
    if letters.signs == 0 && letters.unders == 0 {
      if letters.dashes == 0 && letters.isHexadecimal {
        if length == 32 { return letters.letters > 0 || inBrackets }
        return inBrackets && letters.letters > 0 && length >= 8 && length <= 40
      }
      if length == 40, bytes[start + 3] == UInt8(ascii: "-"), isUUID(bytes, start + 4) {
        return ClockText.letters(bytes, start) == 0x72_6571  // req
      }
      if length == 35 || length == 55 { return isTraceHeader(bytes, start, end) && letters.isHexadecimal }
      if letters.dashes == 0, length == 26 || length == 20, letters.letters > 0 {
        // ULID: Crockford's base 32 in capitals, the first not above 7. xid: base 32 with 0-9a-v.
        return length == 26 ? bytes[start] <= 0x37 && letters.small == 0 : isXID(bytes, start, end)
      }
      return false
    }
    return length >= 20 && isAmazon(bytes, start, end)
  }

  // MARK: Parts

  /// What a text is made of.
  private struct Letters {
    var digits = 0
    var letters = 0
    var small = 0
    var dashes = 0
    var unders = 0
    /// `. : / = + ~`
    var signs = 0
    /// Anything that is in no id.
    var others = 0
    var isHexadecimal = true

    init(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
      for i in start..<end {
        let byte = bytes[i]
        switch byte {
        case 0x30...0x39: digits += 1
        case 0x41...0x5A, 0x61...0x7A:
          letters += 1
          if byte >= 0x61 { small += 1 }
          if (byte | 0x20) > 0x66 { isHexadecimal = false }
        case UInt8(ascii: "-"): dashes += 1
        case UInt8(ascii: "_"):
          unders += 1
          isHexadecimal = false
        case UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "+"),
          UInt8(ascii: "~"):
          signs += 1
        default: others += 1
        }
      }
    }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 }

  /// Digits alone, dashes between them perhaps: long enough for no process, port or date.
  private static func isNumber(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ letters: Letters) -> Bool {
    if letters.dashes == 0 && letters.unders == 0 { return letters.digits >= 12 }
    return letters.digits >= 12 && !isTime(bytes, start, end)
  }

  /// `2026-11-23…`, `20261123-…`.
  private static func isTime(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start >= 8, bytes[start] == 0x31 || bytes[start] == 0x32 else { return false }
    func digits(_ from: Int, _ count: Int) -> Bool { (from..<from + count).allSatisfy { bytes[$0] &- 0x30 < 10 } }
    if end - start >= 10, digits(start, 4), bytes[start + 4] == UInt8(ascii: "-"), digits(start + 5, 2),
      bytes[start + 7] == UInt8(ascii: "-"), digits(start + 8, 2)
    {
      return true
    }
    return end - start >= 9 && digits(start, 8) && bytes[start + 8] == UInt8(ascii: "-")
  }

  /// `42ms`, `17kb`, `3x`.
  private static func isQuantity(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var i = start
    while i < end, bytes[i] &- 0x30 < 10 { i += 1 }
    guard i > start, end - i <= 4 else { return false }
    let units: [StaticString] = [
      "ms", "us", "ns", "s", "sec", "secs", "m", "min", "h", "d", "b", "kb", "mb", "gb", "k", "x",
    ]
    return units.contains { unit in
      unit.utf8CodeUnitCount == end - i && ByteSearch.beginsFolded(bytes, at: i, end: end, with: unit)
    }
  }

  /// Whether a name is a thread's: `nio-8080-exec-1`, `worker-7`, `main`.
  static func isThread(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    if end - start == 4, ByteSearch.begins(bytes, at: start, end: end, with: "main") { return true }
    return (start..<end).contains { bytes[$0] &- 0x30 < 10 } && isName(bytes, start, end)
  }

  /// Words of letters and short numbers of which one names a thread, a host, a region, a user or the like.
  private static func isName(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var i = start
    var names = false
    while i < end {
      let partStart = i
      while i < end, (bytes[i] | 0x20) &- 0x61 < 26 { i += 1 }
      let wordEnd = i
      while i < end, bytes[i] &- 0x30 < 10 { i += 1 }
      // A part that is neither a word, a number, nor one after the other is no name's.
      guard i == end || bytes[i] == UInt8(ascii: "-") || bytes[i] == UInt8(ascii: "_") else { return false }
      if wordEnd > partStart, hasPlaceWord(bytes, partStart, wordEnd) { names = true }
      i += 1
    }
    return names
  }

  /// Whether a word, or one of those that capitals make of it, is one of `placeWords`.
  private static func hasPlaceWord(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var humpStart = start
    var i = start + 1
    while i <= end {
      if i == end || (bytes[i] < 0x60 && bytes[i - 1] >= 0x60) {
        let length = i - humpStart
        if placeWords.contains(where: { word in
          word.utf8CodeUnitCount == length && ByteSearch.beginsFolded(bytes, at: humpStart, end: i, with: word)
        }) {
          return true
        }
        humpStart = i
      }
      i += 1
    }
    return false
  }

  private static let placeWords: [StaticString] = [
    "thread", "threads", "worker", "workers", "exec", "executor", "pool", "nio", "epoll", "kqueue", "reactor",
    "scheduling", "scheduler", "task", "main", "http", "https", "qtp", "dispatcher", "akka", "process", "proc", "fiber",
    "loop", "event", "vert", "xnio", "jetty", "tomcat", "catalina", "grpc", "netty", "kafka", "consumer", "producer",
    "quartz", "timer", "background", "celery", "gunicorn", "uvicorn", "puma", "srv", "tp", "web", "api", "app", "node",
    "host", "server", "db", "ip", "localhost", "pod", "container", "us", "eu", "ap", "sa", "ca", "east", "west",
    "north",
    "south", "central", "v", "user", "users", "admin", "tenant", "shop", "customer", "account", "job", "line", "step",
    "attempt", "retry", "batch", "chunk", "shard", "partition", "stage", "env", "build", "release", "version", "http2",
    "asyncio", "goroutine", "actor", "default", "queue", "client", "conn", "connection", "port", "pid", "tid", "rank",
  ]

  /// A text with a `.`, a `:` or the like that is an id all the same: Kestrel's `0HNA:00000001`, PHP's `uniqid` with entropy,
  /// chi's `host/abcdef-000017`, base 64 with its padding, AWS' `Root=…`.
  private static func isSigned(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ letters: Letters) -> Bool {
    let length = end - start
    guard letters.digits > 0 else { return false }
    if isAmazon(bytes, start, end) { return true }
    if let colon = ByteSearch.first(UInt8(ascii: ":"), in: bytes, from: start, to: end) {
      return letters.signs == 1 && colon - start >= 4 && end - colon == 9
        && (colon + 1..<end).allSatisfy { isHex(bytes[$0]) } && (start..<colon).allSatisfy { isWordByte(bytes[$0]) }
    }
    if let dot = ByteSearch.first(UInt8(ascii: "."), in: bytes, from: start, to: end) {
      return length == 22 && dot == start + 13 && (start..<dot).allSatisfy { isHex(bytes[$0]) }
        && (dot + 1..<end).allSatisfy { bytes[$0] &- 0x30 < 10 }
    }
    if bytes[end - 1] == UInt8(ascii: "=") { return length >= 16 && letters.signs <= length / 4 }
    if let slash = ByteSearch.last(UInt8(ascii: "/"), in: bytes, from: start, to: end), end - slash >= 12 {
      return bytes[end - 7] == UInt8(ascii: "-") && (end - 6..<end).allSatisfy { bytes[$0] &- 0x30 < 10 }
        && slash > start
    }
    return false
  }

  private static func isHex(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 }

  /// Dashes at the places of a UUID in 36 bytes, hexadecimal digits between them.
  private static func isUUID(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
    guard start + 36 <= bytes.count, bytes[start + 8] == UInt8(ascii: "-"), bytes[start + 13] == UInt8(ascii: "-"),
      bytes[start + 18] == UInt8(ascii: "-"), bytes[start + 23] == UInt8(ascii: "-")
    else { return false }
    // Eight bytes at a time; a dash is made a digit where one belongs.
    let dash: UInt64 = 0x2D ^ 0x30
    return areDigits(ByteSearch.word(bytes, at: start))
      && areDigits(ByteSearch.word(bytes, at: start + 9) ^ dash << 32)
      && areDigits(ByteSearch.word(bytes, at: start + 16) ^ dash << 16 ^ dash << 56)
      && areDigits(ByteSearch.word(bytes, at: start + 24)) && areDigits(ByteSearch.word(bytes, at: start + 28))
  }

  /// Whether the eight bytes are hexadecimal digits.
  @inline(__always)
  private static func areDigits(_ word: UInt64) -> Bool {
    let high: UInt64 = 0x8080_8080_8080_8080
    guard word & high == 0 else { return false }
    let isDigit = (word &+ 0x5050_5050_5050_5050) & ~(word &+ 0x4646_4646_4646_4646)
    let lower = word | 0x2020_2020_2020_2020
    let isLetter = (lower &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(lower &+ 0x1919_1919_1919_1919)
    return (isDigit | isLetter) & high == high
  }

  /// `1-67891233-abcdef012345678912345678` of AWS, or `00-<32>-<16>-01` of W3C.
  private static func isTraceHeader(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    if end - start == 35 {
      return bytes[start + 1] == UInt8(ascii: "-") && bytes[start + 10] == UInt8(ascii: "-")
    }
    return bytes[start + 2] == UInt8(ascii: "-") && bytes[start + 35] == UInt8(ascii: "-")
      && bytes[start + 52] == UInt8(ascii: "-")
  }

  private static func isAmazon(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    ByteSearch.begins(bytes, at: start, end: end, with: "Root=1-")
  }

  private static func isXID(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    (start..<end).allSatisfy { bytes[$0] &- 0x30 < 10 || bytes[$0] &- 0x61 < 22 }
  }
}
