internal import TraceCore

/// Lines that could not be read, on their way to the gate: each with the time of the record that it stands behind, and given
/// in its place among the records, so that how the log was cut into blocks changes nothing.
struct UnreadLines {
  struct Run {
    /// The record of the block at hand behind which they stand; -1: before its first.
    var record: Int
    var time: Int64
    var lines: Int64
    var place: String?
  }

  private var runs: [Run] = []
  /// By stream: lines before its first record with a time.
  private var early: [Int: Run] = [:]

  /// The next records of a block, and with them what could not be read.
  ///
  /// - Parameter time: of the stream's last record before them.
  mutating func begin(_ range: Range<Int>, of parsed: ParsedBlock, after time: Int64) {
    var time = time
    // Most blocks have none, and no line is waited for.
    guard parsed.batch.counts.unparsedLines > 0 || early[parsed.stream] != nil else { return }
    for index in range {
      let record = parsed.batch.records[index]
      if record.time != EventTime.none {
        time = record.time
        if var first = early.removeValue(forKey: parsed.stream) {
          (first.record, first.time) = (index, time)
          runs.append(first)
        }
      }
      let lines = parsed.unreadLines(behind: index)
      guard lines > 0 else { continue }
      let number = parsed.lineNumber(Int(record.line) + Int(record.lines))
      add(Int64(lines), index, time, "\(parsed.path):\(number)", parsed.stream)
    }
  }

  /// A line before the block's first record; `line` is its number in the block.
  mutating func add(front line: Int, of parsed: ParsedBlock) {
    let time = parsed.timeBefore
    if let last = runs.indices.last, runs[last].record < 0, runs[last].time == time, time != EventTime.none {
      runs[last].lines += 1
    } else if time == EventTime.none, early[parsed.stream] != nil {
      early[parsed.stream]?.lines += 1
    } else {
      add(1, -1, time, "\(parsed.path):\(parsed.lineNumber(line))", parsed.stream)
    }
  }

  private mutating func add(_ lines: Int64, _ record: Int, _ time: Int64, _ place: String, _ stream: Int) {
    let run = Run(record: record, time: time, lines: lines, place: place)
    guard time == EventTime.none else { return runs.append(run) }
    if early[stream] == nil { early[stream] = run } else { early[stream]?.lines += lines }
  }

  /// Takes those that stand behind records before `record`.
  mutating func take(before record: Int) -> [Run] {
    if runs.isEmpty { return [] }
    let taken = runs.filter { $0.record < record }
    runs.removeAll { $0.record < record }
    return taken
  }
}

extension UnreadLines: StateCodable {
  /// Between blocks, when all that has a time was taken.
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&early, empty: Run(record: -1, time: EventTime.none, lines: 0, place: nil)) {
      run, coder throws(StateError) in
      try coder.code(count: &run.lines)
      try coder.code(&run.place)
    }
  }
}
