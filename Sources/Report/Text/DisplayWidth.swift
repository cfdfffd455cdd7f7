/// How many terminal columns text takes, and text cut or wrapped to a number of columns.
///
/// A wcwidth of skein's own, so that no locale and no C library decides. Text must be free of controls (`Escape.terminal`).
/// Terminals disagree about emoji sequences; each emoji of a sequence is counted here, so a line is never wider than said
/// on one that joins them.
package enum DisplayWidth {
  /// Columns of `text`.
  package static func of(_ text: String) -> Int {
    var ascii = true
    for byte in text.utf8 where byte >= 0x80 {
      ascii = false
      break
    }
    if ascii { return text.utf8.count }
    var width = 0
    for scalar in text.unicodeScalars { width += of(scalar) }
    return width
  }

  /// Columns of one character: 0 for combining marks and format characters, 2 for East Asian wide and emoji, else 1.
  package static func of(_ scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 { return value == 0xAD ? 0 : 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    // Hangul medial vowels and final consonants join the syllable before them.
    if value >= 0x1160 && value <= 0x11FF { return 0 }
    if scalar.properties.isEmojiPresentation { return 2 }
    return isWide(value) ? 2 : 1
  }

  /// `text` in at most `columns` columns, its end replaced by `ellipsis` if it had to be cut. Never splits a character from
  /// its combining marks.
  package static func fit(_ text: String, _ columns: Int, ellipsis: String) -> String {
    guard of(text) > columns else { return text }
    let mark = of(ellipsis) <= columns ? ellipsis : ""
    return String(prefix(of: text[...], columns - of(mark)).head) + mark
  }

  /// The longest head of `text` in at most `columns` columns, and the rest. Costs as much as the head is long.
  static func prefix(of text: Substring, _ columns: Int) -> (head: Substring, rest: Substring) {
    var width = 0
    var end = text.startIndex
    while end < text.endIndex {
      let next = text.index(after: end)
      var own = 0
      for scalar in text[end..<next].unicodeScalars { own += of(scalar) }
      if width + own > columns { break }
      width += own
      end = next
    }
    return (text[..<end], text[end...])
  }

  /// `text` in lines of at most `columns` columns (at least 1; a character that is wider goes alone), broken at a blank
  /// where one stands in the second half of the line, else anywhere. Only the blank at a break is left out.
  ///
  /// - Parameters:
  ///   - columns: nil: one line.
  ///   - first: columns of the first line, where it differs.
  package static func wrap(_ text: String, _ columns: Int?, first: Int? = nil) -> [String] {
    guard let columns else { return [text] }
    var lines: [String] = []
    var rest = text[...]
    var room = max(first ?? columns, 1)
    while true {
      var (head, tail) = prefix(of: rest, room)
      if tail.isEmpty {
        lines.append(String(head))
        return lines
      }
      if head.isEmpty {
        head = rest.prefix(1)
        tail = rest.dropFirst()
        if tail.isEmpty { return lines + [String(head)] }
      } else if tail.first == " " {
        tail = tail.dropFirst()
      } else if let blank = head.lastIndex(of: " "), of(String(head[..<blank])) * 2 >= room {
        tail = rest[rest.index(after: blank)...]
        head = head[..<blank]
      }
      lines.append(String(head))
      rest = tail
      room = max(columns, 1)
    }
  }

  /// `text` with blanks to `columns` columns, on its right or (`toRight`) on its left.
  package static func pad(_ text: String, _ columns: Int, toRight: Bool = false) -> String {
    let missing = columns - of(text)
    guard missing > 0 else { return text }
    let blanks = String(repeating: " ", count: missing)
    return toRight ? blanks + text : text + blanks
  }

  /// Ranges of East_Asian_Width W and F, neighbours joined over unassigned code points.
  /// Source: Unicode Character Database, EastAsianWidth.txt, version 16.0.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x2614...0x2615, 0x2E80...0x303E,
    0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FB,
    0x1D300...0x1D376, 0x1F200...0x1F265, 0x1F300...0x1F320, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
  ]

  private static func isWide(_ value: UInt32) -> Bool {
    var low = 0
    var high = wide.count
    while low < high {
      let middle = (low + high) / 2
      if wide[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < wide.count && wide[low].contains(value)
  }
}
