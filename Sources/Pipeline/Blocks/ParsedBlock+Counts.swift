internal import TraceCore

// What a run that stops within a block has taken of it.
extension ParsedBlock {
  /// The ledger's counts of the block's lines before record `end`: of those records, of the lines behind them, and of the
  /// lines before its first record if `isFrontTaken`. Costs a look at each of these lines.
  ///
  /// Lines before the first record are in `bytes` and `lines` only: what they are the stage has found out.
  func counts(before end: Int, isFrontTaken: Bool) -> LedgerCounts {
    if end >= batch.records.count && (isFrontTaken || end > 0) { return batch.counts }
    var counts = LedgerCounts()
    guard end > 0 || isFrontTaken else { return counts }
    let isWhole = end >= batch.records.count
    let stop = isWhole ? block.count : Int(batch.records[end].offset)
    let line = isWhole ? batch.lineCount : Int(batch.records[end].line)
    counts.bytes = isWhole ? batch.counts.bytes : bytes(before: line) ?? Int64(stop)
    counts.lines = Int64(line)
    var last = EventTime.none
    for index in 0..<min(end, batch.records.count) {
      let record = batch.records[index]
      counts.records += 1
      counts.continuationLines += Int64(record.lines) - 1
      let loose = looseLines(behind: index)
      let unread = unreadLines(behind: index)
      counts.unparsedLines += Int64(unread)
      counts.noticeLines += Int64(loose - unread)
      if record.idHash == 0 { counts.recordsWithoutID += 1 }
      if record.flags.contains(.traceback) { counts.tracebacks += 1 }
      if record.flags.contains(.ambiguous) { counts.ambiguousRecords += 1 }
      guard record.time != EventTime.none else {
        counts.recordsWithoutTime += 1
        continue
      }
      if last != EventTime.none, record.time < last { counts.noteStepBack(last - record.time) }
      last = record.time
    }
    countBytes(upTo: stop, &counts)
    countMarks(upTo: stop, &counts)
    return counts
  }

  private func countMarks(upTo stop: Int, _ counts: inout LedgerCounts) {
    for mark in batch.marks where mark.offset < stop {
      switch mark.kind {
      case .damaged: counts.damagedLines += 1
      case .undecided: counts.undecidedRecords += 1
      case .long:
        counts.longLines += 1
        counts.longLineBytes += Int64(mark.bytes)
      }
    }
  }

  /// Of an unwrapped block: bytes of log in front of a line.
  private func bytes(before line: Int) -> Int64? {
    guard let origins, line < origins.count, let first = origins.first else { return nil }
    return Int64(origins[line].offset) - Int64(first.offset)
  }

  /// What is rare: looked for in the bytes only where the block has it.
  private func countBytes(upTo stop: Int, _ counts: inout LedgerCounts) {
    guard batch.counts.invalidUTF8Lines > 0 || batch.counts.nulRuns > 0 else { return }
    let block = block
    let bytes = block.bytes
    var start = 0
    while start < stop {
      let end = ByteSearch.first(0x0A, in: bytes, from: start, to: stop) ?? stop
      var text = start
      while text < end && bytes[text] == 0 { text += 1 }
      if text > start {
        counts.nulRuns += 1
        counts.nulBytes += Int64(text - start)
      }
      if !UTF8Text.isValid(bytes, from: text, to: end) { counts.invalidUTF8Lines += 1 }
      start = end + 1
    }
  }

  /// Lines behind a record that do not continue it.
  func looseLines(behind index: Int) -> Int {
    let record = batch.records[index]
    let next = index + 1 < batch.records.count ? Int(batch.records[index + 1].line) : batch.lineCount
    return max(0, next - Int(record.line) - Int(record.lines))
  }

  /// Those of them that could not be read: all but notices.
  func unreadLines(behind index: Int) -> Int {
    let loose = looseLines(behind: index)
    guard loose > 0, !batch.notices.isEmpty else { return loose }
    let first = batch.records[index].line + batch.records[index].lines
    return loose - batch.notices.count { $0 >= first && $0 < first + UInt32(loose) }
  }
}
