package import TraceCore

/// What `skein show` says of one trace: its heading, its steps as a waterfall, its records line by line.
///
/// Text of the log is escaped and wrapped, unless `raw`; long tracebacks are folded, unless `full`.
package enum ShowReport {
  package static let schema = "skein.show/1"

  package struct Options: Sendable {
    /// Log text goes out as it is, neither escaped nor wrapped.
    package var raw: Bool
    /// Nothing is folded: all lines of tracebacks, all steps.
    package var full: Bool

    package init(raw: Bool = false, full: Bool = false) {
      self.raw = raw
      self.full = full
    }
  }

  /// Continuation lines that a record may have before they are folded, and what stays at each end. The end of a traceback
  /// says what happened, its beginning where it came from.
  static let foldOver = 24
  static let foldHead = 6
  static let foldTail = 14
  static let mostSteps = 40

  // MARK: Text

  /// - Parameter ledger: nil where another life of the same id follows and the ledger comes after it.
  package static func text(
    _ trace: TraceSummary, _ records: [EvidenceRecord], style: Style, options: Options = Options(), ledger: Ledger?,
    detail: LedgerDetail = .line, into sink: inout TextSink
  ) {
    writeHeading(trace, records, style, into: &sink)
    let waterfall = Waterfall(trace, records)
    if waterfall.bars.contains(where: { !$0.isRequest }) {
      sink.writeLine()
      let origin = trace.start == EventTime.none ? 0 : trace.start
      waterfall.write(origin: origin, limit: options.full ? .max : mostSteps, style, into: &sink)
    }
    sink.writeLine()
    writeRecords(trace, records, style, options, into: &sink)
    if let ledger {
      sink.writeLine()
      LedgerReport.text(ledger, style: style, detail: detail, into: &sink)
    }
  }

  private static func writeHeading(
    _ trace: TraceSummary, _ records: [EvidenceRecord], _ style: Style, into sink: inout TextSink
  ) {
    var title: [(String, Style.Paint?)] = []
    if let route = trace.route { title.append((Escape.terminal(route), .bold)) }
    if trace.status > 0 { title.append((String(trace.status), TracesReport.paint(status: trace.status))) }
    if let duration = trace.duration {
      let inferred = trace.inferred ? " (not logged: from the first record to the last)" : ""
      title.append((DurationText.text(duration, unicode: style.unicode) + inferred, .bold))
    }
    if trace.level >= .warning {
      title.append(("worst level \(trace.level.name)", TracesReport.paint(level: trace.level)))
    }
    // The id is what is copied from here: a line of its own.
    Prose.write(Escape.terminal(trace.id), hang: 0, paint: .cyan, style, into: &sink)
    if !title.isEmpty {
      var line = LineBuilder(style)
      for (i, part) in title.enumerated() {
        if i > 0 { line.append(style.dot, .dim) }
        line.append(part.0, part.1)
      }
      sink.writeLine(line.text)
    }
    var facts: [String] = []
    if trace.start != EventTime.none {
      facts.append("\(EventTime.date(trace.start)) \(EventTime.timeOfDay(trace.start)) UTC")
    }
    facts.append("\(CountText.text(Int64(trace.records), "record")) in \(CountText.text(Int64(trace.lines), "line"))")
    if trace.requests > 1 { facts.append("\(trace.requests) requests under this id") }
    if trace.unfinished > 0 { facts.append("\(trace.unfinished) without an end") }
    if trace.errors > 0 { facts.append(CountText.text(Int64(trace.errors), "error")) }
    if trace.tracebacks > 0 { facts.append(CountText.text(Int64(trace.tracebacks), "traceback")) }
    if trace.reopened { facts.append("the id had ended before") }
    Prose.write(facts.joined(separator: style.dot), style, into: &sink)
    if let first = records.first {
      Prose.write("from \(Escape.terminal(first.path)):\(first.line)", paint: .dim, style, into: &sink)
    }
  }

  private static func writeRecords(
    _ trace: TraceSummary, _ records: [EvidenceRecord], _ style: Style, _ options: Options, into sink: inout TextSink
  ) {
    func offset(_ record: EvidenceRecord) -> Int64? {
      record.time == EventTime.none || trace.start == EventTime.none ? nil : TimeSpan.between(trace.start, record.time)
    }
    let scale = OffsetScale(records.compactMap(offset))
    let offsets = records.map { offset($0).map(scale.text) ?? "-" }
    let loggers = records.map { Escape.terminal($0.logger ?? "") }
    let offsetWidth = offsets.map(\.count).max() ?? 0
    let levelWidth = records.map(\.level.name.count).max() ?? 0
    let loggerWidth = min(loggers.map(DisplayWidth.of).max() ?? 0, style.width.map { max($0 / 5, 8) } ?? .max)
    let indent = offsetWidth + 2 + levelWidth + 2 + (loggerWidth > 0 ? loggerWidth + 2 : 0)
    for (i, record) in records.enumerated() {
      var line = LineBuilder(style)
      line.blanks(offsetWidth - offsets[i].count)
      line.append(offsets[i], .dim)
      line.blanks(2)
      line.append(record.level.name, TracesReport.paint(level: record.level))
      line.blanks(levelWidth - record.level.name.count + 2)
      let logger = DisplayWidth.fit(loggers[i], loggerWidth, ellipsis: style.ellipsis)
      line.append(logger, .dim)
      if loggerWidth > 0 { line.blanks(loggerWidth - DisplayWidth.of(logger) + 2) }
      writeMessage(record, line, indent: indent, style, options, into: &sink)
    }
  }

  /// The message after what `line` holds, wrapped below itself, then the continuation lines.
  private static func writeMessage(
    _ record: EvidenceRecord, _ line: LineBuilder, indent: Int, _ style: Style, _ options: Options,
    into sink: inout TextSink
  ) {
    // By bytes: to Swift, CR LF is one character and not a line feed.
    let lines = Array(record.message.utf8).split(separator: 0x0A, omittingEmptySubsequences: false)
    let head = String(decoding: lines.first ?? [], as: UTF8.self)
    let paint: Style.Paint? =
      record.level >= .error ? .red : record.level <= .debug && record.level != .none ? .dim : nil
    if options.raw {
      sink.writeLine(line.textAndBlanks + head)
    } else {
      // Where little room is left beside the columns, the message goes on below, a little indented.
      let hang = style.width.map { $0 - indent < 30 ? 4 : indent } ?? indent
      let shown = Escape.terminal(trimmed(head), tabs: 4)
      let first = style.width.map { max($0 - indent, 0) }
      var wrapped = DisplayWidth.wrap(shown, style.width.map { $0 - hang }, first: first)
      var line = line
      if let first, first < 10 {
        wrapped = DisplayWidth.wrap(shown, style.width.map { $0 - hang })
      } else {
        line.append(wrapped.removeFirst(), paint)
      }
      sink.writeLine(line.text)
      for more in wrapped { sink.writeLine(String(repeating: " ", count: hang) + style.painted(more, paint)) }
    }
    writeContinuation(record, Array(lines.dropFirst()), style, options, into: &sink)
  }

  private static func writeContinuation(
    _ record: EvidenceRecord, _ fromMessage: [ArraySlice<UInt8>], _ style: Style, _ options: Options,
    into sink: inout TextSink
  ) {
    // A message that holds line breaks came out of an escaped string, or holds the text's own lines already.
    let fromText =
      fromMessage.isEmpty ? record.text.split(separator: 0x0A, omittingEmptySubsequences: false).dropFirst() : []
    let lines = fromMessage + fromText
    let folds = !options.full && lines.count > foldOver
    for (i, line) in lines.enumerated() {
      if folds && i == foldHead {
        let count = CountText.text(Int64(lines.count - foldHead - foldTail), "line")
        sink.writeLine(style.painted("    \(style.margin)\(style.ellipsis) \(count) folded (--full)", .dim))
      }
      if folds && i >= foldHead && i < lines.count - foldTail { continue }
      if options.raw {
        sink.write("    " + style.margin)
        sink.write(bytes: line)
        sink.writeLine()
        continue
      }
      let text = Escape.terminal(bytes: line.last == 0x0D ? line.dropLast() : line, tabs: 4)
      // What is wrapped goes on a little further in than its line began.
      let hang = min(text.prefix { $0 == " " }.count + 4, (style.width ?? 120) / 3)
      let pieces = DisplayWidth.wrap(text, style.width.map { $0 - 6 - hang }, first: style.width.map { $0 - 6 })
      for (i, piece) in pieces.enumerated() {
        let inner = i == 0 ? piece : String(repeating: " ", count: hang) + piece
        sink.writeLine(style.painted("    " + style.margin + inner, .dim))
      }
    }
  }

  private static func trimmed(_ line: String) -> String { line.hasSuffix("\r") ? String(line.dropLast()) : line }

  // MARK: JSON

  /// One object and a newline. An id with several lives gives one object a life, oldest first; the ledger is in the last.
  package static func json(
    _ trace: TraceSummary, _ records: [EvidenceRecord], ledger: Ledger?, pretty: Bool, into sink: inout TextSink
  ) {
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("schema", schema)
      json.object("trace") { TracesReport.members(trace, into: &$0) }
      json.array("records", of: records) { json, record in TracesReport.record(record, of: trace, into: &json) }
      if let ledger {
        json.key("ledger")
        LedgerReport.json(ledger, into: &json)
      }
      json.endObject()
    }
  }
}
