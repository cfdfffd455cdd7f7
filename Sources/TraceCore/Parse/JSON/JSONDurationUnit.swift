/// The unit of a bare duration in a JSON line, where the line's own keys say which program wrote it.
///
/// Servers that name their fields themselves fix the unit with them: Envoy and Istio, Traefik, Caddy, zerolog's access handler,
/// Serilog's `Elapsed`, Logbook, pino-http's `responseTime`. Of libraries that leave the names to their users (slog, zap) only a value
/// in the form that nothing else has counts: a guess would be wrong by a thousand. Asked of each line that has such a duration
/// and of no other, so that no line's unit depends on another line.
///
/// Meaning: docs/semantics.md#durations.
enum JSONDurationUnit {
  /// Nanoseconds of one unit; 0 where the line does not say.
  static func of(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int64 {
    var seen = Seen()
    var i = start
    while let quote = ByteSearch.first(0x22, in: bytes, from: i, to: end) {
      func stands(_ text: StaticString) -> Bool { ByteSearch.begins(bytes, at: quote, end: end, with: text) }
      if stands("\"correlation\":") { seen.hasCorrelation = true }
      if stands("\"type\":\"response\""),
        seen.hasCorrelation
          || ByteSearch.begins(bytes, at: quote, end: end, with: "\"type\":\"response\",\"correlation\"")
      {
        return EventTime.nanosecondsPerMillisecond
      }
      if stands("\"response_flags\"") || stands("\"responseTime\":") { return EventTime.nanosecondsPerMillisecond }
      if stands("\"Elapsed\":") { return EventTime.nanosecondsPerMillisecond }
      if stands("\"DownstreamStatus\":") { return 1 }
      // lograge's formatters for Logstash and JSON.
      if stands("\"controller\":") { seen.hasController = true }
      if stands("\"action\":"), seen.hasController { return EventTime.nanosecondsPerMillisecond }
      if stands("\"logger\":\"http.log.access") { return EventTime.nanosecondsPerSecond }
      if stands("\"size\":"), isHlog(bytes, quote + 7, end) { return EventTime.nanosecondsPerMillisecond }
      if stands("\"level\":") {
        seen.isPinoLevel = seen.isPinoLevel || isPinoLevel(bytes, quote + 8, end)
        seen.isSlogLevel = seen.isSlogLevel || isSlogLevel(bytes, quote + 8, end)
      }
      if stands("\"time\":\"") { seen.hasTimeText = true }
      if stands("\"time\":1") || stands("\"v\":0") { seen.hasEpochTime = true }
      if stands("\"msg\":") { seen.hasMessage = true }
      if stands("\"ts\":1") { seen.hasEpoch = true }
      if stands("\"caller\":") { seen.hasCaller = true }
      if stands("\"duration\":") { seen.form = form(bytes, quote + 11, end) }
      if stands("\"latency\":") || stands("\"elapsed\":") { seen.form = form(bytes, quote + 10, end) }
      i = quote + 1
    }
    if seen.isPinoLevel && seen.hasEpochTime { return EventTime.nanosecondsPerMillisecond }
    if seen.hasTimeText && seen.isSlogLevel && seen.hasMessage && seen.form == .large { return 1 }
    if seen.hasEpoch && seen.hasCaller && seen.form == .fraction { return EventTime.nanosecondsPerSecond }
    return 0
  }

  private struct Seen {
    var isPinoLevel = false
    var isSlogLevel = false
    var hasTimeText = false
    var hasEpochTime = false
    var hasMessage = false
    var hasEpoch = false
    var hasCaller = false
    var hasCorrelation = false
    var hasController = false
    var form = Form.other
  }

  /// How the number is written.
  private enum Form {
    /// With a fraction, as zap writes seconds.
    case fraction
    /// A whole number of at least 100,000, as slog's nanoseconds are.
    case large
    case other
  }

  private static func form(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Form {
    guard let (number, _) = DecimalNumber.parse(bytes, from: JSONScanner.skipSpace(bytes, start, end), to: end) else {
      return .other
    }
    if number.exponent < 0 { return .fraction }
    return number.exponent == 0 && number.mantissa >= 100_000 ? .large : .other
  }

  /// `"size":512,"duration":42.0`: the order of the fields in hlog's documentation.
  private static func isHlog(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var i = start
    while i < end, bytes[i] &- 0x30 < 10 { i += 1 }
    return i > start && ByteSearch.begins(bytes, at: i, end: end, with: ",\"duration\":")
  }

  /// 10, 20, … 60.
  private static func isPinoLevel(_ bytes: Span<UInt8>, _ at: Int, _ end: Int) -> Bool {
    at + 1 < end && bytes[at] >= 0x31 && bytes[at] <= 0x36 && bytes[at + 1] == 0x30
      && (at + 2 >= end || bytes[at + 2] &- 0x30 >= 10)
  }

  /// slog writes its levels in capitals, also `INFO+2`.
  private static func isSlogLevel(_ bytes: Span<UInt8>, _ at: Int, _ end: Int) -> Bool {
    let names: [StaticString] = ["\"DEBUG", "\"INFO", "\"WARN", "\"ERROR"]
    return names.contains { name in
      let stop = at + name.utf8CodeUnitCount
      return ByteSearch.begins(bytes, at: at, end: end, with: name) && stop < end
        && (bytes[stop] == 0x22 || bytes[stop] == 0x2B || bytes[stop] == 0x2D)
    }
  }
}
