/// What a match of a pattern comes to: whether it is a value of the kind, where it ends, and the form in which equal ones are
/// equal.
struct RedactedValue: Equatable {
  /// Compared with others of the kind.
  var canonical: [UInt8]
  /// Bytes at the end of the match that are no part of it.
  var excess = 0

  /// - Parameters:
  ///   - bytes: the text.
  ///   - match: where the pattern matched.
  ///   - place: where the value stands in it.
  /// - Returns: nil if it is none.
  init?(_ bytes: [UInt8], match: (start: Int, end: Int), place: (start: Int, end: Int), form: RedactionPattern.Form) {
    let text = bytes[place.start..<place.end]
    guard !text.isEmpty else { return nil }
    switch form {
    case .plain: canonical = Array(text)
    case .secret:
      // A quote after it ends the value; else a bracket there is the text's.
      let isQuoted = place.end < bytes.count && Self.quotes.contains(bytes[place.end])
      let core = text.reversed().drop { !isQuoted && Self.closers.contains($0) }.reversed()
      canonical = core.isEmpty ? Array(text) : Array(core)
      excess = text.count - canonical.count
      // PWD is where a shell stands.
      if canonical.first == UInt8(ascii: "/"), Self.lowered(bytes[match.start...].prefix(3)) == Self.workingFolder {
        return nil
      }
    case .email: canonical = Self.email(text)
    case .iban:
      canonical = text.filter { !Self.gaps.contains($0) }.map { $0 &- 0x61 < 26 ? $0 & 0xDF : $0 }
      guard let length = Self.lengths[String(decoding: canonical.prefix(2), as: UTF8.self)] else { return nil }
      if text.count > canonical.count, canonical.count > length {
        // The word after it looks like one more group.
        guard let trimmed = Self.prefix(text, characters: length) else { return nil }
        excess = text.count - trimmed
        canonical = Array(canonical.prefix(length))
      }
      guard canonical.count == length, Self.hasRightCheckDigits(canonical) else { return nil }
    case .card:
      canonical = Self.digits(text)
      if text.count > canonical.count, canonical.count > 16, !Self.passesLuhn(canonical),
        let whole = Self.prefix(text, digits: 16)
      {
        // The number after it looks like one more group.
        excess = text.count - whole
        canonical = Array(canonical.prefix(16))
      }
      guard canonical.count >= 13, canonical.count <= 19, Self.passesLuhn(canonical) else { return nil }
    case .phone(let least):
      canonical = Self.phone(text)
      let count = canonical.count - (canonical.first == UInt8(ascii: "+") ? 1 : 0)
      guard count >= least, count <= 15 else { return nil }
    case .ipv4:
      canonical = text.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: ".") : $0 }
      // No one's addresses.
      if canonical == Self.anyone || canonical == Self.everyone { return nil }
      if Self.isVersion(bytes[..<place.start]) { return nil }
    case .ipv6:
      let zone = text.firstIndex(of: UInt8(ascii: "%")) ?? text.endIndex
      var address = text[..<zone]
      if zone == text.endIndex, address.last == UInt8(ascii: ":"), address.dropLast().last != UInt8(ascii: ":") {
        address = address.dropLast()
        excess = 1
      }
      guard address.contains(where: { $0 &- 0x30 < 10 }), let words = Self.words(address) else { return nil }
      // An IPv4 address in IPv6's clothes is that address.
      canonical =
        words[..<5].allSatisfy { $0 == 0 } && words[5] == 0xFFFF
        ? Array("\(words[6] >> 8).\(words[6] & 255).\(words[7] >> 8).\(words[7] & 255)".utf8)
        : Array(words.map { String($0, radix: 16) }.joined(separator: ":").utf8)
    case .mac:
      canonical = Self.lowered(text.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: ":") : $0 })
      // Decimal pairs with hyphens are a time.
      if text.contains(UInt8(ascii: "-")), canonical.allSatisfy({ $0 <= UInt8(ascii: ":") }) { return nil }
    }
  }

  private static let closers = Array(")]}>.".utf8)
  private static let quotes = Array("\"'`".utf8)
  private static let gaps = Array(" .+-".utf8)
  private static let workingFolder = Array("pwd".utf8)
  private static let anyone = Array("0.0.0.0".utf8)
  private static let everyone = Array("255.255.255.255".utf8)

  private static func lowered(_ text: some Sequence<UInt8>) -> [UInt8] {
    text.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
  }

  private static func digits(_ text: some Sequence<UInt8>) -> [UInt8] { text.filter { $0 &- 0x30 < 10 } }

  // MARK: Forms

  private static func email(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    var rest = text
    while let byte = rest.first {
      if byte == UInt8(ascii: "%"),
        let code = UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16)
      {
        out.append(code)
        rest = rest.dropFirst(3)
      } else if byte == UInt8(ascii: "\\") {
        out.append(UInt8(ascii: "@"))
        rest = rest.dropFirst(6)
      } else if byte == UInt8(ascii: "&") {
        out.append(UInt8(ascii: "@"))
        rest = rest.dropFirst(5)
      } else {
        out.append(byte)
        rest = rest.dropFirst()
      }
    }
    return lowered(out)
  }

  /// Digits, in front of them a plus, which may be written as 00.
  private static func phone(_ text: ArraySlice<UInt8>) -> [UInt8] {
    let plus = UInt8(ascii: "+")
    if text.first == plus { return [plus] + digits(text) }
    // %2B, \u002b
    if text.first == UInt8(ascii: "%") { return [plus] + digits(text.dropFirst(3)) }
    if text.first == UInt8(ascii: "\\") { return [plus] + digits(text.dropFirst(6)) }
    let all = digits(text)
    return all.starts(with: Array("00".utf8)) ? [plus] + all.dropFirst(2) : all
  }

  /// How many bytes hold so many digits or letters, which a gap must follow.
  private static func prefix(_ text: ArraySlice<UInt8>, characters: Int) -> Int? {
    prefix(text, characters) { !gaps.contains($0) }
  }

  private static func prefix(_ text: ArraySlice<UInt8>, digits: Int) -> Int? {
    prefix(text, digits) { $0 &- 0x30 < 10 }
  }

  private static func prefix(_ text: ArraySlice<UInt8>, _ count: Int, _ counts: (UInt8) -> Bool) -> Int? {
    var left = count
    for (offset, byte) in text.enumerated() {
      if counts(byte) { left -= 1 }
      if left == 0 {
        let next = text.dropFirst(offset + 1).first
        return next.map(counts) ?? false ? nil : offset + 1
      }
    }
    return nil
  }

  // MARK: Checks

  /// ISO/IEC 7812-1, annex B.
  static func passesLuhn(_ digits: [UInt8]) -> Bool {
    var sum = 0
    for (place, digit) in digits.reversed().enumerated() {
      let value = Int(digit &- 0x30) * (place % 2 == 0 ? 1 : 2)
      sum += value > 9 ? value - 9 : value
    }
    return sum % 10 == 0
  }

  /// ISO 7064, mod 97-10, as ISO 13616 uses it.
  static func hasRightCheckDigits(_ iban: [UInt8]) -> Bool {
    var rest = 0
    for byte in iban[4...] + iban[..<4] {
      rest = byte &- 0x30 < 10 ? (rest * 10 + Int(byte - 0x30)) % 97 : (rest * 100 + Int(byte &- 0x41) + 10) % 97
    }
    return rest == 1
  }

  /// Characters by country (the IBAN registry of SWIFT): so an id of 32 hexadecimal digits is never one.
  private static let lengths: [String: Int] = {
    var lengths: [String: Int] = [:]
    let text =
      "NO15 BE16 DK18 FI18 FK18 FO18 GL18 NL18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20 MN20 XK20 CH21 HR21 LI21 LV21 BG22 "
      + "BH22 CR22 DE22 GB22 GE22 IE22 ME22 RS22 VA22 AE23 GI23 IL23 IQ23 OM23 SO23 TL23 AD24 CZ24 ES24 MD24 PK24 RO24 SA24 "
      + "SE24 SK24 TN24 VG24 LY25 PT25 ST25 IS26 TR26 BI27 DJ27 FR27 GR27 IT27 MC27 MR27 SM27 AL28 AZ28 BY28 CY28 DO28 GT28 "
      + "HU28 LB28 NI28 PL28 SV28 BR29 EG29 PS29 QA29 UA29 JO30 KW30 MU30 YE30 MT31 SC31 LC32 RU33"
    for word in text.split(separator: " ") { lengths[String(word.prefix(2))] = Int(word.dropFirst(2)) }
    return lengths
  }()

  /// Names before a slash in user agents whose versions have four numbers.
  private static let products = [
    "chrome/", "chromium/", "headlesschrome/", "edg/", "edga/", "edge/", "opr/", "crios/", "safari/", "firefox/",
    "yabrowser/", "vivaldi/", "samsungbrowser/", "version/", "electron/", "whatsapp/",
  ].map { Array($0.utf8) }

  private static let versionNames = ["version", "ver", "release", "build"].map { Array($0.utf8) }

  /// Whether what stands in front says that four numbers with dots are a version: `version=1.2.3.4`, `Chrome/120.0.0.0`.
  private static func isVersion(_ before: ArraySlice<UInt8>) -> Bool {
    // With escapes read: `version%3D1.2.3.4`, `\"version\": \"1.2.3.4\"`.
    let near = lowered(RedactionView.layers(of: Array(before.suffix(48))).last?.bytes ?? [])
    if products.contains(where: { near.suffix($0.count) == $0[...] }) { return true }
    let name = near.reversed().drop { Array(" =:\"'\\".utf8).contains($0) }.reversed()
    guard name.count < near.count else { return false }
    return versionNames.contains { word in
      guard name.suffix(word.count).elementsEqual(word) else { return false }
      // A word of its own: `server` is no version.
      return name.dropLast(word.count).last.map { !($0 &- 0x61 < 26) } ?? true
    }
  }

  /// RFC 4291, section 2.2: eight words; nil if it is no address.
  static func words(_ address: some Collection<UInt8>) -> [UInt16]? {
    let text = String(decoding: address, as: UTF8.self)
    let halves: [[Substring]]
    if let gap = text.firstRange(ofTwoColons: ()) {
      let rest = text[text.index(gap, offsetBy: 2)...]
      guard !rest.contains("::") else { return nil }
      halves = [text[..<gap], rest].map { $0.split(separator: ":", omittingEmptySubsequences: false) }
        .map { $0 == [""] ? [] : $0 }
    } else {
      halves = [text.split(separator: ":", omittingEmptySubsequences: false)]
    }
    var parts: [[UInt16]] = []
    for (index, half) in halves.enumerated() {
      var words: [UInt16] = []
      for (place, word) in half.enumerated() {
        if word.contains(".") {
          let bytes = word.split(separator: ".").compactMap { UInt16($0) }
          guard index == halves.count - 1, place == half.count - 1, bytes.count == 4, bytes.allSatisfy({ $0 < 256 })
          else {
            return nil
          }
          words += [bytes[0] << 8 | bytes[1], bytes[2] << 8 | bytes[3]]
        } else {
          guard word.utf8.count <= 4, let value = UInt16(word, radix: 16) else { return nil }
          words.append(value)
        }
      }
      parts.append(words)
    }
    let count = parts.reduce(0) { $0 + $1.count }
    if parts.count == 1 { return count == 8 ? parts[0] : nil }
    guard count < 8 else { return nil }
    return parts[0] + Array(repeating: 0, count: 8 - count) + parts[1]
  }
}

extension String {
  /// Where the first `::` begins.
  fileprivate func firstRange(ofTwoColons: Void) -> Index? {
    indices.first { self[$0] == ":" && self[index(after: $0)...].first == ":" }
  }
}
