/// Parts a header from its message where nobody named the layout: the level, the thread, the logger and the ids that stand in
/// columns, brackets and pairs after a timestamp, after a syslog tag, or at the start of a container's line.
///
/// Two looks. The first finds a level among the first words; it decides how far the header goes. The second takes the
/// columns in order, up to the first word that is none: there the message begins. Nothing is taken from a message: neither a
/// level word nor an id in prose. No allocation; cost: the header's bytes, `longest` at most.
struct HeaderReader {
  /// Bytes of a header at most.
  static let longest = 400
  /// Words before the level that are no column of a known kind: a host, a thread, a program.
  private static let mostUnknown = 3

  /// What a column is.
  enum Column {
    /// Taken, or of no use.
    case header
    /// The message begins with it.
    case message
  }

  let end: Int
  let limit: Int
  /// Where the level's word ends; -1 without one in the header.
  var levelEnd = -1
  var hasLevel = false
  var hasLogger = false
  /// A name in brackets, which is the logger if no better one comes.
  var bracketName = Slice.missing
  /// Only columns that are certainly some count: the layout has parted a header already.
  let isStrict: Bool
  /// Columns were parted by bars without blanks around them (NLog).
  var hasBars = false
  var columns = 0
  /// Where a column ends that is more than a word.
  var columnEnd = 0
  /// The column before was a thread's name in brackets.
  var afterThread = false

  private init(end: Int, limit: Int, isStrict: Bool) {
    self.end = end
    self.limit = limit
    self.isStrict = isStrict
  }

  /// Reads the header that begins at `start`; returns where the message begins.
  ///
  /// - Parameter isStrict: the layout has parted a header already: only what certainly is a column counts.
  static func read(
    _ bytes: Span<UInt8>, from start: Int, to end: Int, isStrict: Bool = false, into fields: inout LineFields,
    catalog: FieldCatalog, times: inout TimestampParser
  ) -> Int {
    var reader = HeaderReader(end: end, limit: min(end, start + longest), isStrict: isStrict)
    reader.hasLevel = fields.level != .none
    reader.hasLogger = !fields.logger.isMissing
    if !reader.hasLevel { reader.findLevel(bytes, start, &fields) }
    let message = reader.readColumns(bytes, start, &fields, catalog, &times)
    if !reader.hasLogger, !reader.bracketName.isMissing {
      reader.takeLogger(reader.bracketName.start, reader.bracketName.end, &fields)
    }
    return message
  }

  // MARK: The level

  /// Looks for the level among the first words.
  private mutating func findLevel(_ bytes: Span<UInt8>, _ start: Int, _ fields: inout LineFields) {
    var at = start
    var unknown = 0
    var smallWords = 0
    var numbers = 0
    var pairs = 0
    while true {
      at = skipSeparators(bytes, at)
      guard at < limit else { return }
      switch bytes[at] {
      case UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "{"), UInt8(ascii: "<"):
        guard let close = closing(bytes, at) else { return }
        if bytes[at] == UInt8(ascii: "["), let level = HeaderReader.bracketLevel(bytes, at + 1, close) {
          found(level, close + 1, &fields)
          return
        }
        if bytes[at] == UInt8(ascii: "<"), let level = Level(header: bytes, from: at + 1, to: close) {
          found(level, close + 1, &fields)
          return
        }
        // A text in brackets is no column.
        if bytes[at] == UInt8(ascii: "{"), at + 1 < close, HeaderReader.isQuoteOrColon(bytes[at + 1]) { return }
        at = close + 1
      case UInt8(ascii: "\""), UInt8(ascii: "'"): return
      default:
        let stop = tokenEnd(bytes, at)
        if unknown == 0, bytes[at] == UInt8(ascii: "P"), let php = phpLevel(bytes, at) {
          found(php.level, php.end, &fields)
          return
        }
        if let level = level(bytes, at, stop, isFirst: unknown == 0, numbers: numbers)
          ?? channelLevel(bytes, at, stop, &fields)
        {
          found(level.level, level.end, &fields)
          return
        }
        if ByteSearch.first(UInt8(ascii: "="), in: bytes, from: at, to: stop) != nil, pairs < 8 {
          pairs += 1
          at = stop
          continue
        }
        // A pair that ends the header may be before a level: `rid=… level`, but a sentence has none.
        if HeaderReader.isNumber(bytes, at, stop) {
          numbers += 1
          if numbers > 5 { return }
        } else if !RequestIDShape.isCertain(bytes, at, trimmed(bytes, at, stop)) {
          unknown += 1
          if HeaderReader.isSmallWord(bytes, at, stop) { smallWords += 1 }
          // Two words of small letters are a sentence.
          if unknown > HeaderReader.mostUnknown || smallWords > 1 { return }
        }
        at = stop
      }
    }
  }

  private mutating func found(_ level: Level, _ end: Int, _ fields: inout LineFields) {
    hasLevel = true
    levelEnd = end
    if fields.admits(.level, rank: 0, byLayout: true) { fields.level = level }
  }

  /// Monolog's `app.ERROR:`: the channel is the logger.
  private mutating func channelLevel(
    _ bytes: Span<UInt8>, _ start: Int, _ stop: Int, _ fields: inout LineFields
  ) -> (level: Level, end: Int)? {
    guard stop - start > 4, bytes[stop - 1] == UInt8(ascii: ":"),
      let dot = ByteSearch.last(UInt8(ascii: "."), in: bytes, from: start, to: stop), dot > start,
      (dot + 1..<stop - 1).allSatisfy({ bytes[$0] &- 0x41 < 26 }),
      let level = Level(word: bytes, from: dot + 1, to: stop - 1), HeaderReader.isName(bytes, start, dot)
    else { return nil }
    if !hasLogger { takeLogger(start, dot, &fields) }
    return (level, stop - 1)
  }

  /// The level that a word is where it stands, and where it ends; nil for a word of prose.
  private func level(
    _ bytes: Span<UInt8>, _ start: Int, _ stop: Int, isFirst: Bool, numbers: Int
  ) -> (level: Level, end: Int)? {
    var word = start
    while word < stop, (bytes[word] | 0x20) &- 0x61 < 26 { word += 1 }
    let length = word - start
    guard length > 0, length <= 11 else { return nil }
    // `core:error` stands in brackets only; a word goes on with nothing else.
    let next = word < end ? bytes[word] : 0x20
    let closes = next == UInt8(ascii: ":") || next == UInt8(ascii: "]") || next == UInt8(ascii: "|") || next == 0x09
    guard closes || next == 0x20 || next == UInt8(ascii: ",") || next == UInt8(ascii: "[") else { return nil }
    if next == UInt8(ascii: ":"), word + 1 < end, bytes[word + 1] != 0x20, bytes[word + 1] != 0x09,
      !isFirst || colonName(bytes, word + 1, stop) == nil
    {
      return nil
    }
    guard let level = Level(header: bytes, from: start, to: word) else { return nil }
    let isPadded =
      closes || (next == UInt8(ascii: ",")) || next == UInt8(ascii: "[")
      || (word + 1 < end && next == 0x20
        && (bytes[word + 1] == 0x20 || bytes[word + 1] == UInt8(ascii: "[") || bytes[word + 1] == UInt8(ascii: "|")))
    let capitals = (start..<word).allSatisfy { bytes[$0] < 0x60 }
    if length == 1 {
      guard capitals || closes else { return nil }
      // A lone letter: after the numbers of process and thread, or before a column.
      let isColumn = isPadded || numbers > 0 || isCapitalWord(bytes, word + 1)
      return isColumn && (isFirst || numbers > 0) ? (level, word) : nil
    }
    if capitals {
      if isPadded || !Level.isOrdinary(bytes, from: start, to: word) { return (level, word) }
      return nil
    }
    // `Power Information: on` is prose.
    if isPadded { return isFirst ? (level, word) : nil }
    // `info started`: small letters before a sentence are a level where they begin it and are no word of it.
    let isSmall = (start..<word).allSatisfy { bytes[$0] >= 0x60 }
    return isFirst && isSmall && word + 1 < end && level <= .warning && !Level.isOrdinary(bytes, from: start, to: word)
      && level != .trace && level != .notice ? (level, word) : nil
  }

  /// The end of the name in `ERROR:app.orders:text`, as Python's `basicConfig` writes it; nil where there is none.
  private func colonName(_ bytes: Span<UInt8>, _ start: Int, _ stop: Int) -> Int? {
    guard let colon = ByteSearch.first(UInt8(ascii: ":"), in: bytes, from: start, to: stop), colon > start,
      HeaderReader.isName(bytes, start, colon)
    else { return nil }
    return colon
  }

  /// The level in `PHP Fatal error:  …`, as PHP's `error_log` has it, and where its words end.
  private func phpLevel(_ bytes: Span<UInt8>, _ start: Int) -> (level: Level, end: Int)? {
    let words: [(StaticString, Level)] = [
      ("PHP Fatal error:", .critical), ("PHP Parse error:", .critical), ("PHP Core error:", .critical),
      ("PHP Compile error:", .critical), ("PHP Recoverable fatal error:", .error), ("PHP Warning:", .warning),
      ("PHP Core warning:", .warning), ("PHP Notice:", .notice), ("PHP Deprecated:", .notice),
    ]
    guard let found = words.first(where: { ByteSearch.begins(bytes, at: start, end: end, with: $0.0) }) else {
      return nil
    }
    return (found.1, start + found.0.utf8CodeUnitCount - 1)
  }

  /// mongod's `E STORAGE`, a component in capitals.
  private func isCapitalWord(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
    var i = start
    while i < end, bytes[i] &- 0x41 < 26 { i += 1 }
    return i - start >= 2 && (i == end || bytes[i] == 0x20)
  }

  /// `INFO`, ` info `, `core:error`, `Note`.
  static func bracketLevel(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Level? {
    var start = start
    var end = end
    while start < end, bytes[start] == 0x20 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 { end -= 1 }
    guard end > start, end - start <= 32 else { return nil }
    if let level = Level(header: bytes, from: start, to: end) { return level }
    if let colon = ByteSearch.first(UInt8(ascii: ":"), in: bytes, from: start, to: end), colon + 1 < end {
      return Level(word: bytes, from: colon + 1, to: end)
    }
    return nil
  }

  private static func isSmallWord(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    (start..<end).allSatisfy { bytes[$0] &- 0x61 < 26 }
  }

  // MARK: The columns

  private mutating func readColumns(
    _ bytes: Span<UInt8>, _ start: Int, _ fields: inout LineFields, _ catalog: FieldCatalog,
    _ times: inout TimestampParser
  ) -> Int {
    var at = start
    var isScope = false
    while true {
      let before = at
      at = skipSeparators(bytes, at)
      guard at < end else { return min(before, end) }
      guard at < limit else { return at }
      if isDivider(bytes, before, at), at >= levelEnd, hasLevel, endsHeader(bytes, before, at) { return at }
      if at > before + 1, HeaderReader.hasArrow(bytes, before, at) { isScope = true }
      switch bytes[at] {
      case UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "{"), UInt8(ascii: "<"):
        guard let close = closing(bytes, at),
          group(bytes, at, close, &fields, catalog, &times) == .header || at < levelEnd
        else { return at }
        at = close + 1
        columns += 1
        // `]: `, as syslog and many others end a header.
        if at < end, bytes[at] == UInt8(ascii: ":"), at >= levelEnd { return afterBlanks(bytes, at + 1) }
      case UInt8(ascii: "\""), UInt8(ascii: "'"): return at
      default:
        let stop = tokenEnd(bytes, at)
        if at < levelEnd {
          // `ERROR:app.orders:text` is more than the level.
          if stop <= levelEnd + 1 { earlyToken(bytes, at, stop, &fields) }
          at = max(stop, at + 1)
          if at >= levelEnd, let message = afterLevel(bytes, &fields) { return message }
        } else if isScope, takeScope(bytes, at, stop, &fields, catalog, &times) {
          at = stop
        } else if token(bytes, at, stop, &fields) == .header {
          at = max(stop, at + 1, columnEnd)
          if hasLogger, stop > 0, stop <= end, bytes[stop - 1] == UInt8(ascii: ":") { return afterBlanks(bytes, at) }
        } else {
          return at
        }
        columns += 1
      }
    }
  }

  /// A word before the level.
  private mutating func earlyToken(_ bytes: Span<UInt8>, _ start: Int, _ stop: Int, _ fields: inout LineFields) {
    let end = trimmed(bytes, start, stop)
    if RequestIDShape.isCertain(bytes, start, end) {
      takeID(bytes, start, end, &fields)
    } else if !hasLogger, HeaderReader.isDotted(bytes, start, end) {
      takeLogger(start, end, &fields)
    }
  }

  /// What follows a level with a colon: the message, but for .NET's category.
  private mutating func afterLevel(_ bytes: Span<UInt8>, _ fields: inout LineFields) -> Int? {
    guard levelEnd < end, bytes[levelEnd] == UInt8(ascii: ":") else { return nil }
    if levelEnd + 1 < end, bytes[levelEnd + 1] > 0x20, !hasLogger,
      let colon = colonName(bytes, levelEnd + 1, tokenEnd(bytes, levelEnd + 1))
    {
      takeLogger(levelEnd + 1, colon, &fields)
      return afterBlanks(bytes, colon + 1)
    }
    let at = afterBlanks(bytes, levelEnd + 1)
    guard at < end else { return at }
    let stop = tokenEnd(bytes, at)
    if stop > at + 3, bytes[stop - 1] == UInt8(ascii: "]"), bytes[stop - 2] &- 0x30 < 10 { return nil }
    return at
  }

  /// A word after the level, or where there is none.
  private mutating func token(
    _ bytes: Span<UInt8>, _ start: Int, _ stop: Int, _ fields: inout LineFields
  ) -> Column {
    var last = trimmed(bytes, start, stop)
    guard last > start else { return .header }
    if RequestIDShape.isCertain(bytes, start, last) {
      takeID(bytes, start, last, &fields)
      return .header
    }
    let next = nextColumn(bytes, stop)
    // A level said twice: Ruby's letter and its word.
    if columns < 2, next.isDashes, Level(word: bytes, from: start, to: last) != nil { return .header }
    if HeaderReader.isNumber(bytes, start, last) {
      // Of a process, before a column that says more.
      // gin's `| 200 | 42ms | …`.
      if isStrict || (next.isBar && RequestPhrase.status(bytes, start, last) != nil) { return .message }
      if !hasLevel && columns < 3 { return next.isText ? .message : .header }
      // klog's level stands before its time.
      if levelEnd < 0 && columns == 0 { return .header }
      return next.isDashes || bytes[stop - 1] == UInt8(ascii: "]") ? .header : .message
    }
    guard !hasLogger, !isStrict, HeaderReader.isName(bytes, start, last) else { return .message }
    // A program and a dash, without any level: `chrome.exe - text`, `chrome.exe *64 - text`.
    let isMarked = RequestPhrase.begins(bytes, stop, end, " *64 -")
    if !hasLevel, columns == 0, (next.isDash && !next.isDashes) || isMarked, HeaderReader.hasDots(bytes, start, last) {
      if isMarked { columnEnd = stop + 4 }
      takeLogger(start, last, &fields)
      return .header
    }
    let hasColon = stop > last && bytes[last] == UInt8(ascii: ":")
    // `app[web.1]:`, `Orders.OrderController[0]`.
    if let bracket = ByteSearch.first(UInt8(ascii: "["), in: bytes, from: start, to: last), bracket > start {
      guard hasColon || hasLevel else { return .message }
      last = bracket
    } else if !hasLevel {
      return .message
    }
    let isColumn =
      hasColon || next.isDash || next.isBar || (stop > last && bytes[last] == UInt8(ascii: "]"))
      || (last < stop && last > start && bytes[last] == UInt8(ascii: "["))
    let isDotted = HeaderReader.hasDots(bytes, start, last)
    // Tomcat's `SEVERE [main] org.apache.catalina.Server.start text`.
    let isClass = afterThread && (start..<last).count { bytes[$0] == UInt8(ascii: ".") } >= 3
    guard isColumn || (isDotted && (next.isBracket || next.isTab || isClass)) else { return .message }
    if hasColon, !isDotted, !HeaderReader.isIdentifier(bytes, start, last) { return .message }
    takeLogger(start, last, &fields)
    return .header
  }

  mutating func takeLogger(_ start: Int, _ end: Int, _ fields: inout LineFields) {
    guard end > start, fields.admits(.logger, rank: 0, byLayout: true) else { return }
    fields.logger = Slice(start, end)
    hasLogger = true
  }

  func takeID(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields) {
    guard fields.requestID.isMissing, !fields.saysNoID, let id = LineFields.requestID(bytes, Slice(start, end))
    else { return }
    // After every key that names it.
    if fields.admits(.requestID, rank: 254, byLayout: false) { fields.requestID = id }
  }

  /// `TraceId:8165…,` of .NET's scopes; whether it is one.
  private func takeScope(
    _ bytes: Span<UInt8>, _ start: Int, _ stop: Int, _ fields: inout LineFields, _ catalog: FieldCatalog,
    _ times: inout TimestampParser
  ) -> Bool {
    guard let colon = ByteSearch.first(UInt8(ascii: ":"), in: bytes, from: start, to: stop), colon > start + 1,
      (start..<colon).allSatisfy({ KeyByte.isOfKey(bytes[$0]) })
    else { return false }
    var last = stop
    while last > colon + 1, bytes[last - 1] == UInt8(ascii: ",") { last -= 1 }
    guard last > colon + 1, bytes[colon + 1] != UInt8(ascii: "/") || bytes[start] &- 0x41 < 26 else { return false }
    HeaderReader.takePair(bytes, start, colon, colon + 1, last, &fields, catalog, &times)
    return true
  }

  /// Takes the names and values of a whole text of scopes.
  static func takeScopes(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields, _ catalog: FieldCatalog,
    _ times: inout TimestampParser
  ) {
    let reader = HeaderReader(end: end, limit: end, isStrict: true)
    var at = start
    while at < end {
      while at < end, bytes[at] <= 0x20 { at += 1 }
      var stop = at
      while stop < end, bytes[stop] > 0x20 { stop += 1 }
      if stop > at { _ = reader.takeScope(bytes, at, stop, &fields, catalog, &times) }
      at = stop
    }
  }

  /// Takes a name and a value that stand apart by a colon.
  static func takePair(
    _ bytes: Span<UInt8>, _ keyStart: Int, _ keyEnd: Int, _ valueStart: Int, _ valueEnd: Int,
    _ fields: inout LineFields, _ catalog: FieldCatalog, _ times: inout TimestampParser
  ) {
    let target = fields.keys.look(up: bytes, keyStart, keyEnd, in: catalog).target
    // Of an exchange only a record that ends one tells.
    guard !target.isIgnored, target.wanted >= 0 || target.standard == .requestID else { return }
    fields.take(
      target, FieldValue(.text, Slice(valueStart, valueEnd)), in: bytes, byLayout: false, times: &times)
  }
}
