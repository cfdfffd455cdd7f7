// The words for levels: those that are one wherever they stand, and those that only their place in a header makes one.

extension Level {
  /// Reads a word where a header has its level: as `init(word:)`, and the spellings that are ordinary words elsewhere.
  ///
  /// Serilog's and zerolog's `INF WRN FTL`, .NET's `trce dbug fail`, logrus' `ERRO FATA`, NestJS' and PostgreSQL's `LOG`, MySQL's
  /// `Note`, java.util.logging's `CONFIG`, loguru's `SUCCESS`, npm's `http silly`, Android's `V`.
  init?(header bytes: Span<UInt8>, from start: Int, to end: Int) {
    if let level = Level(word: bytes, from: start, to: end) {
      self = level
      return
    }
    let length = end - start
    guard length > 0, length <= 8 else { return nil }
    var word: UInt64 = 0
    for i in start..<end {
      guard (bytes[i] | 0x20) &- 0x61 < 26 else { return nil }
      word = word << 8 | UInt64(bytes[i] | 0x20)
    }
    switch word {
    // inf log note success http system
    case 0x69_6E66, 0x6C_6F67, 0x6E6F_7465, 0x73_7563_6365_7373, 0x6874_7470, 0x7379_7374_656D: self = .info
    // wrn
    case 0x77_726E: self = .warning
    // erro fail
    case 0x6572_726F, 0x6661_696C: self = .error
    // ftl fata pnc
    case 0x66_746C, 0x6661_7461, 0x70_6E63: self = .critical
    // dbg dbug config
    case 0x64_6267, 0x6462_7567, 0x636F_6E66_6967: self = .debug
    // vrb trc trce verb silly v
    case 0x76_7262, 0x74_7263, 0x7472_6365, 0x7665_7262, 0x73_696C_6C79, 0x76: self = .trace
    default: return nil
    }
  }

  /// Whether a word that `init(header:)` reads is an ordinary one in prose, also in capitals: only a colon, brackets or
  /// padding make a level of it.
  static func isOrdinary(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Bool {
    let words: [StaticString] = ["log", "note", "http", "system", "fail", "config", "success", "verb", "alert", "fine"]
    return words.contains { word in
      word.utf8CodeUnitCount == end - start && ByteSearch.beginsFolded(bytes, at: start, end: end, with: word)
    }
  }
}
