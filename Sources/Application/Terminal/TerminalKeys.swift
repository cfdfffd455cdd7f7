package import Report

/// Bytes of a terminal become keys: UTF-8, control keys, and the escape sequences of xterm, VT100 and the Linux console.
///
/// What is no key (mouse, answers, pasted escapes) is passed over whole, so that no part of it is taken for typing. A lone
/// Escape can only be told from the start of a sequence by time: it is a key when nothing has followed for `patience`.
package struct TerminalKeys {
  /// Nanoseconds that the rest of a sequence may take.
  package static let patience: Int64 = 50_000_000
  /// Longer sequences are thrown away.
  private static let longest = 64

  private var pending: [UInt8] = []
  private var since: Int64 = 0

  /// When `take` should be called again though no byte has come, in monotonic nanoseconds; nil: no need.
  package var due: Int64? { pending.isEmpty ? nil : since + TerminalKeys.patience }

  /// - Parameters:
  ///   - bytes: what has come; may be empty.
  ///   - now: monotonic nanoseconds.
  package mutating func take(_ bytes: [UInt8], at now: Int64) -> [Key] {
    if !bytes.isEmpty { since = now }
    pending += bytes
    var keys: [Key] = []
    while !pending.isEmpty {
      guard let (key, length) = first() else {
        guard now - since >= TerminalKeys.patience || pending.count > TerminalKeys.longest else { break }
        // Nothing more comes: Escape was a key of its own, half a character is none.
        if pending[0] == 0x1B { keys.append(.escape) }
        pending.removeFirst(pending.count > TerminalKeys.longest ? pending.count : 1)
        continue
      }
      if let key { keys.append(key) }
      pending.removeFirst(length)
    }
    return keys
  }

  /// The first key and its bytes; nil: more is needed. A nil key is a sequence that is none.
  private func first() -> (Key?, Int)? {
    switch pending[0] {
    case 0x1B: return escape()
    case 0x0D, 0x0A: return (.enter, 1)
    case 0x09: return (.tab, 1)
    case 0x08, 0x7F: return (.backspace, 1)
    case 0x00: return (nil, 1)
    case 0x01...0x1A: return (.control(Character(Unicode.Scalar(pending[0] + 0x60))), 1)
    case 0x1C...0x1F: return (.control(Character(Unicode.Scalar(pending[0] + 0x40))), 1)
    case 0x20..<0x7F: return (.character(Character(Unicode.Scalar(pending[0]))), 1)
    default: return character()
    }
  }

  private func character() -> (Key?, Int)? {
    let length =
      switch pending[0] {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    // A byte that cannot go on ends it.
    for i in 1..<max(length, 1) {
      guard i < pending.count else { return nil }
      if pending[i] & 0xC0 != 0x80 { return (nil, i) }
    }
    guard length > 1, let text = String(validating: pending[..<length], as: UTF8.self), let character = text.first
    else {
      return (nil, length)
    }
    return (.character(character), length)
  }

  private func escape() -> (Key?, Int)? {
    guard pending.count > 1 else { return nil }
    switch pending[1] {
    case UInt8(ascii: "["): return control()
    case UInt8(ascii: "O"):
      guard pending.count > 2 else { return nil }
      return (TerminalKeys.letter(pending[2]), 3)
    // Titles, answers: to their end (BEL or ESC \).
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
      for i in 2..<pending.count {
        if pending[i] == 0x07 { return (nil, i + 1) }
        if pending[i] == 0x1B, i + 1 < pending.count { return (nil, pending[i + 1] == 0x5C ? i + 2 : i) }
      }
      return nil
    case 0x1B: return (.escape, 1)
    // Alt and a key: the key alone would surprise.
    default: return (nil, 2)
    }
  }

  /// `ESC [ parameters intermediates final` (ECMA-48, 5.4).
  private func control() -> (Key?, Int)? {
    var at = 2
    // The Linux console's function keys: ESC [ [ A.
    if at < pending.count, pending[at] == UInt8(ascii: "[") {
      return pending.count > 3 ? (nil, 4) : nil
    }
    while at < pending.count, (0x20...0x3F).contains(pending[at]) { at += 1 }
    guard at < pending.count else { return nil }
    let final = pending[at]
    guard (0x40...0x7E).contains(final) else { return (nil, at) }
    let length = at + 1
    // An old mouse report has three bytes more.
    if final == UInt8(ascii: "M"), at == 2 { return pending.count < 6 ? nil : (nil, 6) }
    // Private ones are newer mouse reports and answers.
    if final == UInt8(ascii: "M") || (0x3C...0x3F).contains(pending[2]) { return (nil, length) }
    guard final == UInt8(ascii: "~") else { return (TerminalKeys.letter(final), length) }
    let number = pending[2..<at].prefix { $0 != UInt8(ascii: ";") }
    let key: Key? =
      switch String(decoding: number, as: UTF8.self) {
      case "1", "7": .home
      case "3": .delete
      case "4", "8": .end
      case "5": .pageUp
      case "6": .pageDown
      default: nil
      }
    return (key, length)
  }

  private static func letter(_ byte: UInt8) -> Key? {
    switch byte {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): .right
    case UInt8(ascii: "D"): .left
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    case UInt8(ascii: "M"): .enter
    case UInt8(ascii: "Z"): .backTab
    default: nil
    }
  }
}
