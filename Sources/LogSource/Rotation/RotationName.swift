internal import TraceCore

/// What a log's file name says about its place in its stream: `app.log.2.gz` is `app.log`, two rotations ago.
///
/// It only reads names; whether they tell the truth is checked against the first timestamps (`LogStream`), and names that
/// could as well be of other logs are `LooseName`s. Known shapes, each with or without a compressor's ending (which says
/// nothing about the bytes):
///
/// - numbers: `app.log.1`, `app.1.log` (logrotate, RotatingFileHandler, savelog, NLog); higher is older, but before an
///   ending only if the times do not say otherwise;
/// - a date anywhere between the borders of words, with whatever numbers come after it (`RotationDate`): logrotate's
///   `app.log-20261123`, Python's `app.log.2026-11-23_06`, logback's `app.2026-11-22.0.log`, log4j2's
///   `app-11-22-2026-1.log`, lumberjack's `app-2026-11-23T06-37-04.123.log`, loguru's
///   `app.2026-11-23_06-00-00_123456.log`, Serilog's `log20261122_001.txt`, pm2's `app__2026-11-22_00-00-00.log`, IIS's
///   `u_ex261122.log`, Jetty's `2026_11_22.request.log`, winston's `app-2026-11-22.log.1`. Within a date higher is newer.
///
/// Meaning: docs/semantics.md#streams-and-generations.
struct RotationName: Equatable {
  /// Name of the live file: `app.log`. Names that are a date and an extension have `*.log`.
  var base: String
  var date: RotationDate?
  /// Of a name without a date.
  var number: Int?
  /// Whether a compressor's ending was taken off.
  var hasCompressorEnding = false
  /// Whether the date has the shape that a writer gives which renames its file between two records.
  var isWriterRotated = false
  /// Whether the order that it says is a guess: a number before an ending grows with some writers and falls with others, and
  /// a day may stand before its month.
  var isGuess = false
  /// Whether what was taken off stood before an ending: `app.1.log`, `app-2026-11-23.log`. So may files be called that are
  /// written under this name.
  var isInside = false

  /// Whether nothing but perhaps a compressor's ending was taken off the name.
  var isBare: Bool { date == nil && number == nil }

  /// Whether a file may be written under this name, and not only be renamed to it.
  var isWritten: Bool { date != nil && isInside && !hasCompressorEnding }

  /// Whether lines can have been lost when this generation was cut off from the next.
  ///
  /// logrotate's copytruncate loses what is written between its copy and its truncation, and a name does not tell it
  /// from logrotate's harmless `create`, nor RotatingFileHandler's numbers from logrotate's. Python's dotted date,
  /// lumberjack's `T` date and loguru's microseconds come from the writer itself, which renames its file between two
  /// records: nothing is lost. (logrotate can be told to write such a date, with `dateformat .%Y-%m-%d`; its default has no
  /// dots and no dashes.)
  var mayLose: Bool { !isWriterRotated }

  init(_ name: String) {
    base = name
    var bytes = Array(name.utf8)
    hasCompressorEnding = RotationName.dropCompressorEnding(&bytes)
    if adoptDate(in: bytes) { return }
    if let number = RotationName.dropNumber(from: &bytes) {
      self.number = number
      // app.log.gz.1
      if RotationName.dropCompressorEnding(&bytes) { hasCompressorEnding = true }
      base = String(decoding: bytes, as: UTF8.self)
      return
    }
    base = String(decoding: bytes, as: UTF8.self)
    guard let dot = RotationName.ending(of: bytes[...]) else { return }
    var stem = Array(bytes[..<dot])
    guard let number = RotationName.dropNumber(from: &stem) else { return }
    self.number = number
    isGuess = true
    isInside = true
    base = String(decoding: stem + bytes[dot...], as: UTF8.self)
  }

  /// Takes a date out of the name.
  private mutating func adoptDate(in name: [UInt8]) -> Bool {
    guard let found = RotationDateText(in: name[...]) else { return false }
    var front = name[..<found.range.lowerBound]
    let dateAt = front.last
    while front.count > 1, let last = front.last, RotationName.isSeparator(last) { front.removeLast() }
    if front.count == 1, let only = front.first, RotationName.isSeparator(only) { return false }
    var rest = Array(name[found.range.upperBound...])
    if rest.isEmpty && front.isEmpty { return false }
    // What goes on without a border is no date: 20261122abc.
    if let next = rest.first, !RotationName.isSeparator(next) { return false }
    var date = found.date
    // app-2026-11-23.log.1 (winston), app.log-20261123.gz.1
    if let number = RotationName.dropNumber(from: &rest) { date.counters.append(number) }
    if RotationName.compressorEndings.contains(where: { rest.elementsEqual($0.utf8) }) {
      rest = []
      hasCompressorEnding = true
    } else if RotationName.dropCompressorEnding(&rest) {
      hasCompressorEnding = true
    }
    if front.isEmpty {
      if RotationName.ending(of: rest[...]) == 0 {
        rest.insert(UInt8(ascii: "*"), at: 0)
      } else if let next = rest.first, RotationName.isSeparator(next) {
        rest.removeFirst()
        guard let first = rest.first, !RotationName.isSeparator(first) else { return false }
      }
    }
    self.date = date
    isGuess = found.isGuess
    isInside = !rest.isEmpty
    isWriterRotated = RotationName.isOfWriter(
      name[found.range], behind: dateAt, isLast: rest.isEmpty && !front.isEmpty)
    base = String(decoding: Array(front) + rest, as: UTF8.self)
    return true
  }

  /// Whether a date has the spelling of Python's handlers, lumberjack or loguru.
  private static func isOfWriter(_ text: ArraySlice<UInt8>, behind separator: UInt8?, isLast: Bool) -> Bool {
    let shape = String(decoding: text.map { RotationDateText.isDigit($0) ? UInt8(ascii: "0") : $0 }, as: UTF8.self)
    // loguru numbers a second file of one moment.
    if shape.hasPrefix("0000-00-00T00-00-00.000") || shape.hasPrefix("0000-00-00_00-00-00_000000") { return true }
    guard isLast, separator == UInt8(ascii: "."), shape.hasPrefix("0000-00-00") else { return false }
    // Behind it at most a number, of logback's.
    let tail = shape.dropFirst(10)
    guard let dot = tail.lastIndex(of: ".") else { return pythonTimes.contains(String(tail)) }
    return pythonTimes.contains(String(tail[..<dot]))
  }

  private static let pythonTimes: Set<String> = ["", "_00", "_00-00", "_00-00-00"]

  /// `.N` with up to five digits. Versions and addresses are no rotations: app-1.2, 10.0.0.1.
  private static func dropNumber(from name: inout [UInt8]) -> Int? {
    var digits = 0
    while digits < name.count, RotationDateText.isDigit(name[name.count - 1 - digits]) { digits += 1 }
    guard (1...5).contains(digits), name.count > digits + 1 else { return nil }
    let dot = name.count - digits - 1
    guard name[dot] == UInt8(ascii: "."), !RotationDateText.isDigit(name[dot - 1]) else { return nil }
    let number = name[(dot + 1)...].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    name.removeLast(digits + 1)
    return number
  }

  static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: " ")
  }

  /// Where an ending of letters begins (its dot): of `app.log`, `access.json`.
  static func ending(of name: ArraySlice<UInt8>) -> Int? {
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), (2...7).contains(name.endIndex - dot),
      name[(dot + 1)...].allSatisfy(RotationDateText.isLetter)
    else { return nil }
    return dot
  }

  private static let compressorEndings = [".gz", ".zst", ".xz", ".bz2", ".lz4", ".zip", ".Z"]

  static func dropCompressorEnding(_ bytes: inout [UInt8]) -> Bool {
    for ending in compressorEndings where bytes.count > ending.utf8.count {
      if bytes.suffix(ending.utf8.count).elementsEqual(ending.utf8) {
        bytes.removeLast(ending.utf8.count)
        return true
      }
    }
    return false
  }
}

extension RotationName {
  /// Of a file that a `LooseName` says to belong to `base`, once its content or its times have shown that it does.
  init(loose: LooseName) {
    base = loose.base
    number = loose.number
    // A copy has no place of its own: before the live file.
    hasCompressorEnding = loose.number == nil
    isGuess = true
    isInside = true
  }

  /// Whether a file so called is a rotation of the log `active`, of which no other name in the folder is the live one: a
  /// base of the same name, or Tomcat's `catalina.2026-11-22.log` beside `catalina.out`.
  func isRotation(ofOutput active: String) -> Bool {
    guard date != nil, isInside, active.hasSuffix(".out"), base.hasSuffix(".log") else { return false }
    return active.dropLast(4) == base.dropLast(4) && base.utf8.count > 4
  }

  /// Place among the generations of a stream by kind: dates, then numbers, then `app.log.gz`, then the live file. (A
  /// stream with dates and numbers had its rotation changed, which way the names do not tell.)
  private var rank: Int {
    if date != nil { return 0 }
    if number != nil { return 1 }
    return hasCompressorEnding ? 2 : 3
  }

  /// Whether the names alone say that `self` is older than `other`; nil if they do not tell.
  func isOlder(than other: RotationName) -> Bool? {
    if isGuess, other.isGuess, !isBare, !other.isBare { return nil }
    return isPlacedOlder(than: other)
  }

  private func isPlacedOlder(than other: RotationName) -> Bool? {
    if let mine = date, let others = other.date { return mine == others ? nil : mine < others }
    if date == nil, other.date == nil, let mine = number, let others = other.number {
      return mine == others ? nil : mine > others
    }
    // Between dates and numbers the names tell nothing; the live file is newer than all.
    return rank == 3 ? (other.rank == 3 ? nil : false) : other.rank == 3 ? true : nil
  }

  /// A total order of kinds, oldest first, where `isOlder` tells nothing; equal ranks are equal.
  func isPlacedBefore(_ other: RotationName) -> Bool? {
    if let older = isPlacedOlder(than: other) { return older }
    return rank == other.rank ? nil : rank < other.rank
  }
}
