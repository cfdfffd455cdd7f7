package import TraceCore

/// How much of the ledger a text report ends with.
package enum LedgerDetail: Sendable {
  /// One line when all is well; warnings below it when not.
  case line
  /// The table of all sources, every count and every note (`--ledger`).
  case full
}

/// What was read and what was not, as text and JSON.
///
/// In JSON all that differs between files and a pipe stands under `sources`.
package enum LedgerReport {
  // MARK: Text

  package static func text(_ ledger: Ledger, style: Style, detail: LedgerDetail, into sink: inout TextSink) {
    Prose.write(summary(ledger), paint: .dim, style, into: &sink)
    switch detail {
    case .line:
      for warning in warnings(ledger) { note(warning.text, isGap: warning.isGap, style, into: &sink) }
    case .full:
      sink.writeLine()
      writeSources(ledger, style, into: &sink)
      for source in ledger.sources {
        for entry in source.notes {
          let text = "\(name(source.path)): \(Escape.terminal(entry.text))"
          if isWarning(entry) {
            note(text, isGap: entry.isGap, style, into: &sink)
          } else {
            Prose.write("- " + text, indent: 2, style, into: &sink)
          }
        }
      }
      for warning in uncounted(ledger) { note(warning.text, isGap: warning.isGap, style, into: &sink) }
      if let text = damage(ledger) { note(text, isGap: true, style, into: &sink) }
      for entry in totalWarnings(ledger) { note(entry, isGap: false, style, into: &sink) }
      sink.writeLine()
      writeCounts(ledger, style, into: &sink)
    }
  }

  /// `ledger: 10 files, 5.88 MB, 38,406 records in 47,502 lines; 9,096 continuation lines; 782 without an id; nothing lost`
  static func summary(_ ledger: Ledger) -> String {
    let totals = ledger.totals
    let files = ledger.sources.count { $0.path != "-" }
    var inputs: [String] = []
    if files > 0 || ledger.sources.isEmpty { inputs.append(CountText.text(Int64(files), "file")) }
    if files < ledger.sources.count { inputs.append("standard input") }
    var parts = [
      "\(inputs.joined(separator: " and ")), \(BytesText.text(totals.bytes)), "
        + "\(CountText.text(totals.records, "record")) in \(CountText.text(totals.lines, "line"))"
    ]
    func add(_ count: Int64, _ words: String) { if count > 0 { parts.append("\(CountText.text(count)) \(words)") } }
    add(totals.continuationLines, totals.continuationLines == 1 ? "continuation line" : "continuation lines")
    add(totals.unparsedLines, "unparsed")
    add(totals.noticeLines, totals.noticeLines == 1 ? "line about the log" : "lines about the log")
    add(totals.recordsWithoutID, "without an id")
    add(totals.recordsWithoutTime, "without a time")
    let duplicates = ledger.sources.reduce(0) { $0 + $1.notes.count { $0.kind == .duplicate } }
    add(Int64(duplicates), duplicates == 1 ? "duplicate skipped" : "duplicates skipped")
    let found = warnings(ledger)
    if ledger.sources.contains(where: { $0.notes.contains(where: \.isGap) }) {
      parts.append("something is missing, see below")
    } else if !ledger.uncounted.isEmpty {
      parts.append("not every request is counted, see below")
    } else if ledger.isUnread {
      parts.append("nothing was read: it begins after all that was asked about")
    } else if found.isEmpty {
      parts.append("nothing lost")
    } else {
      parts.append("nothing known to be lost, see below")
    }
    return "ledger: " + parts.joined(separator: "; ")
  }

  /// What a reader must know even without `--ledger`: requests that are not counted, notes of sources, then counts that are not
  /// in the line.
  package static func warnings(_ ledger: Ledger) -> [(text: String, isGap: Bool)] {
    var out: [(String, Bool)] = uncounted(ledger)
    for source in ledger.sources {
      for note in source.notes where isWarning(note) {
        out.append(("\(name(source.path)): \(Escape.terminal(note.text))", note.isGap))
      }
    }
    if let text = possibleLosses(ledger) { out.append((text, false)) }
    if let text = damage(ledger) { out.append((text, true)) }
    if let text = undecided(ledger) { out.append((text, true)) }
    for text in totalWarnings(ledger) { out.append((text, false)) }
    return out
  }

  /// Requests that are not counted: whose, how many, why, and what counts them. Many sources are put together.
  private static func uncounted(_ ledger: Ledger) -> [(text: String, isGap: Bool)] {
    let most = 5
    var out: [(String, Bool)] = ledger.uncounted.prefix(most).map { source in
      let failed = source.errors == 0 ? "none failed" : "\(CountText.text(source.errors)) failed"
      let what =
        "not counted: \(CountText.text(source.requests, "request")) of \(Escape.terminal(source.source))"
        + "\(source.stream.map { " in " + name($0) } ?? ""), of which \(failed)"
      switch source.reason {
      case .notChosen: return (what + ": --requests-from names others", false)
      case .sharesNoIDs:
        return (
          what + ": another log reports requests too, and they share no ids; if they are not the same requests, "
            + "--requests-from all counts both", true
        )
      }
    }
    let rest = ledger.uncounted.dropFirst(most)
    if !rest.isEmpty {
      let (requests, errors) = rest.reduce((Int64(0), Int64(0))) { ($0.0 + $1.requests, $0.1 + $1.errors) }
      let text =
        "not counted: \(CountText.text(requests, "request")) of \(CountText.text(Int64(rest.count), "more source")), of which "
        + "\(CountText.text(errors)) failed (--json names them)"
      out.append((text, rest.contains { $0.reason == .sharesNoIDs }))
    }
    return out
  }

  /// What was put right without loss is only worth a line in the full ledger.
  private static func isWarning(_ note: LedgerNote) -> Bool {
    note.kind != .duplicate && note.kind != .orderByTime && note.kind != .possibleLoss
  }

  /// All seams in one line; each stands in the full ledger.
  private static func possibleLosses(_ ledger: Ledger) -> String? {
    let seams = ledger.sources.flatMap(\.notes).filter { $0.kind == .possibleLoss }
    guard !seams.isEmpty else { return nil }
    let longest = seams.map(\.span).max() ?? -1
    let span =
      seams.contains { $0.span < 0 } || longest < 0
      ? "" : ", each in a silence of \(DurationText.text(longest)) or less"
    let what = seams.count == 1 ? "1 rotation" : "\(CountText.text(seams.count)) rotations"
    return "\(what) may have lost lines if made with copytruncate\(span) (--ledger names them)"
  }

  /// Lines of which a part was not read.
  private static func damage(_ ledger: Ledger) -> String? {
    let lines = ledger.totals.damagedLines
    guard lines > 0 else { return nil }
    return
      "\(CountText.text(lines, "line")) with a second record in \(lines == 1 ? "it" : "them"), which was not read: "
      + "several processes write to one file without a lock"
  }

  /// Records about which an expression could not be asked to its end; nil without one.
  package static func undecided(_ ledger: Ledger) -> String? {
    let records = ledger.totals.undecidedRecords
    guard records > 0 else { return nil }
    return
      "a pattern of an expression was given up on \(CountText.text(records, "record")), which \(records == 1 ? "counts" : "count") "
      + "neither as a match nor as a miss: it can match one text in too many ways; make it simpler"
  }

  private static func totalWarnings(_ ledger: Ledger) -> [String] {
    let totals = ledger.totals
    var out: [String] = []
    func add(_ count: Int64, _ noun: String, plural: String? = nil, _ words: String) {
      if count > 0 { out.append("\(CountText.text(count, noun, plural: plural)) \(words)") }
    }
    add(totals.nulRuns, "run", "of NUL bytes (\(BytesText.text(totals.nulBytes))), skipped")
    add(totals.longLines, "line", "over --max-line; \(BytesText.text(totals.longLineBytes)) not read")
    add(totals.lateRecords, "record", "older than the watermark: in the totals, in no window")
    add(totals.clockJumps, "jump", "of the clock that later records did not confirm")
    add(totals.invalidUTF8Lines, "line", "with bytes that are not UTF-8")
    add(ledger.evictedTraces, "trace", "closed early: live state was full")
    add(ledger.foldedRequests, "request", "in \"(other)\": more groups than the cap")
    return out
  }

  private static func note(_ text: String, isGap: Bool, _ style: Style, into sink: inout TextSink) {
    Prose.write("! " + text, indent: 2, paint: isGap ? .red : .yellow, style, into: &sink)
  }

  private static func name(_ path: String) -> String { path == "-" ? "standard input" : Escape.terminal(path) }

  private static func writeSources(_ ledger: Ledger, _ style: Style, into sink: inout TextSink) {
    let withDate = !onOneDay(ledger.sources)
    func time(_ time: Int64) -> Table.Cell {
      guard time != EventTime.none else { return Table.Cell("-", .dim) }
      return Table.Cell(withDate ? "\(EventTime.date(time)) \(EventTime.timeOfDay(time))" : EventTime.timeOfDay(time))
    }
    func count(_ count: Int64) -> Table.Cell { Table.Cell(CountText.text(count), count == 0 ? .dim : nil) }
    var table = Table([
      .init("source", .left, shrinksTo: 12), .init("read", dropOrder: 1), .init("log", dropOrder: 4),
      .init("lines", opensSection: true), .init("records"), .init("cont.", dropOrder: 5),
      .init("unparsed", dropOrder: 6),
      .init("no id", dropOrder: 3), .init("from (UTC)", .left, dropOrder: 8, opensSection: true),
      .init("to", .left, dropOrder: 7), .init("layout", .left, dropOrder: 2, opensSection: true),
    ])
    func cells(_ name: String, read: Int64, _ counts: LedgerCounts) -> [Table.Cell] {
      [
        Table.Cell(name), Table.Cell(BytesText.text(read)), Table.Cell(BytesText.text(counts.bytes)),
        count(counts.lines),
        count(counts.records), count(counts.continuationLines), count(counts.unparsedLines),
        count(counts.recordsWithoutID),
      ]
    }
    for source in ledger.sources {
      table.append(
        cells(name(source.path), read: source.bytesRead, source.counts) + [
          time(source.firstTime), time(source.lastTime), Table.Cell(layouts(source)),
        ])
    }
    let read = ledger.sources.reduce(0) { $0 + $1.bytesRead }
    table.setFooter(cells("total", read: read, ledger.totals) + Array(repeating: Table.Cell(""), count: 3))
    StatsReport.leftOut(table.write(style, into: &sink), found: "--json has all", style, into: &sink)
  }

  /// Of several layouts with the number of records of each, and since which line it is in use where that is not the first.
  private static func layouts(_ source: SourceLedger) -> String {
    guard source.layouts.count > 1 else { return source.layouts.first?.name ?? "" }
    return source.layouts.map { use in
      "\(use.name) \(CountText.text(use.records))"
        + (use.firstLine > 1 ? " (line \(CountText.text(use.firstLine)) on)" : "")
    }.joined(separator: ", ")
  }

  private static func onOneDay(_ sources: [SourceLedger]) -> Bool {
    var days: Set<String> = []
    for source in sources where source.firstTime != EventTime.none {
      days.insert(EventTime.date(source.firstTime))
      days.insert(EventTime.date(source.lastTime))
    }
    return days.count <= 1
  }

  /// The counts that are not columns, one a line.
  private static func writeCounts(_ ledger: Ledger, _ style: Style, into sink: inout TextSink) {
    let totals = ledger.totals
    var counts: [(String, String)] = [
      ("distinct ids", CountText.text(ledger.distinctIDs) + (ledger.distinctIDsEstimated ? " (estimated)" : "")),
      ("records with a traceback", CountText.text(totals.tracebacks)),
      ("records without a time", CountText.text(totals.recordsWithoutTime)),
      (
        "steps back in time",
        CountText.text(totals.stepsBack)
          + (totals.stepsBack > 0
            ? ", at most \(DurationText.text(totals.largestStepBack, unicode: style.unicode))" : "")
      ),
      ("late records", CountText.text(totals.lateRecords)),
      ("unconfirmed clock jumps", CountText.text(totals.clockJumps)),
      ("records with an ambiguous field", CountText.text(totals.ambiguousRecords)),
      ("damaged lines", CountText.text(totals.damagedLines)),
      ("lines not UTF-8", CountText.text(totals.invalidUTF8Lines)),
      ("lines over --max-line", CountText.text(totals.longLines)),
      ("NUL bytes", CountText.text(totals.nulBytes)),
      ("evicted traces", CountText.text(ledger.evictedTraces)),
      ("requests folded into (other)", CountText.text(ledger.foldedRequests)),
    ]
    if !ledger.isGrouped {
      let ofGroups = ["distinct ids", "late records", "unconfirmed clock jumps", "evicted traces", "requests folded"]
      counts.removeAll { count in ofGroups.contains { count.0.hasPrefix($0) } }
    }
    if totals.undecidedRecords > 0 {
      counts.append(("undecided records", CountText.text(totals.undecidedRecords)))
    }
    if !ledger.readsFields {
      counts.removeAll { $0.0 == "records with an ambiguous field" || $0.0 == "damaged lines" }
    }
    let width = counts.map(\.0.count).max() ?? 0
    for (name, value) in counts {
      var line = LineBuilder(style)
      line.append(name, .dim)
      line.blanks(width - name.count + 2)
      line.append(value)
      sink.writeLine(line.text)
    }
  }

  // MARK: JSON

  /// Writes the ledger as one value (an object); the key, if any, is the caller's.
  package static func json(_ ledger: Ledger, into json: inout JSONWriter) {
    json.beginObject()
    members(ledger.totals, of: ledger, into: &json)
    json.member("distinct_ids", ledger.isGrouped ? ledger.distinctIDs : nil)
    json.member("distinct_ids_estimated", ledger.distinctIDsEstimated)
    json.member("evicted_traces", ledger.isGrouped ? ledger.evictedTraces : nil)
    json.member("folded_requests", ledger.foldedRequests)
    json.array("not_counted", of: ledger.uncounted) { json, source in
      json.beginObject()
      json.member("source", source.source)
      json.member("stream", source.stream)
      json.member("requests", source.requests)
      json.member("errors", source.errors)
      json.member("reason", source.reason.rawValue)
      json.endObject()
    }
    json.array("sources", of: ledger.sources) { json, source in
      json.beginObject()
      json.member("path", source.path)
      json.member("stream", source.stream)
      json.member("compression", source.compression)
      json.member("bytes_read", source.bytesRead)
      members(source.counts, of: ledger, into: &json)
      json.member("start", time: source.firstTime)
      json.member("end", time: source.lastTime)
      json.array("layouts", of: source.layouts) { json, use in
        json.beginObject()
        json.member("name", use.name)
        json.member("records", use.records)
        json.member("first_line", use.firstLine)
        json.endObject()
      }
      json.array("notes", of: source.notes) { json, note in
        json.beginObject()
        json.member("kind", note.kind.rawValue)
        json.member("text", note.text)
        json.member("gap", note.isGap)
        json.member("bytes", note.bytes < 0 ? nil : note.bytes)
        json.member("span_ms", milliseconds: note.span < 0 ? nil : note.span)
        json.endObject()
      }
      json.endObject()
    }
    json.endObject()
  }

  private static func members(_ counts: LedgerCounts, of ledger: Ledger, into json: inout JSONWriter) {
    json.member("bytes", counts.bytes)
    json.member("lines", counts.lines)
    json.member("records", counts.records)
    json.member("continuation_lines", counts.continuationLines)
    json.member("unparsed_lines", counts.unparsedLines)
    json.member("notice_lines", counts.noticeLines)
    json.member("records_without_id", counts.recordsWithoutID)
    json.member("records_without_time", counts.recordsWithoutTime)
    json.member("tracebacks", counts.tracebacks)
    json.member("nul_runs", counts.nulRuns)
    json.member("nul_bytes", counts.nulBytes)
    json.member("steps_back", counts.stepsBack)
    json.member("largest_step_back_ms", milliseconds: counts.largestStepBack)
    json.member("late_records", ledger.isGrouped ? counts.lateRecords : nil)
    json.member("clock_jumps", ledger.isGrouped ? counts.clockJumps : nil)
    json.member("long_lines", counts.longLines)
    json.member("long_line_bytes", counts.longLineBytes)
    json.member("invalid_utf8_lines", counts.invalidUTF8Lines)
    json.member("ambiguous_records", ledger.readsFields ? counts.ambiguousRecords : nil)
    json.member("damaged_lines", ledger.readsFields ? counts.damagedLines : nil)
    if counts.undecidedRecords > 0 { json.member("undecided_records", counts.undecidedRecords) }
  }
}
