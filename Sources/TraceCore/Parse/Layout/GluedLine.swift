/// Finds a second record in a line: several processes append to one file without a lock, and the newline of one is missing,
/// or one has written into the line of another.
///
/// Told by a second timestamp in the form of the line's own, directly after a digit or a letter. A time in prose or in a
/// value stands after a blank, a quote, a bracket or a sign. The caller checks that what follows is a record.
enum GluedLine {
  /// Bytes of `2026-11-23 06:47:55`, which have to agree in form.
  private static let formBytes = 19

  /// Where the second record begins; nil without one. Cost: a search for the time's first colon.
  static func second(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
    let own = start < end && bytes[start] == 0x5B ? start + 1 : start
    // That they are digits there, the line's own time has shown.
    guard end - own >= 2 * formBytes, hasSeparators(bytes, own) else { return nil }
    // Colons are rarer than dashes, which ids have.
    var from = own + formBytes + 13
    let limit = end - formBytes + 14
    while from < limit, let found = ByteSearch.first(0x3A, in: bytes, from: from, to: limit) {
      var at = found - 13
      if bytes[found + 3] == 0x3A, isForm(bytes, at), bytes[at + 4] == bytes[own + 4], bytes[at + 10] == bytes[own + 10]
      {
        if own > start, at > own, bytes[at - 1] == 0x5B { at -= 1 }
        if ClockText.isLetterOrDigit(bytes[at - 1]), at > own + formBytes { return at }
      }
      from = found + 1
    }
    return nil
  }

  /// Up to where the first record is certainly its writer's: its last word may be torn.
  static func certainEnd(in bytes: Span<UInt8>, from start: Int, to second: Int) -> Int {
    ByteSearch.last(0x20, in: bytes, from: start, to: second) ?? second
  }

  /// The date's separators are dashes or slashes, the time's colons.
  @inline(__always)
  private static func hasSeparators(_ bytes: Span<UInt8>, _ at: Int) -> Bool {
    let separator = bytes[at + 4]
    return (separator == 0x2D || separator == 0x2F) && bytes[at + 7] == separator && bytes[at + 13] == 0x3A
      && bytes[at + 16] == 0x3A
  }

  /// `dddd-dd-dd?dd:dd:dd`, with a dash or a slash in the date.
  @inline(never)
  private static func isForm(_ bytes: Span<UInt8>, _ at: Int) -> Bool {
    guard hasSeparators(bytes, at) else { return false }
    for i in 0..<formBytes where i != 4 && i != 7 && i != 10 && i != 13 && i != 16 {
      if bytes[at + i] &- 0x30 >= 10 { return false }
    }
    return true
  }
}
