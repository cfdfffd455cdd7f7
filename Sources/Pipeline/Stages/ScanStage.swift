internal import RulePack
internal import TraceCore

/// The stage of a scan whose rules ask for no traces: brings hits to the rules and groups nothing.
final class ScanStage: RecordStage {
  private let rules: RuleStage
  private var continuations: [Continuation]
  private var hasTraceback: [Bool]
  /// What lines before the first record of a block turned out to be, by source.
  private(set) var corrections: [Int: LedgerCounts] = [:]
  private var watermark = Watermark()

  init(rules: RuleStage, streams: Int) {
    self.rules = rules
    continuations = Array(repeating: Continuation(), count: streams)
    hasTraceback = Array(repeating: false, count: streams)
  }

  func acceptFront(_ parsed: ParsedBlock) {
    var found = LedgerCounts()
    for (index, orphan) in parsed.batch.orphans.enumerated() {
      let isContinuation = continuations[parsed.stream].accepts(orphan.shape)
      rules.take(orphan: index, of: parsed, isContinuation: isContinuation)
      guard isContinuation else {
        found.count(loose: orphan.shape)
        continue
      }
      found.continuationLines += 1
      if orphan.shape.isTraceback && !hasTraceback[parsed.stream] {
        hasTraceback[parsed.stream] = true
        found.tracebacks += 1
      }
    }
    corrections[parsed.source, default: LedgerCounts()].add(found)
  }

  func accept(_ parsed: ParsedBlock, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    // In a variable of its own: each access to one of a class is checked.
    var watermark = self.watermark
    let all = parsed.batch.records
    let records = all.span
    for index in range where records[index].time != EventTime.none { _ = watermark.observe(records[index].time) }
    self.watermark = watermark
    rules.take(parsed, range, [])
    guard range.upperBound == parsed.batch.records.count else { return }
    continuations[parsed.stream] = parsed.batch.continuation
    hasTraceback[parsed.stream] = parsed.batch.records[range.upperBound - 1].flags.contains(.traceback)
  }

  var isHolding: Bool { false }
  var isDone: Bool { false }

  func finish() -> Findings { rules.finish(newest: watermark.high) }
}

// MARK: State

extension ScanStage {
  func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("scan")
    try coder.check(continuations.count, "streams")
    for index in continuations.indices {
      try coder.code(&continuations[index])
      try coder.code(&hasTraceback[index])
    }
    try coder.code(&corrections, empty: LedgerCounts()) { counts, coder throws(StateError) in try coder.code(&counts) }
    try coder.code(&watermark)
    try rules.code(&coder)
  }
}
