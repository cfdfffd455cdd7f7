internal import Report

/// What has to be written to a terminal so that it shows other lines than before: only lines that differ, in one piece.
///
/// It is told what stands on the screen (`forget` after a resize or a stop) and writes nothing itself.
package struct ScreenDifference {
  /// Lines on the screen; nil: not known.
  private var shown: [String]?

  /// The screen may hold anything: the next frame is written whole.
  package mutating func forget() { shown = nil }

  /// Bytes that turn the screen into `lines`; none if it shows them already.
  ///
  /// - Parameters:
  ///   - lines: painted by `Style`, none wider than the screen.
  ///   - columns: of the screen.
  package mutating func bytes(for lines: [String], columns: Int) -> [UInt8] {
    var body = ""
    if shown == nil { body += "\u{1B}[0m\u{1B}[2J" }
    for (i, line) in lines.enumerated() {
      let before = shown.map { i < $0.count ? $0[i] : "" } ?? ""
      guard line != before else { continue }
      body += "\u{1B}[\(i + 1);1H\(line)"
      // Behind a full line the cursor still stands on the last column, which would be erased.
      if ScreenDifference.width(line) < columns { body += "\u{1B}[K" }
    }
    if let shown, shown.count > lines.count { body += "\u{1B}[\(lines.count + 1);1H\u{1B}[J" }
    shown = lines
    guard !body.isEmpty else { return [] }
    // Synchronized output: terminals that know it show the frame at once, others pass it over.
    return Array("\u{1B}[?2026h\(body)\u{1B}[?2026l".utf8)
  }

  /// Columns of a painted line.
  package static func width(_ line: String) -> Int {
    var width = 0
    var isEscape = false
    for scalar in line.unicodeScalars {
      if scalar == "\u{1B}" {
        isEscape = true
      } else if isEscape {
        isEscape = scalar != "m"
      } else {
        width += DisplayWidth.of(scalar)
      }
    }
    return width
  }
}
