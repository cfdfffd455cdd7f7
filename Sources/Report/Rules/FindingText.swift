internal import RulePack
internal import TraceCore

/// One finding for people: what it says, how often and when, an example, a request, where to read on.
///
/// What is there to be copied (request ids, runbooks, file and line) is never cut; what is there to be read is.
struct FindingText {
  private let finding: Finding
  private let clock: ScanReport.Clock
  private let style: Style

  /// Columns that the severity takes, and what stands below it is indented by.
  static let indent = 4
  static let mostMessageLines = 2

  init(_ finding: Finding, clock: ScanReport.Clock, style: Style) {
    self.finding = finding
    self.clock = clock
    self.style = style
  }

  static func paint(_ severity: Severity) -> Style.Paint {
    switch severity {
    case .p0: .boldRed
    case .p1: .red
    case .p2: .yellow
    case .p3: .cyan
    }
  }

  private var severity: Severity { finding.rule.severity }
  private var margin: String { String(repeating: " ", count: FindingText.indent) }
  private var room: Int? { style.width.map { $0 - FindingText.indent } }

  // MARK: In full

  func write(into sink: inout TextSink) {
    let message = clipped(Escape.terminal(ScanReport.message(finding)), FindingText.mostMessageLines)
    for (i, line) in message.enumerated() {
      let head = i == 0 ? style.painted(severity.name, FindingText.paint(severity)) + "  " : margin
      sink.writeLine(head + style.painted(line, .bold))
    }
    writeFacts(into: &sink)
    writeExample(into: &sink)
    writeRequests(into: &sink)
    if let runbook = finding.rule.runbook {
      sink.writeLine(margin + style.painted("runbook " + Escape.terminal(runbook), .dim))
    }
  }

  /// Rule, count, span and group in one line, or what does not fit in lines of its own.
  private func writeFacts(into sink: inout TextSink) {
    let rule = Escape.terminal(finding.rule.id)
    var lines: [String] = []
    for part in [rule, hits(milliseconds: true), group] where !part.isEmpty {
      let joined = (lines.last ?? "") + style.dot + part
      if !lines.isEmpty, room.map({ DisplayWidth.of(joined) <= $0 }) ?? true {
        lines[lines.count - 1] = joined
      } else {
        lines.append(part)
      }
    }
    for line in lines { sink.writeLine(margin + cut(line)) }
  }

  /// Where it stands and the line itself; below one another where a long path leaves it little room.
  private func writeExample(into sink: inout TextSink) {
    guard let example = finding.example else { return }
    let place = "\(Escape.terminal(example.path)):\(example.line)"
    let text = Escape.terminal(example.text, tabs: 4)
    let left = room.map { $0 - DisplayWidth.of(place) - 2 } ?? .max
    if left >= 30 || DisplayWidth.of(text) <= left {
      let shown = text.isEmpty ? "" : "  " + DisplayWidth.fit(text, left, ellipsis: style.ellipsis)
      sink.writeLine(margin + style.painted(place + shown, .dim))
    } else {
      sink.writeLine(margin + style.painted(place, .dim))
      if !text.isEmpty { sink.writeLine(margin + style.painted(cut(text), .dim)) }
    }
  }

  private func writeRequests(into sink: inout TextSink) {
    guard let first = finding.traces.first else { return }
    let count = max(finding.traceCount, Int64(finding.traces.count))
    let more = finding.traceCountIsMinimum ? " or more" : ""
    let words = count == 1 ? "request " : "\(CountText.text(count))\(more) requests, the first "
    let id = Escape.terminal(first)
    if let room, DisplayWidth.of(words) + DisplayWidth.of(id) > room, count > 1 {
      sink.writeLine(margin + cut(String(words.dropLast())))
      sink.writeLine(margin + style.painted(id, .cyan))
    } else {
      sink.writeLine(margin + words + style.painted(id, .cyan))
    }
  }

  // MARK: In two lines

  func writeShort(into sink: inout TextSink) {
    var line = LineBuilder(style)
    line.append(severity.name, FindingText.paint(severity))
    line.append("  " + Escape.terminal(ScanReport.message(finding)))
    sink.writeLine(line.text)
    var facts = [Escape.terminal(finding.rule.id), hits(milliseconds: false)]
    if let example = finding.example { facts.append("\(Escape.terminal(example.path)):\(example.line)") }
    let group = self.group
    if !group.isEmpty { facts.append(group) }
    sink.writeLine(margin + style.painted(cut(facts.joined(separator: style.dot)), .dim))
  }

  // MARK: Pieces

  /// `333 × 06:50:48.123 – 06:51:28.001`
  private func hits(milliseconds: Bool) -> String {
    let count = CountText.text(finding.count)
    guard let span = clock.span(finding, milliseconds: milliseconds) else { return "\(count) \(times), no time" }
    return "\(count) \(times) \(span)"
  }

  private var times: String { style.unicode ? "×" : "x" }

  /// `route=GET /api/spots, user=-`
  private var group: String {
    finding.group.map { "\(Escape.terminal($0.name))=\(Escape.terminal($0.value ?? "-"))" }.joined(separator: ", ")
  }

  private func cut(_ text: String) -> String {
    room.map { DisplayWidth.fit(text, $0, ellipsis: style.ellipsis) } ?? text
  }

  /// `text` in at most `most` lines, the last one cut.
  private func clipped(_ text: String, _ most: Int) -> [String] {
    guard let room else { return [text] }
    let lines = DisplayWidth.wrap(text, room)
    guard lines.count > most else { return lines }
    return lines.prefix(most - 1) + [
      DisplayWidth.fit(lines[most - 1] + " " + lines[most], room, ellipsis: style.ellipsis)
    ]
  }
}
