/// Severity of a record, ordered. `none` where the log names no level.
///
/// Meaning: docs/semantics.md#errors-and-levels.
package enum Level: UInt8, Comparable, Sendable, BitwiseCopyable, CaseIterable {
  case none = 0
  case trace, debug, info, notice, warning, error, critical

  package static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }

  /// The name that skein prints and expressions use.
  package var name: String {
    switch self {
    case .none: "-"
    case .trace: "trace"
    case .debug: "debug"
    case .info: "info"
    case .notice: "notice"
    case .warning: "warning"
    case .error: "error"
    case .critical: "critical"
    }
  }

  /// Reads a level word in any case (`WARN`, `Warning`, `E`, `crit`, `panic`), or nil. `start ..< end` is the word alone.
  @inline(__always)
  package init?(word bytes: Span<UInt8>, from start: Int, to end: Int) {
    // The word as up to eight lower-case letters in one integer: one comparison a candidate.
    let length = end - start
    guard length > 0, length <= 11 else { return nil }
    var word: UInt64 = 0
    var i = start
    let stop = length > 8 ? start + 8 : end
    while i < stop {
      let byte = bytes[i] | 0x20
      guard byte >= 0x61, byte <= 0x7A else { return nil }
      word = word << 8 | UInt64(byte)
      i += 1
    }
    guard let level = Level.words[word, length] else { return nil }
    self = level
  }

  private static let words = LevelWords()

  /// The level word in any case that begins at `start`, and where it ends: the usual ones by one load each. Nil for all
  /// else.
  @inline(__always)
  static func usual(_ bytes: Span<UInt8>, at start: Int, to end: Int) -> (level: Level, end: Int)? {
    guard start &+ 8 <= bytes.count else { return nil }
    let word = ByteSearch.word(bytes, at: start)
    let letters = word | 0x2020_2020_2020_2020
    let level: Level
    let length: Int
    switch UInt32(truncatingIfNeeded: letters) {
    case 0x6F66_6E69: (level, length) = (.info, 4)  // info
    case 0x7562_6564: (level, length) = (.debug, 5)  // debu
    case 0x6F72_7265: (level, length) = (.error, 5)  // erro
    case 0x6E72_6177: (level, length) = (.warning, letters >> 32 & 0xFF_FFFF == 0x67_6E69 ? 7 : 4)  // warn, warning
    default: return nil
    }
    // The fifth letter of debug and error, then no letter after the word.
    if length == 5, letters >> 32 & 0xFF != (level == .debug ? 0x67 : 0x72) { return nil }
    let next = letters >> (UInt64(length) &* 8) & 0xFF
    guard start &+ length <= end, next &- 0x61 >= 26 || start &+ length == end else { return nil }
    return (level, start &+ length)
  }

  /// Numeric levels of pino and bunyan (10 trace ... 60 fatal).
  package init?(pino number: Int) {
    switch number {
    case 1...10: self = .trace
    case 11...20: self = .debug
    case 21...30: self = .info
    case 31...40: self = .warning
    case 41...50: self = .error
    case 51...100: self = .critical
    default: return nil
    }
  }

  /// Severities of RFC 5424 (0 emergency ... 7 debug).
  package init?(syslog severity: Int) {
    switch severity {
    case 0...2: self = .critical
    case 3: self = .error
    case 4: self = .warning
    case 5: self = .notice
    case 6: self = .info
    case 7: self = .debug
    default: return nil
    }
  }
}

/// The spellings of levels in use: Python, log4j, slog, syslog, klog letters, npm.
private struct LevelWords: Sendable {
  @inline(__always)
  subscript(word: UInt64, length: Int) -> Level? {
    switch word {
    case 0x69_6E66_6F: .info  // info
    case 0x64_6562_7567 where length == 5: .debug  // debug
    case 0x7761_726E, 0x77_6172_6E69_6E67: .warning  // warn, warning
    case 0x65_7272_6F72 where length == 5: .error  // error
    case 0x6372_6974_6963_616C, 0x6372_6974: .critical  // critical, crit
    case 0x74_7261_6365: .trace  // trace
    case 0x6E6F_7469_6365: .notice  // notice
    case 0x66_6174_616C, 0x70_616E_6963, 0x65_6D65_7267, 0x61_6C65_7274: .critical  // fatal, panic, emerg, alert
    case 0x6470_616E_6963: .critical  // dpanic
    case 0x656D_6572_6765_6E63 where length == 9: .critical  // emergency
    case 0x7365_7665_7265: .error  // severe
    case 0x66_696E_65, 0x6669_6E65_72, 0x66_696E_6573_74, 0x7665_7262_6F73_65: .trace  // finer.. verbose
    case 0x696E_666F_726D_6174 where length == 11: .info  // information
    case 0x65_7272, 0x6572_726F_72: .error  // err
    case 0x69: length == 1 ? .info : nil
    case 0x77: length == 1 ? .warning : nil
    case 0x65: length == 1 ? .error : nil
    case 0x64: length == 1 ? .debug : nil
    case 0x74: length == 1 ? .trace : nil
    case 0x66, 0x63: length == 1 ? .critical : nil
    default: nil
    }
  }
}
