/// The value of a key becomes a field: what JSON members, `key=value` pairs and layouts' own fields have in common.
///
/// A value that its field cannot have (`status=ok`, `method=null`) is passed over, so that a key of lower rank may give the
/// field. No allocation.
extension LineFields {
  /// Takes the value of a key.
  ///
  /// - Parameters:
  ///   - target: what the key stands for, from `FieldCatalog`.
  ///   - value: its kind and slice; unescaped text stands in the arena.
  ///   - bytes: the block of slices that are not in the arena.
  ///   - byLayout: the layout says that the field stands here (JSON members too); false for pairs in a message.
  @inline(__always)
  package mutating func take(
    _ target: FieldTarget, _ value: FieldValue, in bytes: Span<UInt8>, byLayout: Bool, times: inout TimestampParser
  ) {
    if target.isIgnored || value.kind == .missing { return }
    if target.wanted >= 0 { takeWanted(Int(target.wanted), value, in: bytes, byLayout: byLayout) }
    if target.standard == .none { return }
    if value.kind == .null { return takeNull(target, byLayout: byLayout) }
    if value.slice.isInArena {
      // A second reference, not a copy: nothing below appends.
      let text = arena
      takeStandard(target, value, text.span, in: bytes, byLayout: byLayout, times: &times)
    } else {
      takeStandard(target, value, bytes, in: bytes, byLayout: byLayout, times: &times)
    }
  }

  @inline(never)
  private mutating func takeNull(_ target: FieldTarget, byLayout: Bool) {
    if target.standard == .requestID { saysNoID = true }
    // A request without a line that could be read has got its status all the same.
    if target.standard == .requestLine { _ = admits(.requestLine, rank: target.rank, byLayout: byLayout) }
  }

  /// - Parameter text: the bytes that `value.slice` counts in.
  mutating func takeStandard(
    _ target: FieldTarget, _ value: FieldValue, _ text: Span<UInt8>, in bytes: Span<UInt8>, byLayout: Bool,
    times: inout TimestampParser
  ) {
    if target.isMapped { return takeMapped(target, value, text, in: bytes, times: &times) }
    let start = value.slice.start
    let end = value.slice.end
    let isScalar = value.kind == .text || value.kind == .number
    switch target.standard {
    case .none: break
    case .time:
      guard isScalar, let time = LineFields.time(text, start, end, value.kind, &times) else { return }
      switch admission(of: .time, rank: target.rank, byLayout: byLayout) {
      case .taken:
        self.time = time.time
        timeHasZone = time.hasZone
      case .repeated: if time.time != self.time { markAmbiguous(.time) }
      case .refused: break
      }
    case .level:
      guard isScalar else { return }
      guard let level = LineFields.level(text, start, end, rank: target.rank) else {
        noteLevelNumber(text, start, end, rank: target.rank)
        return
      }
      switch admission(of: .level, rank: target.rank, byLayout: byLayout) {
      case .taken: self.level = level
      case .repeated: if level != self.level { markAmbiguous(.level) }
      case .refused: break
      }
    case .status:
      guard isScalar, let status = LineFields.status(text, start, end) else { return }
      switch admission(of: .status, rank: target.rank, byLayout: byLayout) {
      case .taken: self.status = status
      case .repeated: if status != self.status { markAmbiguous(.status) }
      case .refused: break
      }
    case .duration:
      guard isScalar else { return }
      let unit = target.unit > 0 ? target.unit : bareDurationUnit
      switch DurationText.read(text, from: start, to: end, unit: unit) {
      case .none: if target.isDoubtful { takeRequestTime(text, start, end, byLayout, &times) }
      case .withoutUnit:
        if !target.isDoubtful || !takeNginxSeconds(text, start, end, target.rank, byLayout), duration < 0 {
          durationWithoutUnit = true
        }
      case .nanoseconds(let duration):
        switch admission(of: .duration, rank: target.rank, byLayout: byLayout) {
        case .taken:
          self.duration = duration
          durationWithoutUnit = false
        case .repeated: if duration != self.duration { markAmbiguous(.duration) }
        case .refused: break
        }
      }
    case .logger:
      guard value.kind == .text, LineFields.isSomething(text, start, end) else { return }
      if admits(value.slice, over: logger, .logger, target.rank, byLayout, bytes) { logger = value.slice }
    case .message:
      guard isScalar else { return }
      if admits(value.slice, over: message, .message, target.rank, byLayout, bytes) { message = value.slice }
    case .requestID:
      guard isScalar, let slice = LineFields.requestID(text, value.slice) else { return }
      // Names that mean other things as well.
      if target.isDoubtful, !RequestIDShape.mayStand(text, slice.start, slice.end) { return }
      if admits(slice, over: requestID, .requestID, target.rank, byLayout, bytes) { requestID = slice }
    case .method:
      guard value.kind == .text, LineFields.isMethod(text, start, end) else { return }
      if admits(value.slice, over: method, .method, target.rank, byLayout, bytes) { method = value.slice }
    case .path:
      guard value.kind == .text, LineFields.isSomething(text, start, end) else { return }
      var slice = value.slice
      if target.isPathOnly, text[start] != UInt8(ascii: "/") {
        // Rust's `tracing` calls the module of an event its target.
        if ByteSearch.first(0x20, in: text, from: start, to: end) == nil, logger.isMissing,
          HeaderReader.isName(text, start, end), admits(.logger, rank: .max, byLayout: byLayout)
        {
          logger = slice
        }
        return
      }
      if target.isServed, !slice.isInArena, let served = RequestPhrase.served(text, slice) { slice = served }
      if admits(slice, over: path, .path, target.rank, byLayout, bytes) { path = slice }
    case .route:
      guard value.kind == .text, LineFields.isSomething(text, start, end) else { return }
      if admits(value.slice, over: route, .route, target.rank, byLayout, bytes) { route = value.slice }
    case .exception:
      if LineFields.isException(text, start, end, value.kind) {
        _ = admission(of: .exception, rank: target.rank, byLayout: byLayout)
        hasException = true
        if byLayout && value.kind == .text && value.slice.count > exception.count { exception = value.slice }
      }
    case .requestLine:
      guard value.kind == .text else { return }
      guard var line = LineFields.requestLine(text, value.slice) else {
        _ = admits(.requestLine, rank: target.rank, byLayout: byLayout)
        return
      }
      // A server that answered it logged it: the URL of a proxy's request is no call to somebody else.
      if byLayout, !value.slice.isInArena, let served = RequestPhrase.served(text, line.path) { line.path = served }
      // Behind every key that names the method or the path itself.
      if admits(line.method, over: method, .method, .max, byLayout, bytes) { method = line.method }
      if admits(line.path, over: path, .path, .max, byLayout, bytes) { path = line.path }
    }
  }

  /// Whether `slice` replaces the `current` one.
  @inline(__always)
  private mutating func admits(
    _ slice: Slice, over current: Slice, _ field: StandardField, _ rank: UInt8, _ byLayout: Bool, _ bytes: Span<UInt8>
  ) -> Bool {
    switch admission(of: field, rank: rank, byLayout: byLayout) {
    case .taken: return true
    case .repeated:
      if !isEqual(current, slice, in: bytes) { markAmbiguous(field) }
      return false
    case .refused: return false
    }
  }
}

extension LineFields {
  /// Takes `0.042`: nginx writes `$request_time` in seconds with three digits after the point, always.
  @inline(never)
  private mutating func takeNginxSeconds(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, _ rank: UInt8, _ byLayout: Bool
  ) -> Bool {
    guard LineFields.isNginxSeconds(text, start, end) else { return false }
    if admits(.duration, rank: rank, byLayout: byLayout) {
      duration =
        DecimalNumber.parse(text, from: start, to: end)?.number.scaled(by: EventTime.nanosecondsPerSecond) ?? -1
      durationWithoutUnit = false
    }
    return true
  }

  private static func isNginxSeconds(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    end - start >= 5 && text[end - 4] == UInt8(ascii: ".")
      && (start..<end).allSatisfy { $0 == end - 4 || text[$0] &- 0x30 < 10 }
  }

  /// API Gateway's requestTime is a time of day.
  @inline(never)
  private mutating func takeRequestTime(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, _ byLayout: Bool, _ times: inout TimestampParser
  ) {
    guard end - start >= 20, let time = LineFields.time(text, start, end, .text, &times),
      admits(.time, rank: 60, byLayout: byLayout)
    else { return }
    self.time = time.time
    timeHasZone = time.hasZone
  }
}

/// What a text means, field by field. Nil or false where the field cannot have it.
extension LineFields {
  /// Neither empty nor `-`.
  @inline(__always)
  static func isSomething(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    end > start && !(end - start == 1 && text[start] == UInt8(ascii: "-"))
  }

  private static func time(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, _ kind: FieldValue.Kind, _ times: inout TimestampParser
  ) -> (time: Int64, hasZone: Bool)? {
    if kind == .number {
      return TimestampParser.parseEpochNumber(text, from: start, to: end).map { ($0, true) }
    }
    if let format = times.format, let found = times.parse(text, from: start, to: end, format: format), found.end == end,
      found.time != EventTime.none
    {
      return (found.time, found.hasZone)
    }
    guard let found = times.memory.rememberedSecond(text, start, end) ?? times.parseAnew(text, start, end) else {
      return nil
    }
    // Java puts the name of the zone after the offset: `+01:00[Europe/Berlin]`.
    guard found.end == end || text[found.end] == UInt8(ascii: "[") || text[found.end] == UInt8(ascii: " ") else {
      return nil
    }
    return (found.time, found.hasZone)
  }

  /// A word (`info`, slog's `INFO+2`, OpenTelemetry's `WARN2`) or a number on the scale that its key tells.
  private static func level(_ text: Span<UInt8>, _ start: Int, _ end: Int, rank: UInt8) -> Level? {
    guard start < end else { return nil }
    if let usual = Level.usual(text, at: start, to: end), usual.end == end { return usual.level }
    if text[start] &- 0x30 <= 9 {
      guard rank >= LevelScale.first, let (decimal, stop) = DecimalNumber.parse(text, from: start, to: end),
        stop == end,
        let number = decimal.integer(upTo: 100).map(Int.init)
      else { return nil }
      if rank == LevelScale.openTelemetry { return Level(openTelemetry: number) }
      if rank == LevelScale.syslog { return Level(syslog: number) }
      return rank == LevelScale.python ? Level(python: number) : nil
    }
    // mongod's `s` is a letter, and perhaps a digit.
    if rank == LevelScale.mongo, end - start > 2 { return nil }
    var stop = start
    while stop < end, (text[stop] | 0x20) &- 0x61 < 26 { stop += 1 }
    var rest = stop
    while rest < end, text[rest] &- 0x30 <= 9 || text[rest] == UInt8(ascii: "+") || text[rest] == UInt8(ascii: "-") {
      rest += 1
    }
    guard rest == end else { return nil }
    return Level(word: text, from: start, to: stop)
  }

  /// Keeps a number whose key does not tell the scale, for what the rest of the line says about it.
  private mutating func noteLevelNumber(_ text: Span<UInt8>, _ start: Int, _ end: Int, rank: UInt8) {
    guard rank < LevelScale.first, levelNumber < 0, start < end, text[start] &- 0x30 <= 9,
      let (decimal, stop) = DecimalNumber.parse(text, from: start, to: end), stop == end,
      let number = decimal.integer(upTo: 1_000)
    else { return }
    levelNumber = Int32(number)
  }

  /// 100 ... 999, as `200` or `200 OK`.
  @inline(__always)
  private static func status(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int32? {
    guard end - start >= 3, end - start == 3 || text[start + 3] == UInt8(ascii: " ") else { return nil }
    let hundreds = text[start] &- 0x30
    let rest = ClockText.two(text, start + 1)
    guard hundreds >= 1, hundreds <= 9, rest >= 0 else { return nil }
    return Int32(hundreds) * 100 + Int32(rest)
  }

  /// The id; of a W3C `traceparent` (`00-<trace id>-<parent id>-<flags>`) the trace id. Nil for `-`, empty and null.
  @inline(__always)
  package static func requestID(_ text: Span<UInt8>, _ slice: Slice) -> Slice? {
    let start = slice.start
    let end = slice.end
    guard isSomething(text, start, end) else { return nil }
    if end - start == 4, isNothing(text, start) { return nil }
    if text[start] == UInt8(ascii: "0"), isZero(text, start, end) { return nil }
    if end - start > 40, let named = cloudTrace(text, slice) { return named }
    guard end - start == 55, text[start + 2] == UInt8(ascii: "-"), text[start + 35] == UInt8(ascii: "-"),
      text[start + 52] == UInt8(ascii: "-")
    else { return slice }
    var i = start
    var anyDigit: UInt8 = 0
    while i < end {
      let byte = text[i]
      if i != start + 2 && i != start + 35 && i != start + 52 {
        guard byte &- 0x30 <= 9 || (byte | 0x20) &- 0x61 < 6 else { return slice }
        if i > start + 2 && i < start + 35 { anyDigit |= byte ^ 0x30 }
      }
      i += 1
    }
    // All zeros is the invalid trace id.
    return anyDigit == 0 ? nil : part(of: slice, start + 3, start + 35)
  }

  /// OpenTelemetry's and Datadog's ids of no trace: zeros alone.
  @inline(never)
  private static func isZero(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    (start..<end).allSatisfy { text[$0] == UInt8(ascii: "0") || text[$0] == UInt8(ascii: "-") }
  }

  /// The trace id in Google Cloud's `projects/NAME/traces/<trace id>`, and in AWS' `Root=1-…;Parent=…;Sampled=1`.
  @inline(never)
  private static func cloudTrace(_ text: Span<UInt8>, _ slice: Slice) -> Slice? {
    let start = slice.start
    if ByteSearch.begins(text, at: start, end: slice.end, with: "projects/"),
      let slash = ByteSearch.last(UInt8(ascii: "/"), in: text, from: start, to: slice.end), slash + 1 < slice.end
    {
      return part(of: slice, slash + 1, slice.end)
    }
    if ByteSearch.begins(text, at: start, end: slice.end, with: "Root="),
      let stop = ByteSearch.first(UInt8(ascii: ";"), in: text, from: start, to: slice.end)
    {
      return part(of: slice, start + 5, stop)
    }
    return nil
  }

  /// Whether the four letters are `null`, in any case, or Python's `None`.
  private static func isNothing(_ text: Span<UInt8>, _ start: Int) -> Bool {
    let letters = ClockText.letters(text, start)
    let last = text[start + 3] | 0x20
    if letters == 0x6E_756C { return last == UInt8(ascii: "l") }
    return letters == 0x6E_6F6E && last == UInt8(ascii: "e") && text[start] == UInt8(ascii: "N")
  }

  /// One token of letters, as HTTP methods are.
  @inline(__always)
  static func isMethod(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start >= 3, end - start <= 16 else { return false }
    var i = start
    while i < end {
      if (text[i] | 0x20) &- 0x61 >= 26 { return false }
      i &+= 1
    }
    return true
  }

  /// The parts of `GET /x HTTP/1.1`; the version may be missing (HTTP/0.9, and logs that leave it out).
  package static func requestLine(_ text: Span<UInt8>, _ slice: Slice) -> (method: Slice, path: Slice)? {
    let start = slice.start
    var end = slice.end
    guard let blank = ByteSearch.first(UInt8(ascii: " "), in: text, from: start, to: end),
      isMethod(text, start, blank)
    else { return nil }
    if let last = ByteSearch.last(UInt8(ascii: " "), in: text, from: blank + 1, to: end), end - last > 5,
      text[last + 1] == UInt8(ascii: "H"), text[last + 2] == UInt8(ascii: "T"), text[last + 3] == UInt8(ascii: "T"),
      text[last + 4] == UInt8(ascii: "P"), text[last + 5] == UInt8(ascii: "/")
    {
      end = last
    }
    // Hypercorn writes the version's number alone.
    if end > blank + 5, text[end - 4] == UInt8(ascii: " "), text[end - 2] == UInt8(ascii: "."),
      text[end - 3] &- 0x30 < 4,
      text[end - 1] &- 0x30 < 10
    {
      end -= 4
    }
    guard end > blank + 1 else { return nil }
    return (part(of: slice, start, blank), part(of: slice, blank + 1, end))
  }

  /// Something stands where a traceback goes: not empty, not `None` (Python), `NoneType: None`, `false`, `[]` or `{}`.
  private static func isException(_ text: Span<UInt8>, _ start: Int, _ end: Int, _ kind: FieldValue.Kind) -> Bool {
    switch kind {
    case .bool: text[start] == UInt8(ascii: "t")
    case .composite: end - start > 2
    case .text:
      isSomething(text, start, end)
        && !(end - start == 4 && ClockText.letters(text, start) == 0x6E_6F6E)
        && !(end - start == 14 && ClockText.letters(text, start) == 0x6E_6F6E)
    default: false
    }
  }

  @inline(__always)
  private static func part(of slice: Slice, _ start: Int, _ end: Int) -> Slice {
    slice.isInArena ? .inArena(start, end) : Slice(start, end)
  }
}

/// Keys whose numbers are on a scale of their own, told by their rank among the keys for the level.
private enum LevelScale {
  static let openTelemetry = FieldCatalog.plain["severitynumber"].rank
  static let syslog = FieldCatalog.plain["priority"].rank
  static let python = FieldCatalog.plain["levelno"].rank
  static let mongo = FieldCatalog.plain["s"].rank
  /// They are the last ones.
  static let first = min(openTelemetry, syslog, python, mongo)
}

extension Level {
  /// SeverityNumber of OpenTelemetry (1 trace ... 24 fatal4), or nil.
  package init?(openTelemetry number: Int) {
    switch number {
    case 1...4: self = .trace
    case 5...8: self = .debug
    case 9...12: self = .info
    case 13...16: self = .warning
    case 17...20: self = .error
    case 21...24: self = .critical
    default: return nil
    }
  }
}
