/// A text as patterns look at it: without what hides its letters from them, each byte with its place in the text itself.
///
/// A value may be hidden by escapes (`\"`, `%3D`, `&quot;`), several deep, and between characters that nobody sees. Patterns are
/// written for plain text, and look at each layer: the text as it stands, then what it says once its escapes are read, and so
/// on. What is found in any of them is replaced in the text.
struct RedactionView {
  private(set) var bytes: [UInt8]
  /// For each byte where it begins in the text, and at last where the text ends; nil where both are the same.
  private var origins: [Int]?

  /// How deep escapes are read: JSON in JSON in a URL.
  private static let mostLayers = 3

  private init(_ bytes: [UInt8], _ origins: [Int]?) {
    self.bytes = bytes
    self.origins = origins
  }

  /// The layers of a text, the text as it stands first: nearly always the only one. Linear in the text.
  static func layers(of text: [UInt8]) -> [RedactionView] {
    var layers = [RedactionView(text, nil).folded()]
    while layers.count <= mostLayers, let last = layers.last, let next = last.unescaped() { layers.append(next) }
    return layers
  }

  /// Where a part of the view stands in the text.
  func place(_ start: Int, _ end: Int) -> (start: Int, end: Int) {
    guard let origins else { return (start, end) }
    return (origins[start], origins[end])
  }

  // MARK: What nobody sees

  /// Without characters of no width, and with the plain letter in place of its wide form, blanks in place of blanks that do not
  /// break, one hyphen in place of all.
  private func folded() -> RedactionView {
    guard bytes.contains(where: { $0 >= 0xC2 }) else { return self }
    var out: [UInt8] = []
    var places: [Int] = []
    out.reserveCapacity(bytes.count)
    places.reserveCapacity(bytes.count + 1)
    var isChanged = false
    var at = 0
    while at < bytes.count {
      let (length, plain) = RedactionView.plainForm(bytes, at)
      if let plain {
        isChanged = true
        if plain != 0 {
          out.append(plain)
          places.append(origins?[at] ?? at)
        }
      } else {
        for place in at..<at + length {
          out.append(bytes[place])
          places.append(origins?[place] ?? place)
        }
      }
      at += length
    }
    guard isChanged else { return self }
    return RedactionView(out, places + [origins?[bytes.count] ?? bytes.count])
  }

  /// Bytes of the character at `at`, and its plain form: 0 for none at all, nil if it has no other form.
  private static func plainForm(_ text: [UInt8], _ at: Int) -> (length: Int, plain: UInt8?) {
    let first = text[at]
    if first == 0xC2, at + 1 < text.count {
      switch text[at + 1] {
      case 0xA0: return (2, UInt8(ascii: " "))
      case 0xAD: return (2, 0)
      default: return (1, nil)
      }
    }
    guard first >= 0xE1, first <= 0xEF, at + 2 < text.count, text[at + 1] & 0xC0 == 0x80, text[at + 2] & 0xC0 == 0x80
    else { return (1, nil) }
    let scalar = UInt32(first & 0x0F) << 12 | UInt32(text[at + 1] & 0x3F) << 6 | UInt32(text[at + 2] & 0x3F)
    switch scalar {
    // Joiners, marks of direction, the byte order mark.
    case 0x180E, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF: return (3, 0)
    case 0x2000...0x200A, 0x202F, 0x205F, 0x3000: return (3, UInt8(ascii: " "))
    case 0x2010...0x2015, 0x2212, 0xFE63: return (3, UInt8(ascii: "-"))
    case 0x201C...0x201F: return (3, UInt8(ascii: "\""))
    // Letters as wide as ideographs.
    case 0xFF01...0xFF5E: return (3, UInt8(truncatingIfNeeded: scalar - 0xFEE0))
    default: return (3, nil)
    }
  }

  // MARK: Escapes

  /// With one layer of escapes read; nil if there is none.
  private func unescaped() -> RedactionView? {
    let isEscape = { (byte: UInt8) in
      byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "&")
    }
    guard bytes.contains(where: isEscape) else { return nil }
    var out: [UInt8] = []
    var places: [Int] = []
    out.reserveCapacity(bytes.count)
    places.reserveCapacity(bytes.count + 1)
    var isChanged = false
    var at = 0
    while at < bytes.count {
      let begin = origins?[at] ?? at
      guard isEscape(bytes[at]), let (plain, length) = RedactionView.escape(bytes, at) else {
        out.append(bytes[at])
        places.append(begin)
        at += 1
        continue
      }
      isChanged = true
      for byte in plain {
        out.append(byte)
        places.append(begin)
      }
      at += length
    }
    guard isChanged else { return nil }
    return RedactionView(out, places + [origins?[bytes.count] ?? bytes.count]).folded()
  }

  /// What the escape at `at` says and how long it is: of JSON and the languages that write alike, of URLs, of HTML.
  private static func escape(_ text: [UInt8], _ at: Int) -> ([UInt8], Int)? {
    switch text[at] {
    case UInt8(ascii: "%"): return hexadecimal(text, at + 1, 2).map { ([UInt8(truncatingIfNeeded: $0)], 3) }
    case UInt8(ascii: "&"): return entity(text, at)
    default: break
    }
    guard at + 1 < text.count else { return nil }
    switch text[at + 1] {
    case UInt8(ascii: "n"): return ([0x0A], 2)
    case UInt8(ascii: "r"): return ([0x0D], 2)
    case UInt8(ascii: "t"): return ([0x09], 2)
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "/"), UInt8(ascii: "\\"): return ([text[at + 1]], 2)
    case UInt8(ascii: "x"): return hexadecimal(text, at + 2, 2).map { ([UInt8(truncatingIfNeeded: $0)], 4) }
    case UInt8(ascii: "u"):
      // Halves of pairs are of no letter that patterns ask for.
      guard let value = hexadecimal(text, at + 2, 4), let scalar = Unicode.Scalar(value) else { return nil }
      return (Array(String(Character(scalar)).utf8), 6)
    default: return nil
    }
  }

  private static let entities: [(name: [UInt8], plain: UInt8)] = [
    ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&commat;", "@"),
    ("&colon;", ":"), ("&equals;", "="),
  ].map { (Array($0.0.utf8), Character($0.1).asciiValue ?? 0) }

  private static func entity(_ text: [UInt8], _ at: Int) -> ([UInt8], Int)? {
    let rest = text[at...]
    if let known = entities.first(where: { rest.starts(with: $0.name) }) { return ([known.plain], known.name.count) }
    // &#34; &#x22;
    guard rest.starts(with: [UInt8(ascii: "&"), UInt8(ascii: "#")]),
      let end = rest.prefix(8).firstIndex(of: UInt8(ascii: ";"))
    else { return nil }
    let digits = String(decoding: text[at + 2..<end], as: UTF8.self)
    let value =
      digits.lowercased().hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    guard let scalar = value.flatMap(Unicode.Scalar.init) else { return nil }
    return (Array(String(Character(scalar)).utf8), end + 1 - at)
  }

  private static func hexadecimal(_ text: [UInt8], _ start: Int, _ count: Int) -> UInt32? {
    guard start + count <= text.count else { return nil }
    var value: UInt32 = 0
    for byte in text[start..<start + count] {
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
      case 0x41...0x46, 0x61...0x66: value = value << 4 | UInt32((byte | 0x20) - 0x57)
      default: return nil
      }
    }
    return value
  }
}
