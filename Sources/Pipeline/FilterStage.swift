internal import TraceCore

/// The stage of `skein filter`: passes on the records for which the expression holds, in the order of the merge.
///
/// Keeps nothing of the input but what `RecordWriter` does; it groups nothing and counts no requests.
final class FilterStage: RecordStage {
  private let selection: RecordSelection
  let writer: RecordWriter
  /// Records for which the expression was yes, passed on or not.
  private(set) var yes: Int64 = 0

  init(selection: RecordSelection, writer: RecordWriter) {
    self.selection = selection
    self.writer = writer
  }

  func acceptFront(_ parsed: ParsedBlock) {
    writer.takeFront(parsed)
    writer.endStep()
  }

  func accept(_ parsed: ParsedBlock, _ range: Range<Int>) {
    var yes: Int64 = 0
    let selection = self.selection
    writer.take(parsed, range) { (record, _) in
      let isYes = selection.isYes(record)
      if isYes { yes &+= 1 }
      return selection.passes(record, matches: isYes)
    }
    self.yes += yes
    writer.endStep()
  }

  var isHolding: Bool { false }
  var isDone: Bool { writer.isDone }
}
