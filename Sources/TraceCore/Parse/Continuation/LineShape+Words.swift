// Lines that begin with a name or a path: exceptions, frames in column one, SQL, headers.

extension LineShape {
  /// The shape of a line by its first word, which begins at `start`.
  static func word(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape {
    if let found = place(bytes, start, end) { return found }
    if isDigit(bytes, start, end) { return counted(bytes, start, end) }
    var name = Name(at: start)
    name.read(bytes, min(end, start + 120))
    let stop: UInt8 = name.end < end ? bytes[name.end] : 0
    let length = name.end - start
    guard length > 0 else {
      return bytes[start] == 0x2E && begins(bytes, start, end, "...") ? .innerFrame : lastWords(bytes, start, end)
    }
    if name.capitals == length, length >= 2, let found = capitals(bytes, start, name.end, end) { return found }
    if begins(bytes, start, end, "HTTP/1.1 ") || begins(bytes, start, end, "HTTP/2 ") { return .httpStart }
    if let found = goCall(bytes, name, start, end) { return found }
    switch stop {
    case 0, 0x3A: return named(bytes, name, start, end)
    case 0x20:
      guard name.end + 2 < end, name.saysError(bytes) || name.isQualified else { break }
      // Rails' `RuntimeError (message):` and its causes, Node's `TypeError [ERR_X]: message`.
      if bytes[name.end + 1] == 0x28 {
        if ends(bytes, start, end, "):") { return .exceptionName }
        return bytes[end - 1] == 0x29 ? .innerFrame : lastWords(bytes, start, end)
      }
      if bytes[name.end + 1] == 0x5B, name.saysError(bytes) {
        let limit = min(end, name.end + longestLook)
        if let close = ByteSearch.first(0x5D, in: bytes, from: name.end, to: limit),
          close + 1 == end || bytes[close + 1] == 0x3A
        {
          return .exceptionName
        }
      }
    case 0x2D:
      // `Content-Type: …`
      let limit = min(end, start + 64)
      var i = name.end
      while i < limit, ClockText.isLetterOrDigit(bytes[i]) || bytes[i] == 0x2D || bytes[i] == 0x5F { i += 1 }
      if begins(bytes, i, end, ": ") || (i + 1 == end && bytes[i] == 0x3A) { return .header }
    default: break
    }
    return lastWords(bytes, start, end)
  }

  /// `0 0x55d0… reserve(_:) + 115 in shop`, `12     reserve(sku)`: a frame or a line of the source, where a trace is open.
  private static func counted(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape {
    let digits = digitsEnd(bytes, start, min(end, start + 7))
    guard begins(bytes, digits, end, "  ") || begins(bytes, digits, end, " 0x") else {
      return lastWords(bytes, start, end)
    }
    return .innerFrame
  }

  /// What Perl dies with ends with its place; nothing else is known of it.
  private static func lastWords(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape {
    isPerlFrame(bytes, start, end, called: false) ? .likelyException : .other
  }

  /// A name that ends the line or before a colon.
  private static func named(_ bytes: Span<UInt8>, _ name: Name, _ start: Int, _ end: Int) -> LineShape {
    let hasColon = name.end < end
    if hasColon, begins(bytes, name.end, end, ": <") || begins(bytes, name.end, end, ": Object created at"),
      contextWords.contains(where: {
        $0.utf8CodeUnitCount == name.end - start && begins(bytes, start, end, $0)
      })
    {
      return .context
    }
    if hasColon, name.capitals == name.end - start, begins(bytes, name.end, end, ":  "),
      detailWords.contains(where: { $0.utf8CodeUnitCount == name.end - start && begins(bytes, start, end, $0) })
    {
      return .detail
    }
    if isPerlFrame(bytes, start, end, called: false) { return .likelyException }
    if name.saysError(bytes) { return .exceptionName }
    if name.isClass && (!hasColon || name.end + 1 == end || bytes[name.end + 1] == 0x20) { return .likelyException }
    return hasColon || name.dots > 0 || name.capitals > 0 ? .nameColon : .other
  }

  /// A word of capitals: SQL, or the first line of an HTTP message.
  private static func capitals(_ bytes: Span<UInt8>, _ start: Int, _ wordEnd: Int, _ end: Int) -> LineShape? {
    let stop: UInt8 = wordEnd < end ? bytes[wordEnd] : 0
    guard stop == 0x20 || stop == 0 || stop == 0x28 else { return nil }
    if stop == 0x20, wordEnd - start <= 7, wordEnd + 1 < end,
      bytes[wordEnd + 1] == 0x2F || begins(bytes, wordEnd + 1, end, "http"),
      ends(bytes, start, end, " HTTP/1.1") || ends(bytes, start, end, " HTTP/1.0")
        || ends(bytes, start, end, " HTTP/2.0")
    {
      return .httpStart
    }
    let isSQL = sqlWords.contains { $0.utf8CodeUnitCount == wordEnd - start && begins(bytes, start, end, $0) }
    return isSQL ? .sql : nil
  }

  // MARK: Places

  /// Where the number of `path.ext:12` at `start` ends; nil for anything else. No blank stands in the path.
  static func placeEnd(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    let limit = min(end, start + longestLook)
    var i = start
    var dot = -1
    while i < limit {
      switch bytes[i] {
      case 0x20, 0x09, 0x22: return nil
      case 0x2F: dot = -1
      case 0x2E: dot = i
      case 0x3A:
        guard isDigit(bytes, i + 1, end) else { break }
        let digits = digitsEnd(bytes, i + 1, min(end, i + 9))
        let isFile = dot > start && i - dot <= 7 && (bytes[dot + 1] | 0x20) &- 0x61 < 26
        return isFile || begins(bytes, start, end, "node:internal/") || begins(bytes, start, end, "<internal:")
          ? digits : nil
      default: break
      }
      i += 1
    }
    return nil
  }

  /// A line that begins with a file and a line's number.
  private static func place(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape? {
    guard let digits = placeEnd(bytes, start, end) else { return nil }
    if digits == end {
      guard let colon = ByteSearch.last(0x3A, in: bytes, from: start, to: digits) else { return nil }
      let isScript = scripts.contains { ends(bytes, start, colon + 1, $0) }
      return isScript || begins(bytes, start, end, "node:") ? .place : nil
    }
    if isRubyCall(bytes, digits, end) || begins(bytes, digits, end, " (0x") { return .frame }
    guard begins(bytes, digits, end, ": ") else { return nil }
    if begins(bytes, digits, end, ": Fatal error: ") { return .crash }
    // `/srv/app.py:12: DeprecationWarning: …`
    var name = Name(at: digits + 2)
    name.read(bytes, min(end, digits + 122))
    return name.end < end && bytes[name.end] == 0x3A && ends(bytes, digits + 2, name.end, "Warning") ? .detail : nil
  }

  // MARK: Go

  /// `main.(*Stock).Reserve(0xc0001a2000, 0x1267)`, `main.createOrder`; nil for anything else.
  private static func goCall(_ bytes: Span<UInt8>, _ name: Name, _ start: Int, _ end: Int) -> LineShape? {
    let stop: UInt8 = name.end < end ? bytes[name.end] : 0
    guard stop == 0 || stop == 0x28 || stop == 0x2F || stop == 0x2D || stop == 0x5B else { return nil }
    if stop == 0x28 && bytes[end - 1] == 0x29 && name.dots == 0 {
      return begins(bytes, start, end, "panic(") ? .innerFrame : nil
    }
    // The path of the package, then the package, then names.
    let limit = min(end, start + longestLook)
    var i = start
    var package = start
    var first = -1
    while i < limit, bytes[i] != 0x28, bytes[i] != 0x5B {
      let byte = bytes[i]
      guard byte > 0x20, byte < 0x7F, byte != 0x3A, byte != 0x22, byte != 0x2C, byte != 0x3D else { return nil }
      if byte == 0x2F {
        if first < 0 { first = i }
        package = i + 1
      }
      i += 1
    }
    guard let dot = ByteSearch.first(0x2E, in: bytes, from: package, to: i), dot > package, dot + 1 < limit else {
      return nil
    }
    if i == end || begins(bytes, i, end, "(*") || begins(bytes, i, end, "[...]") {
      // Without arguments, as zap and pkg/errors write it.
      let isBare = ByteSearch.first(0x20, in: bytes, from: i, to: limit) == nil && bytes[end - 1] != 0x29
      if isBare { return isGoName(bytes, start, package, first, dot, i, end) ? .function : nil }
    }
    return bytes[end - 1] == 0x29 && i < end ? .innerFrame : nil
  }

  /// Whether a word is a function of Go and not a file, a host or a class: its package is `main`, of the runtime, or has a path
  /// with a host; or its method has a receiver; or the function is exported.
  private static func isGoName(
    _ bytes: Span<UInt8>, _ start: Int, _ package: Int, _ slash: Int, _ dot: Int, _ nameEnd: Int, _ end: Int
  ) -> Bool {
    if begins(bytes, package, end, "main.") || begins(bytes, start, end, "runtime.") { return true }
    if begins(bytes, nameEnd, end, "(*") { return begins(bytes, nameEnd - 1, end, ".(*") }
    if slash > start, let host = ByteSearch.first(0x2E, in: bytes, from: start, to: slash), host > start { return true }
    // `http.HandlerFunc.ServeHTTP`, `orders.Create.func1`: every part is exported, or a closure's.
    var part = dot + 1
    for _ in 0..<8 {
      guard part < nameEnd else { return false }
      let isExported = bytes[part] &- 0x41 < 26
      guard isExported || begins(bytes, part, end, "func") || bytes[part] &- 0x30 < 10 else { return false }
      guard let next = ByteSearch.first(0x2E, in: bytes, from: part, to: nameEnd) else {
        return bytes[start] &- 0x61 < 26
      }
      part = next + 1
    }
    return false
  }

  // MARK: Names

  /// A name with its parts: `app.PoolExhausted`, `PG::ConnectionBad`, `App\Stock\Rejected`.
  struct Name {
    private let start: Int
    var end: Int
    var capitals = 0
    var dots = 0
    /// `::` or a backslash parts it.
    var isQualified = false
    /// Where the last part begins, and whether with a capital.
    private var last: Int
    private var isCapital = false

    init(at start: Int) {
      self.start = start
      self.end = start
      last = start
    }

    mutating func read(_ bytes: Span<UInt8>, _ limit: Int) {
      while end < limit {
        switch bytes[end] {
        case 0x41...0x5A:
          capitals += 1
          if end == last { isCapital = true }
        case 0x2E:
          dots += 1
          begin(part: end + 1)
        case 0x61...0x7A, 0x30...0x39, 0x5F, 0x24: break
        case 0x5C where end > start:
          isQualified = true
          begin(part: end + 1)
        case 0x3A where end > start && end + 2 < limit && bytes[end + 1] == 0x3A && bytes[end + 2] &- 0x41 < 26:
          isQualified = true
          end += 1
          begin(part: end + 1)
        default: return
        }
        end += 1
      }
    }

    private mutating func begin(part: Int) {
      last = part
      isCapital = false
    }

    /// Its ending says that it is an error. A name without a package has to say so plainly.
    func saysError(_ bytes: Span<UInt8>) -> Bool {
      guard capitals > 0 || dots > 0 else { return false }
      if LineShape.plainEndings.contains(where: { LineShape.ends(bytes, start, end, $0) }) { return true }
      if dots > 0 || isQualified { return LineShape.errorEndings.contains { LineShape.ends(bytes, start, end, $0) } }
      return LineShape.errorNames.contains {
        $0.utf8CodeUnitCount == end - start && LineShape.begins(bytes, start, end, $0)
      }
    }

    /// A class with its package of two parts or more.
    var isClass: Bool { dots >= 2 && isCapital }
  }

  private static let sqlWords: [StaticString] = [
    "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "FROM", "WHERE", "AND", "OR", "ORDER", "GROUP", "LIMIT", "VALUES",
    "SET", "RETURNING", "JOIN", "LEFT", "RIGHT", "INNER", "OUTER", "CROSS", "HAVING", "UNION", "ON", "CREATE", "ALTER",
    "DROP", "BEGIN", "COMMIT", "ROLLBACK", "OFFSET", "FOR", "CASE", "WHEN", "END", "INTO", "EXPLAIN", "MERGE", "USING",
  ]
  private static let contextWords: [StaticString] = [
    "future", "task", "handle", "protocol", "transport", "source_traceback", "asyncgen", "exception", "client_session",
  ]
  private static let scripts: [StaticString] = [".js:", ".mjs:", ".cjs:", ".ts:", ".jsx:", ".tsx:"]
  private static let detailWords: [StaticString] = [
    "DETAIL", "HINT", "CONTEXT", "STATEMENT", "QUERY", "LOCATION",
  ]
  private static let plainEndings: [StaticString] = ["Error", "Exception", "Warning", "Failure", "Throwable"]
  private static let errorEndings: [StaticString] = [
    "Exhausted", "Interrupt", "Exit", "Group", "Timeout", "Unavailable", "Iteration", "NotFound", "Denied", "Cancelled",
  ]
  private static let errorNames: [StaticString] = [
    "KeyboardInterrupt", "SystemExit", "GeneratorExit", "StopIteration", "StopAsyncIteration", "ExceptionGroup",
    "BaseExceptionGroup",
  ]
}
