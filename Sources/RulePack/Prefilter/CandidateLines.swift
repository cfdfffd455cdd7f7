internal import TraceCore

/// Keeps a rule from being reported again and again on one line.
///
/// Lines are looked for only where something was found. It may let a rule through twice on a line when places do not
/// come in order; it never holds back the first on a line.
struct CandidateLines {
  /// The number of the line in which each rule was seen last.
  private var seen: ContiguousArray<UInt32>
  private var line: UInt32 = 0
  /// The part of the text that is known to lie on that line; empty before the first.
  private var start = 1
  private var end = 0

  /// For rules numbered from 0.
  init(rules: Int) { seen = ContiguousArray(repeating: 0, count: rules) }

  /// Begins another text.
  mutating func restart() {
    start = 1
    end = 0
    // Each byte of a text can begin a line; texts are under 4 GiB, so that one text's numbers fit in a half.
    if line > UInt32.max / 2 {
      for index in seen.indices { seen[index] = 0 }
      line = 0
    }
  }

  /// Whether `rule` was not yet seen on the line of the byte at `place`.
  mutating func isFirst(_ rule: Int, at place: Int, in bytes: Span<UInt8>) -> Bool {
    if place < start || place >= end {
      start = place
      end = ByteSearch.first(0x0A, in: bytes, from: place, to: bytes.count).map { $0 + 1 } ?? bytes.count
      line &+= 1
    }
    if seen[rule] == line { return false }
    seen[rule] = line
    return true
  }
}
