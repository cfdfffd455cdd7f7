/// Levels as a format's own directive writes them. Only where a layout says that the level stands there: as a word of prose
/// or a number of any kind they would be a guess.
extension Level {
  /// Numbers of Python's logging: 10 debug, 20 info, 30 warning, 40 error, 50 critical, and what stands between.
  package init(python number: Int) {
    switch number {
    case 50...: self = .critical
    case 40...: self = .error
    case 30...: self = .warning
    case 20...: self = .info
    case 10...: self = .debug
    case 1...: self = .trace
    default: self = .none
    }
  }

  /// Three or four letters of Serilog and zerolog: `INF`, `wrn`, `DBUG`, `EROR`.
  package init?(abbreviation bytes: Span<UInt8>, from start: Int, to end: Int) {
    guard end - start == 3 || end - start == 4 else { return nil }
    var word: UInt32 = 0
    for i in start..<end { word = word << 8 | UInt32(bytes[i] | 0x20) }
    switch word {
    case 0x76_7262, 0x7665_7262, 0x74_7263: self = .trace  // vrb, verb, trc
    case 0x64_6267, 0x6462_7567: self = .debug  // dbg, dbug
    case 0x69_6E66: self = .info  // inf
    case 0x77_726E: self = .warning  // wrn
    case 0x6572_6F72: self = .error  // eror
    case 0x66_746C, 0x6661_746C, 0x70_6E63: self = .critical  // ftl, fatl, pnc
    default: return nil
    }
  }
}
