/// Months by their names and abbreviations in the languages of western Europe, in UTF-8 or Latin-1.
///
/// A word counts if it begins the name of one month only, with three letters at least: `Okt`, `févr`, `November`, not `jui`
/// (French has juin and juillet). Names that mean different months in related languages (`listopad`) are left out.
enum MonthName {
  /// 1 ... 12 and where the word ends, or nil.
  static func read(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> (month: Int, end: Int)? {
    var i = start
    var letters: UInt64 = 0
    var count = 0
    while i < end {
      let byte = bytes[i]
      var letter = byte | 0x20
      var width = 1
      if letter &- 0x61 >= 26 {
        let next = i + 1 < end ? bytes[i + 1] : 0
        if byte == 0xC3 {
          // Capitals are 0x20 below: é É, è, ä Ä, û Û, ç.
          letter = plain(next &+ 0x40 | 0x20)
          width = 2
        } else {
          letter = plain(byte | 0x20)
        }
        if letter == 0 { break }
      }
      count += 1
      guard count <= 10 else { return nil }
      if count <= 8 { letters = letters << 8 | UInt64(letter) }
      i += width
    }
    guard count >= 3 else { return nil }
    let first = month(ofPrefix: letters >> UInt64(8 * (min(count, 8) - 3)))
    if first == 0 { return nil }
    if count == 3 { return first <= 12 ? (first, i) : nil }
    if first <= 12 { return isName(letters, length: count, of: first) ? (first, i) : nil }
    // juin, juillet
    let isJune = isName(letters, length: count, of: 6)
    let isJuly = isName(letters, length: count, of: 7)
    return isJune != isJuly ? (isJune ? 6 : 7, i) : nil
  }

  /// The letter without its accent, of a small Latin-1 letter; 0 for what no month's name has.
  private static func plain(_ letter: UInt8) -> UInt8 {
    switch letter {
    case 0xE4: UInt8(ascii: "a")
    case 0xE7: UInt8(ascii: "c")
    case 0xE8, 0xE9: UInt8(ascii: "e")
    case 0xFB: UInt8(ascii: "u")
    default: 0
    }
  }

  /// The month whose names begin with three letters in lower case, 13 for both June and July (`jui`), 0 for none.
  static func month(ofPrefix letters: UInt64) -> Int {
    switch letters {
    case 0x6A616E, 0x656E65, 0x67656E: 1  // jan ene gen
    case 0x666562, 0x666576: 2  // feb fev
    case 0x6D6172, 0x6D6161, 0x6D7274, 0x6D727A: 3  // mar maa mrt mrz
    case 0x617072, 0x617672, 0x616272: 4  // apr avr abr
    case 0x6D6179, 0x6D6169, 0x6D6167, 0x6D6569, 0x6D616A: 5  // may mai mag mei maj
    case 0x6A756E, 0x676975: 6  // jun giu
    case 0x6A756C, 0x6C7567: 7  // jul lug
    case 0x617567, 0x616F75, 0x61676F: 8  // aug aou ago
    case 0x736570, 0x736574: 9  // sep set
    case 0x6F6374, 0x6F6B74, 0x6F7474, 0x6F7574: 10  // oct okt ott out
    case 0x6E6F76: 11  // nov
    case 0x646563, 0x64657A, 0x646963, 0x646573: 12  // dec dez dic des
    case 0x6A7569: 13  // jui
    default: 0
    }
  }

  /// Whether the first of `length` letters, eight at most, begin a name of the month.
  private static func isName(_ letters: UInt64, length: Int, of month: Int) -> Bool {
    let count = min(length, 8)
    for name in table[month - 1] where name.utf8.count >= length {
      var isEqual = true
      var shift = UInt64(8 * count)
      for letter in name.utf8.prefix(count) {
        shift -= 8
        if letter != UInt8(truncatingIfNeeded: letters >> shift) {
          isEqual = false
          break
        }
      }
      if isEqual { return true }
    }
    return false
  }

  // English, German, French, Spanish, Italian, Portuguese, Dutch, Scandinavian.
  private static let table: [[String]] = [
    ["january", "januari", "janvier", "januar", "janeiro", "enero", "gennaio"],
    ["february", "februari", "fevrier", "februar", "febrero", "febbraio", "fevereiro"],
    ["march", "marts", "marzo", "marco", "maart", "marz", "mars", "mrt", "mrz"],
    ["april", "avril", "abril", "aprile"],
    ["may", "mai", "mayo", "maggio", "maio", "mei", "maj"],
    ["june", "juni", "juin", "junio", "giugno", "junho"],
    ["july", "juli", "juillet", "julio", "luglio", "julho"],
    ["augustus", "august", "aout", "agosto", "augusti"],
    ["september", "septembre", "septiembre", "settembre", "setembro"],
    ["october", "oktober", "octobre", "octubre", "ottobre", "outubro"],
    ["november", "novembre", "noviembre", "novembro"],
    ["december", "dezember", "decembre", "diciembre", "dicembre", "dezembro", "desember"],
  ]
}
