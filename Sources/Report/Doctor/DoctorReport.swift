package import Config
package import TraceCore

/// `skein doctor`: what a log has and lacks for traces and statistics, and the configuration that adds it.
///
/// Text for people here, JSON in the extension. It judges nothing itself: `LogCapabilities` says what works,
/// `LoggingAdvice` what to add. Log text is escaped; advice blocks are written as they are, so that they can be pasted.
package enum DoctorReport {
  /// Examples of unparsed lines shown for a stream.
  private static let mostExamples = 3
  /// Names of fields shown for a stream.
  private static let mostFields = 20

  /// - Parameters:
  ///   - requestSource: whose closing records count as requests, in words; nil if nobody's.
  ///   - hops: sources of closing records that do not count.
  ///   - zone: in which times without a zone were read, as given or `UTC`.
  ///   - isZoneGiven: with --tz.
  ///   - settings: options that were taken from the environment or from `.skein.yml`.
  package static func text(
    _ diagnoses: [Diagnosis], requestSource: String?, hops: [(name: String, records: Int64)], zone: String,
    isZoneGiven: Bool, settings: [ProjectSettings.Value] = [], style: Style, ledger: Ledger, detail: LedgerDetail,
    into sink: inout TextSink
  ) {
    for value in settings {
      let text = "\(value.name): \(value.values.joined(separator: ", "))"
      Prose.write("\(Escape.terminal(text)) (from \(Escape.terminal(value.origin)))", paint: .dim, style, into: &sink)
    }
    if !settings.isEmpty { sink.writeLine() }
    for diagnosis in diagnoses {
      let page = StreamPage(diagnosis, zone: zone, isZoneGiven: isZoneGiven, style: style)
      page.write(into: &sink)
      sink.writeLine()
    }
    writeRequests(requestSource, hops, diagnoses, style, into: &sink)
    let given = advice(for: diagnoses)
    if !given.isEmpty { writeAdvice(given.map(\.advice), style, into: &sink) }
    LedgerReport.text(ledger, style: style, detail: detail, into: &sink)
  }

  // MARK: Advice

  /// The advice for all streams, each piece once, with the streams that it is for. None where another log of the run is
  /// complete: that one tells the requests.
  static func advice(for diagnoses: [Diagnosis]) -> [(advice: LoggingAdvice, streams: [String])] {
    guard !diagnoses.contains(where: { LogCapabilities($0).isComplete }) else { return [] }
    var out: [(advice: LoggingAdvice, streams: [String])] = []
    for diagnosis in diagnoses {
      for advice in LoggingAdvice.advice(for: diagnosis) {
        if let known = out.firstIndex(where: { $0.advice == advice }) {
          out[known].streams.append(diagnosis.stream)
        } else {
          out.append((advice, [diagnosis.stream]))
        }
      }
    }
    return out
  }

  private static func writeAdvice(_ advice: [LoggingAdvice], _ style: Style, into sink: inout TextSink) {
    Prose.write("To add what is missing", paint: .bold, style, into: &sink)
    for (number, piece) in advice.enumerated() {
      sink.writeLine()
      Prose.write("\(number + 1). \(piece.title)", hang: 3, paint: .bold, style, into: &sink)
      Prose.write(piece.why, indent: 3, hang: 0, style, into: &sink)
      // At the margin, so that what is copied needs no change.
      var head = "\(style.rule)\(style.rule) \(piece.file) "
      let width = min(style.width ?? 80, 80)
      head += String(repeating: style.rule, count: max(width - DisplayWidth.of(head), 2))
      sink.writeLine(style.painted(DisplayWidth.fit(head, width, ellipsis: style.ellipsis), .dim))
      sink.write(piece.code)
      sink.writeLine(style.painted(String(repeating: style.rule, count: width), .dim))
      if let run = piece.run { sink.writeLine(style.painted("run:  ", .dim) + run) }
      sink.writeLine(style.painted("read: ", .dim) + style.painted(piece.command, .cyan))
    }
    sink.writeLine()
  }

  // MARK: Requests

  private static func writeRequests(
    _ source: String?, _ hops: [(name: String, records: Int64)], _ diagnoses: [Diagnosis], _ style: Style,
    into sink: inout TextSink
  ) {
    guard diagnoses.contains(where: { $0.counts.records > 0 }) else { return }
    if let source {
      let change = hops.isEmpty ? "" : "; change with --requests-from"
      Prose.write("requests are counted from \(Escape.terminal(source))\(change)", style, into: &sink)
    } else {
      Prose.write(
        "no source of requests: no record has a method, a path and a status", paint: .yellow, style, into: &sink)
    }
    if !hops.isEmpty {
      let names = hops.map { "\(Escape.terminal($0.name)) (\(CountText.text($0.records)))" }
      Prose.write("hops, not counted: " + names.joined(separator: ", "), paint: .dim, style, into: &sink)
    }
    let complete = diagnoses.filter { LogCapabilities($0).isComplete }
    if let first = complete.first, complete.count < diagnoses.count {
      Prose.write(
        "\(Escape.terminal(first.stream)) has all that is needed; nothing has to be added to the others", style,
        into: &sink)
    }
    sink.writeLine()
  }

  // MARK: One stream

  /// What is said of one stream.
  private struct StreamPage {
    let diagnosis: Diagnosis
    let zone: String
    let isZoneGiven: Bool
    let style: Style
    /// Columns of the names at the left.
    let indent = 13

    init(_ diagnosis: Diagnosis, zone: String, isZoneGiven: Bool, style: Style) {
      self.diagnosis = diagnosis
      self.zone = zone
      self.isZoneGiven = isZoneGiven
      self.style = style
    }

    func write(into sink: inout TextSink) {
      let counts = diagnosis.counts
      let works = LogCapabilities(diagnosis)
      let heading = [
        Escape.terminal(diagnosis.stream == "-" ? "standard input" : diagnosis.stream),
        CountText.text(Int64(diagnosis.files.count), "file"), BytesText.text(counts.bytes),
      ]
      Prose.write(heading.joined(separator: style.dot), paint: .bold, style, into: &sink)
      for text in diagnosis.unread {
        Prose.write("! " + Escape.terminal(text), hang: 2, paint: .red, style, into: &sink)
      }
      if counts.lines > 0 {
        writeLayouts(into: &sink)
        writeLines(into: &sink)
        if counts.records > 0 {
          sink.writeLine()
          writeChecks(into: &sink)
          sink.writeLine()
          writeExchanges(into: &sink)
          writeFields(into: &sink)
        }
        sink.writeLine()
      }
      let worst: Style.Paint = works.isComplete ? .green : works.statistics == .missing ? .red : .yellow
      Prose.write(works.verdict, hang: 0, paint: worst, style, into: &sink)
    }

    private func row(_ name: String, _ text: String, into sink: inout TextSink) {
      let lines = DisplayWidth.wrap(text, style.width.map { $0 - indent })
      for (i, line) in lines.enumerated() {
        let head = i == 0 ? style.painted(name, .dim) : ""
        let blanks = indent - (i == 0 ? name.count : 0)
        sink.writeLine(head + String(repeating: " ", count: blanks) + line)
      }
    }

    private func writeLayouts(into sink: inout TextSink) {
      for (i, layout) in diagnosis.layouts.enumerated() {
        var text = Escape.terminal(layout.name)
        if diagnosis.isNamed {
          text += style.dot + "named with --layout"
        } else if diagnosis.sampled > 0 {
          text += style.dot + "fits \(CountText.text(layout.fits)) of the first "
          text += CountText.text(Int64(diagnosis.sampled), "line")
        }
        row(i == 0 ? "layout" : "", text, into: &sink)
        for line in DisplayWidth.wrap(Escape.terminal(layout.source), style.width.map { $0 - indent }) {
          sink.writeLine(String(repeating: " ", count: indent) + style.painted(line, .dim))
        }
      }
      for use in diagnosis.laterLayouts {
        row(
          "",
          "\(Escape.terminal(use.name))\(style.dot)\(CountText.text(use.records, "record")), first in line "
            + CountText.text(use.firstLine), into: &sink)
      }
      if !diagnosis.wrappers.isEmpty {
        row("wrappers", diagnosis.wrappers.joined(separator: ", ") + "; taken off first", into: &sink)
      }
    }

    private func writeLines(into sink: inout TextSink) {
      let counts = diagnosis.counts
      var parts = [CountText.text(counts.records, "record")]
      if counts.continuationLines > 0 { parts.append(CountText.text(counts.continuationLines, "continuation line")) }
      parts.append("\(CountText.text(counts.unparsedLines)) unparsed")
      if counts.noticeLines > 0 { parts.append("\(CountText.text(counts.noticeLines)) about the log itself") }
      let share = diagnosis.parsedShare ?? 0
      row("lines", "\(percent(share)) parsed: \(parts.joined(separator: ", "))", into: &sink)
      for example in diagnosis.unparsed.prefix(mostExamples) { writeExample(example, "unparsed:", into: &sink) }
      if let example = diagnosis.unparsed.first(where: { Self.unclearDate(in: $0.text) != nil }),
        let sign = Self.unclearDate(in: example.text)
      {
        row(
          "",
          "day and month cannot be told apart: write --time-format '%d\(sign)%m\(sign)%Y %H:%M:%S' where the day comes first, "
            + "'%m\(sign)%d\(sign)%Y %H:%M:%S' where the month does", into: &sink)
      } else if share < 0.9 && !diagnosis.isNamed {
        row("", "name the layout: --layout with the service's own format (Python, nginx, Apache)", into: &sink)
      }
    }

    /// The sign between the numbers of a date at a line's start of which both may be the month: `05/11/2026 06:47:55`.
    private static func unclearDate(in text: some StringProtocol) -> Character? {
      let bytes = Array(text.utf8.drop { $0 == 0x5B }.prefix(11))
      guard bytes.count == 11, bytes[2] == bytes[5], bytes[2] == 0x2F || bytes[2] == 0x2D, bytes[10] == 0x20 else {
        return nil
      }
      let digits = [0, 1, 3, 4, 6, 7, 8, 9].map { bytes[$0] &- 0x30 }
      guard digits.allSatisfy({ $0 < 10 }) else { return nil }
      let (first, second) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
      return (1...12).contains(first) && (1...12).contains(second) && first != second
        ? Character(Unicode.Scalar(bytes[2])) : nil
    }

    /// What is not all is not 100 %.
    private func percent(_ share: Double) -> String {
      share < 1 && PercentText.number(share) == "100" ? ">99.9 %" : PercentText.text(share)
    }

    /// At most two lines.
    private func writeExample(_ example: Diagnosis.Example, _ words: String, into sink: inout TextSink) {
      let text = "\(words) \(Escape.terminal(example.path)):\(example.line): \(Escape.terminal(example.text))"
      let room = style.width.map { $0 - indent }
      let lines = DisplayWidth.wrap(text, room)
      for (i, line) in lines.prefix(2).enumerated() {
        let isCut = i == 1 && lines.count > 2
        let shown = isCut ? DisplayWidth.fit(line + " " + lines[2], room ?? .max, ellipsis: style.ellipsis) : line
        sink.writeLine(String(repeating: " ", count: indent) + style.painted(shown, .dim))
      }
    }

    // MARK: Checks

    private func writeChecks(into sink: inout TextSink) {
      var shown: Set<Int> = []
      for field in Diagnosis.Coverage.Field.allCases {
        let coverage = diagnosis.coverage(of: field)
        let (state, text) = check(field, coverage)
        let (mark, paint) = mark(state)
        var line = LineBuilder(style)
        line.append(mark, paint)
        line.append(" " + field.rawValue)
        line.blanks(indent - 2 - field.rawValue.count)
        let lines = DisplayWidth.wrap(text, style.width.map { $0 - indent })
        sink.writeLine(line.textAndBlanks + (lines.first ?? ""))
        for more in lines.dropFirst() { sink.writeLine(String(repeating: " ", count: indent) + more) }
        if field == .duration, let example = diagnosis.durationWithoutUnit {
          writeExample(example, "e.g.", into: &sink)
        } else if let coverage, coverage.found > 0, field != .zone, let example = coverage.missing,
          shown.insert(example.line).inserted
        {
          writeExample(example, "without:", into: &sink)
        }
      }
    }

    private func mark(_ state: LogCapabilities.State) -> (String, Style.Paint) {
      switch state {
      case .ok: (style.unicode ? "✓" : "+", .green)
      case .partly: ("~", .yellow)
      case .missing: (style.unicode ? "✗" : "x", .red)
      }
    }

    /// How a field is, and what is to be said of it.
    private func check(
      _ field: Diagnosis.Coverage.Field, _ coverage: Diagnosis.Coverage?
    ) -> (LogCapabilities.State, String) {
      let isOfClosings = [.method, .path, .status, .duration].contains(field)
      guard let coverage, coverage.of > 0 else {
        if field == .method { return (.missing, "no closing record: none has a path and a status") }
        return (.missing, isOfClosings ? "no closing record" : "none")
      }
      var state = LogCapabilities.state(coverage)
      let noun = isOfClosings ? "closing record" : "record"
      var text = "\(CountText.text(coverage.found)) of \(CountText.text(coverage.of, noun))"
      if coverage.found == 0 { text = "none of \(CountText.text(coverage.of, noun))" }
      if coverage.found > 0 && coverage.found < coverage.of {
        text += " (\(percent(Double(coverage.found) / Double(coverage.of))))"
      }
      switch field {
      case .time where coverage.found == 0: text = "none; without times there are no windows and no order of streams"
      case .zone where diagnosis.coverage(of: .time)?.found ?? 0 == 0: (state, text) = (.missing, "no times")
      case .zone where coverage.found < coverage.of:
        let how =
          isZoneGiven
          ? "read as \(Escape.terminal(zone)) (--tz)" : "read as \(Escape.terminal(zone)); change with --tz"
        state = isZoneGiven ? .ok : .partly
        text = coverage.found == 0 ? "times carry no zone, \(how)" : "\(text) name a zone; the others are \(how)"
      case .level where coverage.found == 0 && diagnosis.closings > 0:
        (state, text) = (.partly, "none; errors are recognised by the status (500 and above)")
      case .level where coverage.found == 0: text = "none"
      case .requestID where coverage.found == 0: text = "none: records belong to no trace"
      case .requestID where coverage.found < coverage.of: text += "; the rest belong to no trace"
      case .duration where diagnosis.durationsWithoutUnit > 0:
        text += "; \(CountText.text(diagnosis.durationsWithoutUnit, "record")) with one that has no unit, not used: "
        if let name = diagnosis.durationName.map({ Escape.terminal($0) }) {
          text += "write --map duration=\(name):ms (or us, ns, s) if \(name) is in milliseconds, or put the unit "
        } else {
          text += "put it "
        }
        text += "into the name (duration_ms, _us, _ns, _s) or the value (12.3ms)"
      default: break
      }
      return (state, text)
    }

    private func writeExchanges(into sink: inout TextSink) {
      var parts: [String] = []
      if diagnosis.closings > 0 { parts.append(CountText.text(diagnosis.closings, "closing record")) }
      if diagnosis.openings > 0 { parts.append(CountText.text(diagnosis.openings, "opening record")) }
      if diagnosis.outbound > 0 { parts.append(CountText.text(diagnosis.outbound, "call") + " to others") }
      if parts.isEmpty { parts = ["none"] }
      row("requests", parts.joined(separator: ", "), into: &sink)
    }

    private func writeFields(into sink: inout TextSink) {
      guard !diagnosis.fields.isEmpty else { return }
      var names = diagnosis.fields.prefix(mostFields).map { Escape.terminal($0.name) }
      let more = diagnosis.fields.count - names.count
      if more > 0 { names.append("and \(CountText.text(more)) more") }
      row("fields", names.joined(separator: ", "), into: &sink)
    }
  }
}
