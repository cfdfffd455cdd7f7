/// What a file's name may mean and need not: `app.log.bak`, `app (1).log`, `app-1.log`, `log_001.txt`.
///
/// So are copies and rotations called, but other logs as well: `app-1.log` may be another instance. Nobody believes such a
/// name by itself; `StreamClaims` asks the content and the times.
///
/// Meaning: docs/semantics.md#streams-and-generations.
struct LooseName: Equatable {
  /// Name of the live file that it may belong to.
  var base: String
  /// Of a name that may be a rotation's: its number, of which nobody knows which way it grows.
  var number: Int?
  /// Whether that has leading zeros (Serilog, NLog), or a compressor's ending: so writers count, and not people who name
  /// instances.
  var isCounted = false

  /// Whether it says that the file is a copy.
  var isCopy: Bool { number == nil }

  private static let words: Set<String> = [
    "bak", "old", "orig", "copy", "save", "saved", "sav", "backup", "bkp", "bck", "prev", "previous", "last",
  ]

  /// Nil for a name that says nothing of the kind.
  init?(_ name: String) {
    var bytes = Array(name.utf8)
    let isCompressed = RotationName.dropCompressorEnding(&bytes)
    if let copied = LooseName.withoutCopy(bytes[...]), !copied.isEmpty {
      base = RotationName(String(decoding: copied, as: UTF8.self)).base
      return
    }
    guard let found = LooseName.withoutNumber(bytes[...]) else { return nil }
    base = String(decoding: found.base, as: UTF8.self)
    number = found.number
    isCounted = found.isPadded || isCompressed
  }

  // MARK: copies

  /// The name without what says that it is a copy: after all of it, before the ending, or in front.
  private static func withoutCopy(_ name: ArraySlice<UInt8>) -> [UInt8]? {
    if name.last == UInt8(ascii: "~"), name.count > 1 { return Array(name.dropLast()) }
    let words = "Copy of "
    if name.starts(with: words.utf8), name.count > words.utf8.count { return Array(name.dropFirst(words.utf8.count)) }
    if let front = withoutWord(name) { return Array(front) }
    guard let dot = RotationName.ending(of: name), dot > name.startIndex, let stem = withoutWord(name[..<dot]) else {
      return nil
    }
    return Array(stem) + name[dot...]
  }

  /// Without a word of copies at the end, and without a number or date after it: `.bak`, `.bak.1`, `_old2`, ` - Copy`, ` (1)`.
  private static func withoutWord(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var rest = name
    if rest.last == UInt8(ascii: ")"), let open = rest.lastIndex(of: UInt8(ascii: "(")), open + 1 < rest.endIndex - 1,
      rest[(open + 1)..<(rest.endIndex - 1)].allSatisfy(RotationDateText.isDigit)
    {
      rest = trimmed(rest[..<open])
      return rest.isEmpty ? nil : withoutWord(rest) ?? rest
    }
    while let last = rest.last, RotationDateText.isDigit(last) || RotationName.isSeparator(last) { rest.removeLast() }
    var start = rest.endIndex
    while start > rest.startIndex, RotationDateText.isLetter(rest[start - 1]) { start -= 1 }
    guard start > rest.startIndex, RotationName.isSeparator(rest[start - 1]),
      words.contains(String(decoding: rest[start...], as: UTF8.self).lowercased())
    else { return nil }
    let front = trimmed(rest[..<start])
    return front.isEmpty ? nil : front
  }

  private static func trimmed(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var name = name
    while let last = name.last, RotationName.isSeparator(last) { name.removeLast() }
    return name
  }

  // MARK: numbers

  /// `app-1.log`, `app_001.txt`, `app2.log`; `AdminServer.log00001`.
  private static func withoutNumber(_ name: ArraySlice<UInt8>) -> (base: [UInt8], number: Int, isPadded: Bool)? {
    let end = name.last.map(RotationDateText.isDigit) ?? false ? name.endIndex : RotationName.ending(of: name)
    guard let end else { return nil }
    var start = end
    while start > name.startIndex, RotationDateText.isDigit(name[start - 1]) { start -= 1 }
    guard (1...5).contains(end - start) else { return nil }
    var front = name[..<start]
    if end < name.endIndex, let last = front.last, RotationName.isSeparator(last) { front.removeLast() }
    guard let last = front.last, RotationDateText.isLetter(last) else { return nil }
    // Behind an ending only: log00001, not syslog1.
    if end == name.endIndex, RotationName.ending(of: front) == nil { return nil }
    let number = name[start..<end].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    return (Array(front) + name[end...], number, end - start > 1 && name[start] == UInt8(ascii: "0"))
  }
}
