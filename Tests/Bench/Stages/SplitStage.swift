internal import TraceCore

/// Finds the end of every line, as the parser does before it looks at one.
struct SplitStage: Stage {
  private let log: StageLog

  init(_ log: StageLog) { self.log = log }

  var units: [String: Int] { ["line": log.lines] }

  mutating func pass() -> Int {
    var lines = 0
    for block in log.blocks {
      let bytes = block.bytes
      var at = 0
      while let newline = ByteSearch.first(UInt8(ascii: "\n"), in: bytes, from: at, to: bytes.count) {
        lines += 1
        at = newline + 1
      }
    }
    return lines
  }
}
