internal import TraceCore

/// Addresses of clients as they are logged.
enum AddressText {
  /// Where a value ends without the port of an address (`10.0.0.7:52114`, `[::1]:80`), which tells connections apart and not
  /// clients; of any other value its end.
  static func end(withoutPort bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    var at = range.upperBound
    while at > range.lowerBound, bytes[at - 1] &- 0x30 < 10 { at -= 1 }
    guard at < range.upperBound, at > range.lowerBound + 1, bytes[at - 1] == 0x3A else { return range.upperBound }
    return isAddress(bytes, range.lowerBound, at - 1) ? at - 1 : range.upperBound
  }

  private static func isAddress(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    if bytes[end - 1] == 0x5D { return true }
    var dots = 0
    for index in start..<end {
      if bytes[index] == 0x2E { dots += 1 } else if bytes[index] &- 0x30 >= 10 { return false }
    }
    return dots == 3
  }
}
