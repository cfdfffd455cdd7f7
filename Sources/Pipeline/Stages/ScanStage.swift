internal import RulePack
internal import TraceCore

/// The stage of a scan whose rules ask for no traces: brings hits to the rules and groups nothing.
final class ScanStage: RecordStage {
  private let rules: RuleStage
  private var watermark = Watermark()

  init(rules: RuleStage) { self.rules = rules }

  func acceptFront(_ parsed: ParsedBlock) { rules.takeFront(of: parsed) }

  func accept(_ parsed: ParsedBlock, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    // In a variable of its own: each access to one of a class is checked.
    var watermark = self.watermark
    let all = parsed.batch.records
    let records = all.span
    for index in range where records[index].time != EventTime.none { _ = watermark.observe(records[index].time) }
    self.watermark = watermark
    rules.take(parsed, range, [])
  }

  var isHolding: Bool { false }
  var isDone: Bool { false }

  func finish() -> Findings { rules.finish(newest: watermark.high) }
}

// MARK: State

extension ScanStage {
  func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("scan")
    try coder.code(&watermark)
    try rules.code(&coder)
  }
}
