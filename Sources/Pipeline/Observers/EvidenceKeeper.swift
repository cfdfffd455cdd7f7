internal import TraceCore

/// Keeps the records of the traces that were asked for (`show`, `--lines`). Not saved: it is for commands that read a log
/// once.
final class EvidenceKeeper: MergeObserver {
  private var collector: EvidenceCollector

  init(_ collector: EvidenceCollector) { self.collector = collector }

  /// Whether records of this life were asked for and seen.
  func holds(_ life: UInt64) -> Bool { collector.holds(life) }

  func take(_ records: MergedRecords) {
    collector.collect(records.parsed, records.range, records.members, records.tellings)
  }

  func takeFront(of parsed: ParsedBlock) {
    for front in parsed.front where front.isContinuation {
      collector.extend(stream: parsed.stream, parsed.block, front.line)
    }
  }

  func take(_ results: MergedResults) {
    for request in results.counted { collector.noteCounted(request) }
  }

  func finish(_ end: MergeEnd, into outcome: inout MergeOutcome) { outcome.evidence = collector }
}
