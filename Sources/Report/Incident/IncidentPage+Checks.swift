internal import Analysis
internal import TraceCore

/// What is left for people, and what lets them check the rest.
extension IncidentPage {
  mutating func causes() {
    add(.section("Root cause"))
    add(.blank("Root cause"))
    add(.heading("Candidates"))
    if document.candidates.isEmpty {
      add(.paragraph("The log alone suggests none."))
    } else {
      add(
        .paragraph(
          "What the log suggests, with the evidence for it; none is proven, and what is not logged cannot be among them."
        ))
      for candidate in document.candidates {
        add(.paragraph(PageText([.strong(IncidentText.clipped(candidate.text, IncidentPage.mostSentence))])))
        if !candidate.evidence.isEmpty { add(.list(notes(candidate.evidence))) }
      }
    }
  }

  mutating func recovery() {
    add(.section("Recovery"))
    add(.paragraph(text.recovery))
  }

  mutating func people() {
    add(.section("For people to add"))
    for label in [
      "Detection", "What went well and what did not", "Lessons", "Action items, with owners and dates", "Owners",
    ] {
      add(.blank(label))
    }
  }

  mutating func checks() {
    if !document.commands.isEmpty {
      add(.section("How to reproduce every number"))
      var lines: [String] = []
      for command in document.commands {
        if !lines.isEmpty { lines.append("") }
        lines.append("# \(Escape.terminal(command.purpose))")
        lines.append(Escape.terminal(command.command))
      }
      add(.lines(lines))
      let check = "zcat -f FILE | sed -n LINEp | tr -d '\\n' | sha256sum | cut -c 1-12"
      add(
        .paragraph(
          "Evidence is named as \(code: "file:line"), with the first 12 digits of the SHA-256 of the line as logged: "
            + "\(code: check)"))
    }
    add(.section("Ledger"))
    var sink = TextSink()
    LedgerReport.text(document.ledger, style: Style(), detail: .line, into: &sink)
    let lines = sink.text.split(separator: "\n").map(String.init)
    if let first = lines.first { add(.paragraph(PageText(first))) }
    if lines.count > 1 {
      add(.list(lines.dropFirst().map { line in PageText(String(line.drop { $0 == " " || $0 == "!" })) }))
    }
    sources()
    redaction()
  }

  private static let mostSources = 40

  private mutating func sources() {
    let all = document.ledger.sources
    guard !all.isEmpty else { return }
    var table = PageTable(
      "What was read",
      [
        .init("file"), .init("read", isNumber: true), .init("lines", isNumber: true), .init("records", isNumber: true),
        .init("unparsed", isNumber: true), .init("from to (UTC)"),
      ])
    for source in all.prefix(IncidentPage.mostSources) {
      table.append([
        source.path == "-" ? "standard input" : .code(IncidentText.clipped(source.path, IncidentPage.mostName)),
        PageText(BytesText.text(source.bytesRead)),
        PageText(CountText.text(source.counts.lines)), PageText(CountText.text(source.counts.records)),
        PageText(CountText.text(source.counts.unparsedLines)),
        PageText(source.firstTime == EventTime.none ? "no time" : text.clock.span(source.firstTime, source.lastTime)),
      ])
    }
    add(.table(table))
    leftOut(all.count - IncidentPage.mostSources, "file")
  }

  private mutating func redaction() {
    guard !document.redacted.isEmpty else {
      add(
        .paragraph(
          document.isRedacted
            ? "Nothing in this document had to be redacted."
            : "Redaction was switched off: addresses, tokens and other personal data appear here as logged."))
      return
    }
    let kinds = document.redacted.map { "\(CountText.text(Int64($0.values))) of \($0.kind)" }
    add(
      .paragraph(
        PageText(
          "Redacted, as different values: \(kinds.joined(separator: ", ")). The same value has the same token everywhere in "
            + "this document.")))
  }
}
