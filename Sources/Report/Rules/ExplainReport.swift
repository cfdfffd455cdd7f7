package import RulePack
internal import TraceCore

/// What `skein rules explain` says: where a rule matches a line, and where and why it does not.
package enum ExplainReport {
  package static let schema = "skein.explain/1"

  /// - Parameter findings: what a scan of the text raises, of this rule.
  package static func text(
    _ explanation: RuleExplanation, findings: [Finding], style: Style, into sink: inout TextSink
  ) {
    let rule = explanation.rule
    Prose.write(
      "\(Escape.terminal(rule.id)) (\(rule.severity.name), \(RulesReport.kind(rule)), pack \(Escape.terminal(rule.pack))): "
        + Escape.terminal(rule.title), paint: .bold, style, into: &sink)
    for line in conditionLines(rule) { Prose.write("  " + Escape.terminal(line), paint: .dim, style, into: &sink) }
    if let finding = findings.first {
      Prose.write("a finding: " + Escape.terminal(ScanReport.message(finding)), paint: .green, style, into: &sink)
    } else {
      Prose.write("no finding", paint: .yellow, style, into: &sink)
    }
    for record in explanation.records {
      sink.writeLine()
      write(record, style, into: &sink)
    }
  }

  /// What holds for all records together.
  private static func conditionLines(_ rule: Rule) -> [String] {
    switch rule.condition {
    case .line: return []
    case .trace(let condition):
      var lines: [String] = []
      if let expression = condition.expression { lines.append("a trace with \(expression.source)") }
      if !condition.sequence.isEmpty {
        let within = condition.within.map { ", within \(DurationText.short($0))" } ?? ""
        lines.append("\(condition.sequence.count) steps in this order\(within)")
      }
      if condition.begun != nil { lines.append("begun, and never ended") }
      return lines
    case .correlation(let condition):
      let comparisons = condition.comparisons.map { comparison, value in
        let text =
          condition.measuresDurations
          ? DurationText.short(Int64(saturating: value))
          : value == value.rounded() ? CountText.text(Int64(saturating: value)) : "\(value)"
        return "\(comparison.rawValue) \(text)"
      }
      let group = condition.groupBy.isEmpty ? "" : " for each \(condition.groupBy.joined(separator: ", "))"
      let field = condition.field.map { " of \($0)" } ?? ""
      return [
        "\(condition.kind.rawValue)\(field) \(comparisons.joined(separator: ", ")) within "
          + "\(DurationText.short(condition.timespan))\(group), of \(condition.rules.joined(separator: ", "))"
      ]
    }
  }

  // MARK: A record

  private static func write(_ record: RuleExplanation.Record, _ style: Style, into sink: inout TextSink) {
    let lines =
      record.lineCount == 1 ? "line \(record.line)" : "lines \(record.line) to \(record.line + record.lineCount - 1)"
    let layout = record.layout.map { "layout \($0)" } ?? "no layout fits: a text without fields"
    Prose.write("\(lines)\(style.dot)\(Escape.terminal(layout))", paint: .bold, style, into: &sink)
    let width = record.fields.map { DisplayWidth.of(Escape.terminal($0.name)) }.max() ?? 0
    for field in record.fields {
      writeCut(
        "  \(DisplayWidth.pad(Escape.terminal(field.name), width))  \(Escape.terminal(field.value))", style, .dim,
        into: &sink)
    }
    for part in record.parts { write(part, style, into: &sink) }
  }

  private static func write(_ part: RuleExplanation.Part, _ style: Style, into sink: inout TextSink) {
    let name = part.name.map { Escape.terminal($0) + ": " } ?? ""
    sink.writeLine("  " + name + style.painted(part.holds ? "holds" : "does not hold", part.holds ? .green : .red))
    if let field = part.missingField {
      sink.writeLine("    on: the record has no field '\(Escape.terminal(field))'")
    }
    for text in part.texts { write(text, style, into: &sink) }
    if let condition = part.condition { write(condition, style, into: &sink) }
  }

  private static func write(_ condition: FilterExplanation, _ style: Style, into sink: inout TextSink) {
    writeCut(
      "    where \(Escape.terminal(condition.source)): \(name(condition.truth))", style, paint(condition.truth),
      into: &sink)
    let width = condition.checks.map { DisplayWidth.of(Escape.terminal($0.text)) }.max() ?? 0
    for check in condition.checks {
      let value =
        check.value.map { "\(check.field) is \($0)" } ?? "the record has no \(check.field), or has it twice"
      let mark = DisplayWidth.pad(name(check.truth), 9)
      writeCut(
        "      \(mark)\(DisplayWidth.pad(Escape.terminal(check.text), min(width, 40)))  \(Escape.terminal(value))",
        style,
        paint(check.truth), into: &sink)
    }
  }

  static func name(_ truth: Truth) -> String {
    switch truth {
    case .yes: "yes"
    case .no: "no"
    case .unknown: "unknown"
    }
  }

  private static func paint(_ truth: Truth) -> Style.Paint? { truth == .yes ? .green : truth == .no ? .red : .yellow }

  private static func writeCut(_ line: String, _ style: Style, _ paint: Style.Paint?, into sink: inout TextSink) {
    let cut = style.width.map { DisplayWidth.fit(line, $0, ellipsis: style.ellipsis) } ?? line
    sink.writeLine(style.painted(cut, paint))
  }

  // MARK: A text

  private static func write(_ text: RuleExplanation.Text, _ style: Style, into sink: inout TextSink) {
    if !text.keywords.isEmpty {
      let found = text.keywords.map { "'\(Escape.terminal($0.word))' \($0.isFound ? "found" : "not found")" }
      let any = text.keywords.contains(where: \.isFound)
      Prose.write(
        "    keywords: \(found.joined(separator: ", "))\(any ? "" : "; one is needed")", paint: any ? nil : .red, style,
        into: &sink)
    }
    let place: Range<Int>?
    switch text.pattern?.outcome {
    case .match(let start, let end): place = start..<end
    case .noMatch(let reach): place = reach.matched.map { $0.start..<$0.end }
    case .limit, nil: place = nil
    }
    writeMarked(Escape.terminal(text.what), text.bytes, place, style, into: &sink)
    guard let pattern = text.pattern else { return }
    switch pattern.outcome {
    case .match:
      writeCut("    pattern matches: \(Escape.terminal(pattern.source))", style, .green, into: &sink)
      for capture in pattern.captures {
        let value = String(decoding: text.bytes[capture.start..<capture.end], as: UTF8.self)
        writeCut("      \(capture.name) = \(Escape.terminal(value))", style, nil, into: &sink)
      }
    case .limit:
      writeCut(
        "    pattern was given up: it backtracks too much on this text; see skein rules bench", style, .red, into: &sink
      )
    case .noMatch(let reach):
      guard let matched = reach.matched else {
        writeCut("    pattern does not match: \(Escape.terminal(pattern.source))", style, .red, into: &sink)
        writeMissing(reach, style, into: &sink)
        return
      }
      sink.writeLine(style.painted("    pattern does not match", .red))
      sink.writeLine(
        "      up to here it does  " + end(of: Escape.terminal(matched.pattern), style.width.map { $0 - 26 }, style))
      writeCut("      and then not        \(Escape.terminal(matched.rest))", style, .yellow, into: &sink)
      writeMissing(reach, style, into: &sink)
    }
  }

  /// The text, cut in front where it is wider than so many columns.
  private static func end(of text: String, _ columns: Int?, _ style: Style) -> String {
    guard let columns, DisplayWidth.of(text) > columns else { return text }
    let kept = max(columns - DisplayWidth.of(style.ellipsis), 4)
    var tail = text.suffix(kept)
    while DisplayWidth.of(String(tail)) > kept { tail = tail.dropFirst() }
    return style.ellipsis + tail
  }

  private static func writeMissing(_ reach: PatternReach, _ style: Style, into sink: inout TextSink) {
    guard !reach.missing.isEmpty else { return }
    let words = reach.missing.prefix(6).map { "'\(Escape.terminal($0))'" }.joined(separator: ", ")
    let more = reach.missing.count > 6 ? " or \(reach.missing.count - 6) more" : ""
    Prose.write(
      "it needs \(reach.missing.count == 1 ? "" : "one of ")\(words)\(more): the text has none", indent: 6,
      paint: .yellow,
      style, into: &sink)
  }

  /// The text with carets under a part of it; where the line is too narrow, a stretch around that part.
  private static func writeMarked(
    _ what: String, _ bytes: [UInt8], _ place: Range<Int>?, _ style: Style, into sink: inout TextSink
  ) {
    func shown(_ range: Range<Int>) -> String { Escape.terminal(String(decoding: bytes[range], as: UTF8.self)) }
    let lead = "    \(what): "
    let room = style.width.map { max($0 - DisplayWidth.of(lead), 8) }
    guard let place else {
      let text = shown(0..<bytes.count)
      sink.writeLine(lead + (room.map { DisplayWidth.fit(text, $0, ellipsis: style.ellipsis) } ?? text))
      return
    }
    var before = shown(0..<place.lowerBound)
    let marked = shown(place)
    let after = shown(place.upperBound..<bytes.count)
    if let room, DisplayWidth.of(before) + DisplayWidth.of(marked) > room {
      let kept = max(room - DisplayWidth.of(marked) - 1, min(12, room / 2))
      if DisplayWidth.of(before) > kept { before = style.ellipsis + String(before.suffix(max(kept - 1, 0))) }
    }
    let whole = before + marked + after
    sink.writeLine(lead + (room.map { DisplayWidth.fit(whole, $0, ellipsis: style.ellipsis) } ?? whole))
    let indent = DisplayWidth.of(lead) + DisplayWidth.of(before)
    let carets = min(DisplayWidth.of(marked), (style.width ?? .max) - indent)
    guard carets > 0 else { return }
    sink.writeLine(String(repeating: " ", count: indent) + style.painted(String(repeating: "^", count: carets), .cyan))
  }
}
