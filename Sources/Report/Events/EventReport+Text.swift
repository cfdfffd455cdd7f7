package import Analysis
package import RulePack
internal import TraceCore

/// The events of `follow` and `gate` for people and for grep: a line an event, each beginning with its time.
extension EventReport {
  /// What stands over the columns of windows.
  package static func header(style: Style, into sink: inout TextSink) {
    sink.writeLine(style.painted(row("time", "req/s", "errors", "p50", "p95", "p99", "rule hits"), .dim))
  }

  package static func text(_ window: EventWindow, style: Style, into sink: inout TextSink) {
    let total = window.summary.total
    func latency(_ value: Int64?) -> String { value.map { DurationText.text($0, unicode: style.unicode) } ?? "-" }
    var hits: [String: Int64] = [:]
    for count in window.hits { hits[count.severity, default: 0] += count.hits }
    let found = hits.sorted { $0.key < $1.key }.map { "\($0.key) \(CountText.text($0.value))" }
      .joined(separator: ", ")
    var rest = [found]
    if window.uncounted > 0 {
      rest.append("\(CountText.text(window.uncounted)) not counted, \(CountText.text(window.uncountedErrors)) failed")
    }
    if window.isPartial { rest.append("(cut short)") }
    let line = row(
      EventTime.timeOfDay(window.summary.start).prefix(8).description,
      total.ratePerSecond.map { ThreeDigits.text($0) } ?? "-", total.errorRate.map(PercentText.text) ?? "-",
      latency(total.p50), latency(total.p95), latency(total.p99),
      rest.filter { !$0.isEmpty }.joined(separator: " "))
    let isBad = total.errors > 0 && window.hits.contains { $0.severity < "P2" }
    sink.writeLine(isBad ? style.painted(line, .yellow) : line)
  }

  private static func row(
    _ time: String, _ rate: String, _ errors: String, _ p50: String, _ p95: String, _ p99: String, _ rest: String
  ) -> String {
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let line =
      time + String(repeating: " ", count: max(0, 8 - time.count)) + right(rate, 8) + right(errors, 9)
      + right(p50, 9) + right(p95, 9) + right(p99, 9)
    return rest.isEmpty ? line : line + "  " + rest
  }

  package static func text(_ finding: Finding, style: Style, into sink: inout TextSink) {
    // When it showed: of a count over a window the first event may lie far back.
    let time = clock(finding.last)
    let severity = style.painted(finding.rule.severity.name, FindingText.paint(finding.rule.severity))
    var line =
      "\(time)  \(severity) \(Escape.terminal(finding.rule.id)): \(Escape.terminal(ScanReport.message(finding)))"
    if let trace = finding.traces.first { line += style.painted("  (\(Escape.terminal(trace)))", .dim) }
    sink.writeLine(line)
  }

  static func clock(_ time: Int64) -> String {
    time == EventTime.none ? "--:--:--" : EventTime.timeOfDay(time).prefix(8).description
  }

  package static func text(_ mark: EventMark, style: Style, into sink: inout TextSink) {
    let what =
      switch mark.kind {
      case .given, .gap: Escape.terminal(mark.text)
      case .version: "version \(Escape.terminal(mark.text)) appears"
      }
    sink.writeLine(style.painted("\(EventTime.timeOfDay(mark.time).prefix(8))  == \(what) ==", .cyan))
  }

  /// - Parameter isGap: something is proven missing.
  package static func text(
    rotation text: String, time: Int64, isGap: Bool, style: Style, into sink: inout TextSink
  ) {
    sink.writeLine(style.painted("\(clock(time))  \(Escape.terminal(text))", isGap ? .red : .dim))
  }
}
