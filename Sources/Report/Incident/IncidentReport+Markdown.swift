internal import TraceCore

/// The document as Markdown (CommonMark with the tables of forges): readable on a forge and in a terminal.
///
/// Every text goes through `MarkdownText`; log text stands in fences that it cannot end.
extension IncidentReport {
  /// - Parameter chartFiles: where the charts of `charts(_:)` lie, in that order, relative to the document; nil: no pictures.
  ///   The sparklines and waterfalls in text are there in any case, for those who read it in a terminal.
  package static func markdown(_ document: IncidentDocument, chartFiles: [String]? = nil, into sink: inout TextSink) {
    let page = IncidentPage(document)
    sink.writeLine("# \(MarkdownText.inline(PageText(page.text.heading)))")
    sink.writeLine()
    write(.paragraph(page.text.subject), &sink)
    for block in page.blocks {
      guard case .section(let title) = block else { continue }
      sink.writeLine("- [\(title)](#\(anchor(title)))")
    }
    sink.writeLine()
    var files = (chartFiles ?? [])[...]
    for block in page.blocks { write(block, &sink, &files) }
  }

  /// As forges make it of a heading: lower case, blanks as hyphens, no commas.
  static func anchor(_ title: String) -> String {
    title.lowercased().replacing(",", with: "").replacing(" ", with: "-")
  }

  private static func write(_ block: PageBlock, _ sink: inout TextSink) {
    var files: ArraySlice<String> = []
    write(block, &sink, &files)
  }

  /// Each block ends with an empty line, but for the last of the document.
  private static func write(_ block: PageBlock, _ sink: inout TextSink, _ files: inout ArraySlice<String>) {
    switch block {
    case .section(let title):
      sink.writeLine("## \(title)")
      sink.writeLine()
    case .heading(let text):
      sink.writeLine("### \(MarkdownText.inline(text))")
      sink.writeLine()
    case .paragraph(let text):
      for line in MarkdownText.paragraph(text) { sink.writeLine(line) }
      sink.writeLine()
    case .list(let items):
      for item in items {
        for (i, line) in MarkdownText.paragraph(item).enumerated() { sink.writeLine((i == 0 ? "- " : "  ") + line) }
      }
      sink.writeLine()
    case .table(let table):
      for line in MarkdownText.table(table) { sink.writeLine(line) }
      sink.writeLine()
    case .lines(let lines):
      fenced(lines, &sink)
    case .chart(let chart):
      if let file = files.popFirst() {
        sink.writeLine("![\(MarkdownText.inline(PageText(chart.drawing.title)))](\(MarkdownText.target(file)))")
        sink.writeLine()
      }
      if !chart.lines.isEmpty { fenced(chart.lines, &sink) }
      write(.paragraph(chart.caption), &sink)
    case .figures:
      // They say again what the summary and the table of the impact do.
      break
    case .blank(let label):
      sink.writeLine("**\(label):** _to be filled in by people_")
      sink.writeLine()
    case .folded(let title, let blocks):
      write(.paragraph(PageText([.strong(title.plain)])), &sink)
      for block in blocks { write(block, &sink, &files) }
    }
  }

  /// A block of code whose fence is longer than any run of backticks in it.
  private static func fenced(_ lines: [String], _ sink: inout TextSink) {
    var longest = 2
    for line in lines {
      var run = 0
      for byte in line.utf8 {
        run = byte == 0x60 ? run + 1 : 0
        longest = max(longest, run)
      }
    }
    let fence = String(repeating: "`", count: longest + 1)
    sink.writeLine(fence + "text")
    for line in lines {
      var shown = Escape.terminal(line, tabs: 4)[...]
      while shown.last == " " { shown = shown.dropLast() }
      sink.writeLine(String(shown))
    }
    sink.writeLine(fence)
    sink.writeLine()
  }
}

/// Texts of a page as Markdown.
enum MarkdownText {
  private static let width = 100
  /// Columns that a cell is padded to at most.
  private static let mostPadding = 56

  /// In one line.
  static func inline(_ text: PageText, inTable: Bool = false) -> String {
    text.runs.map { run in
      switch run {
      case .plain(let text), .faint(let text): return Escape.markdown(text)
      case .strong(let text):
        // Emphasis holds only where it touches its text.
        let inner = trimmed(text)
        return inner.isEmpty ? "" : "**\(Escape.markdown(inner))**"
      case .code(let text): return code(text, inTable: inTable)
      }
    }.joined()
  }

  private static func code(_ text: String, inTable: Bool) -> String {
    let inner = trimmed(inTable ? Escape.code(text) : Escape.terminal(text).replacing("`", with: "'"))
    // A backslash at the end is read by some as the mark's.
    return "`\(inner.isEmpty ? "-" : inner.hasSuffix("\\") ? inner + " " : inner)`"
  }

  private static func trimmed(_ text: String) -> String {
    var rest = text[...]
    while rest.first == " " { rest = rest.dropFirst() }
    while rest.last == " " { rest = rest.dropLast() }
    return String(rest)
  }

  /// In lines of about 100 columns. A line begins with a letter, a bracket or code, so that no text makes a list, a rule or a
  /// heading of it.
  static func paragraph(_ text: PageText) -> [String] {
    // Blanks of code are no place to break at.
    let kept: Character = "\u{1}"
    let whole = text.runs.map { run in
      if case .code = run { return inline(PageText([run])).replacing(" ", with: String(kept)) }
      return inline(PageText([run]))
    }.joined()
    var lines: [String] = []
    var line = ""
    for word in whole.split(separator: " ") {
      let isSafe = word.first.map { $0.isLetter || $0 == "`" || $0 == "(" } ?? false
      if line.isEmpty {
        line = isSafe ? String(word) : opened(String(word))
      } else if isSafe, DisplayWidth.of(line) + 1 + DisplayWidth.of(String(word)) > width {
        lines.append(line)
        line = String(word)
      } else {
        line += " " + word
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines.map { $0.replacing(String(kept), with: " ") }
  }

  /// The first word of a block, which shall begin no list and no rule.
  private static func opened(_ word: String) -> String {
    if let first = word.first, "-+=".contains(first) { return "\\" + word }
    let digits = word.prefix { $0.isASCII && $0.isNumber }
    let mark = word.dropFirst(digits.count)
    guard !digits.isEmpty, mark == "." || mark == ")" else { return word }
    return digits + "\\" + word.dropFirst(digits.count)
  }

  // MARK: Tables

  static func table(_ table: PageTable) -> [String] {
    var rows = [table.columns.map { Escape.markdown($0.header) }]
    for row in table.rows {
      rows.append(row.cells.enumerated().map { i, cell in i == 0 && row.spans == 0 ? "" : inline(cell, inTable: true) })
    }
    var widths = table.columns.indices.map { i in rows.map { DisplayWidth.of($0[i]) }.max() ?? 3 }
    widths = widths.map { min(max($0, 3), mostPadding) }
    var lines: [String] = []
    for (i, row) in rows.enumerated() {
      let cells = row.enumerated().map { DisplayWidth.pad($1, widths[$0], toRight: table.columns[$0].isNumber) }
      lines.append("| \(cells.joined(separator: " | ")) |")
      guard i == 0 else { continue }
      let rules = widths.enumerated().map { column, width in
        String(repeating: "-", count: width + 1) + (table.columns[column].isNumber ? ":" : "-")
      }
      lines.append("|\(rules.joined(separator: "|"))|")
    }
    return lines
  }

  /// A file's name as the target of a picture.
  static func target(_ file: String) -> String {
    var out = ""
    for byte in file.utf8 {
      let isPlain = (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "-._/".utf8.contains(byte)
      if isPlain {
        out.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        out += "%" + Escape.hex(UInt32(byte), width: 2)
      }
    }
    return out
  }
}
