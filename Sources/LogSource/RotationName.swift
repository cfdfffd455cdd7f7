/// What a log's file name says about its place in its stream: `app.log.2.gz` is `app.log`, two rotations ago.
///
/// It only reads names; whether they tell the truth is checked against the first timestamps (`LogStream`). Known shapes,
/// each with or without a compressor's ending (which says nothing about the bytes):
///
/// - numbers: `app.log.1`, `app.1.log` (logrotate, RotatingFileHandler, savelog); higher is older;
/// - logrotate's dateext and its like: `app.log-20261123`, `app.log-2026112306`, `app.log-20261123-1795415824`,
///   `app-20261123.log`, `app_2026-11-23.log`, `2026-11-23.log`;
/// - Python's TimedRotatingFileHandler: `app.log.2026-11-23`, `.2026-11-23_06`, `.2026-11-23_06-37-04`, whose date is the
///   START of the period;
/// - lumberjack: `app-2026-11-23T06-37-04.123.log`;
/// - a date and then a number: `app.log.2026-11-23.1` (logback, log4j); within a date a higher number is newer.
struct RotationName: Equatable {
  /// Name of the live file: `app.log`. Names that are a date and an extension have `*.log`.
  var base: String
  var date: Date?
  var number: Int?
  /// Whether a compressor's ending was taken off.
  var hasCompressorEnding = false
  /// Whether the date has the shape that Python's handler writes, or lumberjack.
  var isWriterRotated = false

  /// A point in time of unknown zone, to order by; the second part is an epoch where the name holds one beside the day.
  struct Date: Equatable, Comparable {
    var day: Int
    var second: Int
    var millisecond: Int

    static func < (a: Date, b: Date) -> Bool { (a.day, a.second, a.millisecond) < (b.day, b.second, b.millisecond) }
  }

  /// Whether nothing but perhaps a compressor's ending was taken off the name.
  var isBare: Bool { date == nil && number == nil }

  /// Whether lines can have been lost when this generation was cut off from the next.
  ///
  /// logrotate's copytruncate loses what is written between its copy and its truncation, and a name does not tell it
  /// from logrotate's harmless `create`, nor RotatingFileHandler's numbers from logrotate's. Python's dotted date and
  /// lumberjack's `T` date come from the writer itself, which renames its file between two records: nothing is lost.
  /// (logrotate can be told to write such a date, with `dateformat .%Y-%m-%d`; its default has no dots and no dashes.)
  var mayLose: Bool { !isWriterRotated }

  init(_ name: String) {
    base = name
    var bytes = Array(name.utf8)
    hasCompressorEnding = RotationName.dropCompressorEnding(&bytes)
    if let suffix = RotationSuffix.drop(from: &bytes, isWholeName: true) {
      adopt(suffix)
      // app.log.gz.1
      if RotationName.dropCompressorEnding(&bytes) { hasCompressorEnding = true }
      base = String(decoding: bytes, as: UTF8.self)
      return
    }
    base = String(decoding: bytes, as: UTF8.self)
    guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")), dot > 0, bytes.count - dot <= 7,
      bytes[(dot + 1)...].allSatisfy({ $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z") })
    else { return }
    var stem = Array(bytes[..<dot])
    guard let suffix = RotationSuffix.drop(from: &stem, isWholeName: false) else { return }
    adopt(suffix)
    base = String(decoding: (stem.isEmpty ? [UInt8(ascii: "*")] : stem) + bytes[dot...], as: UTF8.self)
  }

  private mutating func adopt(_ suffix: RotationSuffix) {
    date = suffix.date
    number = suffix.number
    isWriterRotated = suffix.isWriterRotated
  }

  private static func dropCompressorEnding(_ bytes: inout [UInt8]) -> Bool {
    for ending in [".gz", ".zst", ".xz", ".bz2", ".lz4", ".zip", ".Z"] where bytes.count > ending.utf8.count {
      if bytes.suffix(ending.utf8.count).elementsEqual(ending.utf8) {
        bytes.removeLast(ending.utf8.count)
        return true
      }
    }
    return false
  }
}

extension RotationName {
  /// Place among the generations of a stream by kind: dates, then numbers, then `app.log.gz`, then the live file. (A
  /// stream with dates and numbers had its rotation changed, which way the names do not tell.)
  private var rank: Int {
    if date != nil { return 0 }
    if number != nil { return 1 }
    return hasCompressorEnding ? 2 : 3
  }

  /// Whether the names alone say that `self` is older than `other`; nil if they do not tell.
  func isOlder(than other: RotationName) -> Bool? {
    if let mine = date, let others = other.date {
      if mine != others { return mine < others }
      let numbers = (number ?? -1, other.number ?? -1)
      return numbers.0 == numbers.1 ? nil : numbers.0 < numbers.1
    }
    if date == nil, other.date == nil, let mine = number, let others = other.number {
      return mine == others ? nil : mine > others
    }
    // Between dates and numbers the names tell nothing; the live file is newer than all.
    return rank == 3 ? (other.rank == 3 ? nil : false) : other.rank == 3 ? true : nil
  }

  /// A total order of kinds, oldest first, where `isOlder` tells nothing; equal ranks are equal.
  func isPlacedBefore(_ other: RotationName) -> Bool? {
    if let older = isOlder(than: other) { return older }
    return rank == other.rank ? nil : rank < other.rank
  }
}
