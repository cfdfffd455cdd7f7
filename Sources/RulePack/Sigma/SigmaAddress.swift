/// A network of addresses (`10.0.0.0/8`, `fe80::/10`) as a pattern for its addresses as logs write them.
///
/// IPv6 addresses are texts of many spellings. Read are networks whose full groups are not zero (`::` can then come after
/// them only), and single addresses; it refuses others rather than miss some spelling.
enum SigmaAddress {
  /// Nil where it is no network, or one that cannot be written as a pattern.
  static func pattern(_ network: String) -> String? {
    let halves = network.split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count == 2, let bits = Int(halves[1]), bits >= 0 else { return nil }
    let address = String(halves[0])
    return address.contains(":") ? six(address, bits) : four(address, bits)
  }

  // MARK: IPv4

  private static func four(_ address: String, _ bits: Int) -> String? {
    let octets = address.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
    guard octets.count == 4, octets.allSatisfy({ 0...255 ~= $0 }), bits <= 32 else { return nil }
    let parts = octets.enumerated().map { index, octet in
      let fixed = min(max(bits - 8 * index, 0), 8)
      if fixed == 8 { return "\(octet)" }
      if fixed == 0 { return #"\d{1,3}"# }
      let low = (octet >> (8 - fixed)) << (8 - fixed)
      return "(?:\(numbers(low...(low + (1 << (8 - fixed)) - 1))))"
    }
    return "^" + parts.joined(separator: #"\."#) + #"\z"#
  }

  /// The numbers of a range in decimal, by their tens: `16 ... 31` is `1[6-9]|2[0-9]|3[0-1]`.
  private static func numbers(_ range: ClosedRange<Int>) -> String {
    var parts: [String] = []
    var low = range.lowerBound
    while low <= range.upperBound {
      let high = min(range.upperBound, low / 10 * 10 + 9)
      let tens = low >= 10 ? "\(low / 10)" : ""
      parts.append(low == high ? "\(low)" : "\(tens)[\(low % 10)-\(high % 10)]")
      low = high + 1
    }
    return parts.joined(separator: "|")
  }

  // MARK: IPv6

  private static func six(_ address: String, _ bits: Int) -> String? {
    guard bits <= 128, let groups = groups(of: address) else { return nil }
    if bits == 128 { return "(?i)^(?:\(spellings(groups).joined(separator: "|")))\\z" }
    let full = bits / 16
    let fixed = bits % 16
    guard groups[..<full].allSatisfy({ $0 != 0 }), bits > 0 else { return nil }
    var parts = groups[..<full].map { "0*" + String($0, radix: 16) }
    if fixed > 0 {
      // Digits that are fixed, one that is in part, any.
      let low = (groups[full] >> (16 - fixed)) << (16 - fixed)
      guard low >= 0x1000 else { return nil }
      let digits = Array(String(low, radix: 16))
      var part = String(digits[..<(fixed / 4)])
      if fixed % 4 > 0, let first = digits[fixed / 4].hexDigitValue {
        let last = first + (1 << (4 - fixed % 4)) - 1
        part += "[" + (first...last).map { String($0, radix: 16) }.joined() + "]"
      }
      let rest = (16 - fixed) / 4
      if rest > 0 { part += "[0-9a-f]{\(rest)}" }
      parts.append(part)
    }
    return "(?i)^" + parts.joined(separator: ":") + ":"
  }

  /// The eight groups; nil where it is no address.
  private static func groups(of address: String) -> [Int]? {
    func read(_ text: String) -> [Int]? {
      if text.isEmpty { return [] }
      let groups = text.split(separator: ":", omittingEmptySubsequences: false).map {
        $0.count <= 4 ? Int($0, radix: 16) : nil
      }
      return groups.contains(nil) ? nil : groups.compactMap { $0 }
    }
    guard let gap = address.firstRange(of: "::") else {
      guard let groups = read(address), groups.count == 8 else { return nil }
      return groups
    }
    guard let before = read(String(address[..<gap.lowerBound])), let behind = read(String(address[gap.upperBound...])),
      before.count + behind.count < 8
    else { return nil }
    return before + [Int](repeating: 0, count: 8 - before.count - behind.count) + behind
  }

  /// One address: in full, and with each run of zero groups left out.
  private static func spellings(_ groups: [Int]) -> [String] {
    let texts = groups.map { "0*" + String($0, radix: 16) }
    var all = [texts.joined(separator: ":")]
    for start in 0..<8 where groups[start] == 0 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      guard start == 0 || groups[start - 1] != 0 else { continue }
      all.append(texts[..<start].joined(separator: ":") + "::" + texts[end...].joined(separator: ":"))
    }
    return all
  }
}
