internal import TraceCore

/// Makes the masks of all bytes, in which lines, words and pairs are found, and counts the lines: what the parser does with
/// a block before it looks at its first line.
struct SplitStage: Stage {
  private let log: StageLog
  private var masks = ByteMasks()

  init(_ log: StageLog) { self.log = log }

  var units: [String: Int] { ["line": log.lines] }

  mutating func pass() -> Int {
    var lines = 0
    for block in log.blocks {
      masks.fill(from: block.bytes)
      lines += masks.newlines
    }
    return lines
  }
}
