/// Months by their names and abbreviations in the languages of western Europe, in UTF-8 or Latin-1.
///
/// A word counts if it begins the name of one month only, with three letters at least: `Okt`, `févr`, `November`, not `jui`
/// (French has juin and juillet). Names that mean different months in related languages (`listopad`) are left out.
enum MonthName {
  /// 1 ... 12 and where the word ends, or nil. Cost: a few comparisons for English abbreviations, else a search of the names.
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
    if count == 3, i == start + 3 {
      let english = TimestampParser.month(bytes, start)
      if english > 0 { return (english, i) }
    }
    guard mayBegin(letters >> UInt64(8 * (min(count, 8) - 3))) else { return nil }
    let month = month(letters, count: min(count, 8), length: count)
    return month > 0 ? (month, i) : nil
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

  /// Whether any name begins with the three letters: most words end here.
  private static func mayBegin(_ letters: UInt64) -> Bool {
    switch letters {
    // jan ene gen feb fev mar maa mrt mrz apr avr abr may mai mag mei maj
    case 0x6A616E, 0x656E65, 0x67656E, 0x666562, 0x666576, 0x6D6172, 0x6D6161, 0x6D7274, 0x6D727A, 0x617072, 0x617672,
      0x616272, 0x6D6179, 0x6D6169, 0x6D6167, 0x6D6569, 0x6D616A:
      true
    // jun jui giu jul lug aug aou ago sep set oct okt ott out nov dec dez dic des
    case 0x6A756E, 0x6A7569, 0x676975, 0x6A756C, 0x6C7567, 0x617567, 0x616F75, 0x61676F, 0x736570, 0x736574, 0x6F6374,
      0x6F6B74, 0x6F7474, 0x6F7574, 0x6E6F76, 0x646563, 0x64657A, 0x646963, 0x646573:
      true
    default: false
    }
  }

  /// The only month with a name of at least `length` letters that begins with the `count` letters; 0 without one.
  private static func month(_ letters: UInt64, count: Int, length: Int) -> Int {
    var found = 0
    for (index, names) in table.enumerated() {
      for name in names where name.utf8.count >= length {
        var isEqual = true
        var shift = UInt64(8 * count)
        for letter in name.utf8.prefix(count) {
          shift -= 8
          if letter != UInt8(truncatingIfNeeded: letters >> shift) {
            isEqual = false
            break
          }
        }
        guard isEqual else { continue }
        if found != 0 && found != index + 1 { return 0 }
        found = index + 1
        break
      }
    }
    return found
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
