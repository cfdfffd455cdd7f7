internal import TraceCore

/// A line in front of a block's first record, and what the stream's last record makes of it.
struct FrontLine {
  var line: OrphanLine
  /// It is part of that record; else it could not be read, or says something about the log.
  var isContinuation: Bool
  /// With it the record's traceback begins.
  var beginsTraceback: Bool
}

/// Decides what the lines in front of each block's first record are: once, for all who want to know, by what the last record
/// of their stream may still have.
struct StreamFront {
  private var continuation = Continuation()
  private var hasTraceback = false

  /// Takes the next block of the stream and fills its `front`.
  mutating func resolve(_ parsed: ParsedBlock) {
    parsed.front.removeAll(keepingCapacity: true)
    for line in parsed.batch.orphans {
      let isContinuation = continuation.accepts(line.shape)
      let beginsTraceback = isContinuation && line.shape.isTraceback && !hasTraceback
      if beginsTraceback { hasTraceback = true }
      parsed.front.append(FrontLine(line: line, isContinuation: isContinuation, beginsTraceback: beginsTraceback))
    }
    guard let last = parsed.batch.records.last else { return }
    continuation = parsed.batch.continuation
    hasTraceback = last.flags.contains(.traceback)
  }
}

extension StreamFront: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&continuation)
    try coder.code(&hasTraceback)
  }
}

extension ParsedBlock {
  /// What the ledger has of its `front`; their bytes and numbers are the block's.
  var frontCounts: LedgerCounts {
    var counts = LedgerCounts()
    for front in front {
      if front.isContinuation { counts.continuationLines += 1 } else { counts.count(loose: front.line.shape) }
      if front.beginsTraceback { counts.tracebacks += 1 }
    }
    return counts
  }

  /// The first of them that could not be read, as examples.
  var strangers: [OrphanLine] {
    front.lazy.filter { !$0.isContinuation && $0.line.shape != .notice }.prefix(RecordBatch.mostExamples).map(\.line)
  }
}
