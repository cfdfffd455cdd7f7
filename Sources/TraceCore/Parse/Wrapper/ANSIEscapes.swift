/// Finds CSI escape sequences (ECMA-48 section 5.4): ESC, `[`, parameters, intermediates, one final byte.
///
/// What is not a whole sequence stays: it is text that a writer meant or a sequence cut short, not ours to guess.
enum ANSIEscapes {
  /// The offset after the sequences that stand at `start`; `start` if none does.
  static func skip(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = start
    while let stop = sequence(bytes, i, end) { i = stop }
    return i
  }

  /// The offset after the one sequence at `start`, or nil.
  static func sequence(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    guard start + 2 < end, bytes[start] == 0x1B, bytes[start + 1] == UInt8(ascii: "[") else { return nil }
    var i = start + 2
    while i < end, bytes[i] >= 0x30, bytes[i] <= 0x3F { i += 1 }
    while i < end, bytes[i] >= 0x20, bytes[i] <= 0x2F { i += 1 }
    guard i < end, bytes[i] >= 0x40, bytes[i] <= 0x7E else { return nil }
    return i + 1
  }

  /// Whether a whole sequence stands anywhere in `start ..< end`.
  static func contains(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var i = start
    while let hit = ByteSearch.first(0x1B, in: bytes, from: i, to: end) {
      if sequence(bytes, hit, end) != nil { return true }
      i = hit + 1
    }
    return false
  }

  /// Appends `start ..< end` without its sequences.
  static func strip(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, into output: Block) {
    var from = start
    var i = start
    while let hit = ByteSearch.first(0x1B, in: bytes, from: i, to: end) {
      i = hit + 1
      if let stop = sequence(bytes, hit, end) {
        output.append(copying: bytes.extracting(from..<hit))
        from = stop
        i = stop
      }
    }
    output.append(copying: bytes.extracting(from..<end))
  }
}
