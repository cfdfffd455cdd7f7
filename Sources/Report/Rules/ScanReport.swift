package import RulePack
package import TraceCore

/// What `skein scan` says: findings for people, the most urgent first. JSON and SARIF are in files beside this one.
///
/// A finding is three to five lines, a note (P3) two; of a rule that holds in many groups the first are shown and the rest
/// are counted, so that a storm buries nothing. All text of the log is escaped; it is cut to the width, and whole without one.
package enum ScanReport {
  package static let schema = "skein.scan/1"
  package static let findingSchema = "skein.finding/1"

  /// Findings of one rule that are shown before the rest is counted.
  static let mostOfARule = 10
  static let mostNotesOfARule = 3

  /// - Parameters:
  ///   - full: all findings are shown, none only counted.
  ///   - notes: sentences for the heading, such as how times without a zone were read.
  package static func text(
    _ findings: Findings, style: Style, ledger: Ledger, detail: LedgerDetail = .line, full: Bool = false,
    notes: [String] = [], into sink: inout TextSink
  ) {
    let found = findings.findings.filter { $0.kind == .rule }
    let clock = Clock(found, style)
    if found.isEmpty && findings.total == 0 {
      writeNothing(findings, ledger, style, into: &sink)
    } else {
      var heading = "\(CountText.text(findings.total, "finding")): \(bySeverity(findings.bySeverity))"
      if let day = clock.day {
        heading += "\(style.dot)\(day) UTC"
      } else if clock.hasTimes {
        heading += "\(style.dot)UTC"
      }
      Prose.write(heading, paint: .bold, style, into: &sink)
      Prose.write("\(applied(findings)) applied", paint: .dim, style, into: &sink)
    }
    for note in notes { Prose.write(Escape.terminal(note), paint: .dim, style, into: &sink) }
    for severity in Severity.allCases {
      let own = found.filter { $0.rule.severity == severity }
      if !own.isEmpty { write(own, full: full, clock, style, into: &sink) }
    }
    if found.contains(where: { !$0.traces.isEmpty && $0.rule.severity < .p3 }) {
      sink.writeLine()
      Prose.write("skein show ID FILE\(style.ellipsis) shows a request line by line", paint: .dim, style, into: &sink)
    }
    writeSuppressed(findings, style, into: &sink)
    writeWarnings(findings, style, into: &sink)
    sink.writeLine()
    LedgerReport.text(ledger, style: style, detail: detail, into: &sink)
  }

  /// What a finding says, in one sentence. Text of the log may be in it.
  static func message(_ finding: Finding) -> String {
    switch finding.kind {
    case .rule: finding.message.isEmpty ? finding.rule.title : finding.message
    case .matchLimit:
      "the pattern of rule \(finding.rule.id) was given up on \(CountText.text(finding.count, "line")), "
        + "so it is not known whether it holds there; skein rules bench says why"
    }
  }

  // MARK: Heading

  /// `1 P0, 2 P1, 3 P3`
  private static func bySeverity(_ counts: [Severity: Int64]) -> String {
    Severity.allCases.compactMap { severity in
      counts[severity].flatMap { $0 > 0 ? "\(CountText.text($0)) \(severity.name)" : nil }
    }.joined(separator: ", ")
  }

  /// `34 rules of 3 packs (http, parkapi, postgres)`
  private static func applied(_ findings: Findings) -> String {
    let rules = CountText.text(Int64(findings.ruleCount), "rule")
    guard let first = findings.packs.first else { return rules }
    if findings.packs.count == 1 { return "\(rules) of pack \(Escape.terminal(first))" }
    let names = findings.packs.map { Escape.terminal($0) }.joined(separator: ", ")
    return "\(rules) of \(findings.packs.count) packs (\(names))"
  }

  private static func writeNothing(_ findings: Findings, _ ledger: Ledger, _ style: Style, into sink: inout TextSink) {
    guard findings.ruleCount > 0 else {
      Prose.write("No findings: there was no rule to apply", paint: .yellow, style, into: &sink)
      return
    }
    let records = CountText.text(ledger.totals.records, "record")
    let isClear = findings.suppressed.allSatisfy { $0.findings == 0 } && findings.matchLimits.isEmpty
    let verb = findings.ruleCount == 1 ? "was" : "were"
    Prose.write(
      "No findings: \(applied(findings)) \(verb) applied to \(records)" + (isClear ? "" : "; but see below"),
      paint: isClear ? .green : .yellow, style, into: &sink)
  }

  // MARK: Findings

  /// Findings of one severity, in their order.
  private static func write(
    _ findings: [Finding], full: Bool, _ clock: Clock, _ style: Style, into sink: inout TextSink
  ) {
    guard let severity = findings.first?.rule.severity else { return }
    let isNote = severity == .p3
    let most = full ? Int.max : isNote ? mostNotesOfARule : mostOfARule
    var shown: [String: Int] = [:]
    var folded: [(rule: Rule, findings: [Finding])] = []
    if isNote { sink.writeLine() }
    for finding in findings {
      let rule = finding.rule.id
      shown[rule, default: 0] += 1
      if shown[rule, default: 0] <= most {
        let block = FindingText(finding, clock: clock, style: style)
        if isNote {
          block.writeShort(into: &sink)
        } else {
          sink.writeLine()
          block.write(into: &sink)
        }
      } else if let at = folded.firstIndex(where: { $0.rule.id == rule }) {
        folded[at].findings.append(finding)
      } else {
        folded.append((finding.rule, [finding]))
      }
    }
    if !folded.isEmpty && !isNote { sink.writeLine() }
    for (rule, more) in folded {
      let hits = more.reduce(0) { $0 + $1.count }
      let text =
        "\(CountText.text(more.count)) more of \(Escape.terminal(rule.id)), "
        + "\(CountText.text(hits, "hit")) (--json has all)"
      var line = LineBuilder(style)
      line.append(severity.name, FindingText.paint(severity))
      line.append("  " + text, .dim)
      sink.writeLine(line.text)
    }
  }

  // MARK: What is not shown

  private static func writeSuppressed(_ findings: Findings, _ style: Style, into sink: inout TextSink) {
    let hidden = findings.suppressed.filter { $0.findings > 0 }
    guard !hidden.isEmpty else { return }
    sink.writeLine()
    let total = hidden.reduce(0) { $0 + $1.findings }
    Prose.write("\(CountText.text(total, "finding")) suppressed", style, into: &sink)
    for item in hidden {
      let suppression = item.suppression
      var text = "\(CountText.text(item.findings)) of \(Escape.terminal(suppression.rule)), "
      text += "\(CountText.text(item.hits, "hit")): \(Escape.terminal(suppression.reason)) "
      text += "(\(Escape.terminal(suppression.owner))\(until(suppression.expires)))"
      Prose.write(text, indent: 2, paint: .dim, style, into: &sink)
    }
  }

  /// `, until 2027-01-31`
  private static func until(_ time: Int64) -> String {
    guard time != EventTime.none && time != .max else { return "" }
    let clock = EventTime.timeOfDay(time)
    // At midnight the day before is its last.
    return clock == "00:00:00.000"
      ? ", until \(EventTime.date(time - 1))" : ", until \(EventTime.date(time)) \(clock.prefix(8))"
  }

  private static func writeWarnings(_ findings: Findings, _ style: Style, into sink: inout TextSink) {
    var warnings = findings.matchLimits.map { finding in
      var text = Escape.terminal(message(finding))
      if let example = finding.example { text += " (\(Escape.terminal(example.path)):\(example.line))" }
      return text
    }
    let unkept = findings.unkept.values.reduce(0, +)
    if unkept > 0 {
      warnings.append(
        "\(CountText.text(unkept, "finding")) beyond the limit, counted and not kept: \(bySeverity(findings.unkept))")
    }
    warnings += findings.notes.map { Escape.terminal($0) }
    guard !warnings.isEmpty else { return }
    sink.writeLine()
    for warning in warnings { Prose.write("! " + warning, paint: .yellow, style, into: &sink) }
  }

  // MARK: Times

  /// How times are written: without the day where all findings lie on one, which the heading then has.
  struct Clock {
    let day: String?
    let hasTimes: Bool
    private let dash: String

    init(_ findings: [Finding], _ style: Style) {
      let times = findings.flatMap { [$0.first, $0.last] }.filter { $0 != EventTime.none }
      let days = Set(times.map(EventTime.date))
      day = days.count == 1 ? days.first : nil
      hasTimes = !days.isEmpty
      dash = style.dash
    }

    /// `06:50:48.123 – 06:51:28.001`; one time where both are the same; nil without any.
    func span(_ finding: Finding, milliseconds: Bool) -> String? {
      guard finding.first != EventTime.none else { return nil }
      func text(_ time: Int64, after: Int64?) -> String {
        let clock = EventTime.timeOfDay(time)
        let date = EventTime.date(time)
        let needsDate = day == nil && after.map { EventTime.date($0) != date } ?? true
        return (needsDate ? date + " " : "") + (milliseconds ? clock : String(clock.prefix(8)))
      }
      let start = text(finding.first, after: nil)
      guard finding.last != EventTime.none, finding.last != finding.first else { return start }
      let end = text(finding.last, after: finding.first)
      return start == end ? start : "\(start) \(dash) \(end)"
    }
  }
}

extension Findings {
  /// Those where a rule's pattern was given up: not findings of the rule, but not its absence either.
  var matchLimits: [Finding] { findings.filter { $0.kind == .matchLimit } }

  /// All that was found, kept or not, without what is suppressed.
  var bySeverity: [Severity: Int64] {
    var counts = unkept
    for finding in findings where finding.kind == .rule { counts[finding.rule.severity, default: 0] += 1 }
    return counts
  }

  var total: Int64 { bySeverity.values.reduce(0, +) }
}
