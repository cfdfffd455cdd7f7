internal import Analysis
internal import TraceCore

/// The stage of `skein templates`: counts records by message template and groups nothing.
final class TemplateStage: RecordStage {
  private let selection: RecordSelection
  private var templates = TemplateTally()
  /// Records for which the expression was yes, in the span of time or not.
  private(set) var matched: Int64 = 0

  init(selection: RecordSelection) { self.selection = selection }

  func acceptFront(_ parsed: ParsedBlock) {}

  func accept(_ parsed: ParsedBlock, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    count(parsed, range)
  }

  private func count(_ parsed: ParsedBlock, _ range: Range<Int>) {
    // In a variable of its own: each access to one of a class is checked.
    let all = parsed.batch.records
    let records = all.span
    var matched: Int64 = 0
    for index in range where selection.isYes(records[index]) {
      matched &+= 1
      if selection.isInSpan(records[index]) { _ = templates.take(index, of: parsed, records[index], segment: 0) }
    }
    self.matched += matched
  }

  var isHolding: Bool { false }
  var isDone: Bool { false }

  func finish() -> TemplateSummary {
    let mined = templates.finish()
    var summary = TemplateSummary()
    summary.other = mined.other.sum
    summary.withoutMessage = mined.withoutMessage.sum
    summary.rows = mined.rows.map { template, count in
      TemplateSummary.Row(
        id: template.id, text: template.text, count: count.sum, level: count.level, first: count.first,
        last: count.last, path: count.path, line: count.line, example: String(decoding: count.example, as: UTF8.self))
    }
    summary.records = summary.rows.reduce(summary.other + summary.withoutMessage) { $0 + $1.count }
    return summary
  }
}
