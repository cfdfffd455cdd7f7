/// The unit of a bare `duration` in a JSON line, where the line's own keys say which library wrote it.
///
/// slog and ECS write nanoseconds, zap seconds, pino milliseconds. Asked of each line that has such a duration and of no
/// other, so that no line's unit depends on another line.
enum JSONDurationUnit {
  /// Nanoseconds of one unit; 0 where the line does not say.
  static func of(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int64 {
    var seen = Seen()
    var i = start
    while let quote = ByteSearch.first(0x22, in: bytes, from: i, to: end) {
      func stands(_ text: StaticString) -> Bool { ByteSearch.begins(bytes, at: quote, end: end, with: text) }
      if stands("\"ecs.version\"") || stands("\"ecs\"") { return 1 }
      if stands("\"level\":") {
        seen.isPinoLevel = seen.isPinoLevel || isPinoLevel(bytes, quote + 8, end)
        seen.isSlogLevel = seen.isSlogLevel || isSlogLevel(bytes, quote + 8, end)
      }
      if stands("\"time\":\"") { seen.hasTimeText = true }
      if stands("\"msg\":") { seen.hasMessage = true }
      if stands("\"ts\":1") { seen.hasEpoch = true }
      if stands("\"caller\":") { seen.hasCaller = true }
      i = quote + 1
    }
    if seen.isPinoLevel { return 1_000_000 }
    if seen.hasTimeText && seen.isSlogLevel && seen.hasMessage { return 1 }
    if seen.hasEpoch && seen.hasCaller { return EventTime.nanosecondsPerSecond }
    return 0
  }

  private struct Seen {
    var isPinoLevel = false
    var isSlogLevel = false
    var hasTimeText = false
    var hasMessage = false
    var hasEpoch = false
    var hasCaller = false
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
