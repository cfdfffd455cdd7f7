/// The level that a bare number stands for in a JSON line, where the line's own keys say whose scale it is on.
///
/// pino (`"time":` as a number, or `pid` and `hostname`), bunyan (`"v":0`) and GELF (`short_message`). Nobody else's: 4 is a
/// warning, a fatal error and nothing at all, by who wrote it.
///
/// Meaning: docs/semantics.md#errors-and-levels.
enum JSONLevelScale {
  static func level(_ number: Int, _ bytes: Span<UInt8>, from start: Int, to end: Int) -> Level? {
    let isTens = number >= 10 && number <= 60 && number % 10 == 0
    guard isTens || number <= 7 else { return nil }
    var hasProcess = false
    var hasHost = false
    var i = start
    while let quote = ByteSearch.first(0x22, in: bytes, from: i, to: end) {
      func stands(_ text: StaticString) -> Bool { ByteSearch.begins(bytes, at: quote, end: end, with: text) }
      if isTens {
        if stands("\"time\":1") || stands("\"time\": 1") || stands("\"v\":0") { return Level(pino: number) }
        hasProcess = hasProcess || stands("\"pid\":")
        hasHost = hasHost || stands("\"hostname\":")
        if hasProcess && hasHost { return Level(pino: number) }
      } else if stands("\"short_message\":") {
        return Level(syslog: number)
      }
      i = quote + 1
    }
    return nil
  }
}
