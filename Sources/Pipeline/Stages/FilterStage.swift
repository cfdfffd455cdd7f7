internal import TraceCore

/// The stage of `skein filter`: passes on the records that are selected, in the order of the merge.
///
/// Keeps nothing of the input but what `RecordWriter` does; it groups nothing and counts no requests. With a rule the last
/// record of a block waits until the next block of its stream is there: a line that continues it there may be what the
/// rule is about.
final class FilterStage: RecordStage {
  private let selection: RecordSelection
  let writer: RecordWriter
  private let rules: RuleStage?
  /// Records for which the expression (and the rule) was yes, passed on or not.
  private(set) var yes: Int64 = 0

  /// A record that waits, and blocks of nothing but lines that continue it.
  private struct Pending {
    var parsed: ParsedBlock
    var index: Int
    var isHit: Bool
    var fronts: [ParsedBlock] = []
    var bytes = 0
  }
  private var pending: Pending?
  /// Bytes that may wait: a record that is longer is decided by its beginning.
  private static let mostWaiting = 16 << 20

  init(selection: RecordSelection, writer: RecordWriter, rules: RuleStage? = nil) {
    self.selection = selection
    self.writer = writer
    self.rules = rules
    rules?.onContinuation = { [unowned self] _ in self.pending?.isHit = true }
  }

  func acceptFront(_ parsed: ParsedBlock) {
    if let rules, pending?.parsed.stream == parsed.stream {
      rules.takeFront(of: parsed)
      if parsed.batch.records.isEmpty, let waiting = pending?.bytes, waiting < FilterStage.mostWaiting {
        pending?.fronts.append(parsed)
        pending?.bytes += parsed.block.count
        return
      }
    }
    settle()
    writer.takeFront(parsed)
    writer.endStep()
  }

  func accept(_ parsed: ParsedBlock, _ range: Range<Int>) {
    settle()
    guard !range.isEmpty else { return }
    var end = range.upperBound
    if let rules, end == parsed.batch.records.count {
      rules.take(parsed, range, [])
      end -= 1
      pending = Pending(parsed: parsed, index: end, isHit: false)
    }
    pass(parsed, range.lowerBound..<end, isHit: false)
    writer.endStep()
  }

  private func pass(_ parsed: ParsedBlock, _ range: Range<Int>, isHit: Bool) {
    var yes: Int64 = 0
    let selection = self.selection
    writer.take(parsed, range) { (record, _) in
      let isYes = selection.isYes(record, isHit: isHit)
      if isYes { yes &+= 1 }
      return selection.passes(record, matches: isYes)
    }
    self.yes += yes
  }

  private func settle() {
    guard let waiting = pending else { return }
    pending = nil
    pass(waiting.parsed, waiting.index..<waiting.index + 1, isHit: waiting.isHit)
    for front in waiting.fronts { writer.takeFront(front) }
  }

  /// Ends the input.
  func finish() {
    settle()
    writer.finish()
  }

  var isHolding: Bool { pending != nil }
  var isDone: Bool { writer.isDone }
}
