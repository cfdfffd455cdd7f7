internal import TraceCore

/// The document as one HTML page: no script, no request to anywhere, a policy that allows neither, and every text of the log
/// escaped by `Escape.html`. Long parts are `details` that are open, so that paper has them too.
extension IncidentReport {
  package static func html(_ document: IncidentDocument, into sink: inout TextSink) {
    let page = IncidentPage(document)
    let title = page.text.heading
    sink.write(
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
      base-uri 'none'; form-action 'none'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <title>\(Escape.html("\(title): \(page.text.title)"))</title>
      <link rel="icon" href="data:,">
      <style>
      \(PageStyle.css)</style>
      </head>
      <body>
      <header>
      <p class="state \(page.text.state)">\(Escape.html(page.text.state.word))</p>
      <h1>\(Escape.html(title))</h1>
      <p class="subject">\(HTMLText.inline(page.text.subject))</p>
      </header>

      """)
    contents(page, &sink)
    sink.writeLine("<main>")
    var isOpen = false
    for block in page.blocks {
      if case .section(let name) = block {
        if isOpen { sink.writeLine("</section>") }
        isOpen = true
        let id = anchor(name)
        sink.writeLine("<section aria-labelledby=\"\(id)\">")
        sink.writeLine("<h2 id=\"\(id)\">\(Escape.html(name))</h2>")
      } else {
        write(html: block, &sink)
      }
    }
    if isOpen { sink.writeLine("</section>") }
    sink.write("</main>\n</body>\n</html>\n")
  }

  private static func contents(_ page: IncidentPage, _ sink: inout TextSink) {
    sink.writeLine("<nav aria-label=\"Contents\">")
    sink.writeLine("<ol>")
    for block in page.blocks {
      guard case .section(let name) = block else { continue }
      sink.writeLine("<li><a href=\"#\(anchor(name))\">\(Escape.html(name))</a></li>")
    }
    sink.writeLine("</ol>")
    sink.writeLine("</nav>")
  }

  private static func write(html block: PageBlock, _ sink: inout TextSink) {
    switch block {
    case .section(let name): sink.writeLine("<h2>\(Escape.html(name))</h2>")
    case .heading(let text): sink.writeLine("<h3>\(HTMLText.inline(text))</h3>")
    case .paragraph(let text): sink.writeLine("<p>\(HTMLText.inline(text))</p>")
    case .list(let items):
      sink.writeLine("<ul>")
      for item in items { sink.writeLine("<li>\(HTMLText.inline(item))</li>") }
      sink.writeLine("</ul>")
    case .table(let table): HTMLText.table(table, &sink)
    case .lines(let lines):
      sink.write("<pre tabindex=\"0\">")
      sink.write(lines.map { Escape.html(Escape.terminal($0, tabs: 4)) }.joined(separator: "\n"))
      sink.writeLine("</pre>")
    case .chart(let chart):
      sink.writeLine("<figure>")
      sink.writeLine(
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"\(Escape.html(chart.drawing.title))\">")
      sink.writeLine(chart.drawing.element)
      sink.writeLine("</div>")
      sink.writeLine("<figcaption>\(HTMLText.inline(chart.caption))</figcaption>")
      sink.writeLine("</figure>")
    case .figures(let figures):
      sink.writeLine("<dl class=\"figures\">")
      for figure in figures {
        sink.writeLine(
          "<div\(figure.isAccent ? " class=\"accent\"" : "")><dt>\(Escape.html(figure.label))</dt>"
            + "<dd class=\"value\">\(Escape.html(figure.value))</dd><dd>\(HTMLText.inline(figure.note))</dd></div>")
      }
      sink.writeLine("</dl>")
    case .blank(let label):
      sink.writeLine(
        "<div class=\"blank\"><strong>\(Escape.html(label))</strong> <em>to be filled in by people</em></div>")
    case .folded(let title, let blocks):
      sink.writeLine("<details open>")
      sink.writeLine("<summary>\(HTMLText.inline(title))</summary>")
      for block in blocks { write(html: block, &sink) }
      sink.writeLine("</details>")
    }
  }
}

/// Texts of a page as HTML.
enum HTMLText {
  static func inline(_ text: PageText) -> String {
    text.runs.map { run in
      switch run {
      case .plain(let text): Escape.html(text)
      case .strong(let text): "<strong>\(Escape.html(text))</strong>"
      case .code(let text): "<code>\(Escape.html(text))</code>"
      case .faint(let text): "<span class=\"faint\">\(Escape.html(text))</span>"
      }
    }.joined()
  }

  static func table(_ table: PageTable, _ sink: inout TextSink) {
    sink.writeLine("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"\(Escape.html(table.caption))\">")
    sink.writeLine("<table>")
    let heads = table.columns.map { "<th scope=\"col\"\(numeric($0))>\(Escape.html($0.header))</th>" }
    sink.writeLine("<thead><tr>\(heads.joined())</tr></thead>")
    let hasGroups = table.rows.contains { $0.spans != 1 }
    sink.writeLine("<tbody>")
    for (at, row) in table.rows.enumerated() {
      if hasGroups && row.spans > 0 && at > 0 { sink.write("</tbody>\n<tbody>\n") }
      sink.write(row.isAccent ? "<tr class=\"accent\">" : "<tr>")
      for (i, cell) in row.cells.enumerated() {
        let column = table.columns[i]
        if i == 0 && hasGroups {
          guard row.spans > 0 else { continue }
          let spans = row.spans > 1 ? " rowspan=\"\(row.spans)\"" : ""
          sink.write("<th scope=\"rowgroup\"\(spans)>\(inline(cell))</th>")
        } else {
          sink.write("<td\(numeric(column))>\(inline(cell))</td>")
        }
      }
      sink.writeLine("</tr>")
    }
    sink.writeLine("</tbody>")
    sink.writeLine("</table>")
    sink.writeLine("</div>")
  }

  private static func numeric(_ column: PageTable.Column) -> String { column.isNumber ? " class=\"n\"" : "" }
}
